// From results to what they mean: medians by benchmark, ratios by class, and whether the goals are met.
import { CLASSES, COLD, MEMORY, SHELL, benchmarksOf } from './classes.ts';
import type { BenchmarkClass, Goal } from './classes.ts';
import type { Results, Run } from './results.ts';
import { geometricMean, median } from './statistics.ts';

export type Temperature = 'cold' | 'warm';

export class Summary {
    readonly results: Results;
    constructor(results: Results) {
        this.results = results;
    }

    get engines(): string[] {
        const ran = new Set(this.results.runs.map(({ engine }) => engine));
        return Object.keys(this.results.titles).filter((name) => ran.has(name));
    }

    /** CPU time of a benchmark in ms: the median over all runs of round 0, or of the rounds after it. */
    time(engine: string, benchmark: string, temperature: Temperature): number | null {
        const times = this.#runs(engine)
            .flatMap(({ rounds }) => {
                const all = rounds[benchmark] ?? [];
                return temperature === 'cold' ? all.slice(0, 1) : all.slice(1);
            })
            .map((round) => round?.cpuMs ?? 0)
            .filter((cpu) => cpu > 0); // 0: its line came in together with the one before
        return known(median(times));
    }

    /** How many times the CPU time of `other` that of `engine` is in this class; higher is better for `engine`. */
    ratio(one: BenchmarkClass, other: string, engine: string, temperature: Temperature): number | null {
        const ratios = benchmarksOf(one).flatMap((benchmark) => {
            const ratio = divide(
                this.time(other, benchmark, temperature),
                this.time(engine, benchmark, temperature),
            );
            return ratio === null ? [] : [ratio];
        });
        return known(geometricMean(ratios));
    }

    /** How many times a cold round takes the CPU time of a warm one in this class. */
    warmUp(one: BenchmarkClass, engine: string): number | null {
        const ratios = benchmarksOf(one).flatMap((benchmark) => {
            const ratio = divide(this.time(engine, benchmark, 'cold'), this.time(engine, benchmark, 'warm'));
            return ratio === null ? [] : [ratio];
        });
        return known(geometricMean(ratios));
    }

    /** The median over the runs with Linux of a number of each run. */
    onLinux(engine: string, of: (run: Run) => number | null | undefined): number | null {
        const numbers = this.#runs(engine)
            .filter(({ guest }) => guest === 'linux')
            .map(of)
            .filter((value) => value !== null && value !== undefined);
        return known(median(numbers));
    }
    shellCpuMs(engine: string): number | null {
        return this.onLinux(engine, ({ shell }) => shell?.cpuMs);
    }
    peakMb(engine: string): number | null {
        return this.onLinux(engine, (run) => run.peakMb);
    }

    /** Everything that tabpc is measured by: the classes, warm, and what is no mean over a class's warm rounds. */
    measures(): Measure[] {
        const integer = CLASSES.find(({ name }) => name === COLD.of)!;
        return [
            ...CLASSES.map((one) => ({
                ...one,
                ratio: (other: string, engine: string) => this.ratio(one, other, engine, 'warm'),
            })),
            { ...COLD, ratio: (other, engine) => this.ratio(integer, other, engine, 'cold') },
            { ...SHELL, ratio: (other, engine) => divide(this.shellCpuMs(other), this.shellCpuMs(engine)) },
            { ...MEMORY, ratio: (other, engine) => divide(this.peakMb(other), this.peakMb(engine)) },
        ];
    }

    goals(): GoalRow[] {
        return this.measures().map(({ title, atLeast, aim, ratio }) => {
            const ratios = {
                node: ratio('v86', 'tabpc'),
                chromium: ratio('v86-chromium', 'tabpc-chromium'),
                qemu: ratio('qemu', 'tabpc'),
            };
            return { title, ...ratios, atLeast, aim, verdict: judge(ratios, atLeast, aim) };
        });
    }

    #runs(engine: string): Run[] {
        return this.results.runs.filter((run) => run.engine === engine);
    }
}

export interface Measure {
    title: string;
    atLeast?: Goal;
    aim?: Goal;
    /** How many times as much `other` takes as `engine`; null: not measured. */
    ratio(other: string, engine: string): number | null;
}
/** Ratios "that engine / tabpc"; null: not measured. */
export interface Ratios {
    node: number | null; // v86, both under node
    chromium: number | null; // v86, both in Chromium
    qemu: number | null;
}
export interface GoalRow extends Ratios {
    title: string;
    atLeast: Goal | undefined;
    aim: Goal | undefined;
    verdict: Verdict;
}
export type Verdict = 'reaches the aim' | 'enough' | 'misses the least' | 'worse than v86' | 'not measured';

/** A goal must be met under node and in Chromium, wherever it was measured. No class may be worse than v86. */
export function judge(ratios: Ratios, atLeast: Goal | undefined, aim: Goal | undefined): Verdict {
    const meets = (goal: Goal) =>
        reaches(ratios.node, goal.v86) &&
        reaches(ratios.chromium, goal.v86) &&
        reaches(ratios.qemu, goal.qemu);
    if (ratios.node === null && ratios.chromium === null) return 'not measured';
    if (aim && meets(aim)) return 'reaches the aim';
    if (atLeast ? meets(atLeast) : meets({ v86: 1 })) return 'enough';
    return meets({ v86: 1 }) ? 'misses the least' : 'worse than v86';
}
const reaches = (ratio: number | null, goal: number | undefined) =>
    ratio === null || goal === undefined || ratio >= goal;

const known = (value: number) => (Number.isNaN(value) ? null : value);
export const divide = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b);
