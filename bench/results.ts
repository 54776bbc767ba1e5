// The results of a run as the JSON file has them, and whether the engines agree.
import type { GuestName } from './classes.ts';

/** One round of a benchmark: the time from the serial line before it to its own. */
export interface Round {
    cpuMs: number; // of the emulator, all threads
    hostMs: number;
    guestMs: number; // by the guest's clock, which is only a cross-check
    sum: string;
}

/** One start of one engine. */
export interface Run {
    engine: string;
    guest: GuestName;
    load: number; // of the host, before
    firstLineMs: number; // from the start of the emulator to its first serial line
    shell: { hostMs: number; cpuMs: number } | null; // from the start to where the guest's init would start a shell
    idlePercent: number | null; // of a core, at a shell that waits
    peakMb: number | null;
    statistics: Record<string, number> | null; // at the end, by the machine itself
    rounds: Record<string, (Round | null)[]>; // by benchmark; null: the line of a round was not to be read
}

export interface Results {
    format: 1;
    date: string;
    host: { cpu: string; cores: number; kernel: string };
    versions: Record<string, string>; // of engines and of what they run in
    titles: Record<string, string>; // of the engines, in their order
    plan: { runs: number; rounds: number; divisor: number; quick: boolean };
    runs: Run[];
}

/** Where checksums differ between engines, as sentences. Who is right is for the reader to find out. */
export function disagreements(runs: readonly Run[]): string[] {
    const seen = new Map<string, Map<string, Set<string>>>(); // "benchmark, round n" -> sum -> engines
    for (const { engine, rounds } of runs)
        for (const [benchmark, list] of Object.entries(rounds))
            for (const [n, round] of list.entries()) {
                if (!round) continue;
                const sums = entry(seen, `${benchmark}, round ${n}`, () => new Map<string, Set<string>>());
                entry(sums, round.sum, () => new Set<string>()).add(engine);
            }
    return [...seen]
        .filter(([, sums]) => sums.size > 1)
        .map(([where, sums]) => {
            const says = [...sums].map(([sum, engines]) => `${sum} by ${[...engines].join(', ')}`);
            return `${where}: ${says.join('; ')}`;
        });
}

/** Where checksums are not those of expected.json, which holds for undivided work, as sentences. */
export function unexpected(runs: readonly Run[], expected: Record<string, string[]>): string[] {
    return runs.flatMap(({ engine, rounds }) =>
        Object.entries(rounds).flatMap(([benchmark, list]) =>
            list.flatMap((round, n) => {
                const right = expected[benchmark]?.[n]; // the floppy has no sums
                if (!round || right === undefined || round.sum === right) return [];
                return [`${benchmark}, round ${n}: ${round.sum} by ${engine}, expected ${right}`];
            }),
        ),
    );
}

/** Benchmarks that some run has and another run of the same guest has not, as sentences: its program may have failed. */
export function gaps(
    runs: readonly Run[],
    excused: (engine: string, benchmark: string) => boolean,
): string[] {
    const guests = Map.groupBy(runs, ({ guest }) => guest);
    return [...guests.values()].flatMap((same) => {
        const all = new Set(same.flatMap(({ rounds }) => Object.keys(rounds)));
        return same.flatMap(({ engine, rounds }) =>
            [...all]
                .filter((benchmark) => !(benchmark in rounds) && !excused(engine, benchmark))
                .map((benchmark) => `${benchmark}: no result by ${engine}`),
        );
    });
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
    let value = map.get(key);
    if (value === undefined) map.set(key, (value = make()));
    return value;
}
