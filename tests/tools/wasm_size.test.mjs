// What the page downloads stays small, and no function of the core is one that engines are slow to optimise: in V8 a
// function of 285 KB of wasm ran slowly for seconds, one of 176 KB reached full speed in 0.75 s, one of 74 KB in 0.6 s.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const site = path.join(import.meta.dirname, '../../build/site');
const CORE_BUDGET = 400_000; // gzip: wasm and every script of the site
const FUNCTION_LIMIT = 180 * 1024;

/** Sizes of the function bodies of a wasm module, largest first (WebAssembly core specification, 5.5.13). */
function functionSizes(wasm) {
    let at = 8;
    const leb = () => {
        let value = 0;
        for (let shift = 0; ; shift += 7) {
            const byte = wasm[at++];
            value += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80) return value;
        }
    };
    while (at < wasm.length) {
        const id = wasm[at++];
        const size = leb();
        if (id !== 10) {
            at += size;
            continue;
        }
        return Array.from({ length: leb() }, () => {
            const body = leb();
            at += body;
            return body;
        }).sort((a, b) => b - a);
    }
    assert.fail('no code section');
}

test('core and scripts of the site stay within their download budget', (t) => {
    const files = readdirSync(site).filter((file) => /\.(wasm|mjs|js)$/.test(file));
    assert.ok(files.includes('tabpc.wasm'));
    const sizes = files.map((file) => [
        file,
        gzipSync(readFileSync(path.join(site, file)), { level: 9 }).length,
    ]);
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    t.diagnostic(`${total} bytes gzip: ${sizes.map(([file, size]) => `${file} ${size}`).join(', ')}`);
    assert.ok(total <= CORE_BUDGET, `${total} bytes, budget ${CORE_BUDGET}`);
});

test('no function of the core is too large for the engines', (t) => {
    const sizes = functionSizes(readFileSync(path.join(site, 'tabpc.wasm')));
    t.diagnostic(`${sizes.length} functions, the largest have ${sizes.slice(0, 5).join(', ')} bytes`);
    assert.ok(sizes[0] <= FUNCTION_LIMIT, `${sizes[0]} bytes, limit ${FUNCTION_LIMIT}`);
});
