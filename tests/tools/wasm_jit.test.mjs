// The translator's modules as others see them: Binaryen and the engine accept them, branch hints stand on branches, and the
// code of a few regions is what tests/wasm-jit/golden/ says. After a change of code generation
//     TABPC_UPDATE_GOLDEN=1 node --test tests/tools/wasm_jit.test.mjs
// writes those files again; read the difference.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const top = path.join(import.meta.dirname, '../..');
const goldens = path.join(top, 'tests/wasm-jit/golden');
const run = (program, ...args) => execFileSync(program, args, { cwd: top, encoding: 'utf8', stdio: 'pipe' });

const emscripten = run('cmake', '-P', 'cmake/Emscripten.cmake').trim();
const binaryen = run(path.join(emscripten, 'em-config'), 'BINARYEN_ROOT').trim();

const folder = mkdtempSync(path.join(tmpdir(), 'tabpc-wasm-jit-'));
after(() => rmSync(folder, { recursive: true }));
run(path.join(top, 'build/native/tests/wasm-jit/wasm_jit_modules'), folder);
const modules = readdirSync(folder).filter((file) => file.endsWith('.wasm'));

/** Reads a module's bytes in order. */
class Reader {
    constructor(bytes, at = 0) {
        this.bytes = bytes;
        this.at = at;
    }
    leb() {
        let value = 0;
        for (let shift = 0; ; shift += 7) {
            const byte = this.bytes[this.at++];
            value += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80) return value;
        }
    }
    text() {
        const length = this.leb();
        this.at += length;
        return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString();
    }
    vector(item) {
        return Array.from({ length: this.leb() }, item);
    }
}

/** Where the bodies of a module's functions start, and the hinted places of each by index. */
function bodiesAndHints(bytes) {
    const imported = 1;
    const bodies = [];
    const hints = new Map();
    const reader = new Reader(bytes, 8);
    while (reader.at < bytes.length) {
        const id = bytes[reader.at++];
        const end = reader.leb() + reader.at;
        if (id === 0 && reader.text() === 'metadata.code.branch_hint') {
            assert.equal(bodies.length, 0, 'hints stand before the code');
            reader.vector(() => {
                const index = reader.leb() - imported;
                const places = reader.vector(() => {
                    const place = reader.leb();
                    assert.deepEqual([reader.leb(), bytes[reader.at++]], [1, 0], 'unlikely');
                    return place;
                });
                hints.set(index, places);
            });
        } else if (id === 10) {
            reader.vector(() => {
                const length = reader.leb();
                bodies.push(reader.at);
                reader.at += length;
            });
        }
        reader.at = end;
    }
    return { bodies, hints };
}

test('Binaryen and the engine accept every module', () => {
    assert.ok(modules.length > 10);
    for (const name of modules) {
        const file = path.join(folder, name);
        assert.ok(WebAssembly.validate(readFileSync(file)), `${name}: the engine refuses it`);
        run(path.join(binaryen, 'bin/wasm-opt'), file, '-o', '/dev/null');
    }
});

test('Binaryen refuses what is wrong', () => {
    const bytes = readFileSync(path.join(folder, 'registers.wasm'));
    bytes[bytes.lastIndexOf(0x6a)] = 0x7c; // i64.add where i32.add was
    const file = path.join(folder, 'wrong');
    writeFileSync(file, bytes);
    assert.throws(() => run(path.join(binaryen, 'bin/wasm-opt'), file, '-o', '/dev/null'));
});

test('branch hints stand on br_if and if', () => {
    let count = 0;
    for (const name of modules.filter((file) => !file.startsWith('random'))) {
        const bytes = readFileSync(path.join(folder, name));
        const { bodies, hints } = bodiesAndHints(bytes);
        for (const [index, places] of hints) {
            assert.deepEqual(
                places,
                [...new Set(places)].sort((a, b) => a - b),
                `${name}: in order`,
            );
            for (const place of places) {
                const opcode = bytes[bodies[index] + place];
                assert.ok(opcode === 0x0d || opcode === 0x04, `${name}: opcode ${opcode} at ${place}`);
                count++;
            }
        }
    }
    assert.ok(count > 5);
});

for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.ir'))
    .map((file) => file.slice(0, -3))) {
    test(`golden: ${name}`, () => {
        const region = readFileSync(path.join(folder, `${name}.ir`), 'utf8').trimEnd();
        const code = run(path.join(binaryen, 'bin/wasm-dis'), path.join(folder, `${name}.wasm`)).trimEnd();
        const text = `${region.replaceAll(/^/gm, ';; ')}\n${code}\n`;
        const file = path.join(goldens, `${name}.wat`);
        if (process.env.TABPC_UPDATE_GOLDEN) writeFileSync(file, text);
        assert.equal(text, readFileSync(file, 'utf8'));
    });
}

test('every golden file has its region', () => {
    const names = readdirSync(folder).filter((file) => file.endsWith('.ir'));
    assert.deepEqual(readdirSync(goldens).sort(), names.map((file) => file.replace('.ir', '.wat')).sort());
});
