// The mouse over the screen. A guest that asks for positions (vmmouse) follows the host's pointer; any other gets
// movements, once a click has locked the pointer. The wheel scrolls the page unless the PC has the mouse.

export interface PointerSink {
    move(dx: number, dy: number): void;
    position(x: number, y: number): void;
    buttons(buttons: number): void;
    wheel(clicks: number): void;
    locked(locked: boolean): void;
}

const WHEEL_CLICK = 100; // pixels of one detent, as browsers report them
const WHEEL_LINE = 33;

export class Pointer {
    enabled = false;
    absolute = false; // the guest asks for positions
    readonly #screen: HTMLElement;
    readonly #sink: PointerSink;
    #picture: HTMLCanvasElement | null = null;
    #size = { width: 0, height: 0 };
    #locked = false;
    #buttons = 0;
    #rest = { dx: 0, dy: 0, wheel: 0 }; // what is less than a pixel or a click
    #hadFocus = false; // when the button went down

    constructor(screen: HTMLElement, sink: PointerSink) {
        this.#screen = screen;
        this.#sink = sink;
        screen.addEventListener('pointerdown', (event) => this.#down(event));
        screen.addEventListener('pointermove', (event) => this.#move(event));
        screen.addEventListener('pointerup', (event) => this.#up(event));
        screen.addEventListener('pointercancel', () => this.releaseAll());
        screen.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
        screen.addEventListener('contextmenu', (event) => {
            if (this.#captured) event.preventDefault();
        });
    }

    /** The canvas that shows the picture, and how large the picture is to the guest. */
    setPicture(picture: HTMLCanvasElement, width: number, height: number): void {
        this.#picture = picture;
        this.#size = { width, height };
    }

    /** To be called when the document's pointer lock changed. */
    lockChanged(locked: boolean): void {
        if (locked === this.#locked) return;
        this.#locked = locked;
        if (!locked) this.releaseAll();
        this.#sink.locked(locked);
    }

    releaseAll(): void {
        if (this.#buttons) this.#sink.buttons(0);
        this.#buttons = 0;
    }

    get #captured(): boolean {
        return this.enabled && (this.#locked || (this.absolute && this.#hasFocus));
    }
    get #hasFocus(): boolean {
        return this.#screen.matches(':focus');
    }

    #down(event: PointerEvent): void {
        if (!this.enabled) return;
        this.#hadFocus = this.#hasFocus;
        if (!this.#captured) return; // this click brings the focus, or the lock
        this.#place(event);
        this.#setButtons(event.buttons);
        if (!this.#locked) this.#screen.setPointerCapture(event.pointerId);
    }

    #up(event: PointerEvent): void {
        if (this.#captured) {
            this.#place(event);
            this.#setButtons(event.buttons);
        } else if (
            this.enabled &&
            this.#hadFocus &&
            !this.absolute &&
            event.button === 0 &&
            event.pointerType === 'mouse'
        ) {
            this.#lock();
        }
    }

    #move(event: PointerEvent): void {
        if (!this.#captured) return;
        this.#setButtons(event.buttons);
        if (!this.#locked) return this.#place(event);
        const box = this.#picture?.getBoundingClientRect();
        if (!box?.width) return;
        this.#rest.dx += (event.movementX * this.#size.width) / box.width;
        this.#rest.dy += (event.movementY * this.#size.height) / box.height;
        const dx = Math.trunc(this.#rest.dx);
        const dy = Math.trunc(this.#rest.dy);
        this.#rest.dx -= dx;
        this.#rest.dy -= dy;
        if (dx || dy) this.#sink.move(dx, dy);
    }

    #wheel(event: WheelEvent): void {
        if (!this.#captured) return;
        event.preventDefault();
        this.#rest.wheel += event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE : 1);
        const clicks = Math.trunc(this.#rest.wheel / WHEEL_CLICK);
        this.#rest.wheel -= clicks * WHEEL_CLICK;
        if (clicks) this.#sink.wheel(clicks);
    }

    #place(event: PointerEvent): void {
        const box = this.#picture?.getBoundingClientRect();
        if (this.#locked || !this.absolute || !box?.width) return;
        const within = (v: number) => Math.min(1, Math.max(0, v));
        this.#sink.position(
            within((event.clientX - box.left) / box.width),
            within((event.clientY - box.top) / box.height),
        );
    }

    #setButtons(buttons: number): void {
        if (buttons === this.#buttons) return;
        this.#buttons = buttons;
        this.#sink.buttons(buttons);
    }

    #lock(): void {
        // Phones have none. Refused without a fresh click, or in a frame that may not: the mouse stays with the page.
        const asked = this.#screen.requestPointerLock?.() as Promise<void> | undefined;
        asked?.catch(() => {});
    }
}
