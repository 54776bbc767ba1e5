// THIRD_PARTY.md tells the truth: everything we use has a row with its licence, and nothing that is linked is under a
// licence that would bind our own code.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const top = path.join(import.meta.dirname, '../..');
const read = (file) => readFileSync(path.join(top, file), 'utf8');

/** The document as {section title: {name: licence}}; "a, b" in a name cell are two names. */
function sections() {
    const result = {};
    for (const part of read('THIRD_PARTY.md').split(/^## /m).slice(1)) {
        const rows = part.split('\n').filter((line) => /^\| /.test(line) && !/^\| (Name|---)/.test(line));
        const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
        result[part.split('\n', 1)[0]] = Object.fromEntries(
            cells.flatMap(([, names, , licence]) => names.split(', ').map((name) => [name, licence])),
        );
    }
    return result;
}

const {
    'Linked into what we ship': linked,
    'Shipped beside it, as separate files': beside,
    ...rest
} = sections();
const tools = rest['Used to build and test, not shipped'];

test('every npm package of package.json has a row with the licence it declares', () => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(read('package.json'));
    for (const name of Object.keys(devDependencies)) {
        const { license } = JSON.parse(read(`node_modules/${name}/package.json`));
        assert.equal(tools[name] ?? linked[name], license, name);
    }
    for (const name of Object.keys(dependencies))
        assert.ok(linked[name], `${name} is shipped, so it counts as linked`);
});

test('every library whose source CMake adds has a row', () => {
    const added = [...read('cmake/ThirdParty.cmake').matchAll(/^ +tabpc_add_third_party\((\w+)-[\d.]+\)/gm)];
    assert.ok(added.length >= 2);
    for (const [, name] of added) assert.ok(tools[name] ?? linked[name], name);
});

test('no licence of what is linked binds our own code', () => {
    const free = /^(MIT|NCSA|BSD-[23]-Clause|Apache-2\.0( WITH LLVM-exception)?|Zlib|CC0-1\.0|ISC)$/;
    // Libraries of the system: linked dynamically, or with an exception that says so.
    const system = ['LGPL-2.1-or-later', 'GPL-3.0 WITH GCC-exception-3.1'];
    assert.ok(Object.keys(linked).length > 0);
    for (const [name, licence] of Object.entries(linked)) {
        assert.ok(
            system.includes(licence) || licence.split(' or ').some((part) => free.test(part)),
            `${name}: ${licence}`,
        );
    }
});

test('the native program loads only libraries that have a row', () => {
    const rows = {
        'libSDL2-2.0': 'SDL2',
        'libstdc++': 'libstdc++',
        libgcc_s: 'libgcc',
        libc: 'glibc',
        libm: 'glibc',
    };
    const dynamic = execFileSync('readelf', ['-d', program('native')], { encoding: 'utf8' });
    const needed = [...dynamic.matchAll(/\(NEEDED\).*\[(.+?)\.so/g)].map((match) => match[1]);
    assert.ok(needed.includes('libc'));
    for (const library of needed) assert.ok(linked[rows[library]], library);
});

test('the wasm build links no port but those that have a row', () => {
    const flags = read('build/wasm/build.ninja').matchAll(/-sUSE_(\w+)=|--use-port=(\w+)/g);
    for (const [, setting, port] of flags) assert.ok(linked[setting ?? port.toUpperCase()], setting ?? port);
});

test('the firmware lies beside its licence texts', () => {
    const folder = path.join(top, 'build/firmware');
    const files = readdirSync(folder);
    assert.equal(beside.SeaBIOS, 'LGPL-3.0');
    assert.deepEqual(files.filter((file) => file.endsWith('.bin')).sort(), [
        'bios-256k.bin',
        'vgabios-cirrus.bin',
        'vgabios-stdvga.bin',
    ]);
    const text = (file) => readFileSync(path.join(folder, file), 'utf8');
    assert.match(text('LGPL-3'), /GNU LESSER GENERAL PUBLIC LICENSE/);
    assert.match(text('GPL-3'), /GNU GENERAL PUBLIC LICENSE/);
    assert.match(text('seabios.copyright'), /SeaBIOS|seabios/);
    assert.match(text('README.txt'), /apt-get source seabios=/);
});

test('the guest disk lies beside its licence texts', () => {
    assert.ok(beside['Debian 12 i386']);
    assert.match(read('build/guests/linux/SOURCES.txt'), /apt-get source/);
    assert.ok(readdirSync(path.join(top, 'build/guests/linux/LICENSES')).length > 0);
});

test('no file of ours carries a GPL notice', () => {
    const carriers = [];
    for (const folder of ['src', 'wasm-jit', 'web', 'site', 'bench']) {
        if (!existsSync(path.join(top, folder))) continue;
        for (const entry of readdirSync(path.join(top, folder), { recursive: true })) {
            const file = path.join(folder, entry);
            if (!/\.(cpp|h|inc|ts|mjs|js|css|c|S|asm|py|sh)$/.test(file)) continue; // pages may name the licences of guests
            if (/GNU (Lesser )?General Public License|GPL-[23]/.test(read(file))) carriers.push(file);
        }
    }
    assert.deepEqual(carriers, []);
});

function launcher(preset) {
    return path.join(top, 'build', preset, 'qemu-system-i386');
}

/** The program a launcher starts. */
function program(preset) {
    return /^exec "(.+?)"/m.exec(readFileSync(launcher(preset), 'utf8'))[1];
}
