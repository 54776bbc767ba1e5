// The guests that must boot, one row each: how the machine is started and what is seen and done, in order.
// {shared} is the folder of images beside the checkout, {built} is build/guests, {copy} before a name a fresh copy of that
// file which the guest may write to. A row marked `long` takes minutes and runs only when TABPC_LONG=1.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { differences } from '../../bench/guest/check.mjs';
import {
    checkSerial,
    ends,
    key,
    keyUntil,
    pause,
    picture,
    screen,
    serial,
    shot,
    startAgain,
    type,
    typeSerial,
} from './steps.mjs';

const DOS_PROMPT = /^A:\\>$/m;
const LINUX_PROMPT = /^tabpc:\S*# /m;

// Floppy Bird's bird is this yellow (to 6 bits a channel); y grows downwards.
const near = (colour) => (c) =>
    [16, 8, 0].every((shift) => Math.abs(((c >> shift) & 255) - ((colour >> shift) & 255)) < 6);
const bird = (p) => p.middleOf(near(0xffbf00)) ?? {};
const moved = (axis, least, most) => (before, after) => {
    const by = axis(after) - axis(before);
    return by >= least && by <= most;
};

// Tetros draws its well in grey; the falling piece is the only thing of another colour until one has landed.
const WELL = [0x000000, 0xa8a8a8].map(near);
const piece = (p) => p.middleOf((c) => !WELL.some((same) => same(c))) ?? {};

// The installer's dialog: the chosen line is a red bar of some thousand pixels on grey.
const redBar = (p) => {
    const bar = p.middleOf(near(0xaa0000));
    return bar?.count > 4000 && p.middleOf(near(0xaaaaaa))?.count > 400_000 ? bar : undefined;
};
// Drawn last is the help in the bottom line of text.
const redBarAndHelp = (p) => redBar(p) && p.colours(0, p.height - 16).length > 1;

const expected = JSON.parse(
    readFileSync(new URL('../../bench/guest/expected.json', import.meta.url), 'utf8'),
);

