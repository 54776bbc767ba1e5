// The options of `./tabpc bench`, and which benchmarks they choose.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CLASSES, benchmarksOf, select } from '../../bench/classes.ts';
import { commandLine } from '../../bench/engines/engine.ts';
import { parseOptions } from '../../bench/options.ts';

const bench = path.join(import.meta.dirname, '../../bench');

test('without options: four engines, every benchmark, whole work', () => {
    const options = parseOptions([]);
    assert.deepEqual(options.engines, ['native', 'qemu', 'v86', 'tabpc']);
    assert.equal(options.wanted.length, CLASSES.flatMap(benchmarksOf).length);
    assert.equal(options.divisor, 1);
    assert.equal(options.runs, 3);
    assert.equal(options.micro, null);
});

test('--chromium adds engines, --engines names them', () => {
    assert.deepEqual(parseOptions(['--chromium']).engines.slice(-2), ['v86-chromium', 'tabpc-chromium']);
    assert.deepEqual(parseOptions(['--engines=v86,tabpc']).engines, ['v86', 'tabpc']);
    assert.deepEqual(parseOptions(['--engines=tabpc-chromium', '--chromium']).engines, [
        'tabpc-chromium',
        'v86-chromium',
    ]);
});

test('--quick: something of every class with a goal, one run; --runs has the last word', () => {
    const options = parseOptions(['--quick']);
    const classes = new Set(options.wanted.map((wanted) => wanted.class.name));
    for (const { name, atLeast } of CLASSES) assert.equal(classes.has(name), atLeast !== undefined, name);
    assert.equal(options.runs, 1);
    assert.ok(options.divisor > 1);
    assert.equal(parseOptions(['--quick', '--runs=2']).runs, 2);
});

test('--only takes classes and benchmarks', () => {
    const names = (...only) => select(only, false).map(({ benchmark }) => benchmark);
    assert.deepEqual(names('self-modifying'), ['smc_same', 'smc_datapage', 'jitgen']);
    assert.deepEqual(names('rm_loop', 'crc32'), ['crc32', 'rm_loop']); // in the guest's order
    assert.deepEqual(select(['bigcode'], true).length, 1); // asked for by name, quick or not
});

test('--micro stands alone or has a filter', () => {
    assert.equal(parseOptions(['--micro']).micro, '.');
    assert.equal(parseOptions(['--micro=decode']).micro, 'decode');
});

test('what is wrong gets a sentence that names it', () => {
    for (const [arg, sentence] of [
        ['--engines=vax', /no engine 'vax'; there are native, qemu/],
        ['--only=moon', /no class or benchmark 'moon'; the classes are integer/],
        ['--runs=0', /--runs=0: not a number from 1/],
        ['--rounds=1', /--rounds=1: not a number from 2/], // the first is cold: one more is needed
        ['--rounds=x', /--rounds=x/],
        ['--fast', /--fast/],
    ])
        assert.throws(() => parseOptions([arg]), { message: sentence }, arg);
    const { status, stderr } = spawnSync(process.execPath, [path.join(bench, 'main.ts'), '--only=moon'], {
        encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /^tabpc: bench: there is no class/);
});

test('no benchmark is in two classes, and the guest has every one of them', () => {
    const all = CLASSES.flatMap(benchmarksOf);
    assert.equal(new Set(all).size, all.length);
    const sums = JSON.parse(readFileSync(path.join(bench, 'guest/expected.json'), 'utf8'));
    const floppy = readFileSync(path.join(bench, 'guest/rmboot.asm'), 'utf8');
    for (const { benchmark, class: one } of select([], false)) {
        if (one.guest === 'linux') assert.ok(benchmark in sums, benchmark);
        else assert.ok(floppy.includes(`"${benchmark}"`), benchmark);
    }
    for (const one of CLASSES)
        for (const name of one.quick) assert.ok(benchmarksOf(one).includes(name), name);
});

test('the command line of all benchmarks fits what a kernel takes', () => {
    const wanted = select([], false).filter((one) => one.class.guest === 'linux');
    const line = commandLine({ guest: 'linux', folder: '', wanted, rounds: 4, divisor: 1 });
    assert.ok(line.length < 2048, `${line.length} characters`); // x86's COMMAND_LINE_SIZE
    assert.match(line, / gbr=4 gbd=1 gbend=shell gbonly=gint:int_mix,.*busybox:sh_forkexec$/);
});
