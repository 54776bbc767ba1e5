// The one command: clear words, clear errors, proper exit statuses.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const top = path.join(import.meta.dirname, '../..');
const tabpc = (...args) => spawnSync(path.join(top, 'tabpc'), args, { cwd: '/', encoding: 'utf8' });

test('--help names every word', () => {
    const { status, stdout } = tabpc('--help');
    assert.equal(status, 0);
    for (const word of ['run', 'test', 'build', 'serve', 'boot', 'bench', 'clean'])
        assert.match(stdout, new RegExp(`^  ${word}\\b`, 'm'));
});

test('a word or option that does not exist is an error that says so', () => {
    for (const [args, message] of [
        [['walk'], /there is no word 'walk'/],
        [[], /usage/],
        [['test', 'moon'], /there are no 'moon' tests/],
        [['clean', 'all'], /clean takes no options/],
    ]) {
        const { status, stderr } = tabpc(...args);
        assert.equal(status, 2, args.join(' '));
        assert.match(stderr, message);
    }
});

test('serve refuses a bad port', () => {
    for (const port of ['x', '99999', '-1']) {
        const { status, stderr } = tabpc('serve', `--port=${port}`);
        assert.equal(status, 2, port);
        assert.match(stderr, /not a port number/);
    }
});

test('bench says what it can do, and what is wrong with an option, before it measures', () => {
    const { status, stdout } = tabpc('bench', '--help');
    assert.equal(status, 0);
    assert.match(stdout, /^  --quick /m);
    const wrong = tabpc('bench', '--from=x', '--engines=vax');
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /there is no engine 'vax'/);
    const missing = tabpc('bench', '--from=no-such-file');
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /no-such-file/);
});
