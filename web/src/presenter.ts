// Brings the core's frames to the page: drawn here on the canvas that the page handed over, or sent as pixels to a page
// whose browser cannot hand one over. Only what changed is touched.
import type { Frame } from './core.ts';
import type { MachineEvent } from './protocol.ts';

export interface Presenter {
    present(frame: Frame): void;
}

/** Tells the page size and kind of the picture when they change. */
abstract class ModePresenter implements Presenter {
    readonly #post: (event: MachineEvent, transfer?: Transferable[]) => void;
    #mode = '';

    constructor(post: (event: MachineEvent, transfer?: Transferable[]) => void) {
        this.#post = post;
    }

    present(frame: Frame): void {
        const { width, height, text, damage } = frame;
        const mode = `${width}x${height} ${text}`;
        if (mode !== this.#mode) {
            this.#mode = mode;
            this.resize(width, height);
            this.post({ type: 'mode', width, height, text });
            if (width && height) this.draw(frame, { x: 0, y: 0, width, height });
        } else if (damage.width && damage.height && width && height) {
            this.draw(frame, damage);
        }
    }
    protected post(event: MachineEvent, transfer?: Transferable[]): void {
        this.#post(event, transfer);
    }
    protected abstract resize(width: number, height: number): void;
    protected abstract draw(frame: Frame, part: Frame['damage']): void;
}

export class CanvasPresenter extends ModePresenter {
    readonly #canvas: OffscreenCanvas;
    readonly #context: OffscreenCanvasRenderingContext2D;

    constructor(canvas: OffscreenCanvas, post: (event: MachineEvent) => void) {
        super(post);
        const context = canvas.getContext('2d', { alpha: false });
        if (!context) throw new Error('This browser has no canvas for the screen of the PC.');
        this.#canvas = canvas;
        this.#context = context;
    }
    protected resize(width: number, height: number): void {
        // A display that is off is black.
        this.#canvas.width = width || 640;
        this.#canvas.height = height || 480;
    }
    protected draw({ pixels, stride, height }: Frame, part: Frame['damage']): void {
        const image = new ImageData(pixels, stride / 4, height);
        this.#context.putImageData(image, 0, 0, part.x, part.y, part.width, part.height);
    }
}

export class PixelPresenter extends ModePresenter {
    protected resize(): void {}
    protected draw({ pixels, stride }: Frame, { x, y, width, height }: Frame['damage']): void {
        const part = new Uint8ClampedArray(width * height * 4);
        for (let row = 0; row < height; row++) {
            const from = (y + row) * stride + x * 4;
            part.set(pixels.subarray(from, from + width * 4), row * width * 4);
        }
        this.post({ type: 'picture', x, y, width, height, pixels: part }, [part.buffer]);
    }
}
