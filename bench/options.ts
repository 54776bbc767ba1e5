// The options of `./tabpc bench`, and what they ask for.
import { parseArgs } from 'node:util';
import { select } from './classes.ts';
import type { Wanted } from './classes.ts';
import { CHROMIUM_ENGINES, DEFAULT_ENGINES, ENGINE_NAMES } from './engines/names.ts';
import { resultsFile } from './paths.ts';

export const USAGE = `usage: ./tabpc bench [options]

Runs the guest benchmark on native, QEMU (TCG), v86 and tabpc in turn and prints how they compare, in CPU time.

  --quick            some benchmarks of each class, a quarter of the work, one run of each engine: under 3 minutes
  --chromium         v86 and tabpc in headless Chromium too
  --engines=A,B…     these engines: ${ENGINE_NAMES.join(', ')}
  --only=A,B…        these classes or benchmarks
  --runs=N           how often each engine starts afresh, in alternation (3)
  --rounds=N         rounds of each benchmark in a run; the first is cold (4)
  --json FILE        where the results go (build/bench/results.json)
  --svg FILE         draws the classes as a picture
  --from FILE        measures nothing: reports from the results in FILE
  --docs             writes the tables into docs/performance.md and the picture beside it
  --micro[=FILTER]   the microbenchmarks instead, native and wasm; FILTER is a regular expression
`;

export interface Options {
    engines: string[];
    wanted: Wanted[];
    quick: boolean;
    runs: number;
    rounds: number;
    divisor: number; // of each benchmark's work
    idleSeconds: number;
    json: string;
    svg: string | null;
    from: string | null;
    docs: boolean;
    micro: string | null;
    help: boolean;
}

/** Throws an error with a sentence when an option is wrong. */
export function parseOptions(args: readonly string[]): Options {
    // --micro alone means all of them; parseArgs knows no options with an optional value.
    const { values } = parseArgs({
        args: args.map((arg) => (arg === '--micro' ? '--micro=.' : arg)),
        options: {
            quick: { type: 'boolean', default: false },
            chromium: { type: 'boolean', default: false },
            engines: { type: 'string' },
            only: { type: 'string' },
            runs: { type: 'string' },
            rounds: { type: 'string' },
            json: { type: 'string', default: resultsFile },
            svg: { type: 'string' },
            from: { type: 'string' },
            docs: { type: 'boolean', default: false },
            micro: { type: 'string' },
            help: { type: 'boolean', default: false },
        },
    });
    const list = (text: string | undefined) => (text ?? '').split(',').filter((word) => word !== '');
    const engines = list(values.engines);
    for (const name of engines)
        if (!ENGINE_NAMES.includes(name))
            throw new RangeError(`there is no engine '${name}'; there are ${ENGINE_NAMES.join(', ')}`);
    if (engines.length === 0) engines.push(...DEFAULT_ENGINES);
    if (values.chromium) engines.push(...CHROMIUM_ENGINES.filter((name) => !engines.includes(name)));

    const { quick } = values;
    return {
        engines,
        wanted: select(list(values.only), quick),
        quick,
        runs: count('runs', values.runs, 1, quick ? 1 : 3),
        rounds: count('rounds', values.rounds, 2, quick ? 8 : 4),
        divisor: quick ? 4 : 1,
        idleSeconds: quick ? 3 : 10,
        json: values.json,
        svg: values.svg ?? null,
        from: values.from ?? null,
        docs: values.docs,
        micro: values.micro ?? null,
        help: values.help,
    };
}

function count(name: string, text: string | undefined, least: number, otherwise: number): number {
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > 100)
        throw new RangeError(`--${name}=${text}: not a number from ${least} to 100`);
    return value;
}
