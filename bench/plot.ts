// A picture of the classes as SVG: how much faster than v86 each engine is, on a logarithmic scale, with what is asked
// of tabpc. Plain shapes and text, no library; readable on a light and on a dark page, for it has a ground of its own.
import type { Summary } from './summary.ts';

const WIDTH = 860;
const LEFT = 224; // of the axis: room for the classes' names
const RIGHT = 30;
const TOP = 120;
const ROW = 34;
const BOTTOM = 44;
const SUBTITLE =
    'Warm CPU time but for the last three rows, geometric mean over the benchmarks of a class; better is to the right';
const MIDDLE = 'font-size="12.5" text-anchor="middle"';
const END = 'font-size="12.5" text-anchor="end"';
const INK = '#1f2328';
const FAINT = '#59636e';
const LINE = '#d1d9e0';

/** Colours that differ in lightness too; the shape tells node from Chromium. */
const MARKS: Record<string, { colour: string; shape: 'dot' | 'diamond' | 'bar' }> = {
    native: { colour: '#8c959f', shape: 'dot' },
    qemu: { colour: '#bf8700', shape: 'dot' },
    tabpc: { colour: '#0550ae', shape: 'dot' },
    'tabpc-chromium': { colour: '#0550ae', shape: 'diamond' },
    'v86-chromium': { colour: '#cf222e', shape: 'diamond' },
    'v86-interpreter': { colour: '#cf222e', shape: 'bar' },
    'tabpc-native': { colour: '#1a7f37', shape: 'dot' },
};

/** Powers of ten with 2 and 5 between them that cover `from` to `to`. */
export function ticks(from: number, to: number): number[] {
    const found = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++)
        for (const digit of [1, 2, 5]) found.push(digit * 10 ** power);
    const first = found.findLastIndex((tick) => tick <= from);
    const last = found.findIndex((tick) => tick >= to);
    return found.slice(Math.max(first, 0), last + 1);
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

interface Row {
    title: string;
    atLeast: number | undefined;
    aim: number | undefined;
    marks: { engine: string; ratio: number }[];
}
type Axis = (ratio: number) => number; // where it is, in pixels

export function plot(summary: Summary): string {
    const engines = summary.engines.filter((engine) => engine !== 'v86');
    const rows = summary
        .measures()
        .map(({ title, atLeast, aim, ratio }): Row => ({
            title,
            atLeast: atLeast?.v86,
            aim: aim?.v86,
            marks: engines.flatMap((engine) => {
                const value = ratio('v86', engine);
                return value === null ? [] : [{ engine, ratio: value }];
            }),
        }))
        .filter(({ marks }) => marks.length > 0);
    const values = rows.flatMap(({ marks, atLeast = 1, aim = 1 }) => [
        atLeast,
        aim,
        ...marks.map(({ ratio }) => ratio),
    ]);
    const scale = ticks(Math.min(0.5, ...values), Math.max(2, ...values));
    const [low, high] = [Math.log(scale[0]!), Math.log(scale.at(-1)!)];
    const x: Axis = (ratio) =>
        round(LEFT + ((Math.log(ratio) - low) / (high - low)) * (WIDTH - LEFT - RIGHT));
    const bottom = TOP + rows.length * ROW;
    const size = { width: WIDTH, height: bottom + BOTTOM };
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ` +
            `viewBox="0 0 ${size.width} ${size.height}" role="img">`,
        '<title>CPU time of v86 divided by that of each engine, by class of benchmarks</title>',
        '<rect width="100%" height="100%" fill="#fff"/>',
        text(20, 30, 'How many times better than v86', INK, 'font-size="17" font-weight="600"'),
        text(20, 50, SUBTITLE, FAINT),
        ...legend(engines.map((engine) => ({ engine, title: summary.results.titles[engine]! }))),
        ...scale.flatMap((tick) => drawTick(tick, x, bottom)),
        text(x(1), TOP - 12, 'v86', INK, MIDDLE),
        ...rows.flatMap((row, n) => drawRow(row, x, TOP + n * ROW + ROW / 2)),
        '</svg>\n',
    ].join('\n');
}

function drawTick(tick: number, x: Axis, bottom: number): string[] {
    const colour = tick === 1 ? INK : LINE;
    return [
        `<line x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 6}" y2="${bottom}" stroke="${colour}"/>`,
        text(x(tick), bottom + 18, `${round(tick)}x`, FAINT, MIDDLE),
    ];
}

function drawRow({ title, atLeast, aim, marks }: Row, x: Axis, y: number): string[] {
    const asked =
        atLeast !== undefined && aim !== undefined ? [band(x(atLeast), y, x(aim) - x(atLeast))] : [];
    return [
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="${LINE}" stroke-dasharray="1 3"/>`,
        text(LEFT - 14, y + 4, title, INK, END),
        ...asked,
        ...marks.map(({ engine, ratio }) => mark(engine, x(ratio), y)),
    ];
}

function legend(entries: { engine: string; title: string }[]): string[] {
    let at = 20;
    const shapes = entries.flatMap(({ engine, title }) => {
        const shape = [mark(engine, at + 6, 74), text(at + 18, 78, title, INK)];
        at += 40 + title.length * 7.5;
        return shape;
    });
    return [...shapes, band(at, 74, 26), text(at + 34, 78, 'asked of tabpc: at least … aim', INK)];
}

function text(x: number, y: number, content: string, colour: string, more = 'font-size="12.5"'): string {
    return `<text x="${x}" y="${y}" font-family="system-ui, sans-serif" fill="${colour}" ${more}>${escaped(content)}</text>`;
}

/** From what is asked at least to the aim. */
function band(x: number, y: number, width: number): string {
    return `<rect x="${x}" y="${y - 9}" width="${round(Math.max(width, 2))}" height="18" fill="#0550ae" fill-opacity="0.14"/>`;
}

function mark(engine: string, x: number, y: number): string {
    const { colour, shape } = MARKS[engine] ?? { colour: FAINT, shape: 'dot' };
    const paint = `fill="${colour}" stroke="#fff" stroke-width="1.5"`;
    if (shape === 'dot') return `<circle cx="${x}" cy="${y}" r="6.5" ${paint}/>`;
    if (shape === 'bar') return `<rect x="${x - 3}" y="${y - 8}" width="6" height="16" ${paint}/>`;
    return `<path d="M${x} ${y - 8}l8 8-8 8-8-8z" ${paint}/>`;
}

const round = (value: number) => Math.round(value * 100) / 100;
