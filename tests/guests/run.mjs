// Runs a row of the table of guests on an emulator.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Machine } from './machine.mjs';
import { PageMachine, pageCannot } from './page_machine.mjs';

export const top = path.join(import.meta.dirname, '../..');
const FOLDERS = { '{shared}': path.join(top, '../shared/guests'), '{built}': path.join(top, 'build/guests') };

const OURS = 'build/native/qemu-system-i386,build/wasm/qemu-system-i386,chromium';

/** An emulator by its name: "chromium" is the page, any other a program that takes QEMU's option words. */
function emulator(word) {
    if (word === 'chromium') return { name: word, cannot: pageCannot, start: PageMachine.start };
    const launcher = word.includes('/') ? path.resolve(top, word) : word;
    return {
        name: /build\/(\w+)\//.exec(launcher)?.[1] ?? path.basename(launcher),
        launcher,
        cannot: () => undefined,
        start: (options) => Machine.start(launcher, options),
    };
}

/** The emulators to test: those named in TABPC_EMULATOR (separated by commas), else all of ours. */
export const emulators = (process.env.TABPC_EMULATOR ?? OURS).split(',').map(emulator);
/** Those that are programs. */
export const programs = emulators.filter(({ launcher }) => launcher);

const place = (word) => word.replace(/\{(shared|built)\}/, (folder) => FOLDERS[folder]);

/** Why this row cannot run here on this emulator, as a sentence, or undefined. */
export function skipped(guest, { cannot }) {
    if (guest.long && process.env.TABPC_LONG !== '1') return 'it takes minutes; TABPC_LONG=1 runs it';
    for (const word of guest.options.split(' ')) {
        const file = place(word.replace('{copy}', ''));
        if (file !== word && !existsSync(file)) return `${path.relative(top, file)} is not there`;
    }
    return cannot(guest.options);
}

export async function run(guest, { start }, onShot) {
    const scratch = mkdtempSync(path.join(tmpdir(), 'tabpc-images-'));
    const options = guest.options.split(' ').map((word) => {
        if (!word.startsWith('{copy}')) return place(word);
        const copy = path.join(scratch, path.basename(word));
        cpSync(place(word.slice('{copy}'.length)), copy);
        return copy;
    });
    if (guest.append) options.push('-append', guest.append);

    const state = {
        onShot,
        async start() {
            await this.machine?.end();
            this.serialRead = 0;
            this.machine = await start(options);
        },
    };
    try {
        await state.start();
        for (const step of guest.steps) await step(state);
    } finally {
        await state.machine?.end();
        rmSync(scratch, { recursive: true });
    }
}
