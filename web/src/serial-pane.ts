// The serial port as a terminal on the page. Drawn only while it is open, at most once a frame.
import { element } from './dom.ts';
import { Terminal, keyBytes } from './terminal.ts';

const encoder = new TextEncoder();

export class SerialPane {
    readonly box: HTMLPreElement;
    readonly #send: (bytes: Uint8Array) => void;
    #terminal: Terminal;
    #drawing = false;

    constructor(send: (bytes: Uint8Array) => void) {
        this.#send = send;
        this.#terminal = this.#fresh();
        this.box = element('pre', {
            class: 'panel serial',
            tabindex: '0',
            role: 'log',
            'aria-label': 'Serial port: a terminal',
            hidden: true,
        });
        this.box.addEventListener('keydown', (event) => this.#key(event));
        this.box.addEventListener('paste', (event) => {
            event.preventDefault();
            const text = event.clipboardData?.getData('text/plain') ?? '';
            this.#type(text.replace(/\r?\n/g, '\r'));
        });
    }

    write(bytes: Uint8Array): void {
        this.#terminal.write(bytes);
        this.#draw();
    }

    setOpen(open: boolean): void {
        this.box.hidden = !open;
        this.#draw();
    }

    clear(): void {
        this.#terminal = this.#fresh();
        this.#draw();
    }

    #fresh(): Terminal {
        return new Terminal((text) => this.#type(text));
    }
    #type(text: string): void {
        if (text) this.#send(encoder.encode(text));
    }

    #key(event: KeyboardEvent): void {
        // Shift+Tab leaves, as Tab is the guest's; copying a selection stays possible.
        if (event.key === 'Tab' && event.shiftKey) return;
        if (event.ctrlKey && event.key === 'c' && !this.#selectionIsEmpty()) return;
        if (event.ctrlKey && event.key === 'v') return;
        const bytes = keyBytes(event);
        if (bytes === null) return;
        event.preventDefault();
        this.#type(bytes);
    }
    #selectionIsEmpty(): boolean {
        return document.getSelection()?.isCollapsed ?? true;
    }

    #draw(): void {
        if (this.box.hidden || this.#drawing) return;
        this.#drawing = true;
        requestAnimationFrame(() => {
            this.#drawing = false;
            const atEnd = this.box.scrollTop + this.box.clientHeight >= this.box.scrollHeight - 4;
            this.box.textContent = this.#terminal.text();
            if (atEnd) this.box.scrollTop = this.box.scrollHeight;
        });
    }
}
