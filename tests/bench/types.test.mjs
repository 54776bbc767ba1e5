// The benchmark is TypeScript that node runs as it is: nothing but this checks its types.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const top = path.join(import.meta.dirname, '../..');

test('bench/ type-checks', () => {
    const { status, stdout } = spawnSync(
        process.execPath,
        [path.join(top, 'node_modules/.bin/tsc'), '--noEmit', '-p', 'bench'],
        {
            cwd: top,
            encoding: 'utf8',
        },
    );
    assert.equal(status, 0, stdout);
});
