// What calls the machine when there is something to do: again at once, after a while, or at the next animation frame.

const FRAME_MS = 16;

/** Runs `callback` as a task of its own, so that messages get in between, without the 4 ms that timers wait. */
export class Soon {
    readonly #channel = new MessageChannel();
    #asked = false;

    constructor(callback: () => void) {
        this.#channel.port1.onmessage = () => {
            if (!this.#asked) return;
            this.#asked = false;
            callback();
        };
    }
    ask(): void {
        if (this.#asked) return;
        this.#asked = true;
        this.#channel.port2.postMessage(null);
    }
    cancel(): void {
        this.#asked = false;
    }
    close(): void {
        this.cancel();
        this.#channel.port1.close();
    }
}

/** Calls back once after a while. */
export class Alarm {
    readonly #callback: () => void;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(callback: () => void) {
        this.#callback = callback;
    }
    set(ms: number): void {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(this.#callback, ms);
    }
    cancel(): void {
        clearTimeout(this.#timer);
    }
}

/** Calls back once per frame of the display while it runs; by timer where a worker has no requestAnimationFrame. */
export class FrameClock {
    readonly #callback: () => void;
    #cancel: (() => void) | null = null;

    constructor(callback: () => void) {
        this.#callback = callback;
    }
    start(): void {
        if (!this.#cancel) this.#next();
    }
    stop(): void {
        this.#cancel?.();
        this.#cancel = null;
    }
    #next(): void {
        this.#cancel = nextFrame(() => {
            this.#next();
            this.#callback();
        });
    }
}

/** Asks for one frame; what is returned takes that back. */
function nextFrame(callback: () => void): () => void {
    if (typeof requestAnimationFrame === 'function') {
        const handle = requestAnimationFrame(callback);
        return () => cancelAnimationFrame(handle);
    }
    const timer = setTimeout(callback, FRAME_MS);
    return () => clearTimeout(timer);
}
