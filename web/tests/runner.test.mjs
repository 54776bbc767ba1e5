// The loop that runs a machine: how it spends the host's time. The machine here only says how long it may be left alone.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Runner } from '../src/runner.ts';
import { enlargement } from '../src/presenter.ts';

const PAUSED = -1;
const SHUT_DOWN = -2;
let pc, runner, states, pictures, failures;

beforeEach(() => {
    states = [];
    failures = [];
    pictures = 0;
    pc = {
        wait: 1000,
        paused: false,
        runs: 0,
        served: 0,
        run() {
            this.runs++;
            return this.paused ? PAUSED : this.wait;
        },
        pending: () => 0,
        pause: () => (pc.paused = true),
        continue: () => (pc.paused = false),
    };
    runner = new Runner(pc, {
        afterSlice: () => pc.served-- > 0,
        picture: () => pictures++,
        state: (state) => states.push(state),
        failed: (error) => failures.push(error),
    });
});
afterEach(() => runner.close());

test('a busy guest runs slice after slice, and other tasks get in between', async () => {
    pc.wait = 0;
    runner.start();
    let others = 0;
    const timer = setInterval(() => others++, 1);
    await sleep(100);
    clearInterval(timer);
    assert.ok(pc.runs > 20, `${pc.runs} slices`);
    assert.ok(others > 0, `${others} other tasks`);
});

test('a halted guest is left alone until its deadline', async () => {
    pc.wait = 60;
    runner.start();
    await sleep(200);
    assert.ok(pc.runs >= 2 && pc.runs <= 5, `${pc.runs} slices`);
});

test('input wakes a halted guest at once', async () => {
    runner.start();
    await sleep(20);
    const before = pc.runs;
    const since = performance.now();
    runner.wake();
    while (pc.runs === before) await sleep(0);
    assert.ok(performance.now() - since < 20);
});

test('a guest that got its disk’s bytes goes on in the same task', async () => {
    runner.start();
    await sleep(20);
    const before = pc.runs;
    pc.served = 3;
    runner.wake();
    await sleep(0);
    while (pc.runs === before) await sleep(0);
    assert.equal(pc.runs, before + 4);
});

test('a paused machine is not run, but still answers', async () => {
    runner.start();
    await sleep(5);
    runner.pause();
    await sleep(400);
    const before = pc.runs;
    await sleep(400);
    assert.equal(pc.runs, before);
    runner.wake();
    await sleep(20);
    assert.equal(pc.runs, before + 1);
    runner.resume();
    assert.deepEqual(states, ['running', 'paused', 'running']);
});

test('out of sight it sleeps, and to the user it is running all the time', async () => {
    runner.start();
    runner.setVisible(false);
    assert.equal(pc.paused, true);
    runner.setVisible(true);
    assert.equal(pc.paused, false);
    assert.deepEqual(states, ['running']);
});

test('what the user paused stays paused when it comes into view', () => {
    runner.start();
    runner.pause();
    runner.setVisible(false);
    runner.setVisible(true);
    assert.equal(pc.paused, true);
    runner.setVisible(false);
    runner.resume(); // by script, out of sight: goes on when seen
    assert.equal(pc.paused, true);
    runner.setVisible(true);
    assert.equal(pc.paused, false);
});

test('pictures are taken while it runs, and once more when it stops', async () => {
    runner.start();
    await sleep(300);
    assert.ok(pictures >= 3 && pictures <= 8, `${pictures} pictures`); // nothing changes: for the cursor only
    runner.pause();
    const stopped = pictures;
    await sleep(150);
    assert.equal(pictures, stopped);
});

test('power off ends the loop', async () => {
    runner.start();
    pc.wait = SHUT_DOWN;
    runner.wake();
    await sleep(20);
    assert.deepEqual(states, ['running', 'off']);
    const { runs } = pc;
    runner.wake();
    runner.pause();
    await sleep(20);
    assert.equal(pc.runs, runs);
});

test('a core that breaks ends the loop with its error', async () => {
    runner.start();
    pc.run = () => {
        throw new Error('unreachable');
    };
    runner.wake();
    await sleep(20);
    assert.deepEqual(failures.map(String), ['Error: unreachable']);
    assert.deepEqual(states, ['running', 'off']);
});

test('a picture is drawn at least as large as it is shown', () => {
    assert.equal(enlargement(720, 0), 1);
    assert.equal(enlargement(720, 700), 1);
    assert.equal(enlargement(720, 730), 2);
    assert.equal(enlargement(400, 800), 2);
    assert.equal(enlargement(320, 5000), 4);
});
