// What a row of the table of guests can do: each of these makes a step, a function of the run that performs it.
// A time limit is in seconds, for the slowest emulator on a busy host; nothing waits longer than it must.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the text on the screen matches. */
export const screen =
    (pattern, seconds = 30) =>
    ({ machine }) =>
        machine.until(async () => pattern.test(await machine.text()), seconds, `${pattern} on the screen`);

/** Waits until the screen shows a picture of this size and passes the check. */
export const picture =
    (what, check, seconds = 30) =>
    ({ machine }) =>
        machine.until(async () => check(await machine.picture()), seconds, what);

/** Waits until what the guest sent to its serial port since the last such step matches. */
export const serial =
    (pattern, seconds = 30) =>
    async (run) => {
        const { machine } = run;
        const news = () => machine.serial.slice(run.serialRead);
        const found = await machine.until(() => pattern.exec(news()), seconds, `${pattern} from the serial port`,
        async () => `${news().slice(-2000)}\nand on the screen:\n${await machine.text()}`); // prettier-ignore
        run.serialRead += found.index + found[0].length;
    };

/** Presses keys together, named as QMP names them; `type` writes a text with them. */
export const key =
    (...names) =>
    ({ machine }) =>
        machine.key(...names);
export const type =
    (text) =>
    ({ machine }) =>
        machine.type(text);

export const typeSerial =
    (text) =>
    ({ machine }) =>
        machine.typeSerial(text);

/** The same key again and again until a picture of the second after it passes the check with the one before: for games. */
export const keyUntil = (name, what, check, seconds = 30) => ({ machine }) =>
    machine.until(async () => {
        const before = await machine.picture();
        await machine.key(name);
        for (const end = Date.now() + 1000; Date.now() < end; ) if (check(before, await machine.picture())) return true;
        return false;
    }, seconds, what); // prettier-ignore

/** The emulator ends by itself. */
export const ends =
    (status, seconds = 30) =>
    async ({ machine }) =>
        assert.equal(await machine.ended(seconds), status, machine.stderr);

/** After `ends`: the same machine, switched on again. */
export const startAgain = () => (run) => run.start();

export const pause = (seconds) => () => sleep(seconds * 1000);

/** A check of everything the serial port gave, in the test's own words. */
export const checkSerial =
    (check) =>
    ({ machine }) =>
        check(machine.serial);

/** The place in the run where the screenshot NAME of docs/ is taken (screenshots.mjs); a test only sees that one can be. */
export const shot = (name) => async (run) => {
    if (run.onShot) await run.onShot(name, run.machine);
    else assert.ok((await run.machine.picture()).colours().length > 1, `the screen of ${name} is blank`);
};
