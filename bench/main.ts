// `./tabpc bench`: measures the engines in alternation, writes what came out, and says what it means. options.ts has
// the options.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import path from 'node:path';
import { CLASSES, benchmarksOf } from './classes.ts';
import { ENGINES } from './engines/all.ts';
import type { Engine } from './engines/engine.ts';
import { updatePage } from './docs.ts';
import { measure } from './measure.ts';
import { microbenchmarks } from './micro.ts';
import { USAGE, parseOptions } from './options.ts';
import type { Options } from './options.ts';
import { guestFolder, performancePage, performancePicture, top } from './paths.ts';
import { plot } from './plot.ts';
import { report } from './report.ts';
import { disagreements, gaps, unexpected } from './results.ts';
import type { Results } from './results.ts';
import { Summary } from './summary.ts';

const say = (text: string) => process.stderr.write(`      ${text}\n`);

/** The engines asked for that can run here; of the others it says why not. */
function available(names: readonly string[]): Engine[] {
    return names.flatMap((name) => {
        const engine = ENGINES.get(name)!;
        const why = engine.missing();
        if (why !== null) say(`without ${engine.title}: ${why}`);
        return why === null ? [engine] : [];
    });
}

function blank(engines: readonly Engine[], { runs, rounds, divisor, quick }: Options): Results {
    return {
        format: 1,
        date: new Date().toISOString().slice(0, 10),
        host: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, kernel: release() },
        versions: {
            ...Object.fromEntries(engines.map((engine) => [engine.name, engine.version()])),
            node: process.version,
        },
        titles: Object.fromEntries(engines.map(({ name, title }) => [name, title])),
        plan: { runs, rounds, divisor, quick },
        runs: [],
    };
}

/**
 * Every engine with every guest, then all again: what disturbs the host for a while disturbs all of them. Returns what
 * went wrong, as sentences; the other runs go on.
 */
async function measureAll(engines: readonly Engine[], options: Options, results: Results): Promise<string[]> {
    const failures: string[] = [];
    for (let turn = 0; turn < options.runs; turn++) {
        const first = turn % engines.length; // who goes first changes
        for (const engine of [...engines.slice(first), ...engines.slice(0, first)])
            for (const guest of engine.guests) {
                const wanted = options.wanted.filter((one) => one.class.guest === guest);
                if (wanted.length === 0) continue;
                const since = performance.now();
                const { rounds, divisor, idleSeconds } = options;
                const job = { guest, folder: guestFolder, wanted, rounds, divisor };
                const title = `${engine.title}, ${guest}, run ${turn + 1} of ${options.runs}`;
                try {
                    results.runs.push(await measure(engine, job, idleSeconds, progress(title)));
                } catch (error) {
                    failures.push((error as Error).message);
                    say(failures.at(-1)!);
                }
                write(options.json, JSON.stringify(results, null, 1)); // a long run that breaks off leaves something
                say(`${title}: ${((performance.now() - since) / 1000).toFixed(0)} s`);
            }
    }
    return failures;
}

/** On a terminal, the last line of the guest behind the title. */
function progress(title: string): (line: string) => void {
    if (!process.stderr.isTTY) return () => {};
    return (line) => process.stderr.write(`\r\x1b[K      ${title}: ${line.slice(0, 60)}\r`);
}

function write(file: string, text: string): void {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
}

/** What is wrong with the results, as sentences. */
function check({ runs, plan }: Results): string[] {
    const busybox = CLASSES.find(({ name }) => name === 'busybox')!; // Debian's, not built natively
    const wrong = [
        ...gaps(
            runs,
            (engine, benchmark) => engine === 'native' && benchmarksOf(busybox).includes(benchmark),
        ),
        ...disagreements(runs),
    ];
    if (plan.divisor !== 1) return wrong;
    const expected = JSON.parse(readFileSync(path.join(top, 'bench/guest/expected.json'), 'utf8'));
    return [...wrong, ...unexpected(runs, expected)];
}

async function main(args: string[]): Promise<number> {
    let options;
    try {
        options = parseOptions(args);
    } catch (error) {
        process.stderr.write(`tabpc: bench: ${(error as Error).message}\n`);
        return 2;
    }
    if (options.help) {
        process.stdout.write(USAGE);
        return 0;
    }
    if (options.micro !== null) return microbenchmarks(options.micro);

    let results: Results;
    let failures: string[] = [];
    if (options.from !== null) results = JSON.parse(readFileSync(options.from, 'utf8'));
    else {
        const engines = available(options.engines);
        results = blank(engines, options);
        failures = await measureAll(engines, options, results);
    }
    const summary = new Summary(results);
    process.stdout.write(report(summary));
    if (options.svg !== null) write(options.svg, plot(summary));
    if (options.docs) {
        write(performancePicture, plot(summary));
        writeFileSync(performancePage, updatePage(readFileSync(performancePage, 'utf8'), summary));
    }
    failures.push(...check(results));
    for (const sentence of failures) process.stderr.write(`tabpc: bench: ${sentence}\n`);
    return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
    process.stderr.write(`tabpc: bench: ${error.message}\n`);
    return 1;
});
