// The microbenchmarks (Google Benchmark, cpu_benchmark.cpp and its neighbours), natively and as wasm under node.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { top } from './paths.ts';

/** Returns the exit status. */
export function microbenchmarks(filter: string): number {
    let status = 0;
    for (const preset of ['native', 'wasm']) {
        const programs = readFileSync(path.join(top, 'build', preset, 'benchmarks.txt'), 'utf8')
            .trim()
            .split('\n');
        for (const program of programs) {
            console.log(`\n${path.basename(program, '.js')}, ${preset}:`);
            const command = preset === 'wasm' ? [process.execPath, program] : [program];
            const run = spawnSync(command[0]!, [...command.slice(1), `--benchmark_filter=${filter}`], {
                stdio: 'inherit',
            });
            if (run.status !== 0) status = 1;
        }
    }
    return status;
}