export const GUESTS = [
    {
        name: 'FreeDOS, 1.44 MB floppy',
        options: '-fda {shared}/freedos-1440k.img -boot a -snapshot',
        steps: [
            screen(DOS_PROMPT),
            type('ver\n'),
            screen(/FreeCom version 0\.82/),
            type('cls\ndir\n'),
            screen(/KERNEL   SYS        45,450[^]*5 file\(s\)        112,371 bytes[^]*1,337,344 bytes free/),
            shot('freedos'),
        ],
    },
    {
        name: 'FreeDOS, 720 kB floppy',
        options: '-fda {shared}/freedos-720k.img -boot a -snapshot',
        steps: [
            screen(DOS_PROMPT),
            type('ver\n'),
            screen(/FreeCom version 0\.82/),
            type('dir\n'),
            screen(/610,304 bytes free/),
        ],
    },
    {
        // A file made by one DOS session is there in the next: the floppy is written, and the image file with it.
        name: 'FreeDOS keeps what it wrote',
        options: '-fda {copy}{shared}/freedos-1440k.img -boot a',
        steps: [
            screen(DOS_PROMPT),
            type('echo written by FreeDOS > note.txt\n'),
            pause(2),
            ({ machine }) => machine.qmp('quit').catch(() => {}),
            ends(0),
            startAgain(),
            screen(DOS_PROMPT),
            type('type note.txt\n'),
            screen(/^written by FreeDOS/m),
        ],
    },
    {
        // The page too keeps what was written as long as the PC is on. The prompt tells the second session from the first.
        name: 'FreeDOS finds what it wrote after Ctrl+Alt+Del',
        options: '-fda {shared}/freedos-1440k.img -boot a -snapshot',
        steps: [
            screen(DOS_PROMPT),
            type('echo written by FreeDOS > note.txt\nprompt x$g\n'),
            screen(/^x>$/m),
            key('ctrl', 'alt', 'delete'),
            screen(DOS_PROMPT),
            type('type note.txt\n'),
            screen(/^written by FreeDOS/m),
        ],
    },
    {
        // FreeDOS 1.3 has no editor; its partition program is its full-screen one.
        name: 'FreeDOS 1.3 floppy: installer, fdisk',
        options: '-fda {shared}/freedos13-720k.img -hda {built}/linux/linux.img -boot a -snapshot',
        steps: [
            screen(/Select from Menu \[123456\]/, 60),
            key('ret'),
            screen(/Do you want to proceed \[Y,N\]\?$/m, 60),
            shot('freedos13'),
            type('n\n'),
            screen(DOS_PROMPT),
            type('ver\n'),
            screen(/ver\n\nFreeCom version 0\.85a/),
            type('freedos\\bin\\fdisk\n'),
            screen(/large disk \(FAT32\) support \(Y\/N\)/),
            type('\n'),
            screen(/FDISK Options[^]*4\. +Display partition information/),
            type('4\n'),
            screen(/Display Partition Information[^]*C: +1 +A/),
            shot('freedos13-fdisk'),
        ],
    },
    {
        name: 'ELKS',
        options: '-fda {shared}/elks-1440k.img -boot a -snapshot',
        steps: [
            screen(/^# ?$/m, 60),
            type('uname -a\n'),
            screen(/^ELKS elks 0\.6\.0 .* i8086/m),
            type('ls /bin | wc\n'),
            screen(/^ +\d+ +\d+ +\d+\n#/m),
            shot('elks'),
        ],
    },
    {
        name: 'MikeOS: menu, editor',
        options: '-fda {shared}/mikeos.img -boot a -snapshot',
        steps: [
            screen(/Please select an interface: OK for the/),
            shot('mikeos'),
            key('ret'),
            screen(/FILEMAN\.BIN[^]*CALC\.BAS/),
            key('down'), // EDIT.BIN
            key('ret'),
            screen(/MikeOS Text Editor[^]*Please select a file/),
            ...Array(10).fill(key('down')), // ADVNTURE.BAS
            key('ret'),
            screen(/rem/i),
            type('REM hello'),
            screen(/^REM hello/m),
            shot('mikeos-edit'),
        ],
    },
    {
        name: 'Floppy Bird is played',
        options: '-fda {shared}/floppybird.img -boot a -snapshot',
        steps: [
            picture('the bird in mode 13h', (p) => p.width === 640 && p.height === 400 && bird(p).y),
            keyUntil(
                'spc',
                'flap',
                moved((p) => bird(p).y, -20, -3),
            ),
            shot('floppybird'),
            keyUntil(
                'spc',
                'fall',
                moved((p) => bird(p).y, 3, 40),
            ),
        ],
    },
    {
        name: 'Tetros is played',
        options: '-fda {shared}/tetros.img -boot a -snapshot',
        steps: [
            picture('a falling piece', (p) => piece(p).y > 100),
            keyUntil(
                'left',
                'step to the left',
                moved((p) => piece(p).x, -40, -10),
            ),
            keyUntil(
                'right',
                'step to the right',
                moved((p) => piece(p).x, 10, 40),
            ),
            shot('tetros'),
        ],
    },
    {
        name: 'welcome floppy',
        options: '-fda {built}/welcome/welcome.img -boot a',
        steps: [
            screen(/\d MIPS[^]*8 +Letters[^]*Press a key:/),
            shot('welcome'),
            key('1'),
            picture('mode 13h', (p) => p.colours().length > 40),
            key('esc'),
            screen(/Press a key:/),
            key('4'),
            picture('stars', (p) => p.colours().length > 8),
            shot('welcome-show'),
            key('esc'),
            screen(/Press a key:/),
            key('8'),
            screen(/^(?![^]*Press a key:)/),
            key('esc'),
            screen(/Press a key:/),
            key('p'),
            ends(0),
        ],
    },
    {
        name: 'Linux disk: shells on screen and serial port, power off',
        options: '-hda {built}/linux/linux.img -snapshot -m 64M',
        steps: [
            screen(/^tabpc:\S*#$/m, 240),
            type('uname -a\n'),
            screen(/^Linux tabpc 6[^]*GNU\/Linux$/m),
            shot('linux'),
            serial(LINUX_PROMPT),
            typeSerial('expr 6 \\* 7\n'),
            serial(/\n42\n[^]*# /),
            type('poweroff\n'),
            ends(0, 60),
        ],
    },
    {
        name: 'Linux disk keeps what was written',
        options: '-hda {copy}{built}/linux/linux.img -m 64M',
        steps: [
            serial(LINUX_PROMPT, 240),
            typeSerial('md5sum /bin/busybox > /root/sum; reboot\n'),
            serial(/Restarting system/, 60),
            serial(LINUX_PROMPT, 240),
            typeSerial('md5sum -c /root/sum && poweroff\n'),
            serial(/busybox: OK/),
            ends(0, 60),
        ],
    },
    {
        name: 'real-mode benchmark floppy',
        options: '-fda {built}/bench/rmboot.img -boot a',
        steps: [
            serial(/^@S done/m, 120),
            checkSerial((log) => assert.ok(log.match(/^@R /gm).length >= 19, log)),
        ],
    },
    {
        name: 'keyboard benchmark floppy',
        options: '-fda {built}/bench/kbd-idle.img -boot a',
        steps: [
            serial(/S/),
            key('a'),
            serial(/\x1e\x9e/),
            key('shift', 'b'),
            serial(/\x2a\x30[^]*\x30?[^]*\xaa/),
        ],
    },
    {
        name: 'GRUB rescue CD',
        options: '-cdrom {built}/systems/grub-rescue.iso -boot d',
        steps: [
            screen(/GNU GRUB  version 2\.06[^]*Memtest86\+/),
            shot('grub'),
            key('c'),
            screen(/^grub>$/m),
            type('ls\n'),
            screen(/\(cd0?\)/),
        ],
    },
    {
        name: 'iPXE CD',
        options: '-cdrom {built}/systems/ipxe.iso -boot d',
        steps: [screen(/iPXE 1\.0\.0[^]*Open Source Network Boot Firmware/), shot('ipxe')],
    },
    {
        name: 'memtest86+ from CD',
        options: '-cdrom {built}/systems/memtest86+.iso -boot d -m 64M',
        steps: [
            screen(/Memtest86\+ v6\.10/, 60),
            screen(/Pass +\d+%[^]*Test +\d+%/),
            pause(3),
            shot('memtest'),
        ],
    },
    {
        name: 'memtest86+ as a kernel',
        options: '-kernel {built}/systems/memtest86+.bin -m 32M',
        steps: [screen(/Memtest86\+ v6\.10/), screen(/Errors: +0/)],
    },
    {
        name: 'Debian 12 text installer',
        options:
            '-kernel {built}/systems/installer.vmlinuz -initrd {built}/systems/installer.initrd.gz -m 512M',
        append: 'quiet',
        long: true,
        steps: [
            picture('the menu of languages', redBarAndHelp, 900),
            shot('debian-installer'),
            keyUntil(
                'down',
                'step down the menu',
                moved((p) => redBar(p)?.y, 10, 40),
            ),
        ],
    },
    {
        name: "benchmark guest: Debian's kernel, every checksum",
        options: '-kernel {built}/bench/vmlinuz -initrd {built}/bench/initrd.gz -m 256M -no-reboot',
        append: 'console=ttyS0,115200 rdinit=/init tsc=reliable mitigations=off random.trust_cpu=on gb=all gbr=2',
        long: true,
        steps: [
            serial(/^@S userland/m, 300),
            serial(/^@S done/m, 1800),
            checkSerial((log) => assert.deepEqual(differences(log, expected, { whole: true }), [])),
            ends(0, 60),
        ],
    },
];
