// A PC emulator driven from outside: any program that takes QEMU's option words and speaks QMP, so that the same test
// runs on ours, native and wasm, and on QEMU itself.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Driver } from './driver.mjs';
import { Picture } from './picture.mjs';

const TEXT = { address: 0xb8000, columns: 80, rows: 25 };

// Code page 437 as far as the tests look: ASCII; what else is drawn becomes a dot.
const printable = (code) => (code >= 32 && code < 127 ? String.fromCharCode(code) : code === 0 ? ' ' : '·');

export class Machine extends Driver {
    /** Starts LAUNCHER with OPTIONS. Its first serial port is `serial` here, unless OPTIONS has one. */
    static async start(launcher, options, env = process.env) {
        const machine = new Machine(launcher, options, env);
        try {
            await machine.#connect();
        } catch (error) {
            await machine.end();
            throw error;
        }
        return machine;
    }

    events = []; // names of QMP events, in order

    #process;
    #folder = mkdtempSync(path.join(tmpdir(), 'tabpc-guest-'));
    #socket;
    #input = '';
    #replies = []; // who waits for an answer, in order
    #commands = new Set();
    #closed; // its output is complete

    constructor(launcher, options, env) {
        super();
        const socket = path.join(this.#folder, 'qmp');
        const args = [...options, '-qmp', `unix:${socket},server=on,wait=off`];
        if (!options.includes('-display')) args.push('-display', 'none');
        if (!options.includes('-serial')) args.push('-serial', 'stdio');
        if (!options.includes('-nic')) args.push('-nic', 'none');
        this.#process = spawn(launcher, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
        this.#process.stdin.on('error', () => {}); // it has ended; `status` says so
        this.#process.stdout.setEncoding('latin1').on('data', (text) => this.receiveSerial(text));
        this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
        this.#closed = new Promise((resolve) => {
            this.#process.on('error', (error) => {
                this.stderr += error.message;
                resolve(this.hasEnded(127));
            });
            this.#process.on('close', (code, signal) => resolve(this.hasEnded(code ?? signal)));
        });
    }

    async #connect() {
        const socket = path.join(this.#folder, 'qmp');
        for (const start = Date.now(); !this.#socket; await sleep(20)) {
            if (this.status !== undefined)
                throw new Error(`it ended with status ${this.status}: ${this.stderr.trim()}`);
            if (Date.now() - start > 30_000) throw new Error('its QMP socket did not appear');
            await new Promise((resolve) => {
                const connection = createConnection(socket);
                connection.once('connect', () => resolve((this.#socket = connection)));
                connection.once('error', resolve);
            });
        }
        this.#socket.setEncoding('utf8').on('data', (text) => this.#receive(text));
        this.#socket.on('error', () => {});
        this.#socket.on('close', () =>
            this.#replies.splice(0).forEach(({ reject }) => reject(new Error('QMP closed'))),
        );
        await this.qmp('qmp_capabilities');
        for (const { name } of await this.qmp('query-commands')) this.#commands.add(name);
    }

    #receive(text) {
        this.#input += text;
        const lines = this.#input.split('\n');
        this.#input = lines.pop();
        for (const message of lines.filter((line) => line.trim()).map((line) => JSON.parse(line))) {
            if (message.event) this.events.push(message.event);
            else if ('return' in message) this.#replies.shift().resolve(message.return);
            else if (message.error) this.#replies.shift().reject(new Error(`QMP: ${message.error.desc}`));
        }
    }

    qmp(execute, args) {
        return new Promise((resolve, reject) => {
            if (this.status !== undefined)
                return reject(new Error(`it has ended with status ${this.status}`));
            this.#replies.push({ resolve, reject });
            this.#socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
        });
    }

    /** The text on the screen, rows joined by newlines. */
    async text() {
        if (this.#commands.has('x-screen-text'))
            return (await this.qmp('x-screen-text')).lines.map((line) => line.trimEnd()).join('\n');
        const filename = path.join(this.#folder, 'text');
        await this.qmp('pmemsave', { val: TEXT.address, size: TEXT.columns * TEXT.rows * 2, filename });
        const cells = readFileSync(filename);
        const row = (r) =>
            Array.from({ length: TEXT.columns }, (_, c) => printable(cells[(r * TEXT.columns + c) * 2]));
        return Array.from({ length: TEXT.rows }, (_, r) => row(r).join('').trimEnd()).join('\n');
    }

    async picture() {
        const filename = path.join(this.#folder, 'screen.ppm');
        await this.qmp('screendump', { filename, format: 'ppm' });
        return Picture.read(filename);
    }

    async screenshot(filename) {
        await this.qmp('screendump', { filename: path.resolve(filename), format: 'png' });
    }

    /** Presses these keys together, by QMP's names. */
    async key(...names) {
        await this.qmp('send-key', { keys: names.map((data) => ({ type: 'qcode', data })), 'hold-time': 30 });
        await sleep(80);
    }

    /** Types on the terminal at the first serial port. */
    async typeSerial(text) {
        this.#process.stdin.write(text);
    }

    async end() {
        if (this.status === undefined) this.#process.kill('SIGKILL');
        await this.#closed;
        this.#socket?.destroy();
        rmSync(this.#folder, { recursive: true });
    }
}
