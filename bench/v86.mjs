// v86 (npm package `v86`) under node with a Linux kernel, its serial port on stdout: the peer we measure against.
//     node v86.mjs -kernel vmlinuz -initrd initrd.gz -append '…' [--no-jit]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const bytes = (file) => {
    const b = readFileSync(file);
    return { buffer: b.buffer.slice(b.byteOffset, b.byteOffset + b.length) };
};
const entry = createRequire(import.meta.url).resolve('v86/build/libv86.mjs');
const { V86 } = await import(entry);
// v86 takes SeaBIOS's 128 KiB build; Debian's package has it beside the one we use.
const firmware = process.env.SEABIOS ?? '/usr/share/seabios';
const emulator = new V86({
    wasm_path: path.join(path.dirname(entry), 'v86.wasm'),
    memory_size: 256 << 20,
    vga_memory_size: 8 << 20,
    bios: bytes(path.join(firmware, 'bios.bin')),
    vga_bios: bytes(path.join(firmware, 'vgabios-stdvga.bin')),
    bzimage: bytes(option('-kernel')),
    initrd: bytes(option('-initrd')),
    cmdline: option('-append'),
    disable_jit: process.argv.includes('--no-jit'),
    disable_speaker: true,
    autostart: true,
});
emulator.add_listener('serial0-output-byte', (byte) => process.stdout.write(Buffer.of(byte)));
