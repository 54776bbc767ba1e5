// <tab-pc>: a PC in the page. The class alone has no side effects; define.ts makes it an element.
// Attributes (read when the PC starts): fda, fdb, hda, cdrom: addresses of images; boot, memory, vga: QEMU's words;
// autostart; poster: a picture; when-hidden="pause|run"; base: the folder of the core, if not that of this script.
import { compileCore } from './compile.ts';
import type { Connection } from './connection.ts';
import { Cover } from './cover.ts';
import { DrivesPanel, pickFile } from './drives-panel.ts';
import { element } from './dom.ts';
import { Keyboard } from './keyboard.ts';
import { guessDrive, toMedium } from './medium.ts';
import { Pointer } from './pointer.ts';
import { DRIVES } from './protocol.ts';
import type { DriveName, MachineEvent, MachineOptions, Medium, QmpCommand } from './protocol.ts';
import { ScreenView } from './screen-view.ts';
import { SerialPane } from './serial-pane.ts';
import { styleSheet } from './style.ts';
import { connect } from './thread.ts';
import { Toolbar } from './toolbar.ts';
import { Visibility } from './visibility.ts';

export type State = 'off' | 'starting' | 'running' | 'paused';

export interface TabPcEventMap {
    ready: CustomEvent<{ thread: 'worker' | 'main' }>;
    statechange: CustomEvent<{ state: State }>;
    error: CustomEvent<{ message: string }>;
    serial: CustomEvent<{ port: number; data: Uint8Array }>;
}

const CTRL_ALT_DEL = ['ControlLeft', 'AltLeft', 'Delete'];

export class TabPc extends HTMLElement {
    #state: State = 'off';
    #connection: Connection | null = null;
    #offscreen = false; // the machine draws
    /** What was put in by hand; null: taken out. Attributes say what is in the other drives. */
    readonly #media = new Map<DriveName, Medium | null>();
    readonly #open = { disks: false, serial: false };

