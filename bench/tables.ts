// The tables of a summary, in Markdown, for the terminal and for docs/performance.md.
import { CLASSES, benchmarksOf } from './classes.ts';
import type { Goal } from './classes.ts';
import type { Run } from './results.ts';
import type { Summary } from './summary.ts';

/** A Markdown table whose columns line up; all but the first are numbers, to the right. Empty without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    if (rows.length === 0) return '';
    const widths = head.map((_, n) => Math.max(3, ...[head, ...rows].map((row) => row[n]!.length)));
    const line = (row: readonly string[]) => {
        const cells = row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!)));
        return `| ${cells.join(' | ')} |`;
    };
    const rule = widths.map((width, n) => (n === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
    return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

const hasNumbers = ([, ...cells]: readonly string[]) => cells.some((cell) => cell !== '-');

/** About two significant digits, which is what such a measurement is worth; '-': not measured. */
export function number(value: number | null, unit = ''): string {
    if (value === null) return '-';
    const digits = value >= 9.95 ? 0 : value >= 0.995 ? 1 : 2;
    return value.toFixed(digits) + unit;
}
const ratio = (value: number | null) => number(value, 'x');
const percent = (value: number | null) => (value === null ? '-' : `${value.toFixed(1)}%`);
const goal = (value: Goal | undefined) =>
    value ? `${value.v86}x${value.qemu ? `, QEMU ${value.qemu}x` : ''}` : '-';

/** What is asked of tabpc, class by class. */
export function goalTable(summary: Summary): string {
    const chromium = summary.engines.includes('tabpc-chromium');
    const head = ['asked of tabpc', 'v86 / tabpc', 'QEMU / tabpc', 'at least', 'aim', 'verdict'];
    if (chromium) head.splice(2, 0, 'in Chromium');
    const rows = summary
        .goals()
        .filter(({ verdict }) => verdict !== 'not measured')
        .map((row) => {
            const ratios = [row.node, ...(chromium ? [row.chromium] : []), row.qemu].map(ratio);
            return [row.title, ...ratios, goal(row.atLeast), goal(row.aim), row.verdict];
        });
    return table(head, rows);
}

/** Every engine beside v86 (or the first): how many times faster it is, warm. */
export function warmTable(summary: Summary): string {
    const { titles } = summary.results;
    const base = summary.engines.includes('v86') ? 'v86' : summary.engines[0]!;
    const others = summary.engines.filter((engine) => engine !== base);
    const head = [`warm CPU time of ${titles[base]} / of`, ...others.map((engine) => titles[engine]!)];
    const rows = CLASSES.map((one) => [
        one.title,
        ...others.map((engine) => ratio(summary.ratio(one, base, engine, 'warm'))),
    ]).filter(hasNumbers);
    return table(head, rows);
}

/** What translation and other warming up costs each engine. */
export function coldTable(summary: Summary): string {
    const { titles } = summary.results;
    const head = ['CPU time, cold / warm', ...summary.engines.map((engine) => titles[engine]!)];
    const rows = CLASSES.map((one) => [
        one.title,
        ...summary.engines.map((engine) => ratio(summary.warmUp(one, engine))),
    ]).filter(hasNumbers);
    return table(head, rows);
}

/** Booting Linux, memory and idling. */
export function machineTable(summary: Summary): string {
    const head = [
        'Linux guest, 256 MB',
        'first serial line',
        'shell',
        'CPU time to the shell',
        'peak memory',
        'idle CPU',
        'translated',
    ];
    const rows = summary.engines
        .filter((engine) => summary.shellCpuMs(engine) !== null)
        .map((engine) => {
            const seconds = (ms: number | null) => number(ms === null ? null : ms / 1000, ' s');
            return [
                summary.results.titles[engine]!,
                seconds(summary.onLinux(engine, ({ firstLineMs }) => firstLineMs)),
                seconds(summary.onLinux(engine, ({ shell }) => shell?.hostMs)),
                seconds(summary.shellCpuMs(engine)),
                number(summary.peakMb(engine), ' MB'),
                percent(summary.onLinux(engine, ({ idlePercent }) => idlePercent)),
                percent(summary.onLinux(engine, translatedPercent)),
            ];
        });
    return table(head, rows);
}

/** Of the instructions of a whole run; null where the engine does not tell. */
function translatedPercent({ statistics }: Run): number | null {
    const { instructions, translated } = statistics ?? {};
    return instructions && translated !== undefined ? (100 * translated) / instructions : null;
}

/** Every benchmark in ms of CPU time, warm and cold. */
export function benchmarkTable(summary: Summary): string {
    const { titles } = summary.results;
    const emulators = summary.engines.filter((engine) => engine !== 'native');
    const head = [
        'CPU time, ms',
        ...summary.engines.map((engine) => titles[engine]!),
        ...emulators.map((engine) => `${titles[engine]}, cold`),
    ];
    const rows = CLASSES.flatMap(benchmarksOf)
        .map((benchmark) => [
            benchmark,
            ...summary.engines.map((engine) => number(summary.time(engine, benchmark, 'warm'))),
            ...emulators.map((engine) => number(summary.time(engine, benchmark, 'cold'))),
        ])
        .filter(hasNumbers);
    return table(head, rows);
}
