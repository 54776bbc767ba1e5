// From results to ratios, verdicts and complaints.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASSES } from '../../bench/classes.ts';
import { disagreements, gaps, unexpected } from '../../bench/results.ts';
import { Summary, judge } from '../../bench/summary.ts';
import { results } from './results.mjs';

const integer = CLASSES[0];

test('warm is the median of the rounds after the first, cold the first', () => {
    const summary = new Summary(results({ v86: 2 }));
    assert.equal(summary.time('v86', 'crc32', 'warm'), 20);
    assert.equal(summary.time('v86', 'crc32', 'cold'), 60);
    assert.equal(summary.warmUp(integer, 'v86').toFixed(6), '3.000000');
    assert.equal(summary.time('qemu', 'crc32', 'warm'), null);
});

test('a round whose line came together with the one before does not count', () => {
    const made = results({ qemu: 1 });
    made.runs[0].rounds.crc32[1].cpuMs = 0;
    made.runs[0].rounds.crc32[2].cpuMs = 0;
    assert.equal(new Summary(made).time('qemu', 'crc32', 'warm'), 9);
});

test('a ratio above one says that tabpc is faster', () => {
    const summary = new Summary(results({ v86: 6, qemu: 3, tabpc: 2 }));
    assert.equal(summary.ratio(integer, 'v86', 'tabpc', 'warm').toFixed(6), '3.000000');
    assert.equal(summary.ratio(integer, 'qemu', 'tabpc', 'warm').toFixed(6), '1.500000');
    assert.equal(summary.ratio(integer, 'native', 'tabpc', 'warm'), null);
});

test('each class has its verdict', () => {
    const verdicts = (factors) =>
        Object.fromEntries(
            new Summary(results(factors)).goals().map(({ title, verdict }) => [title, verdict]),
        );
    const at3 = verdicts({ v86: 6.2, qemu: 3, tabpc: 2 });
    assert.equal(at3['integer'], 'enough');
    assert.equal(at3['scalar memory'], 'reaches the aim');
    assert.equal(at3['SSE2'], 'misses the least');
    assert.equal(at3['cold rounds, integer'], 'enough');
    assert.equal(at3['CPU time to the Linux shell'], 'enough');
    assert.equal(at3['no system: the rest'], 'enough');
    assert.equal(at3['peak memory, 256 MB guest'], 'enough');
    const slow = verdicts({ v86: 2, qemu: 1, tabpc: 2.1 });
    assert.equal(slow['integer'], 'worse than v86');
    assert.equal(slow['no system: the rest'], 'worse than v86');
    assert.equal(slow['peak memory, 256 MB guest'], 'worse than v86');
    assert.equal(verdicts({ tabpc: 1 })['integer'], 'not measured');
});

test('a goal must be met against QEMU and in Chromium too, where they were measured', () => {
    const ratios = { node: 6, chromium: 6, qemu: 2 };
    const [atLeast, aim] = [{ v86: 3, qemu: 1 }, { v86: 5 }];
    assert.equal(judge(ratios, atLeast, aim), 'reaches the aim');
    assert.equal(judge({ ...ratios, chromium: 4 }, atLeast, aim), 'enough');
    assert.equal(judge({ ...ratios, chromium: 2 }, atLeast, aim), 'misses the least');
    assert.equal(judge({ ...ratios, chromium: 0.9 }, atLeast, aim), 'worse than v86');
    assert.equal(judge({ ...ratios, node: 4, qemu: 0.9 }, atLeast, aim), 'misses the least');
    assert.equal(judge({ ...ratios, chromium: null, qemu: null }, atLeast, aim), 'reaches the aim');
    assert.equal(judge({ ...ratios, node: null, chromium: null }, atLeast, aim), 'not measured');
});

test('checksums that differ are told, with who says what', () => {
    assert.deepEqual(disagreements(results({ v86: 1, tabpc: 1 }).runs), []);
    const sum = (engine, benchmark, round) =>
        engine === 'tabpc' && benchmark === 'lz' && round === 2 ? 'bad' : '0001';
    const { runs } = results({ native: 1, v86: 1, tabpc: 1 }, { sum });
    assert.deepEqual(disagreements(runs), ['lz, round 2: 0001 by native, v86; bad by tabpc']);
    assert.deepEqual(unexpected(runs, { lz: ['0001', '0001', '0001', '0001'] }), [
        'lz, round 2: bad by tabpc, expected 0001',
    ]);
});

test('a lost line is no wrong checksum; a benchmark without any line is told', () => {
    const { runs } = results({ native: 1, v86: 1, tabpc: 1 });
    const linux = (engine) => runs.find((run) => run.engine === engine && run.guest === 'linux');
    linux('tabpc').rounds.lz[1] = null;
    assert.deepEqual(disagreements(runs), []);
    assert.deepEqual(unexpected(runs, { lz: ['0001', '0001', '0001', '0001'] }), []);
    delete linux('tabpc').rounds.sse2_nbody;
    delete linux('native').rounds.bb_md5;
    const excused = (engine, benchmark) => engine === 'native' && benchmark === 'bb_md5';
    assert.deepEqual(gaps(runs, excused), ['sse2_nbody: no result by tabpc']);
});

test('booting is what Linux does: a floppy run says nothing about the shell, memory or idling', () => {
    const made = results({ v86: 1 });
    const floppy = made.runs.find(({ guest }) => guest === 'floppy');
    Object.assign(floppy, { shell: { hostMs: 1, cpuMs: 1 }, peakMb: 1, firstLineMs: 1 });
    const summary = new Summary(made);
    assert.equal(summary.shellCpuMs('v86'), 1000);
    assert.equal(summary.peakMb('v86'), 101);
    assert.equal(
        summary.onLinux('v86', ({ firstLineMs }) => firstLineMs),
        100,
    );
});
