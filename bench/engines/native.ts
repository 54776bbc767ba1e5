// The guest's programs on the host itself: 32-bit Linux programs, so an x86 host whose kernel runs them. What is the
// kernel's work (system calls, faults, processes) is the host kernel's here, and its sandbox's.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { guestFolder } from '../paths.ts';
import { Lines } from '../process.ts';
import type { Engine, Job } from './engine.ts';

export const native: Engine = {
    name: 'native',
    title: 'native',
    guests: ['linux'],
    timesItself: true,
    version: () => /^model name\s*: (.*)/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown',
    missing() {
        const { status } = spawnSync(path.join(guestFolder, 'gint'), ['-r1', '-d1000000', 'crc32']);
        return status === 0 ? null : 'this host does not run 32-bit x86 programs';
    },
    async start(job, onLine) {
        const stop = new AbortController();
        const ended = runAll(job, onLine, stop.signal);
        return {
            since: performance.now(),
            cpuMs: () => 0, // the programs' own result lines have it
            peakMb: () => NaN,
            ended,
            async close() {
                stop.abort();
                await ended;
            },
        };
    },
};

async function runAll(job: Job, onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
    const lines = new Lines(onLine);
    for (const { program, benchmark } of job.wanted) {
        if (program === 'busybox') continue; // Debian's, with no source of ours to build natively
        if (signal.aborted) break;
        const status = await new Promise((resolve) => {
            const args = [`-r${job.rounds}`, `-d${job.divisor}`, benchmark];
            const child = spawn(path.join(job.folder, program), args, { signal, killSignal: 'SIGKILL' });
            child.stdout.setEncoding('latin1').on('data', (text: string) => lines.feed(text));
            child.on('error', resolve);
            child.on('close', resolve);
        });
        if (status !== 0) return `${program} ended with ${status}`;
    }
    lines.feed('@S done\n');
    return 'every program has run';
}
