// Whether anybody can see an element: its page is in front and it is scrolled into view.

export class Visibility {
    readonly #target: Element;
    readonly #changed: (visible: boolean) => void;
    readonly #observer: IntersectionObserver;
    readonly #onPage = () => this.tell();
    #inView = true;

    constructor(target: Element, changed: (visible: boolean) => void) {
        this.#target = target;
        this.#changed = changed;
        this.#observer = new IntersectionObserver((entries) => {
            this.#inView = entries.at(-1)?.isIntersecting ?? true;
            this.tell();
        });
    }
    start(): void {
        this.#observer.observe(this.#target);
        document.addEventListener('visibilitychange', this.#onPage);
    }
    stop(): void {
        this.#observer.disconnect();
        document.removeEventListener('visibilitychange', this.#onPage);
    }
    /** Says what is so now. */
    tell(): void {
        this.#changed(this.#inView && document.visibilityState === 'visible');
    }
}
