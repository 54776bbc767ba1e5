// Puts the tables of a run into docs/performance.md, between marks, so that no number there was typed by hand.
import { circumstances } from './report.ts';
import type { Summary } from './summary.ts';
import { benchmarkTable, coldTable, goalTable, machineTable, warmTable } from './tables.ts';

const BLOCK = /(<!-- bench -->\n)[^]*(<!-- bench end -->)/;

/** `page` with what stands between `<!-- bench -->` and `<!-- bench end -->` made anew. */
export function updatePage(page: string, summary: Summary): string {
    if (!BLOCK.test(page)) throw new Error('the page has no <!-- bench --> … <!-- bench end -->');
    const section = [
        circumstances(summary),
        'What issue 3 asks and whether it is so, where Chromium and QEMU were measured there too:',
        goalTable(summary),
        '![the classes as a picture](performance.svg)',
        warmTable(summary),
        coldTable(summary),
        machineTable(summary),
        benchmarkTable(summary),
    ];
    return page.replace(
        BLOCK,
        (_, open: string, end: string) => `${open}\n${section.join('\n\n')}\n\n${end}`,
    );
}
