// The build refuses code that includes, or links, against the include direction.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const top = path.join(import.meta.dirname, '../..');

/** Builds a tree of three libraries, base <- core and cpu; `hw` is added with the given CMake line and source. */
function build(line, source) {
    const folder = mkdtempSync(path.join(tmpdir(), 'tabpc-layers-'));
    try {
        const write = (file, text) => {
            mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
            writeFileSync(path.join(folder, file), `${text}\n`);
        };
        symlinkSync(path.join(top, 'cmake'), path.join(folder, 'cmake'));
        symlinkSync(path.join(top, 'CMakeLists.txt'), path.join(folder, 'CMakeLists.txt'));
        for (const [name, below] of [
            ['base', ''],
            ['core', 'base'],
            ['cpu', 'core'],
        ]) {
            write(`src/${name}/CMakeLists.txt`, `tabpc_library(${name} DEPENDS ${below})`);
            write(`src/${name}/${name}.h`, `inline int ${name}() { return 1; }`);
        }
        write('src/hw/CMakeLists.txt', line);
        write('src/hw/hw.cpp', source);
        const run = (...args) => spawnSync('cmake', args, { cwd: folder, encoding: 'utf8' });
        const configured = run('-G', 'Ninja', '-B', 'out', '-DTABPC_TESTS=OFF', '-DTABPC_BENCH=OFF');
        const result = configured.status === 0 ? run('--build', 'out') : configured;
        return { status: result.status, output: result.stdout + result.stderr };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

test('a library includes what it depends on, directly or not', () => {
    const { status, output } = build(
        'tabpc_library(hw SOURCES hw.cpp DEPENDS core)',
        '#include "core/core.h"\n#include "base/base.h"',
    );
    assert.equal(status, 0, output);
});

test('what is not linked cannot be included', () => {
    const { status, output } = build('tabpc_library(hw SOURCES hw.cpp DEPENDS core)', '#include "cpu/cpu.h"');
    assert.notEqual(status, 0);
    assert.match(output, /cpu\/cpu\.h.*(not found|No such file)/);
});

test('a device library cannot link the CPU', () => {
    const { status, output } = build('tabpc_library(hw SOURCES hw.cpp DEPENDS core cpu)', '');
    assert.notEqual(status, 0);
    assert.match(output, /hw must not depend on cpu/);
});
