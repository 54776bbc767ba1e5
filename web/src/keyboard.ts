// The keyboard while the screen has the focus: physical keys go to the PC, all of them, until the user leaves by a click
// elsewhere or with the host key. What the PC was not told of going up is told when the focus or the page goes away.

/** Ctrl+Alt+G, as in QEMU: the keys of the page work again. */
export function isHostKey(event: Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'altKey'>): boolean {
    return event.code === 'KeyG' && event.ctrlKey && event.altKey;
}

export interface KeyboardSink {
    key(code: string, down: boolean): void;
    release(): void; // every key is up
    leave(): void; // the host key was pressed
}

export class Keyboard {
    enabled = false;
    readonly #sink: KeyboardSink;
    readonly #held = new Set<string>();

    constructor(screen: EventTarget, sink: KeyboardSink) {
        this.#sink = sink;
        screen.addEventListener('keydown', (event) => this.#down(event as KeyboardEvent));
        screen.addEventListener('keyup', (event) => this.#up(event as KeyboardEvent));
        screen.addEventListener('blur', () => this.releaseAll());
    }

    releaseAll(): void {
        if (this.#held.size === 0) return;
        this.#held.clear();
        this.#sink.release();
    }

    #down(event: KeyboardEvent): void {
        if (!this.enabled || event.isComposing || !event.code) return;
        event.preventDefault();
        if (isHostKey(event)) {
            this.releaseAll();
            this.#sink.leave();
            return;
        }
        // A repeated keydown is the keyboard's typematic repeat; the PC's keyboard has none of its own.
        this.#held.add(event.code);
        this.#sink.key(event.code, true);
    }

    #up(event: KeyboardEvent): void {
        if (!this.#held.delete(event.code)) return;
        event.preventDefault();
        this.#sink.key(event.code, false);
        // macOS keeps other keys' releases to itself while Meta is down.
        if (event.code.startsWith('Meta')) this.releaseAll();
    }
}
