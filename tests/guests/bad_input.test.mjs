// Bad input: what cannot run is refused with one sentence on stderr and status 1; what hardware would live with, runs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Machine } from './machine.mjs';
import { programs } from './run.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'tabpc-bad-'));
after(() => rmSync(folder, { recursive: true }));

/** A file of this length that begins with CODE as a boot sector does; all the rest is zeros. */
function image(name, length, code = []) {
    const file = path.join(folder, name);
    const sector = Buffer.alloc(512);
    Buffer.from(code).copy(sector);
    sector.writeUInt16LE(0xaa55, 510);
    writeFileSync(file, length ? sector : '');
    if (length) truncateSync(file, length);
    return file;
}

// Boot sectors.
const PRINT_H = [0xb8, 0x48, 0x0e, 0xbb, 0x07, 0x00, 0xcd, 0x10, 0xf4, 0xeb, 0xfd]; // INT 10h, AH=0E; HLT for ever
const TRIPLE_FAULT = [0x0f, 0x01, 0x1e, 0x40, 0x7c, 0xcc]; // LIDT of zeros, INT3
const WRITE_SECTOR_2 = [0xb8, 0x01, 0x03, 0xb9, 0x02, 0x00, 0x30, 0xf6, 0xbb, 0x00, 0x7c, 0xcd, 0x13, // INT 13h, AH=03
    0xb8, 0x59, 0x0e, 0x73, 0x02, 0xb0, 0x4e, 0xbb, 0x07, 0x00, 0xcd, 0x10, 0xf4, 0xeb, 0xfd]; // prettier-ignore

const REFUSED = [
    ['a floppy that is not there', ['-fda', 'no-such.img'], /no-such\.img.*no such file/i],
    ['a disk that is not there', ['-hda', 'no-such.img'], /no-such\.img.*no such file/i],
    ['a CD that is not there', ['-cdrom', 'no-such.iso'], /no-such\.iso.*no such file/i],
    ['a folder as a disk', ['-hda', folder], /director|folder/],
    ['a floppy that ends inside a sector', ['-fda', image('cut.img', 100_000)], /cut\.img.*100000 bytes/],
    ['a disk that ends inside a sector', ['-hda', image('odd.img', 1_000_001)], /odd\.img.*1000001 bytes/],
    ['a disk shorter than a sector', ['-hda', image('short.img', 510)], /short\.img.*510 bytes/],
    ['an empty disk', ['-hda', image('empty.img', 0)], /empty|no sectors|too small/],
    ['a kernel that is not there', ['-kernel', 'no-such-kernel'], /no-such-kernel/],
    ['a kernel that is none', ['-kernel', image('none.bin', 4096)], /none\.bin/],
    ['an initrd without a kernel', ['-initrd', 'x'], /-initrd.*-kernel/],
    ['no BIOS', ['-bios', 'nofile'], /nofile/],
    ['more memory than there is', ['-m', '64G'], /memory|-m/],
    ['memory that is no number', ['-m', 'lots'], /lots/],
    ['an unknown option', ['-flux-capacitor'], /-flux-capacitor.*invalid option/],
    ['an option without its argument', ['-fda'], /-fda.*requires an argument/],
    ['an unknown device', ['-device', 'flux-capacitor'], /flux-capacitor/],
    ['an unknown machine', ['-machine', 'q36'], /q36/],
    ['an unknown display card', ['-vga', 'glass'], /glass/],
    ['an unknown drive property', ['-drive', `file=${image('disk.img', 1 << 20)},colour=red`], /colour/],
    ['an unknown format', ['-drive', `file=${image('disk.img', 1 << 20)},format=flux`], /flux/],
    [
        'two drives in one place',
        ['-hda', image('disk.img', 1 << 20), '-hda', image('disk2.img', 1 << 20)],
        /index|twice|exists|already/,
    ],
    ['an unknown boot device', ['-boot', 'x!'], /boot|-boot/i],
    ['a serial port to nowhere', ['-serial', 'file:/no/such/folder/log'], /\/no\/such\/folder\/log/],
];

for (const { name, launcher } of programs)
    describe(`bad input, ${name}`, { concurrency: 2 }, () => {
        for (const [what, options, sentence] of REFUSED)
            test(`${what} is refused`, () => {
                const { status, stderr, error } = spawnSync(launcher, ['-display', 'none', ...options], {
                    encoding: 'utf8',
                    timeout: 20_000,
                    cwd: folder,
                });
                assert.ifError(error);
                assert.equal(status, 1, stderr);
                assert.match(stderr, sentence);
                assert.ok(stderr.trim().split('\n').length <= 2, `one sentence, not this:\n${stderr}`);
            });

        test('a triple fault with -no-reboot ends the program', () => {
            const { status, error } = spawnSync(
                launcher,
                ['-display', 'none', '-no-reboot', '-hda', image('triple.img', 1 << 20, TRIPLE_FAULT)],
                { encoding: 'utf8', timeout: 30_000 },
            );
            assert.ifError(error);
            assert.equal(status, 0);
        });

        test('a triple fault without it resets the machine', async () => {
            const machine = await Machine.start(launcher, [
                '-hda',
                image('triple2.img', 1 << 20, TRIPLE_FAULT),
            ]);
            try {
                await machine.until(
                    () => machine.events.filter((e) => e === 'RESET').length >= 2,
                    30,
                    'two resets',
                );
            } finally {
                await machine.end();
            }
        });

        for (const [what, option, length] of [
            ['a floppy cut short between two sectors', '-fda', 51_200],
            ['a floppy of one sector', '-fda', 512],
            ['a disk of one sector', '-hda', 512],
            ['a disk that is no whole number of cylinders', '-hda', 1_000_448],
        ])
            test(`${what} boots`, async () => {
                const file = image(`odd${option}-${length}-${name}.img`, length, PRINT_H);
                const machine = await Machine.start(launcher, [
                    option,
                    file,
                    '-boot',
                    option === '-fda' ? 'a' : 'c',
                ]);
                try {
                    await machine.until(async () => /^H/m.test(await machine.text()), 30, 'H');
                } finally {
                    await machine.end();
                }
                assert.equal(statSync(file).size, length);
            });

        test('a write to a read-only floppy fails for the guest, and the file stays as it was', async () => {
            const file = image(`readonly-${name}.img`, 1_474_560, WRITE_SECTOR_2);
            chmodSync(file, 0o444);
            const machine = await Machine.start(launcher, [
                '-drive',
                `file=${file},if=floppy,format=raw,readonly=on`,
                '-boot',
                'a',
            ]);
            try {
                await machine.until(async () => /^N/m.test(await machine.text()), 30, 'N, a refused write');
            } finally {
                await machine.end();
            }
        });
    });
