// screenshots.mjs - takes the screenshots of docs/ by running the guests of the table, the long ones too (TABPC_LONG=1), on
// the first emulator that TABPC_EMULATOR names: of a program, the guest's pixels as a PNG of a palette, as small as it
// goes; of chromium, the page's element in docs/screenshots/page. TABPC_ONLY is a pattern of the names to take.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GUESTS } from './guests.mjs';
import { indexedPng } from './png.mjs';
import { emulators, run, skipped, top } from './run.mjs';

const [emulator] = emulators;
const folder = path.join(top, 'docs/screenshots', emulator.launcher ? '' : 'page');
const only = new RegExp(process.env.TABPC_ONLY ?? '');

mkdirSync(folder, { recursive: true });
for (const guest of GUESTS.filter(({ name }) => only.test(name))) {
    const why = skipped(guest, emulator);
    if (why) {
        console.log(`${guest.name}: skipped, ${why}`);
        continue;
    }
    try {
        await run(guest, emulator, async (name, machine) => {
            const file = path.join(folder, `${name}.png`);
            const pngs = [];
            if (machine.view) {
                const { png, picture } = await machine.view();
                pngs.push(png, indexedPng(picture.coarse(5)));
            } else {
                pngs.push(indexedPng(await machine.picture()));
            }
            const [smallest] = pngs.sort((a, b) => a.length - b.length);
            writeFileSync(file, smallest);
            console.log(`${path.relative(top, file)}: ${smallest.length} bytes`);
        });
    } catch (error) {
        console.error(`${guest.name}: ${error.message}`);
        process.exitCode = 1;
    }
}
