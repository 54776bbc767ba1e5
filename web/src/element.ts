// <tab-pc>: a PC in the page. The class alone has no side effects; define.ts makes it an element.
// Attributes (read when the PC starts): fda, fdb, hda, cdrom: addresses of images; boot, memory, vga: QEMU's words;
// kernel, initrd: addresses of a Linux kernel and its RAM disk, append: its command line; autostart; poster: a picture;
// when-hidden="pause|run"; base: the folder of the core, if not that of this script.
import { compileCore } from './compile.ts';
import type { Connection } from './connection.ts';
import { toMedium } from './medium.ts';
import { DRIVES } from './protocol.ts';
import type {
    DriveName,
    Input,
    LinuxKernel,
    MachineEvent,
    MachineOptions,
    Medium,
    QmpCommand,
    RunState,
} from './protocol.ts';
import { Shell } from './shell.ts';
import type { Desk, State } from './shell.ts';
import { connect } from './thread.ts';
import { Visibility } from './visibility.ts';

export interface TabPcEventMap {
    ready: CustomEvent<{ thread: 'worker' | 'main' }>;
    statechange: CustomEvent<{ state: State }>;
    error: CustomEvent<{ message: string }>;
    serial: CustomEvent<{ port: number; data: Uint8Array }>;
}

const encoder = new TextEncoder();

