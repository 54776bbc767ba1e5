// The row of buttons and lights under the screen.
import { button, element, icon } from './dom.ts';
import type { State } from './shell.ts';

const LIGHT_MS = 150;

export interface ToolbarActions {
    startOrPause(): void;
    reset(): void;
    powerOff(): void;
    ctrlAltDel(): void;
    disks(): void;
    serial(): void;
    fullScreen(): void;
}

export class Toolbar {
    readonly box: HTMLDivElement;
    readonly #play: HTMLButtonElement;
    readonly #whenOn: HTMLButtonElement[];
    readonly #disks: HTMLButtonElement;
    readonly #serial: HTMLButtonElement;
    readonly #hint = element('span', { class: 'hint', role: 'status' });
    readonly #light = element('span', { class: 'light', title: 'Disk activity' });
    readonly #speed = element('span', { class: 'speed', title: 'Speed in million instructions a second' });
    #lightOff: ReturnType<typeof setTimeout> | undefined;

    constructor(actions: ToolbarActions) {
        this.#play = button('Start', 'play', actions.startOrPause);
        this.#disks = button('Disks', 'disk', actions.disks);
        this.#serial = button('Serial port', 'serial', actions.serial);
        this.#whenOn = [
            button('Reset', 'reset', actions.reset),
            button('Power off', 'power', actions.powerOff),
            button('Ctrl+Alt+Del', null, actions.ctrlAltDel),
        ];
        this.box = element(
            'div',
            { class: 'bar', role: 'toolbar', 'aria-label': 'Controls of the PC' },
            this.#play,
            ...this.#whenOn,
            this.#disks,
            this.#serial,
            this.#hint,
            this.#light,
            this.#speed,
            button('Full screen', 'full', actions.fullScreen),
        );
        this.setState('off');
    }

    setState(state: State): void {
        const running = state === 'running';
        const text = running ? 'Pause' : state === 'paused' ? 'Continue' : 'Start';
        this.#play.replaceChildren(icon(running ? 'pause' : 'play'));
        this.#play.title = text;
        this.#play.setAttribute('aria-label', text);
        this.#play.disabled = state === 'starting';
        for (const one of [...this.#whenOn, this.#serial])
            one.disabled = state === 'off' || state === 'starting';
        if (!running) this.#speed.textContent = state === 'paused' ? 'paused' : '';
    }

    setSpeed(mips: number): void {
        this.#speed.textContent =
            mips < 1 ? 'idle' : `${mips < 10 ? mips.toFixed(1) : Math.round(mips)} MIPS`;
    }

    /** Who has the keyboard and the mouse, and how to get them back. */
    setHint(text: string): void {
        this.#hint.textContent = text;
    }

    flashLight(writing: boolean): void {
        this.#light.dataset['on'] = writing ? 'write' : 'read';
        clearTimeout(this.#lightOff);
        this.#lightOff = setTimeout(() => delete this.#light.dataset['on'], LIGHT_MS);
    }

    setOpen(panel: 'disks' | 'serial', open: boolean): void {
        const toggle = panel === 'disks' ? this.#disks : this.#serial;
        toggle.setAttribute('aria-expanded', String(open));
    }

    /** The serial port has something to say and nobody looks. */
    setSerialNews(news: boolean): void {
        this.#serial.classList.toggle('news', news);
    }
}
