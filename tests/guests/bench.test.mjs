// The benchmark's driver on tabpc: one small class, from power-on to times and a memory figure.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { select } from '../../bench/classes.ts';
import { tabpcNative, tabpcNode } from '../../bench/engines/programs.ts';
import { measure } from '../../bench/measure.ts';
import { guestFolder } from '../../bench/paths.ts';

const there = existsSync(path.join(guestFolder, 'rmboot.img'));

for (const engine of [tabpcNode, tabpcNative])
    test(
        `${engine.title}: three rounds of a real-mode loop`,
        { skip: there ? false : 'the benchmark guest is not built' },
        async () => {
            const job = {
                guest: 'floppy',
                folder: guestFolder,
                wanted: select(['rm_loop'], false),
                rounds: 3,
                divisor: 1,
            };
            const run = await measure(engine, job, 0, () => {});
            const rounds = run.rounds.rm_loop;
            assert.equal(rounds.length, 3);
            // A hundred million instructions: more than a blink, and the CPU was busy with them while they lasted.
            for (const { cpuMs, hostMs } of rounds)
                assert.ok(cpuMs > 5 && cpuMs < 1.5 * hostMs + 100, `${cpuMs} of ${hostMs} ms`);
            assert.ok(run.peakMb > 20 && run.peakMb < 2000, `${run.peakMb} MB`);
            assert.ok(run.firstLineMs > 0);
            assert.ok(run.statistics.instructions > 300e6, `${run.statistics.instructions} instructions`);
        },
    );
