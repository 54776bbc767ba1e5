// One run: starts an engine with a guest, stamps each line of the guest with the emulator's CPU time, and gives the
// times between them. The guest's own clock is not trusted: an emulator may run it as it likes.
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, Job, Running } from './engines/engine.ts';
import type { Round, Run } from './results.ts';

const SILENCE_LIMIT_MS = 600_000; // the longest round of the slowest engine takes a tenth of that
const SETTLE_MS = 2000; // between the last benchmark and the look at the idle shell

/** The guest's lines (guest/gb.h) as they come in, with the clocks at that moment. */
export class Recorder {
    readonly rounds: Record<string, Round[]> = {};
    firstLineAt: number | null = null;
    shell: { hostMs: number; cpuMs: number } | null = null;
    done = false;
    panic: string | null = null;
    #before = { cpuMs: 0, hostMs: 0 };
    readonly #timesItself: boolean;
    readonly #lastRound: number;
    readonly #wanted: ReadonlySet<string> | null; // null: all that run, and the guest says when it is done
    readonly #left: Set<string>; // of those that are wanted, not complete yet

    constructor(
        options: { timesItself?: boolean; until?: { benchmarks: readonly string[]; rounds: number } } = {},
    ) {
        this.#timesItself = options.timesItself ?? false;
        this.#wanted = options.until ? new Set(options.until.benchmarks) : null;
        this.#left = new Set(this.#wanted);
        this.#lastRound = (options.until?.rounds ?? 0) - 1;
    }

    line(text: string, now: { cpuMs: number; hostMs: number }): void {
        this.firstLineAt ??= now.hostMs;
        if (/Kernel panic/.test(text)) this.panic = text;
        const [, benchmark, round, guestUs, sum, ownUs] =
            /^@R (\S+) (\d+) (\d+) (\S+)(?: (\d+))?$/.exec(text) ?? [];
        if (benchmark !== undefined && (this.#wanted?.has(benchmark) ?? true)) {
            (this.rounds[benchmark] ??= [])[Number(round)] = {
                cpuMs: this.#timesItself ? Number(ownUs) / 1000 : now.cpuMs - this.#before.cpuMs,
                hostMs: now.hostMs - this.#before.hostMs,
                guestMs: Number(guestUs) / 1000,
                sum: sum!,
            };
            if (Number(round) === this.#lastRound) this.#left.delete(benchmark);
            if (this.#wanted && this.#left.size === 0) this.done = true;
        }
        if (text === '@S bench') this.shell = now;
        if (text === '@S done') this.done = true;
        if (text.startsWith('@')) this.#before = now;
    }
}

const FLOPPY_ROUNDS = 3; // guest/rmboot.asm

export async function measure(
    engine: Engine,
    job: Job,
    idleSeconds: number,
    say: (text: string) => void,
): Promise<Run> {
    const [load] = readFileSync('/proc/loadavg', 'latin1').split(' ');
    const onLinux = job.guest === 'linux';
    const recorder = new Recorder({
        timesItself: engine.timesItself ?? false,
        ...(onLinux
            ? {}
            : { until: { benchmarks: job.wanted.map((one) => one.benchmark), rounds: FLOPPY_ROUNDS } }),
    });
    let heard = performance.now();
    let running: Running | null = null;
    let finish = () => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    running = await engine.start(job, (line) => {
        heard = performance.now();
        recorder.line(line, { cpuMs: running?.cpuMs() ?? 0, hostMs: heard });
        if (line.startsWith('@R') || line.startsWith('@S')) say(line);
        if (recorder.done || recorder.panic !== null) finish();
    });
    const calm = hasten();
    try {
        const silence = setInterval(() => performance.now() - heard > SILENCE_LIMIT_MS && finish(), 1000);
        const why = await Promise.race([finished, running.ended]).finally(() => clearInterval(silence));
        if (!recorder.done)
            throw new Error(
                `${engine.title}: ${recorder.panic ?? why ?? `silent for ${SILENCE_LIMIT_MS / 1000} s`}`,
            );
        const statistics = (await running.statistics?.()) ?? null;
        const isPc = !engine.timesItself;
        const idlePercent = isPc && onLinux && idleSeconds > 0 ? await idle(running, idleSeconds) : null;
        return {
            engine: engine.name,
            guest: job.guest,
            load: Number(load),
            firstLineMs: (recorder.firstLineAt ?? NaN) - running.since,
            shell:
                isPc && onLinux && recorder.shell
                    ? { cpuMs: recorder.shell.cpuMs, hostMs: recorder.shell.hostMs - running.since }
                    : null,
            idlePercent,
            peakMb: isPc ? running.peakMb() : null,
            statistics,
            rounds: recorder.rounds,
        };
    } finally {
        calm();
        await running.close();
    }
}

/** On a busy host the driver must not wait for its turn while the emulator runs on past the line. Root may ask so. */
function hasten(): () => void {
    try {
        setPriority(-10);
    } catch {
        return () => {};
    }
    return () => setPriority(0); // the next engine is started with the priority that we have
}

async function idle(running: Running, seconds: number): Promise<number> {
    await sleep(SETTLE_MS);
    const [cpu, host] = [running.cpuMs(), performance.now()];
    await sleep(seconds * 1000);
    return (100 * (running.cpuMs() - cpu)) / (performance.now() - host);
}
