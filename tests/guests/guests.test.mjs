// Every guest of the table boots and does what its row says, on both builds of ours (or what TABPC_EMULATOR names).
import { describe, test } from 'node:test';
import { GUESTS } from './guests.mjs';
import { emulators, run, skipped } from './run.mjs';

for (const { name, launcher } of emulators)
    describe(`guests, ${name}`, { concurrency: 2 }, () => {
        for (const guest of GUESTS) test(guest.name, { skip: skipped(guest) }, () => run(guest, launcher));
    });
