// One PC: the core, what is in its drives, and the answers to the page's calls.
import { HAS_MESSAGE, HAS_QMP, HAS_REQUEST, HAS_SERIAL, Pc, instantiate } from './core.ts';
import type { CoreExports, DiskRequest } from './core.ts';
import { sentence } from './errors.ts';
import { fetchBytes, openMedium, readAll } from './media.ts';
import type { Source } from './media.ts';
import { Meter } from './meter.ts';
import { CanvasPresenter, PixelPresenter } from './presenter.ts';
import type { Presenter } from './presenter.ts';
import type { Calls, DriveName, Input, MachineEvent, MachineSetup, Medium, QmpCommand } from './protocol.ts';
import { QmpClient } from './qmp-client.ts';
import { Runner } from './runner.ts';

export type Post = (event: MachineEvent, transfer?: Transferable[]) => void;

const IN_CORE = 64 << 20; // images up to this size are held by the core, which need not ask for their bytes
const PROGRESS_MS = 100;
const QUEUE_LIMIT = 1 << 20; // bytes towards a guest that does not read its serial port

/** QMP's names of the drives that media can be changed in. */
const DEVICES: Partial<Record<DriveName, string>> = { fda: 'floppy0', fdb: 'floppy1', cdrom: 'ide1-cd0' };

const isGiven = (entry: [string, Medium | undefined]): entry is [string, Medium] => entry[1] !== undefined;

type Handlers = { [Name in keyof Calls]: (...args: Parameters<Calls[Name]>) => unknown };

export class Machine implements Handlers {
    readonly #post: Post;
    readonly #sources: Source[] = [];
    readonly #serialQueue: Uint8Array[] = [];
    #pc: Pc | null = null;
    #runner: Runner | null = null;
    #qmp: QmpClient | null = null;
    #meter: Meter | null = null;
    #presenter: Presenter | null = null;
    #display: [width: number, height: number] = [0, 0];
    #progressAt = 0;

    constructor(post: Post) {
        this.#post = post;
    }

