// screenshots.mjs [LAUNCHER] - takes the screenshots of docs/ by running the guests of the table, the long ones too
// (TABPC_LONG=1). Each becomes a PNG of a palette, as small as it goes. TABPC_ONLY is a pattern of the names to take.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GUESTS } from './guests.mjs';
import { indexedPng } from './png.mjs';
import { emulators, run, skipped, top } from './run.mjs';

const folder = path.join(top, 'docs/screenshots');
const launcher = process.argv[2] ? path.resolve(process.argv[2]) : emulators[0].launcher;
const only = new RegExp(process.env.TABPC_ONLY ?? '');

mkdirSync(folder, { recursive: true });
for (const guest of GUESTS.filter(({ name }) => only.test(name))) {
    const why = skipped(guest);
    if (why) {
        console.log(`${guest.name}: skipped, ${why}`);
        continue;
    }
    try {
        await run(guest, launcher, async (name, machine) => {
            const file = path.join(folder, `${name}.png`);
            const png = indexedPng(await machine.picture());
            writeFileSync(file, png);
            console.log(`${path.relative(top, file)}: ${png.length} bytes`);
        });
    } catch (error) {
        console.error(`${guest.name}: ${error.message}`);
        process.exitCode = 1;
    }
}
