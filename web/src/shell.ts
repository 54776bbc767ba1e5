// What there is to see and to touch of a PC: screen, cover, tool bar, panels; keyboard and mouse over the screen.
// It knows nothing of machines: what the user does goes to a Desk, what the machine tells comes in by methods.
import { Cover } from './cover.ts';
import { DrivesPanel, pickFile } from './drives-panel.ts';
import { element } from './dom.ts';
import { Keyboard } from './keyboard.ts';
import { guessDrive } from './medium.ts';
import { Pointer } from './pointer.ts';
import type { DriveName, Input, MachineEvent } from './protocol.ts';
import { ScreenView } from './screen-view.ts';
import { SerialPane } from './serial-pane.ts';
import { styleSheet } from './style.ts';
import { Toolbar } from './toolbar.ts';

export type State = 'off' | 'starting' | 'running' | 'paused';

/** Who carries out what the user asks for; what fails there is shown there. */
export interface Desk {
    readonly state: State;
    input(input: Input): void;
    userStarts(): void;
    userInserts(drive: DriveName, what: File | string): void;
    userEjects(drive: DriveName): void;
    pause(): Promise<void>;
    reset(): Promise<void>;
    powerOff(): void;
    press(...codes: string[]): void;
}

/** Of the Keyboard Lock specification, not in every browser. The lock ends with full screen. */
type KeyboardLock = Navigator & { keyboard?: { lock(): Promise<void> } };

const KEYBOARD_HINT = 'Ctrl+Alt+G frees the keyboard';
const MOUSE_HINT = 'Esc frees the mouse';

export class Shell {
    readonly cover: Cover;
    readonly #desk: Desk;
    readonly #host: HTMLElement;
    readonly #root: ShadowRoot;
    readonly #screen: ScreenView;
    readonly #keyboard: Keyboard;
    readonly #pointer: Pointer;
    readonly #serial: SerialPane;
    readonly #drives: DrivesPanel;
    readonly #toolbar: Toolbar;
    readonly #notice = element('p', { class: 'notice', role: 'alert', hidden: true });
    #drawsHere = false; // the machine could not take the canvas

