// An engine starts a PC with a guest in it and hands over what the guest says on its serial port, line by line.
import type { GuestName, Wanted } from '../classes.ts';

/** What to run. The guest's command line and the images follow from it. */
export interface Job {
    guest: GuestName;
    folder: string; // what guest/build.sh made
    wanted: readonly Wanted[];
    rounds: number;
    divisor: number;
}

/** A PC that runs. CPU time is that of the whole emulator, all of its threads. */
export interface Running {
    readonly since: number; // performance.now() when it was started
    cpuMs(): number;
    peakMb(): number;
    readonly ended: Promise<string>; // why, should it end by itself
    /** What the machine counts itself: `instructions`, how many of them `translated` (tabpc's x-stats). */
    statistics?(): Promise<Record<string, number>>;
    close(): Promise<void>;
}

export interface Engine {
    name: string;
    title: string;
    version(): string;
    /** True for programs on the host itself, which know their CPU time: the last number of a result line. */
    timesItself?: boolean;
    guests: readonly GuestName[];
    /** Why it cannot run here, as a sentence, or null. */
    missing(): string | null;
    start(job: Job, onLine: (line: string) => void): Promise<Running>;
}

export const MEMORY_MB = 256;

/** The kernel's command line: guest/init says what the words mean. */
export function commandLine({ wanted, rounds, divisor }: Job): string {
    const only = wanted.map(({ program, benchmark }) => `${program}:${benchmark}`).join(',');
    return (
        'console=ttyS0,115200 rdinit=/init tsc=reliable mitigations=off random.trust_cpu=on ' +
        `gbr=${rounds} gbd=${divisor} gbend=shell gbonly=${only}`
    );
}
