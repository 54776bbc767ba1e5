// What is printed after a run, and written into docs/performance.md.
import type { Summary } from './summary.ts';
import { benchmarkTable, coldTable, goalTable, machineTable, warmTable } from './tables.ts';

/** Where and how the numbers were taken, in one sentence. */
export function circumstances({ results }: Summary): string {
    const { host, plan, versions, titles, date } = results;
    const who = Object.entries(titles).map(([name, title]) =>
        name === 'native' ? title : `${title} ${versions[name]}`,
    );
    const loads = results.runs.map(({ load }) => load);
    return (
        `${date}, ${host.cpu}, ${host.cores} cores, load ${Math.min(...loads)} to ${Math.max(...loads)} before a run; ` +
        `${who.join('; ')}; node ${versions['node']}; ${plan.runs} ${plan.runs === 1 ? 'run' : 'runs'} of each engine in ` +
        `alternation, ${plan.rounds} rounds${plan.divisor === 1 ? '' : `, work divided by ${plan.divisor}`}; ` +
        `medians of CPU time of the emulator, geometric means over the benchmarks of a class.`
    );
}

export function report(summary: Summary): string {
    const parts = [goalTable(summary), warmTable(summary), coldTable(summary), machineTable(summary)];
    if (!summary.results.plan.quick) parts.push(benchmarkTable(summary));
    return `\n${[...parts, circumstances(summary)].filter(Boolean).join('\n\n')}\n`;
}
