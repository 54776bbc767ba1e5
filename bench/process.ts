// CPU time and memory of processes, from Linux's /proc, and a child process whose output comes in lines.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** CPU time of all threads of a process that are alive, in ms; by the scheduler, so finer than clock ticks. */
export function cpuMs(pid: number): number {
    let ns = 0;
    for (const task of list(`/proc/${pid}/task`)) {
        const [running] = read(`/proc/${pid}/task/${task}/schedstat`).split(' ');
        ns += Number(running ?? 0);
    }
    return ns / 1e6;
}

/** The most memory a process has had resident, in MB. */
export function peakMb(pid: number): number {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`)) ?? [];
    return Number(kilobytes ?? NaN) / 1024;
}

// A thread or process may end between the look at the list and the look at it.
function read(file: string): string {
    try {
        return readFileSync(file, 'latin1');
    } catch {
        return '';
    }
}
function list(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
}

/** Hands over a stream of text as lines, without their ends. */
export class Lines {
    #rest = '';
    readonly #onLine: (line: string) => void;
    constructor(onLine: (line: string) => void) {
        this.#onLine = onLine;
    }
    feed(text: string): void {
        const lines = (this.#rest + text).split('\n');
        this.#rest = lines.pop()!;
        for (const line of lines) this.#onLine(line.replaceAll('\r', ''));
    }
}

/** A program whose standard output is the guest's serial port. */
export class Child {
    readonly #process: ChildProcess;
    readonly since = performance.now();
    readonly ended: Promise<string>;
    #complaints = '';

    constructor(command: string, args: readonly string[], onLine: (line: string) => void) {
        this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
        const lines = new Lines(onLine);
        this.#process.stdout!.setEncoding('latin1').on('data', (text: string) => lines.feed(text));
        this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
            this.#complaints = (this.#complaints + text).slice(-1000);
        });
        this.ended = new Promise((resolve) => {
            this.#process.on('error', (error) => resolve(error.message));
            this.#process.on('close', (status, signal) =>
                resolve(`it ended with ${signal ?? `status ${status}`} ${this.#complaints}`.trim()),
            );
        });
    }
    cpuMs(): number {
        return cpuMs(this.#process.pid!);
    }
    peakMb(): number {
        return peakMb(this.#process.pid!);
    }
    async close(): Promise<void> {
        this.#process.kill('SIGKILL');
        await this.ended;
    }
}