export class TabPc extends HTMLElement implements Desk {
    #state: State = 'off';
    #connection: Connection | null = null;
    /** What was put in by hand; null: taken out. Attributes say what is in the other drives. */
    readonly #media = new Map<DriveName, Medium | null>();
    readonly #shell = new Shell(this, this);
    readonly #visibility = new Visibility(this, (visible) => {
        if (!visible) this.#shell.releaseAll();
        const runsOn = this.getAttribute('when-hidden') === 'run';
        this.input({ type: 'visible', visible: visible || runsOn });
    });

    connectedCallback(): void {
        this.#shell.connect();
        this.#shell.cover.setPoster(this.getAttribute('poster'));
        this.#visibility.start();
        this.#showDrives();
        if (this.#state === 'off') this.#shell.cover.showOff(this.#canBoot);
        if (this.hasAttribute('autostart')) this.userStarts();
    }
    disconnectedCallback(): void {
        this.#visibility.stop();
        this.#shell.disconnect();
        this.powerOff();
    }

    // ---- what a page can do with the PC

    get state(): State {
        return this.#state;
    }

    /** Starts the PC, or lets a paused one go on. Resolves when it runs. */
    async start(): Promise<void> {
        if (this.#state === 'paused') return this.resume();
        if (this.#state !== 'off') return;
        this.#setState('starting');
        this.#shell.cover.showStarting('Starting…');
        try {
            await this.#startMachine();
        } catch (error) {
            const { message } = error as Error;
            if (this.#state !== 'off') this.#fail(message); // off: the user did not wait
            throw error;
        }
    }
    async pause(): Promise<void> {
        await this.#machine.call('pause', []);
    }
    async resume(): Promise<void> {
        await this.#machine.call('resume', []);
    }
    /** The reset button. */
    async reset(): Promise<void> {
        await this.#machine.call('reset', []);
    }
    /** Pulls the plug. */
    powerOff(): void {
        if (this.#state !== 'off') this.#turnOff('');
    }

    /** The rows of a text screen, without what is blank at their ends; empty in graphics modes. */
    async screenText(): Promise<string> {
        return this.#machine.call('screenText', []);
    }
    /** Runs a QMP command: {execute: 'query-status'}. Resolves to what it returns. */
    async qmp(command: QmpCommand): Promise<unknown> {
        return this.#machine.call('qmp', [command]);
    }
    serialWrite(data: Uint8Array | string): void {
        const bytes = typeof data === 'string' ? encoder.encode(data) : data;
        this.input({ type: 'serial', port: 0, data: bytes });
    }
    /** Presses keys together, named as in KeyboardEvent.code, and lets them go. */
    press(...codes: string[]): void {
        for (const code of codes) this.input({ type: 'key', code, down: true });
        for (const code of codes.reverse()) this.input({ type: 'key', code, down: false });
    }

    async insert(drive: DriveName, what: Blob | string | URL): Promise<void> {
        this.#checkDrive(drive);
        const medium = toMedium(what);
        if (this.#connection) await this.#machine.call('insert', [drive, medium]);
        this.#media.set(drive, medium);
        this.#showDrives();
    }
    async eject(drive: DriveName): Promise<void> {
        this.#checkDrive(drive);
        if (this.#connection) await this.#machine.call('eject', [drive]);
        this.#media.set(drive, null);
        this.#showDrives();
    }

    // ---- what the user does with it

    input(input: Input): void {
        this.#connection?.send(input);
    }
    userStarts(): void {
        this.start().catch(() => {}); // the cover says what is wrong
    }
    /** A hard disk goes in while the PC is off: it is turned off and on again. */
    userInserts(drive: DriveName, what: File | string): void {
        if (drive.startsWith('hd')) this.powerOff();
        this.insert(drive, what).then(
            () => {
                this.#shell.report(null);
                if (this.#state === 'off') this.userStarts();
            },
            (error: Error) => this.#report(error.message),
        );
    }
    userEjects(drive: DriveName): void {
        this.eject(drive).catch((error: Error) => this.#report(error.message));
    }

    // ---- drives

    #checkDrive(drive: DriveName): void {
        if (!DRIVES.includes(drive))
            throw new Error(`There is no drive ${drive}; there are ${DRIVES.join(', ')}.`);
    }
    #drives(): Map<DriveName, Medium> {
        const drives = new Map<DriveName, Medium>();
        for (const drive of DRIVES) {
            const byHand = this.#media.get(drive);
            const address = this.getAttribute(drive);
            if (byHand) drives.set(drive, byHand);
            else if (byHand === undefined && address) drives.set(drive, toMedium(address));
        }
        return drives;
    }
    #kernel(): LinuxKernel | undefined {
        const [image, initrd] = ['kernel', 'initrd'].map((name) => this.getAttribute(name));
        if (!image) return undefined;
        return {
            image: toMedium(image),
            initrd: initrd ? toMedium(initrd) : undefined,
            append: this.getAttribute('append') ?? undefined,
        };
    }
    get #canBoot(): boolean {
        return this.#drives().size > 0 || this.hasAttribute('kernel');
    }
    #showDrives(): void {
        const names = [...this.#drives()].map(([drive, { name }]): [DriveName, string] => [drive, name]);
        this.#shell.setDrives(new Map(names), this.#state !== 'off');
    }

    // ---- starting and ending

    get #machine(): Connection {
        if (!this.#connection || this.#state === 'starting')
            throw new Error('The PC is off: start() it first.');
        return this.#connection;
    }

    /** The folder of the core; that of this script unless the page says otherwise. */
    get #base(): URL {
        const base = this.getAttribute('base');
        if (base === null) return new URL('.', import.meta.url);
        return new URL(base.replace(/\/?$/, '/'), document.baseURI);
    }

    #options(): MachineOptions {
        const drives = this.#drives();
        const kernel = this.#kernel();
        if (drives.size === 0 && !kernel)
            throw new Error('There is nothing to boot: insert a floppy, a CD or a hard disk first.');
        const floppiesOnly = !kernel && [...drives.keys()].every((drive) => drive.startsWith('fd'));
        return {
            memory: this.getAttribute('memory') ?? (floppiesOnly ? '32M' : '128M'),
            vga: this.getAttribute('vga') ?? 'std',
            boot: this.getAttribute('boot') ?? undefined,
            kernel,
            drives: Object.fromEntries(drives),
        };
    }

    async #startMachine(): Promise<void> {
        const options = this.#options();
        const base = this.#base;
        const [module, connection] = await Promise.all([compileCore(base), connect(base)]);
        if (this.#state !== 'starting') {
            connection.close();
            throw new Error('The PC was turned off.');
        }
        this.#connection = connection;
        connection.onevent = (event) => this.#event(event);
        const canvas = this.#shell.handOverCanvas();
        const setup = {
            ...options,
            module,
            loader: new URL('tabpc.mjs', base).href,
            firmware: new URL('firmware/', base).href,
            canvas,
        };
        await connection.call('start', [setup], canvas ? [canvas] : []);
        this.#visibility.tell();
        this.#emit('ready', { thread: connection.thread });
    }

    #turnOff(text: string, isError = false): void {
        this.#connection?.close();
        this.#connection = null;
        this.#setState('off');
        this.#shell.cover.showOff(this.#canBoot, text, isError);
    }
    #fail(message: string): void {
        this.#turnOff(message, true);
        this.#emit('error', { message });
    }
    #report(message: string): void {
        this.#shell.report(message);
        this.#emit('error', { message });
    }

    #event(event: MachineEvent): void {
        if (event.type === 'state') this.#machineIs(event.state);
        else if (event.type === 'fatal') this.#fail(event.text);
        else if (event.type === 'notice') this.#shell.report(event.text);
        else this.#shell.show(event);
        if (event.type === 'serial') this.#emit('serial', { port: event.port, data: event.data });
    }
    #machineIs(state: RunState): void {
        if (state !== 'off') return this.#setState(state);
        const why = this.#shell.report(null); // the machine's last words, if it had any
        this.#turnOff(why ?? 'The PC has turned itself off.');
    }
    #setState(state: State): void {
        if (state === this.#state) return;
        this.#state = state;
        this.#shell.setState(state);
        this.#showDrives();
        this.#emit('statechange', { state });
    }
    #emit<Name extends keyof TabPcEventMap>(name: Name, detail: TabPcEventMap[Name]['detail']): void {
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }
}