    readonly #screen = new ScreenView();
    readonly #keyboard = new Keyboard(this.#screen.box, {
        key: (code, down) => this.#connection?.send({ type: 'key', code, down }),
        release: () => this.#connection?.send({ type: 'release' }),
        leave: () => this.#leave(),
    });
    readonly #pointer = new Pointer(this.#screen.box, {
        move: (dx, dy) => this.#connection?.send({ type: 'move', dx, dy }),
        position: (x, y) => this.#connection?.send({ type: 'position', x, y }),
        buttons: (buttons) => this.#connection?.send({ type: 'buttons', buttons }),
        wheel: (clicks) => this.#connection?.send({ type: 'wheel', clicks }),
        locked: (locked) => {
            if (!locked) this.#keyboard.releaseAll();
            this.#showHint(locked);
        },
    });
    readonly #visibility = new Visibility(this, (visible) => {
        if (!visible) this.#keyboard.releaseAll();
        const runsOn = this.getAttribute('when-hidden') === 'run';
        this.#connection?.send({ type: 'visible', visible: visible || runsOn });
    });
    readonly #cover = new Cover({
        start: () => this.#userStarts(),
        choose: () => pickFile((file) => void this.#userInserts(guessDrive(file.name, file.size), file)),
    });
    readonly #serial = new SerialPane((data) => this.serialWrite(data));
    readonly #drives = new DrivesPanel({
        insert: (drive, what) => void this.#userInserts(drive, what),
        eject: (drive) => void this.eject(drive).catch((error: Error) => this.#report(error.message)),
    });
    readonly #toolbar = new Toolbar({
        startOrPause: () => (this.#state === 'running' ? void this.pause() : this.#userStarts()),
        reset: () => void this.reset(),
        powerOff: () => this.powerOff(),
        ctrlAltDel: () => this.press(...CTRL_ALT_DEL),
        disks: () => this.#toggle('disks'),
        serial: () => this.#toggle('serial'),
        fullScreen: () => this.#toggleFullScreen(),
    });
    readonly #notice = element('p', { class: 'notice', role: 'alert', hidden: true });
    readonly #onLockChange = () =>
        this.#pointer.lockChanged(this.shadowRoot?.pointerLockElement === this.#screen.box);

    constructor() {
        super();
        const root = this.attachShadow({ mode: 'open' });
        root.adoptedStyleSheets = [styleSheet()];
        const stage = element('div', { class: 'stage' }, this.#screen.box, this.#cover.box);
        root.append(stage, this.#toolbar.box, this.#notice, this.#drives.box, this.#serial.box);
        this.#screen.box.addEventListener('focus', () => this.#showHint(false));
        this.#screen.box.addEventListener('blur', () => this.#toolbar.setHint(''));
        stage.addEventListener('dragover', (event) => event.preventDefault());
        stage.addEventListener('drop', (event) => {
            event.preventDefault();
            const file = event.dataTransfer?.files[0];
            if (file) void this.#userInserts(guessDrive(file.name, file.size), file);
        });
    }

    connectedCallback(): void {
        this.#visibility.start();
        document.addEventListener('pointerlockchange', this.#onLockChange);
        this.#cover.setPoster(this.getAttribute('poster'));
        this.#showDrives();
        if (this.#state === 'off') this.#cover.showOff(this.#drivesNow().size > 0);
        if (this.hasAttribute('autostart')) this.start().catch(() => {}); // the cover says what is wrong
    }
    disconnectedCallback(): void {
        this.#visibility.stop();
        document.removeEventListener('pointerlockchange', this.#onLockChange);
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
        this.#cover.showStarting('Starting…');
        this.#notice.hidden = true;
        this.#serial.clear();
        try {
            await this.#startMachine();
        } catch (error) {
            this.#fail((error as Error).message);
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
        const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
        this.#connection?.send({ type: 'serial', port: 0, data: bytes });
    }
    /** Presses keys together, named as in KeyboardEvent.code, and lets them go. */
    press(...codes: string[]): void {
        for (const code of codes) this.#connection?.send({ type: 'key', code, down: true });
        for (const code of codes.reverse()) this.#connection?.send({ type: 'key', code, down: false });
    }

    async insert(drive: DriveName, what: Blob | string | URL): Promise<void> {
        if (!DRIVES.includes(drive))
            throw new Error(`There is no drive ${drive}; there are ${DRIVES.join(', ')}.`);
        const medium = toMedium(what);
        if (this.#connection) await this.#machine.call('insert', [drive, medium]);
        this.#media.set(drive, medium);
        this.#showDrives();
    }
    async eject(drive: DriveName): Promise<void> {
        if (this.#connection) await this.#machine.call('eject', [drive]);
        this.#media.set(drive, null);
        this.#showDrives();
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
        return base === null
            ? new URL('.', import.meta.url)
            : new URL(base.replace(/\/?$/, '/'), document.baseURI);
    }

    #drivesNow(): Map<DriveName, Medium> {
        const drives = new Map<DriveName, Medium>();
        for (const drive of DRIVES) {
            const byHand = this.#media.get(drive);
            const address = this.getAttribute(drive);
            if (byHand) drives.set(drive, byHand);
            else if (byHand === undefined && address) drives.set(drive, toMedium(address));
        }
        return drives;
    }

    #options(): MachineOptions {
        const drives = this.#drivesNow();
        if (drives.size === 0)
            throw new Error('There is nothing to boot: insert a floppy, a CD or a hard disk first.');
        const needsMore = [...drives.keys()].some((drive) => drive !== 'fda' && drive !== 'fdb');
        return {
            memory: this.getAttribute('memory') ?? (needsMore ? '128M' : '32M'),
            vga: this.getAttribute('vga') ?? 'std',
            boot: this.getAttribute('boot') ?? undefined,
            drives: Object.fromEntries(drives),
        };
    }

    async #startMachine(): Promise<void> {
        const options = this.#options();
        const base = this.#base;
        const [module, connection] = await Promise.all([compileCore(base), connect(base)]);
        if (this.#state !== 'starting') return connection.close(); // turned off meanwhile
        this.#connection = connection;
        connection.onevent = (event) => this.#event(event);
        const canvas = this.#screen.handOver();
        this.#offscreen = canvas !== null;
        const setup = {
            ...options,
            module,
            loader: new URL('tabpc.mjs', base).href,
            firmware: new URL('firmware/', base).href,
            canvas,
        };
        await connection.call('start', [setup], canvas ? [canvas] : []);
        this.#keyboard.enabled = this.#pointer.enabled = true;
        this.#cover.hide();
        this.#visibility.tell();
        this.#emit('ready', { thread: connection.thread });
    }

    #turnOff(text: string, isError = false): void {
        this.#connection?.close();
        this.#connection = null;
        this.#keyboard.enabled = this.#pointer.enabled = false;
        if (document.pointerLockElement === this) document.exitPointerLock();
        this.#setState('off');
        this.#cover.showOff(this.#drivesNow().size > 0, text, isError);
    }

    #fail(message: string): void {
        this.#turnOff(message, true);
        this.#emit('error', { message });
    }

    // ---- what the machine tells

    #event(event: MachineEvent): void {
        switch (event.type) {
            case 'state':
                if (event.state === 'off') this.#turnOff('The PC turned itself off.');
                else this.#setState(event.state);
                break;
            case 'mode':
                this.#screen.setMode(event.width, event.height, !this.#offscreen);
                this.#pointer.setPicture(this.#screen.canvas, event.width, event.height);
                break;
            case 'picture':
                this.#screen.draw(event);
                break;
            case 'serial':
                this.#serial.write(event.data);
                this.#toolbar.setSerialNews(!this.#open.serial);
                this.#emit('serial', { port: event.port, data: event.data });
                break;
            case 'progress':
                this.#cover.showProgress(event.name, event.loaded, event.total);
                break;
            case 'stats':
                this.#toolbar.setSpeed(event.mips);
                this.#pointer.absolute = event.absolute;
                break;
            case 'activity':
                this.#toolbar.flashLight(event.writing);
                break;
            case 'notice':
                this.#report(event.text);
                break;
            case 'fatal':
                this.#fail(event.text);
                break;
        }
    }

    #setState(state: State): void {
        if (state === this.#state) return;
        this.#state = state;
        this.#toolbar.setState(state);
        this.#showDrives();
        this.#emit('statechange', { state });
    }

    #emit<Name extends keyof TabPcEventMap>(name: Name, detail: TabPcEventMap[Name]['detail']): void {
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }

    // ---- what the user does

    #userStarts(): void {
        this.start().catch(() => {}); // the cover says what is wrong
        this.#screen.box.focus({ preventScroll: true });
    }

    /** A hard disk goes in while the PC is off: it is turned off and on again. */
    async #userInserts(drive: DriveName, what: File | string): Promise<void> {
        const restart = drive.startsWith('hd') && this.#state !== 'off';
        try {
            if (restart) this.powerOff();
            await this.insert(drive, what);
            this.#notice.hidden = true;
            if (this.#state === 'off') this.#userStarts();
        } catch (error) {
            this.#report((error as Error).message);
        }
    }

    #leave(): void {
        if (document.pointerLockElement) document.exitPointerLock();
        this.#screen.box.blur();
    }

    #report(message: string): void {
        this.#notice.textContent = message;
        this.#notice.hidden = false;
        this.#emit('error', { message });
    }

    #showHint(mouseIsLocked: boolean): void {
        if (!this.#keyboard.enabled && this.#state !== 'starting') return;
        this.#toolbar.setHint(mouseIsLocked ? 'Esc frees the mouse' : 'Ctrl+Alt+G frees the keyboard');
    }

    #showDrives(): void {
        const names = [...this.#drivesNow()].map(([drive, { name }]): [DriveName, string] => [drive, name]);
        this.#drives.show(new Map(names), this.#state !== 'off');
    }

    #toggle(panel: 'disks' | 'serial'): void {
        const open = (this.#open[panel] = !this.#open[panel]);
        this.#toolbar.setOpen(panel, open);
        if (panel === 'disks') this.#drives.box.hidden = !open;
        else {
            this.#serial.setOpen(open);
            this.#toolbar.setSerialNews(false);
            if (open) this.#serial.box.focus();
        }
    }

    #toggleFullScreen(): void {
        if (document.fullscreenElement) return void document.exitFullscreen();
        this.requestFullscreen()
            .then(() => this.#screen.box.focus())
            .catch(() => this.#report('This browser or page does not allow full screen.'));
    }
}
