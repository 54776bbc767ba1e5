// What is measured: the programs of the benchmark guest (guest/) by class, and what is asked of tabpc in each.

/** The least that the ratio "other engine / tabpc" of CPU times (or memory) must be; higher is better for tabpc. */
export interface Goal {
    v86: number;
    qemu?: number;
}

export interface BenchmarkClass {
    name: string;
    title: string;
    guest: GuestName;
    programs: Record<string, string[]>; // the guest's program -> its benchmarks
    atLeast?: Goal;
    aim?: Goal;
    quick: string[]; // the benchmarks that stand for the class in a quick run
}

export type GuestName = 'linux' | 'floppy';

export const CLASSES: readonly BenchmarkClass[] = [
    {
        name: 'integer',
        title: 'integer',
        guest: 'linux',
        programs: {
            gint: [
                'int_mix', 'int_core', 'sha256', 'crc32', 'quicksort', 'sieve', 'fib_calls', 'indirect',
                'bytecode', 'div32', 'div64', 'bignum_adc', 'bitops', 'lz', 'sprintf', 'bigcode',
            ],
        },
        atLeast: { v86: 3, qemu: 1 },
        aim: { v86: 5 },
        quick: ['int_mix', 'sha256', 'quicksort', 'fib_calls', 'bytecode', 'bignum_adc'],
    },
    {
        name: 'scalar-memory',
        title: 'scalar memory',
        guest: 'linux',
        programs: { gmem: ['triad_u32', 'chase', 'page_stride', 'unaligned', 'bytes_rw'] },
        atLeast: { v86: 1.5 },
        aim: { v86: 3 },
        quick: ['triad_u32', 'unaligned'],
    },
    {
        name: 'bulk-memory',
        title: 'bulk memory (rep, memcpy)',
        guest: 'linux',
        programs: { gmem: ['rep_movsd', 'rep_stosd', 'rep_movsb', 'libc_memcpy'] },
        atLeast: { v86: 0.9 },
        aim: { v86: 1.2 },
        quick: ['rep_movsd', 'libc_memcpy'],
    },
    {
        name: 'x87',
        title: 'x87',
        guest: 'linux',
        programs: { gfp87: ['x87_matmul', 'x87_mandel', 'x87_saxpy', 'x87_nbody', 'x87_libm'] },
        atLeast: { v86: 2 },
        aim: { v86: 5 },
        quick: ['x87_mandel', 'x87_nbody'],
    },
    {
        name: 'sse2',
        title: 'SSE2',
        guest: 'linux',
        programs: {
            gfpsse: [
                'sse2_matmul', 'sse2_mandel', 'sse2_saxpy', 'sse2_nbody', 'sse2_libm', 'sse2_ivec', 'sse2_bvec',
            ],
        },
        atLeast: { v86: 5 },
        aim: { v86: 15 },
        quick: ['sse2_mandel', 'sse2_saxpy', 'sse2_bvec'],
    },
    {
        name: 'kernel',
        title: 'kernel entry, process, faults',
        guest: 'linux',
        programs: {
            gsys: [
                'sys_int80', 'sys_libc', 'sched_yield', 'rdtsc', 'clock_gettime', 'pipe_pingpong', 'fork_wait',
                'fork_exec', 'page_fault', 'sigsegv', 'tmpfs_4k',
            ],
        },
        atLeast: { v86: 3 },
        aim: { v86: 5 },
        quick: ['sys_int80', 'pipe_pingpong', 'fork_wait', 'page_fault'],
    },
    {
        name: 'self-modifying',
        title: 'self-modifying, guest JIT',
        guest: 'linux',
        programs: { gsys: ['smc_same', 'smc_datapage', 'jitgen'] },
        atLeast: { v86: 6 },
        aim: { v86: 20 },
        quick: ['smc_same', 'jitgen'],
    },
    {
        name: 'busybox',
        title: 'busybox (gzip, md5, shell)',
        guest: 'linux',
        programs: { busybox: ['bb_gzip', 'bb_md5', 'sh_loop', 'sh_forkexec'] },
        atLeast: { v86: 2.5 },
        aim: { v86: 4 },
        quick: ['bb_md5', 'sh_loop'],
    },
    {
        name: 'real-mode',
        title: 'real mode: ALU, memory, VGA',
        guest: 'floppy',
        programs: {
            rmboot: ['rm_loop', 'rm_mem', 'rm_rep_movsw', 'rm_vga13_bytes', 'rm_vga13_stosw', 'rm_text_writes'],
        },
        atLeast: { v86: 5 },
        aim: { v86: 10 },
        quick: ['rm_loop', 'rm_mem'],
    },
    {
        name: 'no-system',
        title: 'no system: the rest',
        guest: 'floppy',
        programs: {
            rmboot: [
                'rm_segload', 'rm_farcall', 'rm_softint', 'rm_port_in', 'rm_port_out', 'rm_pit_read', 'rm_bios_calls',
                'rm_bios_tty', 'rm_floppy_read', 'rm_pm_switch', 'pm32_loop', 'rm_smc',
            ],
        },
        quick: [],
    },
]; // prettier-ignore

/** Rows of the table of goals that are not means over a class's warm rounds. */
export const COLD = {
    name: 'cold',
    title: 'cold rounds, integer',
    of: 'integer',
    atLeast: { v86: 2 },
    aim: { v86: 4 },
};
export const SHELL = {
    name: 'shell',
    title: 'CPU time to the Linux shell',
    atLeast: { v86: 3 },
    aim: { v86: 5, qemu: 1 },
};
export const MEMORY = { name: 'memory', title: 'peak memory, 256 MB guest', atLeast: { v86: 1 } };

export const benchmarksOf = (one: BenchmarkClass): string[] => Object.values(one.programs).flat();

/** A benchmark with the program of the guest that has it, as the guest's command line takes it. */
export interface Wanted {
    program: string;
    benchmark: string;
    class: BenchmarkClass;
}

const EVERY: readonly Wanted[] = CLASSES.flatMap((one) =>
    Object.entries(one.programs).flatMap(([program, benchmarks]) =>
        benchmarks.map((benchmark) => ({ program, benchmark, class: one })),
    ),
);

/** The benchmarks that `names` (of classes or benchmarks) stand for, in the guest's order; all of them for []. */
export function select(names: readonly string[], quick: boolean): Wanted[] {
    for (const name of names)
        if (!EVERY.some(({ benchmark, class: { name: of } }) => name === benchmark || name === of))
            throw new RangeError(
                `there is no class or benchmark '${name}'; the classes are ${CLASSES.map((c) => c.name).join(', ')}`,
            );
    return EVERY.filter(({ benchmark, class: one }) => {
        if (names.includes(benchmark)) return true;
        if (names.length > 0 && !names.includes(one.name)) return false;
        return !quick || one.quick.includes(benchmark);
    });
}
