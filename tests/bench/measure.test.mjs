// A run from start to result, on an engine that only says its lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { select } from '../../bench/classes.ts';
import { measure } from '../../bench/measure.ts';

/** An engine that uses 10 ms of CPU time before each line; after the last it stays, or ends with `why`. */
function scripted(lines, why) {
    const engine = { name: 'scripted', title: 'Scripted', guests: ['linux', 'floppy'], closed: false };
    engine.start = async (job, onLine) => {
        let cpu = 0;
        let end;
        const ended = new Promise((resolve) => (end = resolve));
        setImmediate(() => {
            for (const line of lines) {
                cpu += 10;
                onLine(line);
            }
            if (why) end(why);
        });
        return {
            since: performance.now(),
            cpuMs: () => cpu,
            peakMb: () => 77,
            ended,
            close: async () => {
                engine.closed = true;
            },
        };
    };
    return engine;
}
const run = (engine, guest, names) =>
    measure(engine, { guest, folder: '', wanted: select(names, false), rounds: 2, divisor: 1 }, 0, () => {});

const RESULTS = ['@B crc32', '@R crc32 0 1 aa 1', '@R crc32 1 1 aa 1'];

test('Linux: boot, rounds, memory; the engine is closed', async () => {
    const engine = scripted(['SeaBIOS', '@S userland', '@S bench', ...RESULTS, '@S done']);
    const result = await run(engine, 'linux', ['crc32']);
    assert.equal(result.shell.cpuMs, 30);
    assert.equal(result.peakMb, 77);
    assert.deepEqual(
        result.rounds.crc32.map(({ cpuMs, sum }) => [cpuMs, sum]),
        [
            [10, 'aa'],
            [10, 'aa'],
        ],
    );
    assert.equal(engine.closed, true);
});

test('the floppy says "@S bench" too, and has no shell', async () => {
    const rounds = [0, 1, 2].map((round) => `@R rm_loop ${round} 0 0`);
    const result = await run(scripted(['@S bench', '@B rm_loop', ...rounds]), 'floppy', ['rm_loop']);
    assert.equal(result.shell, null);
    assert.equal(result.rounds.rm_loop.length, 3);
});

test('an engine that ends too early, or a panic, is an error that says who and why; it is closed all the same', async () => {
    const early = scripted(['@S bench', ...RESULTS], 'it ended with SIGSEGV');
    await assert.rejects(run(early, 'linux', ['crc32']), /^Error: Scripted: it ended with SIGSEGV$/);
    assert.equal(early.closed, true);
    const panics = scripted(['[ 1.0] Kernel panic - not syncing: no init']);
    await assert.rejects(run(panics, 'linux', ['crc32']), /Scripted: .*no init/);
});
