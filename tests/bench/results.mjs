// Made-up results for the tests: each engine takes `factor` times as long as the others' unit, cold rounds three times that.
import { CLASSES, benchmarksOf } from '../../bench/classes.ts';

export function results(factors, { sum = () => '0001' } = {}) {
    const runs = Object.entries(factors).flatMap(([engine, factor]) =>
        ['linux', 'floppy'].map((guest) => ({
            engine,
            guest,
            load: 1,
            firstLineMs: 100 * factor,
            shell:
                guest === 'linux' && engine !== 'native'
                    ? { hostMs: 2000 * factor, cpuMs: 1000 * factor }
                    : null,
            idlePercent: guest === 'linux' ? factor : null,
            peakMb: engine === 'native' ? null : 100 + factor,
            statistics: engine === 'tabpc' ? { instructions: 200, translated: 50 } : null,
            rounds: Object.fromEntries(
                CLASSES.filter((one) => one.guest === guest)
                    .flatMap(benchmarksOf)
                    .map((benchmark) => [
                        benchmark,
                        [30, 10, 10.5, 9].map((unit, round) => ({
                            cpuMs: unit * factor,
                            hostMs: unit * factor,
                            guestMs: unit,
                            sum: sum(engine, benchmark, round),
                        })),
                    ]),
            ),
        })),
    );
    return {
        format: 1,
        date: '2026-01-01',
        host: { cpu: 'a CPU', cores: 2, kernel: '6' },
        versions: Object.fromEntries(Object.keys(factors).map((name) => [name, '1.0'])),
        titles: Object.fromEntries(Object.keys(factors).map((name) => [name, name.toUpperCase()])),
        plan: { runs: 1, rounds: 4, divisor: 1, quick: false },
        runs,
    };
}
