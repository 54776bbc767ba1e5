// The SDL2 window of the native build, on a screen of its own (Xvfb): xdotool presses keys and moves the mouse as a person
// would, the guest says what came (input.asm), and what the window shows is compared with a screendump pixel by pixel.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildInputFloppy, inputOn } from './input.mjs';
import { Machine } from './machine.mjs';
import { Picture } from './picture.mjs';
import { top } from './run.mjs';

const LAUNCHER = path.join(top, 'build/native/qemu-system-i386');
const WELCOME = path.join(top, 'build/guests/welcome/welcome.img');
const SCREEN = { width: 1024, height: 768 };

/** Xvfb's frame buffer file: a window dump (X11/XWDFile.h) of 32-bit words, one a pixel. */
function readScreen(file) {
    const dump = readFileSync(file);
    const field = (n) => dump.readUInt32BE(n * 4);
    const [headerSize, width, height, lsbFirst, bits, stride] = [0, 4, 5, 7, 11, 12].map(field);
    const colours = field(19);
    assert.deepEqual({ bits, lsbFirst }, { bits: 32, lsbFirst: 0 });
    const pixels = dump.subarray(headerSize + colours * 12);
    const rgb = Buffer.alloc(width * height * 3);
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
            rgb.writeUIntBE(pixels.readUInt32LE(y * stride + x * 4) & 0xffffff, (y * width + x) * 3, 3);
    return new Picture(width, height, rgb);
}

const skip = existsSync(LAUNCHER) ? false : 'the native build is not there';

