// v86 under node as a program: the options of QEMU that the benchmark needs, the serial port on standard output.
//     node bench/v86.ts [--no-jit] -kernel vmlinuz -initrd initrd.gz -append '…'   or   -fda floppy.img
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { V86 } from 'v86';
import { MEMORY_MB } from './engines/engine.ts';
import { V86_BIOS, V86_FILES } from './engines/programs.ts';

function option(name: string): string | undefined {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
}
function image(file: string | undefined): { buffer: ArrayBuffer } | undefined {
    if (file === undefined) return undefined;
    const { buffer, byteOffset, byteLength } = readFileSync(file);
    return { buffer: (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength) };
}

const images = {
    fda: image(option('-fda')),
    bzimage: image(option('-kernel')),
    initrd: image(option('-initrd')),
    cmdline: option('-append'),
};
const emulator = new V86({
    wasm_path: path.join(V86_FILES, 'v86.wasm'),
    memory_size: MEMORY_MB << 20,
    vga_memory_size: 8 << 20,
    bios: image(V86_BIOS.bios)!,
    vga_bios: image(V86_BIOS.vgaBios)!,
    ...Object.fromEntries(Object.entries(images).filter(([, value]) => value !== undefined)),
    disable_jit: process.argv.includes('--no-jit'),
    disable_speaker: true,
    autostart: true,
});
emulator.add_listener('serial0-output-byte', (byte: number) => process.stdout.write(Buffer.of(byte)));
