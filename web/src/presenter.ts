// Brings the core's frames to the page: drawn here on the canvas that the page handed over, or sent as pixels to a page
// whose browser cannot hand one over. Only what changed is touched.
import type { Frame } from './core.ts';
import type { MachineEvent } from './protocol.ts';

type Context = OffscreenCanvasRenderingContext2D;
type Part = Frame['damage'];
type Post = (event: MachineEvent, transfer?: Transferable[]) => void;

const MOST = 4;

export interface Presenter {
    present(frame: Frame): void;
    /** How large the picture is on the display, in the display's pixels. */
    setDisplay(width: number, height: number): void;
}

/** Tells the page size and kind of the picture when they change. */
abstract class ModePresenter implements Presenter {
    readonly #post: Post;
    #mode = '';

    constructor(post: Post) {
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
    setDisplay(_width: number, _height: number): void {}
    protected post(event: MachineEvent, transfer?: Transferable[]): void {
        this.#post(event, transfer);
    }
    protected abstract resize(width: number, height: number): void;
    protected abstract draw(frame: Frame, part: Part): void;
}

/** How many times larger a picture is drawn, so that what is left to smooth scaling does not blur it. */
export function enlargement(picture: number, display: number): number {
    return Math.min(MOST, Math.max(1, Math.ceil(display / picture - 0.01)));
}

/**
 * Draws each pixel as a block of pixels, at least as many as the display has for it; the browser then shrinks that to
 * size. Letters stay sharp and even at any size, where plain scaling makes them blurred or ragged.
 */
export class CanvasPresenter extends ModePresenter {
    readonly #canvas: OffscreenCanvas;
    readonly #context: Context;
    readonly #picture: OffscreenCanvas;
    readonly #pictureContext: Context;
    #display = { width: 0, height: 0 }; // in its own pixels

    constructor(canvas: OffscreenCanvas, post: Post) {
        super(post);
        this.#canvas = canvas;
        this.#context = context(canvas);
        this.#picture = new OffscreenCanvas(1, 1);
        this.#pictureContext = context(this.#picture);
    }
    override setDisplay(width: number, height: number): void {
        this.#display = { width, height };
        if (this.#fit())
            this.#enlarge({ x: 0, y: 0, width: this.#picture.width, height: this.#picture.height });
    }
    protected resize(width: number, height: number): void {
        this.#picture.width = width || 640; // a display that is off is black
        this.#picture.height = height || 480;
        this.#fit();
    }
    protected draw({ pixels, stride, height }: Frame, part: Part): void {
        const image = new ImageData(pixels, stride / 4, height);
        this.#pictureContext.putImageData(image, 0, 0, part.x, part.y, part.width, part.height);
        this.#enlarge(part);
    }

    /** Makes the canvas large enough; true when that changed it, and emptied it. */
    #fit(): boolean {
        const { width, height } = this.#picture;
        const toWidth = width * enlargement(width, this.#display.width);
        const toHeight = height * enlargement(height, this.#display.height);
        if (toWidth === this.#canvas.width && toHeight === this.#canvas.height) return false;
        this.#canvas.width = toWidth;
        this.#canvas.height = toHeight;
        this.#context.imageSmoothingEnabled = false;
        return true;
    }
    #enlarge({ x, y, width, height }: Part): void {
        const h = this.#canvas.width / this.#picture.width;
        const v = this.#canvas.height / this.#picture.height;
        this.#context.drawImage(this.#picture, x, y, width, height, x * h, y * v, width * h, height * v);
    }
}

function context(canvas: OffscreenCanvas): Context {
    const made = canvas.getContext('2d', { alpha: false });
    if (!made) throw new Error('This browser has no canvas for the screen of the PC.');
    return made;
}

export class PixelPresenter extends ModePresenter {
    protected resize(): void {}
    protected draw({ pixels, stride }: Frame, { x, y, width, height }: Part): void {
        const part = new Uint8ClampedArray(width * height * 4);
        for (let row = 0; row < height; row++) {
            const from = (y + row) * stride + x * 4;
            part.set(pixels.subarray(from, from + width * 4), row * width * 4);
        }
        this.post({ type: 'picture', x, y, width, height, pixels: part }, [part.buffer]);
    }
}
