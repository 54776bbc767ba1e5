// A PC as the steps of a row drive it. What extends this says how keys, pictures, text and the serial port are had:
// machine.mjs of a program with QMP, page_machine.mjs of the page in a browser.
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from './keys.mjs';

const POLL_MS = 100;

export class Driver {
    serial = ''; // what the guest has sent to its first serial port
    stderr = ''; // what the user was told
    status; // once it has ended: the exit status, or the name of the signal

    #end;
    #whenEnded = new Promise((resolve) => (this.#end = resolve));

    /** To be called by who notices that it has ended. */
    hasEnded(status) {
        this.status ??= status;
        this.#end();
    }
    receiveSerial(text) {
        this.serial += text.replaceAll('\r', '');
    }

    async type(text) {
        for (const character of text) await this.key(...keysOf(character));
    }

    /** Looks until LOOK gives something true, and returns that; SHOWN says what was there instead. */
    async until(look, seconds, what, shown = () => this.text()) {
        for (const end = Date.now() + seconds * 1000; ; await sleep(POLL_MS)) {
            const found = await look();
            if (found) return found;
            if (this.status !== undefined)
                throw new Error(`it ended with status ${this.status} before ${what}: ${this.stderr}`);
            if (Date.now() > end)
                throw new Error(`no ${what} within ${seconds} s; there was:\n${await shown()}`);
        }
    }

    /** Resolves to the exit status when the PC ends by itself. */
    async ended(seconds) {
        await Promise.race([this.#whenEnded, sleep(seconds * 1000, undefined, { ref: false })]);
        if (this.status === undefined)
            throw new Error(
                `it has not ended within ${seconds} s; there was:\n${await this.text()}\n${this.serial.slice(-500)}`,
            );
        return this.status;
    }
}
