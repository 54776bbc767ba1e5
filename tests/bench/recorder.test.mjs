// The guest's serial lines become rounds: time from the line before to a result's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder } from '../../bench/measure.ts';
import { Lines } from '../../bench/process.ts';

/** Feeds lines, each with the CPU time and the host's clock at its arrival. */
function record(lines, options) {
    const recorder = new Recorder(options);
    for (const [cpuMs, hostMs, line] of lines) recorder.line(line, { cpuMs, hostMs });
    return recorder;
}

test('a round is the time since the line before it; other lines do not count', () => {
    const { rounds, done } = record([
        [100, 1000, '@B crc32'],
        [120, 1100, '[    1.0] a kernel message'],
        [150, 1300, '@R crc32 0 7000 88b8aac5 6000'],
        [170, 1330, '@R crc32 1 6500 88b8aac5 6000'],
    ]);
    assert.deepEqual(rounds.crc32, [
        { cpuMs: 50, hostMs: 300, guestMs: 7, sum: '88b8aac5' },
        { cpuMs: 20, hostMs: 30, guestMs: 6.5, sum: '88b8aac5' },
    ]);
    assert.equal(done, false);
});

test('marks of a Linux guest: the first line, the shell, the end', () => {
    const recorder = record([
        [5, 40, 'SeaBIOS'],
        [900, 1000, '@S userland'],
        [950, 1100, '@S bench'],
        [990, 1200, '@S done'],
    ]);
    assert.equal(recorder.firstLineAt, 40);
    assert.deepEqual(recorder.shell, { cpuMs: 950, hostMs: 1100 });
    assert.equal(recorder.done, true);
});

test('the floppy is done when the last round of all that is wanted has come', () => {
    const until = { benchmarks: ['rm_loop', 'rm_mem'], rounds: 2 };
    const lines = [
        [0, 0, '@R rm_loop 0 0 0'],
        [1, 1, '@R rm_loop 1 0 0'],
        [2, 2, '@R rm_mem 0 0 0'],
    ];
    assert.equal(record(lines, { until }).done, false);
    const { done, rounds } = record([...lines, [3, 3, '@R rm_seg 0 0 0'], [4, 4, '@R rm_mem 1 0 0']], {
        until,
    });
    assert.equal(done, true);
    assert.deepEqual(Object.keys(rounds), ['rm_loop', 'rm_mem']); // the rest of the floppy was not asked for
});

test('programs that time themselves are believed', () => {
    const { rounds } = record([[0, 5, '@R crc32 0 7000 88b8aac5 6000']], { timesItself: true });
    assert.equal(rounds.crc32[0].cpuMs, 6);
});

test('a kernel panic is seen', () => {
    assert.match(record([[0, 0, '[    1.0] Kernel panic - not syncing']]).panic, /not syncing/);
});

test('text in pieces becomes lines', () => {
    const seen = [];
    const lines = new Lines((line) => seen.push(line));
    for (const piece of ['@S bo', 'ot\r', '\n@B a\n\n@R', ' a']) lines.feed(piece);
    assert.deepEqual(seen, ['@S boot', '@B a', '']);
});