    constructor(host: HTMLElement, desk: Desk) {
        this.#host = host;
        this.#desk = desk;
        this.#root = host.attachShadow({ mode: 'open' });
        this.#root.adoptedStyleSheets = [styleSheet()];
        this.#screen = new ScreenView((width, height) => desk.input({ type: 'display', width, height }));
        const screen = this.#screen.box;

        this.#keyboard = new Keyboard(screen, {
            key: (code, down) => desk.input({ type: 'key', code, down }),
            release: () => desk.input({ type: 'release' }),
            leave: () => this.leave(),
        });
        this.#pointer = new Pointer(screen, {
            move: (dx, dy) => desk.input({ type: 'move', dx, dy }),
            position: (x, y) => desk.input({ type: 'position', x, y }),
            buttons: (buttons) => desk.input({ type: 'buttons', buttons }),
            wheel: (clicks) => desk.input({ type: 'wheel', clicks }),
            locked: (locked) => this.#mouseLocked(locked),
        });
        screen.addEventListener('focus', () => this.#showHint(KEYBOARD_HINT));
        screen.addEventListener('blur', () => this.#toolbar.setHint(''));

        this.cover = new Cover({
            start: () => this.#start(),
            choose: () => pickFile((file) => desk.userInserts(guessDrive(file.name, file.size), file)),
        });
        this.#serial = new SerialPane((data) => desk.input({ type: 'serial', port: 0, data }));
        this.#drives = new DrivesPanel({
            insert: (drive, what) => desk.userInserts(drive, what),
            eject: (drive) => desk.userEjects(drive),
        });
        this.#toolbar = new Toolbar({
            startOrPause: () => (desk.state === 'running' ? void desk.pause() : this.#start()),
            reset: () => void desk.reset(),
            powerOff: () => desk.powerOff(),
            ctrlAltDel: () => desk.press('ControlLeft', 'AltLeft', 'Delete'),
            disks: () => this.#toggleDisks(),
            serial: () => this.#toggleSerial(),
            fullScreen: () => this.#toggleFullScreen(),
        });

        const stage = element('div', { class: 'stage' }, screen, this.cover.box);
        stage.addEventListener('dragover', (event) => event.preventDefault());
        stage.addEventListener('drop', (event) => {
            event.preventDefault();
            const file = event.dataTransfer?.files[0];
            if (file) desk.userInserts(guessDrive(file.name, file.size), file);
        });
        this.#root.append(stage, this.#toolbar.box, this.#notice, this.#drives.box, this.#serial.box);
    }

    // ---- the document around it

    connect(): void {
        document.addEventListener('pointerlockchange', this.#onLockChange);
    }
    disconnect(): void {
        document.removeEventListener('pointerlockchange', this.#onLockChange);
    }
    readonly #onLockChange = () =>
        this.#pointer.lockChanged(this.#root.pointerLockElement === this.#screen.box);

    // ---- what the machine's owner tells

    /** A canvas for a machine that starts; null where the browser cannot hand one over. */
    handOverCanvas(): OffscreenCanvas | null {
        this.#serial.clear();
        this.#notice.hidden = true;
        const canvas = this.#screen.handOver();
        this.#drawsHere = canvas === null;
        return canvas;
    }
    setState(state: State): void {
        this.#toolbar.setState(state);
        const on = state === 'running' || state === 'paused';
        this.#keyboard.enabled = this.#pointer.enabled = on;
        if (on) this.cover.hide();
        if (!on && this.#root.pointerLockElement) document.exitPointerLock();
    }
    setDrives(names: ReadonlyMap<DriveName, string>, isOn: boolean): void {
        this.#drives.show(names, isOn);
    }
    releaseAll(): void {
        this.#keyboard.releaseAll();
        this.#pointer.releaseAll();
    }
    /** A sentence under the screen; null takes it away. Returns what stood there. */
    report(message: string | null): string | null {
        const before = this.#notice.hidden ? null : this.#notice.textContent;
        this.#notice.textContent = message;
        this.#notice.hidden = message === null;
        return before;
    }
    show(event: MachineEvent): void {
        switch (event.type) {
            case 'mode':
                this.#screen.setMode(event.width, event.height, this.#drawsHere);
                this.#pointer.setPicture(this.#screen.canvas, event.width, event.height);
                break;
            case 'picture':
                this.#screen.draw(event);
                break;
            case 'serial':
                this.#serial.write(event.data);
                this.#toolbar.setSerialNews(Boolean(this.#serial.box.hidden));
                break;
            case 'progress':
                this.cover.showProgress(event.name, event.loaded, event.total);
                break;
            case 'stats':
                this.#toolbar.setSpeed(event.mips);
                this.#pointer.absolute = event.absolute;
                break;
            case 'activity':
                this.#toolbar.flashLight(event.writing);
                break;
        }
    }

    // ---- what the user does

    #start(): void {
        this.#desk.userStarts();
        this.#screen.box.focus({ preventScroll: true });
    }
    leave(): void {
        if (this.#root.pointerLockElement) document.exitPointerLock();
        this.#screen.box.blur();
    }
    #mouseLocked(locked: boolean): void {
        if (!locked) this.#keyboard.releaseAll(); // a lost lock may have been Alt+Tab
        this.#showHint(locked ? MOUSE_HINT : KEYBOARD_HINT);
    }
    #showHint(text: string): void {
        const hasFocus = this.#screen.box.matches(':focus');
        this.#toolbar.setHint(hasFocus && this.#desk.state !== 'off' ? text : '');
    }
    #toggleDisks(): void {
        const open = Boolean(this.#drives.box.hidden);
        this.#drives.box.hidden = !open;
        this.#toolbar.setOpen('disks', open);
    }
    #toggleSerial(): void {
        const open = Boolean(this.#serial.box.hidden);
        this.#serial.setOpen(open);
        this.#toolbar.setOpen('serial', open);
        this.#toolbar.setSerialNews(false);
        if (open) this.#serial.box.focus();
    }
    #toggleFullScreen(): void {
        if (document.fullscreenElement) void document.exitFullscreen();
        else this.#fullScreen().catch(() => this.report('This browser or page does not allow full screen.'));
    }
    async #fullScreen(): Promise<void> {
        await this.#host.requestFullscreen();
        this.#screen.box.focus();
        await (navigator as KeyboardLock).keyboard?.lock(); // Esc and Alt+Tab are the PC's, where that can be
    }
}
