// The real core through the page's own wrapper, without a page: what needs no browser to be checked.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Pc, SHUT_DOWN, instantiate } from '../src/core.ts';
import { QmpClient } from '../src/qmp-client.ts';
import { SITE, hasRealCore } from './browser.mjs';

const skip = hasRealCore ? false : 'the core is not built';
const FIRMWARE = ['bios-256k.bin', 'vgabios-stdvga.bin'];
let core;
before(async () => {
    if (skip) return;
    const module = await WebAssembly.compile(await readFile(path.join(SITE, 'tabpc.wasm')));
    core = await instantiate(pathToFileURL(path.join(SITE, 'tabpc.mjs')).href, module);
});

async function pcWithFirmware() {
    const pc = new Pc(core);
    for (const name of FIRMWARE) pc.addBytes(name, await readFile(path.join(SITE, 'firmware', name)));
    return pc;
}

/** Runs until `done()`, at most `limitMs` of host time. */
function runUntil(pc, done, limitMs = 20_000) {
    const end = performance.now() + limitMs;
    while (!done()) {
        assert.ok(performance.now() < end, 'took too long');
        if (pc.run(8) === SHUT_DOWN) break;
    }
}

test('every key of a 104-key keyboard has a place on the PC’s', { skip }, async () => {
    const row = (prefix, names) => names.map((name) => prefix + name);
    const codes = [
        ...row('Key', [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']),
        ...row('Digit', [...'0123456789']),
        ...row(
            'F',
            Array.from({ length: 12 }, (_, n) => n + 1),
        ),
        ...row('Numpad', [...'0123456789', 'Add', 'Subtract', 'Multiply', 'Divide', 'Decimal', 'Enter']),
        ...row('Arrow', ['Up', 'Down', 'Left', 'Right']),
        ...['Shift', 'Control', 'Alt', 'Meta'].flatMap((name) => [`${name}Left`, `${name}Right`]),
        ...[
            'Escape',
            'Tab',
            'CapsLock',
            'Space',
            'Enter',
            'Backspace',
            'ContextMenu',
            'NumLock',
            'ScrollLock',
        ],
        ...['Insert', 'Delete', 'Home', 'End', 'PageUp', 'PageDown', 'PrintScreen', 'Pause', 'IntlBackslash'],
        ...['Backquote', 'Minus', 'Equal', 'BracketLeft', 'BracketRight', 'Backslash', 'Semicolon', 'Quote'],
        ...['Comma', 'Period', 'Slash'],
    ];
    const pc = new Pc(core);
    assert.deepEqual(
        codes.filter((code) => !pc.key(code, false)),
        [],
    );
    assert.equal(pc.key('BrowserBack1', true), false);
    pc.delete();
});

test('what cannot start says why', { skip }, async () => {
    const start = async (options, files = {}) => {
        const pc = await pcWithFirmware();
        for (const [name, bytes] of Object.entries(files)) pc.addBytes(name, bytes);
        try {
            pc.start(options);
        } finally {
            pc.delete();
        }
    };
    await assert.rejects(start({ fda: 'nowhere.img' }), /nowhere\.img/);
    await assert.rejects(start({ fda: 'odd.img' }, { 'odd.img': new Uint8Array(1000) }), /odd\.img/);
    await assert.rejects(start({ m: '0' }), /./);
    await assert.rejects(start({ nonsense: 'x' }), /nonsense/);
    const bare = new Pc(core);
    assert.throws(() => bare.start({}), /bios/i);
    bare.delete();
});

test('a disk’s bytes are asked for while the guest runs, and only then', { skip }, async () => {
    const disk = new Uint8Array(8 << 20);
    // mov ax, 0e54h; int 10h; hlt: the boot sector prints a T.
    disk.set([0xb8, 0x54, 0x0e, 0xcd, 0x10, 0xf4]);
    disk.set([0x55, 0xaa], 510);
    const pc = await pcWithFirmware();
    pc.addSource('disk.img', disk.length, 7);
    pc.start({ m: '16M', hda: 'disk.img' });
    const events = [];
    let text = null;
    const qmp = new QmpClient(
        (line) => pc.qmpWrite(line),
        (event) => events.push(event),
    );
    const requests = [];
    const ask = async () => {
        const { lines } = await qmp.execute({ execute: 'x-screen-text' });
        text = lines.join('\n');
    };
    const end = performance.now() + 30_000;
    while (!/^T/m.test(text ?? '') && performance.now() < end) {
        pc.run(8);
        for (let request; (request = pc.nextRequest());) {
            assert.equal(request.source, 7);
            requests.push([request.kind, request.offset]);
            pc.complete(request, disk.subarray(request.offset, request.offset + request.length));
        }
        const asked = ask();
        qmp.receive(pc.qmpRead());
        await asked;
    }
    assert.match(text, /^T/m);
    assert.deepEqual(requests[0], ['read', 0]);
    assert.ok(pc.stats().diskReads > 0);
    assert.ok(pc.stats().instructions > 1000);
    pc.delete();
});

test('many machines come and go in one instance', { skip }, async () => {
    for (let n = 0; n < 5; n++) {
        const pc = await pcWithFirmware();
        pc.start({ m: '16M' });
        runUntil(pc, () => pc.frame().width > 0);
        pc.delete();
    }
});
