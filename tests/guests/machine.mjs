// A PC emulator driven from outside: any program that takes QEMU's option words and speaks QMP, so that the same test
// runs on ours, native and wasm, and on QEMU itself.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Picture } from './picture.mjs';

const TEXT = { address: 0xb8000, columns: 80, rows: 25 };

// QMP's names of the keys a US keyboard types these characters with.
const KEYS = {
    ' ': 'spc', '\n': 'ret', '\t': 'tab', '-': 'minus', '=': 'equal', ',': 'comma', '.': 'dot', '/': 'slash',
    '\\': 'backslash', ';': 'semicolon', "'": 'apostrophe', '`': 'grave_accent', '[': 'bracket_left', ']': 'bracket_right',
}; // prettier-ignore
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?';
const UNSHIFTED = "`1234567890-=[]\\;',./";

function keysOf(character) {
    const at = SHIFTED.indexOf(character);
    if (at >= 0) return ['shift', ...keysOf(UNSHIFTED[at])];
    if (/[A-Z]/.test(character)) return ['shift', character.toLowerCase()];
    return [KEYS[character] ?? character];
}

// Code page 437 as far as the tests look: ASCII; what else is drawn becomes a dot.
const printable = (code) => (code >= 32 && code < 127 ? String.fromCharCode(code) : code === 0 ? ' ' : '·');

export class Machine {
    /** Starts LAUNCHER with OPTIONS. Its first serial port is `serial` here, unless OPTIONS has one. */
    static async start(launcher, options) {
        const machine = new Machine(launcher, options);
        try {
            await machine.#connect();
        } catch (error) {
            await machine.end();
            throw error;
        }
        return machine;
    }

    serial = ''; // what the guest has sent to its first serial port
    stderr = '';
    events = []; // names of QMP events, in order
    status; // exit status, or the name of the signal, once the emulator has ended

    #process;
    #folder = mkdtempSync(path.join(tmpdir(), 'tabpc-guest-'));
    #socket;
    #input = '';
    #replies = []; // who waits for an answer, in order
    #commands = new Set();
    #ended;

    constructor(launcher, options) {
        const socket = path.join(this.#folder, 'qmp');
        const args = [...options, '-display', 'none', '-qmp', `unix:${socket},server=on,wait=off`];
        if (!options.includes('-serial')) args.push('-serial', 'stdio');
        if (!options.includes('-nic')) args.push('-nic', 'none');
        this.#process = spawn(launcher, args, { stdio: ['pipe', 'pipe', 'pipe'] });
        this.#process.stdin.on('error', () => {}); // it has ended; `status` says so
        this.#process.stdout
            .setEncoding('latin1')
            .on('data', (text) => (this.serial += text.replaceAll('\r', '')));
        this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
        this.#ended = new Promise((resolve) => {
            this.#process.on('error', (error) => {
                this.stderr += error.message;
                resolve((this.status = 127));
            });
            this.#process.on('close', (code, signal) => resolve((this.status = code ?? signal)));
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

    async type(text) {
        for (const character of text) await this.key(...keysOf(character));
    }

    /** Types on the terminal at the first serial port. */
    async typeSerial(text) {
        this.#process.stdin.write(text);
    }

    /** Looks until LOOK gives something true, and returns that; SHOWN says what was there instead. */
    async until(look, seconds, what, shown = () => this.text()) {
        for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
            const found = await look();
            if (found) return found;
            if (this.status !== undefined)
                throw new Error(`it ended with status ${this.status} before ${what}: ${this.stderr}`);
            if (Date.now() > end)
                throw new Error(`no ${what} within ${seconds} s; there was:\n${await shown()}`);
        }
    }

    /** Resolves to the exit status when the emulator ends by itself. */
    async ended(seconds) {
        await Promise.race([this.#ended, sleep(seconds * 1000, undefined, { ref: false })]);
        if (this.status === undefined)
            throw new Error(
                `it has not ended within ${seconds} s; there was:\n${await this.text()}\n${this.serial.slice(-500)}`,
            );
        return this.status;
    }

    async end() {
        if (this.status === undefined) this.#process.kill('SIGKILL');
        await this.#ended;
        this.#socket?.destroy();
        rmSync(this.#folder, { recursive: true });
    }
}
