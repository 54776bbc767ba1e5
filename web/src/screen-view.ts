// The picture on the page: a canvas of the right shape, drawn by the machine where it can have the canvas, else here.
import { element } from './dom.ts';
import type { MachineEvent } from './protocol.ts';

/** Width over height on the monitor: VGA's modes fill a 4:3 tube, whatever their pixels; larger ones have square pixels. */
export function displayAspect(width: number, height: number): number {
    const vga = width <= 720 && height <= 480;
    return !width || !height || vga ? 4 / 3 : width / height;
}

export class ScreenView {
    readonly box: HTMLDivElement;
    canvas: HTMLCanvasElement;
    #context: CanvasRenderingContext2D | null = null;
    readonly #observer: ResizeObserver;

    /** `resized` is told how large the picture is, in the display's pixels. */
    constructor(resized: (width: number, height: number) => void) {
        this.#observer = new ResizeObserver((entries) => {
            const box = entries.at(-1)?.contentRect;
            if (box)
                resized(Math.round(box.width * devicePixelRatio), Math.round(box.height * devicePixelRatio));
        });
        this.canvas = element('canvas', { width: '720', height: '400' });
        this.box = element(
            'div',
            { class: 'screen', tabindex: '0', role: 'application', 'aria-label': 'Screen of the PC' },
            this.canvas,
        );
    }

    /** A fresh canvas for a machine; null where the browser cannot hand one over. */
    handOver(): OffscreenCanvas | null {
        const canvas = element('canvas', { width: '720', height: '400' });
        this.canvas.replaceWith(canvas);
        this.#observer.disconnect();
        this.#observer.observe(canvas);
        this.canvas = canvas;
        this.#context = null;
        return 'transferControlToOffscreen' in canvas ? canvas.transferControlToOffscreen() : null;
    }

    setMode(width: number, height: number, drawnHere: boolean): void {
        this.canvas.style.setProperty('--aspect', String(displayAspect(width, height)));
        this.canvas.classList.toggle('plain', drawnHere);
        if (!drawnHere) return;
        this.canvas.width = width || 640;
        this.canvas.height = height || 480;
    }

    draw({ x, y, width, height, pixels }: Extract<MachineEvent, { type: 'picture' }>): void {
        this.#context ??= this.canvas.getContext('2d', { alpha: false });
        this.#context?.putImageData(new ImageData(pixels, width, height), x, y);
    }
}