    async start(setup: MachineSetup, core?: CoreExports): Promise<void> {
        if (this.#pc) throw new Error('The PC is on already.');
        const vgaBios = { std: 'vgabios-stdvga.bin', cirrus: 'vgabios-cirrus.bin' }[setup.vga];
        const firmware = ['bios-256k.bin', ...(vgaBios ? [vgaBios] : [])];
        const { kernel } = setup;
        // What is read as a whole before the PC starts, and what is in its drives: by the options that name them.
        const loaded = Object.entries({ kernel: kernel?.image, initrd: kernel?.initrd }).filter(isGiven);
        const inserted = Object.entries(setup.drives).filter(isGiven);
        const [exports, firmwareBytes, loadedBytes, sources] = await Promise.all([
            core ?? instantiate(setup.loader, setup.module),
            Promise.all(firmware.map((name) => fetchBytes(setup.firmware + name, name))),
            Promise.all(loaded.map(async ([, medium]) => readAll(await this.#open(medium)))),
            Promise.all(inserted.map(([, medium]) => this.#open(medium))),
        ]);

        const pc = new Pc(exports);
        this.#pc = pc;
        const options: Record<string, unknown> = { m: setup.memory, vga: setup.vga };
        if (setup.boot) options['boot'] = setup.boot;
        if (kernel?.append) options['append'] = kernel.append;
        for (const [n, [option, { name }]] of loaded.entries())
            pc.addBytes((options[option] = `${option}/${name}`), loadedBytes[n]!);
        for (const [n, [drive, medium]] of inserted.entries())
            options[drive] = await this.#addFile(medium, sources[n]!);
        for (const [n, name] of firmware.entries()) pc.addBytes(name, firmwareBytes[n]!);
        pc.start(options);

        this.#presenter = setup.canvas
            ? new CanvasPresenter(setup.canvas, this.#post)
            : new PixelPresenter(this.#post);
        this.#presenter.setDisplay(...this.#display);
        this.#qmp = new QmpClient(
            (text) => pc.qmpWrite(text),
            (event) => this.#post({ type: 'qmp', event }),
        );
        this.#meter = new Meter(pc, this.#post);
        this.#runner = new Runner(pc, {
            afterSlice: () => this.#take(pc),
            picture: () => this.#presenter?.present(pc.frame()),
            state: (state) =>
                this.#post(
                    state === 'off'
                        ? { type: 'state', state, status: pc.stats().exitStatus }
                        : { type: 'state', state },
                ),
            failed: (error) => this.#post({ type: 'fatal', text: sentence(error) }),
        });
        this.#runner.start();
    }
    pause(): void {
        this.#on(this.#runner).pause();
    }
    resume(): void {
        this.#on(this.#runner).resume();
    }
    reset(): void {
        this.#on(this.#pc).reset();
        this.#runner?.wake();
    }
    powerButton(): void {
        this.#on(this.#pc).powerButton();
        this.#runner?.wake();
    }
    async screenText(): Promise<string> {
        const { lines } = (await this.qmp({ execute: 'x-screen-text' })) as { lines: string[] };
        return lines.map((line) => line.trimEnd()).join('\n');
    }
    qmp(command: QmpCommand): Promise<unknown> {
        const answer = this.#on(this.#qmp).execute(command);
        this.#runner?.wake();
        return answer;
    }
    async insert(drive: DriveName, medium: Medium): Promise<void> {
        const device = this.#device(drive);
        const filename = await this.#addFile(medium, await this.#open(medium));
        await this.qmp({ execute: 'blockdev-change-medium', arguments: { device, filename, force: true } });
    }
    async eject(drive: DriveName): Promise<void> {
        await this.qmp({ execute: 'eject', arguments: { device: this.#device(drive), force: true } });
    }

    input(input: Input): void {
        if (input.type === 'display') {
            this.#display = [input.width, input.height];
            return this.#presenter?.setDisplay(...this.#display);
        }
        const pc = this.#pc;
        if (!pc || !this.#runner) return; // typed ahead of the machine
        switch (input.type) {
            case 'key':
                pc.key(input.code, input.down);
                break;
            case 'release':
                pc.releaseKeys();
                break;
            case 'move':
                pc.mouseMove(input.dx, input.dy);
                break;
            case 'position':
                pc.mousePosition(input.x, input.y);
                break;
            case 'buttons':
                pc.mouseButtons(input.buttons);
                break;
            case 'wheel':
                pc.mouseWheel(input.clicks);
                break;
            case 'serial':
                this.#serialQueue.push(input.data);
                break;
            case 'visible':
                return this.#runner.setVisible(input.visible);
        }
        this.#runner.wake();
    }

    close(): void {
        this.#runner?.close();
        this.#pc?.delete();
        this.#pc = this.#runner = this.#qmp = null;
    }

    #on<T>(part: T | null): T {
        if (!part) throw new Error('The PC is off.');
        return part;
    }
    #device(drive: DriveName): string {
        const device = DEVICES[drive];
        if (!device) throw new Error('A hard disk is changed while the PC is off.');
        return device;
    }

    #open(medium: Medium): Promise<Source> {
        return openMedium(medium, (name, loaded, total) => {
            const now = performance.now();
            if (now - this.#progressAt < PROGRESS_MS && loaded !== total) return;
            this.#progressAt = now;
            this.#post({ type: 'progress', name, loaded, total });
        });
    }

    /** Makes a file of the core's from a medium; returns its name there. */
    async #addFile(medium: Medium, source: Source): Promise<string> {
        const pc = this.#on(this.#pc);
        // A folder of their own: no medium can pass for the firmware.
        const name = `media/${medium.name}`;
        if (source.size <= IN_CORE) pc.addBytes(name, await readAll(source));
        else pc.addSource(name, source.size, this.#sources.push(source) - 1);
        return name;
    }

    /** Takes what the machine put out in its last slice; true when that brought a disk's bytes to the guest. */
    #take(pc: Pc): boolean {
        let answered = false;
        const pending = pc.pending();
        if (pending & HAS_SERIAL) {
            const data = pc.serialRead(0);
            if (data.length) this.#post({ type: 'serial', port: 0, data });
        }
        if (pending & HAS_QMP) for (let bytes; (bytes = pc.qmpRead()).length > 0;) this.#qmp?.receive(bytes);
        if (pending & HAS_REQUEST)
            for (let request; (request = pc.nextRequest());) answered = this.#serve(pc, request) || answered;
        if (pending & HAS_MESSAGE)
            for (let text; (text = pc.nextMessage()) !== null;) this.#post({ type: 'notice', text });
        this.#feedSerial(pc);
        this.#meter?.tick(performance.now());
        return answered;
    }

    /** Answers a request for a disk's bytes; true where they were at hand. */
    #serve(pc: Pc, request: DiskRequest): boolean {
        const now = (bytes: Uint8Array | null) => {
            pc.complete(request, bytes);
            return true;
        };
        const later = (bytes: Uint8Array | null) => {
            if (this.#pc !== pc) return; // it was turned off meanwhile
            pc.complete(request, bytes);
            this.#runner?.wake();
        };
        const source = this.#sources[request.source];
        if (request.kind === 'flush') return now(new Uint8Array());
        if (request.kind === 'write' || !source) return now(null); // sources are read-only
        const bytes = source.read(request.offset, request.length);
        if (bytes instanceof Uint8Array) return now(bytes);
        bytes.then(later, () => {
            later(null);
            const text = 'A disk image could not be read: was the file changed or removed?';
            this.#post({ type: 'notice', text });
        });
        return false;
    }

    /** Gives the serial port what it accepts; the rest waits. */
    #feedSerial(pc: Pc): void {
        for (let data; (data = this.#serialQueue[0]);) {
            const taken = pc.serialWrite(0, data);
            if (taken === data.length) this.#serialQueue.shift();
            else this.#serialQueue[0] = data.subarray(taken);
            if (taken < data.length) break;
        }
        const waiting = this.#serialQueue.reduce((sum, data) => sum + data.length, 0);
        if (waiting > QUEUE_LIMIT) this.#serialQueue.length = 0;
    }
}
