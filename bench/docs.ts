// Puts the tables of a run into docs/performance.md, between marks, so that no number there was typed by hand.
import { circumstances } from './report.ts';
import type { Summary } from './summary.ts';
import { benchmarkTable, coldTable, goalTable, machineTable, warmTable } from './tables.ts';

const TABLES: Record<string, (summary: Summary) => string> = {
    circumstances,
    goals: goalTable,
    warm: warmTable,
    cold: coldTable,
    machine: machineTable,
    benchmarks: benchmarkTable,
};

/** `page` with what stands between `<!-- bench: NAME -->` and `<!-- bench end -->` made anew. */
export function updatePage(page: string, summary: Summary): string {
    return page.replace(
        /(<!-- bench: (\w+) -->\n)[^]*?(<!-- bench end -->)/g,
        (_, open: string, name: string, end: string) => {
            const table = TABLES[name];
            if (!table)
                throw new Error(
                    `the page asks for a table '${name}'; there are ${Object.keys(TABLES).join(', ')}`,
                );
            return `${open}\n${table(summary)}\n\n${end}`;
        },
    );
}