describe('the SDL2 window', { skip }, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tabpc-window-'));
    let xvfb, display, floppy, machine;

    before(async () => {
        floppy = buildInputFloppy(folder);
        const geometry = `${SCREEN.width}x${SCREEN.height}x24`;
        const args = ['-displayfd', '1', '-screen', '0', geometry, '-fbdir', folder, '-nolisten', 'tcp'];
        xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'pipe', 'ignore'] });
        const [number] = await once(xvfb.stdout, 'data');
        display = `:${String(number).trim()}`;
    });
    after(async () => {
        xvfb?.kill();
        if (xvfb?.exitCode === null) await once(xvfb, 'exit');
        rmSync(folder, { recursive: true });
    });
    afterEach(() => machine?.end());

    const xdotool = (...words) =>
        execFileSync('xdotool', words.map(String), {
            env: { ...process.env, DISPLAY: display },
            encoding: 'utf8',
        });

    /** A machine in a window that has the keyboard; returns where the window is. */
    async function start(image) {
        const env = { ...process.env, DISPLAY: display, SDL_VIDEODRIVER: 'x11' };
        machine = await Machine.start(LAUNCHER, ['-fda', image, '-boot', 'a', '-display', 'sdl'], env);
        const [window] = xdotool('search', '--sync', '--onlyvisible', '--name', '^tabpc$').trim().split('\n');
        xdotool('windowmove', '--sync', window, 100, 60);
        xdotool('windowfocus', '--sync', window);
        return window;
    }
    const input = async () => inputOn(await machine.text());
    /** Until what the guest got is EXPECTED. */
    async function got(what, expected) {
        let last;
        const equal = async () => {
            last = (await input())[what];
            try {
                assert.deepEqual(last, expected);
                return true;
            } catch {
                return false;
            }
        };
        await machine.until(equal, 10, JSON.stringify(expected), () => JSON.stringify(last));
    }
    const geometry = (window) => {
        const text = xdotool('getwindowgeometry', '--shell', window);
        const value = (name) => Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(text)[1]);
        return { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') };
    };
    const ready = () => machine.until(async () => (await input()).keys === '', 20, 'the boot sector');

    test('keys: down and up, by the place on the keyboard', async () => {
        await start(floppy);
        await ready();
        xdotool('key', 'a');
        await got('keys', '1E 9E');
        for (const [change, name] of [
            ['keydown', 'shift'],
            ['keydown', 'Right'],
            ['keyup', 'Right'],
            ['keyup', 'shift'],
        ])
            xdotool(change, name);
        xdotool('key', 'F1');
        await got('keys', '1E 9E 2A E0 4D E0 CD AA 3B BB');
    });

    test('a window that loses the keyboard lets go of the keys it held', async () => {
        const window = await start(floppy);
        await ready();
        xdotool('keydown', 'b');
        await got('keys', '30');
        xdotool('windowunmap', window);
        await got('keys', '30 B0');
        xdotool('keyup', 'b');
    });

    test('a click gives the PS/2 mouse to the guest, Ctrl+Alt+G takes it back', async () => {
        const window = await start(floppy);
        await ready();
        const { x, y } = geometry(window);
        xdotool('mousemove', x + 200, y + 200);
        xdotool('mousemove_relative', 10, 10);
        await sleep(300);
        assert.equal((await input()).ps2, undefined); // not yet the guest's

        xdotool('click', 1); // gives it, and is not the guest's
        await sleep(300);
        xdotool('mousemove_relative', '--', 30, -20);
        await got('ps2', { x: 30, y: 20, wheel: 0, buttons: 0 });
        xdotool('mousedown', 1);
        await got('ps2', { x: 30, y: 20, wheel: 0, buttons: 1 });
        xdotool('mouseup', 1);
        xdotool('mousedown', 3);
        await got('ps2', { x: 30, y: 20, wheel: 0, buttons: 2 });
        xdotool('mouseup', 3);
        xdotool('click', 5); // the wheel, towards the user
        await got('ps2', { x: 30, y: 20, wheel: 1, buttons: 0 });

        xdotool('key', 'ctrl+alt+g');
        await sleep(300);
        xdotool('mousemove_relative', 50, 50);
        await sleep(300);
        assert.deepEqual((await input()).ps2, { x: 30, y: 20, wheel: 1, buttons: 0 });
    });

    test('a guest with vmmouse follows the pointer', async () => {
        const window = await start(floppy);
        await ready();
        xdotool('key', 'v');
        await got('keys', '2F AF');
        const { x, y, width, height } = geometry(window);
        const across = (at, size) => 2 * Math.floor((at * 0x7fff) / (size - 1));
        for (const [left, down] of [
            [width / 4, height / 2],
            [0, 0],
            [width - 1, height - 1],
        ]) {
            xdotool('mousemove', x + left, y + down);
            await got('vmmouse', { x: across(left, width), y: across(down, height), wheel: 0, buttons: 0 });
        }
        xdotool('mousedown', 3);
        await got('vmmouse', { x: 0xfffe, y: 0xfffe, wheel: 0, buttons: 2 });
        xdotool('mouseup', 3);
        await got('vmmouse', { x: 0xfffe, y: 0xfffe, wheel: 0, buttons: 0 });
    });

    /** Waits until the window shows the same as a screendump, and is as large. */
    async function sameAsScreendump(window) {
        xdotool('mousemove', SCREEN.width - 1, SCREEN.height - 1); // the pointer is drawn on this screen
        let differ;
        await machine.until(
            async () => {
                const { x, y, width, height } = geometry(window);
                const shown = readScreen(path.join(folder, 'Xvfb_screen0')).part(x, y, width, height);
                const dump = await machine.picture();
                differ = `${shown.differsFrom(dump)} pixels differ of ${width}x${height} and ${dump.width}x${dump.height}`;
                return differ.startsWith('0 ');
            },
            10,
            'the same picture',
            () => differ,
        );
        return machine.picture();
    }

    test('it shows text', async () => {
        const window = await start(floppy);
        await ready();
        const text = await sameAsScreendump(window);
        assert.deepEqual([text.width, text.height], [720, 400]);
        assert.ok(text.colours().length > 1);
    });

    test(
        'it shows mode 13h',
        { skip: existsSync(WELCOME) ? false : 'the welcome floppy is not built' },
        async () => {
            const window = await start(WELCOME);
            await machine.until(async () => /Press a key:/.test(await machine.text()), 20, 'the menu');
            xdotool('key', '1');
            await machine.until(async () => (await machine.picture()).colours().length > 40, 20, 'mode 13h');
            await machine.qmp('stop'); // it moves
            const picture = await sameAsScreendump(window);
            assert.deepEqual([picture.width, picture.height], [640, 400]);
        },
    );
});
