// Engines that are a program with QEMU's option words and the serial port on its standard output: QEMU, tabpc, and v86
// under node (../v86.ts).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { top } from '../paths.ts';
import { Child } from '../process.ts';
import { qmp } from '../qmp.ts';
import { MEMORY_MB, commandLine } from './engine.ts';
import type { Engine, Job } from './engine.ts';

const GUESTS = ['linux', 'floppy'] as const;

function imageOptions(job: Job): string[] {
    const file = (name: string) => path.join(job.folder, name);
    if (job.guest === 'floppy') return ['-fda', file('rmboot.img')];
    return ['-kernel', file('vmlinuz'), '-initrd', file('initrd.gz'), '-append', commandLine(job)];
}

const PC = [
    '-m',
    `${MEMORY_MB}`,
    '-display',
    'none',
    '-serial',
    'stdio',
    '-no-reboot',
    '-nic',
    'none',
    '-snapshot',
];

export const qemu: Engine = {
    name: 'qemu',
    title: 'QEMU TCG',
    guests: GUESTS,
    version: () => /version (\S+)/.exec(qemuVersion() ?? '')?.[1] ?? 'unknown',
    missing: () =>
        qemuVersion() === null ? 'there is no qemu-system-i386: apt-get install qemu-system-x86' : null,
    // The CPU is about what v86 says its own is, so that the C library picks the same code paths on both.
    start: async (job, onLine) =>
        new Child(
            'qemu-system-i386',
            ['-accel', 'tcg', '-cpu', 'pentium3,+sse2', '-boot', 'a', ...PC, ...imageOptions(job)],
            onLine,
        ),
};
function qemuVersion(): string | null {
    const { status, stdout } = spawnSync('qemu-system-i386', ['--version'], { encoding: 'utf8' });
    return status === 0 ? stdout : null;
}

function tabpc(name: string, title: string, preset: string): Engine {
    const launcher = path.join(top, 'build', preset, 'qemu-system-i386');
    return {
        name,
        title,
        guests: GUESTS,
        version: tabpcVersion,
        missing: () => (existsSync(launcher) ? null : `there is no ${launcher}: ./tabpc build`),
        start: async (job, onLine) => new TabpcChild(launcher, job, onLine),
    };
}
class TabpcChild extends Child {
    readonly #folder: string;
    constructor(launcher: string, job: Job, onLine: (line: string) => void) {
        const folder = mkdtempSync(path.join(tmpdir(), 'tabpc-bench-'));
        super(
            launcher,
            [...PC, ...imageOptions(job), '-qmp', `unix:${folder}/qmp,server=on,wait=off`],
            onLine,
        );
        this.#folder = folder;
    }
    async statistics(): Promise<Record<string, number>> {
        return (await qmp(path.join(this.#folder, 'qmp'), 'x-stats')) as Record<string, number>;
    }
    override async close(): Promise<void> {
        await super.close();
        rmSync(this.#folder, { recursive: true });
    }
}
export function tabpcVersion(): string {
    const { stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: top, encoding: 'utf8' });
    return stdout?.trim() || 'unknown';
}
export const tabpcNode = tabpc('tabpc', 'tabpc', 'wasm');
export const tabpcNative = tabpc('tabpc-native', 'tabpc, native build', 'native');

function v86(name: string, title: string, options: string[]): Engine {
    return {
        name,
        title,
        guests: GUESTS,
        version: v86Version,
        missing: v86Missing,
        start: async (job, onLine) =>
            new Child(
                process.execPath,
                [path.join(import.meta.dirname, '../v86.ts'), ...options, ...imageOptions(job)],
                onLine,
            ),
    };
}
export const V86_FILES = path.dirname(createRequire(import.meta.url).resolve('v86/build/libv86.mjs'));
/** v86 takes SeaBIOS's 128 KiB build; Debian's package, which QEMU's depends on, has it. */
export const V86_BIOS = {
    bios: '/usr/share/seabios/bios.bin',
    vgaBios: '/usr/share/seabios/vgabios-stdvga.bin',
};
export function v86Version(): string {
    const manifest = readFileSync(path.join(V86_FILES, '../package.json'), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
}
export function v86Missing(): string | null {
    if (!existsSync(path.join(V86_FILES, 'v86.wasm'))) return 'the npm package v86 is not there: npm ci';
    if (!existsSync(V86_BIOS.bios)) return `there is no ${V86_BIOS.bios}: apt-get install seabios`;
    return null;
}
export const v86Node = v86('v86', 'v86', []);
export const v86Interpreter = v86('v86-interpreter', 'v86, interpreter', ['--no-jit']);
