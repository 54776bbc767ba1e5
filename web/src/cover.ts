// What lies over the screen while the PC is off: poster and start button, progress of what is fetched, what went wrong.
import { button, element } from './dom.ts';

const MEGABYTE = 1 << 20;

export class Cover {
    readonly box: HTMLDivElement;
    readonly #start: HTMLButtonElement;
    readonly #text: HTMLParagraphElement;
    readonly #progress: HTMLProgressElement;
    readonly #choose: HTMLButtonElement;
    readonly #poster: HTMLImageElement;

    constructor(actions: { start(): void; choose(): void }) {
        this.#poster = element('img', { alt: '', hidden: true });
        this.#start = button('Start the PC', 'play', actions.start);
        this.#start.className = 'start';
        this.#choose = button('Choose a disk image…', null, actions.choose);
        this.#choose.className = 'choose';
        this.#progress = element('progress', { hidden: true });
        this.#text = element('p', { role: 'status' });
        this.box = element(
            'div',
            { class: 'cover' },
            this.#poster,
            this.#start,
            this.#choose,
            this.#progress,
            this.#text,
        );
    }

    setPoster(url: string | null): void {
        this.#poster.hidden = !url;
        if (url) this.#poster.src = url;
    }

    /** The PC is off; `text` says why where it was on before. Without a disk there is nothing to start. */
    showOff(hasDisk: boolean, text = '', isError = false): void {
        this.#show(hasDisk, !hasDisk, text);
        this.box.classList.toggle('error', isError);
    }

    showStarting(text: string): void {
        this.#show(false, false, text);
        this.box.classList.remove('error');
        this.#progress.removeAttribute('value');
        this.#progress.hidden = false;
    }

    showProgress(name: string, loaded: number, total: number | null): void {
        if (this.box.hidden) return;
        const done = (loaded / MEGABYTE).toFixed(1);
        const all = total === null ? '' : ` of ${(total / MEGABYTE).toFixed(1)}`;
        this.#text.textContent = `Fetching ${name}: ${done}${all} MB`;
        if (total) this.#progress.value = loaded / total;
    }

    hide(): void {
        this.box.hidden = true;
        this.#text.textContent = '';
    }

    #show(start: boolean, choose: boolean, text: string): void {
        this.box.hidden = false;
        this.#start.hidden = !start;
        this.#choose.hidden = !choose;
        this.#progress.hidden = true;
        this.#text.textContent = text;
    }
}
