// Every guest of the table boots and does what its row says: on both builds of ours and, by the browser's keyboard, in the
// page (or on what TABPC_EMULATOR names).
import { describe, test } from 'node:test';
import { GUESTS } from './guests.mjs';
import { emulators, run, skipped } from './run.mjs';

for (const emulator of emulators)
    describe(`guests, ${emulator.name}`, { concurrency: 2 }, () => {
        for (const guest of GUESTS)
            test(guest.name, { skip: skipped(guest, emulator) }, () => run(guest, emulator));
    });
