// A plain terminal for the serial port, without a page: bytes in, text out. Of ECMA-48 it knows the cursor, erasing and
// the position report, which shells ask for; colours and the rest are skipped.

const COLUMNS = 80;
const ROWS = 24;
const SCROLLBACK = 2000;

type State = 'text' | 'escape' | 'csi' | 'string';

export class Terminal {
    readonly #reply: (text: string) => void;
    readonly #decoder = new TextDecoder();
    #lines: string[][] = [[]];
    #top = 0; // line that is the first row of the screen
    #row = 0;
    #column = 0;
    #state: State = 'text';
    #parameters = '';

    /** `reply` sends what the terminal answers to the guest. */
    constructor(reply: (text: string) => void) {
        this.#reply = reply;
    }

    write(bytes: Uint8Array): void {
        for (const character of this.#decoder.decode(bytes, { stream: true })) this.#character(character);
    }

    /** Everything, scrolled-off lines first. */
    text(): string {
        return this.#lines.map((line) => line.join('').trimEnd()).join('\n');
    }

    #character(c: string): void {
        if (this.#state === 'text') {
            if (c === '\x1b') this.#state = 'escape';
            else if (c < ' ' || c === '\x7f') this.#control(c);
            else this.#print(c);
        } else if (this.#state === 'escape') {
            this.#parameters = '';
            this.#state = c === '[' ? 'csi' : c === ']' ? 'string' : 'text';
        } else if (this.#state === 'string') {
            if (c === '\x07') this.#state = 'text';
            else if (c === '\x1b') this.#state = 'escape'; // ESC \ ends it
        } else if (c >= '@' && c <= '~') {
            this.#state = 'text';
            this.#sequence(c);
        } else if (this.#parameters.length < 32) {
            this.#parameters += c;
        }
    }

    #control(c: string): void {
        if (c === '\r') this.#column = 0;
        else if (c === '\n' || c === '\v' || c === '\f') this.#lineFeed();
        else if (c === '\b') this.#column = Math.max(0, this.#column - 1);
        else if (c === '\t') this.#column = Math.min(COLUMNS - 1, (this.#column | 7) + 1);
    }

    #print(c: string): void {
        if (this.#column === COLUMNS) {
            this.#column = 0;
            this.#lineFeed();
        }
        const line = this.#line();
        while (line.length < this.#column) line.push(' ');
        line[this.#column++] = c;
    }

    #lineFeed(): void {
        if (this.#row < ROWS - 1) this.#row++;
        else this.#top++;
        this.#line();
        const excess = this.#lines.length - SCROLLBACK;
        if (excess <= 0) return;
        this.#lines.splice(0, excess);
        this.#top -= excess;
    }

    #line(): string[] {
        while (this.#lines.length <= this.#top + this.#row) this.#lines.push([]);
        return this.#lines[this.#top + this.#row]!;
    }

    #sequence(final: string): void {
        const numbers = this.#parameters.split(';').map((n) => Number.parseInt(n, 10) || 0);
        const count = Math.max(1, numbers[0] ?? 0);
        const within = (v: number, limit: number) => Math.min(limit - 1, Math.max(0, v));
        if (final === 'A') this.#row = within(this.#row - count, ROWS);
        else if (final === 'B') this.#row = within(this.#row + count, ROWS);
        else if (final === 'C') this.#column = within(this.#column + count, COLUMNS);
        else if (final === 'D') this.#column = within(this.#column - count, COLUMNS);
        else if (final === 'G') this.#column = within(count - 1, COLUMNS);
        else if (final === 'H' || final === 'f') {
            this.#row = within(count - 1, ROWS);
            this.#column = within(Math.max(1, numbers[1] ?? 0) - 1, COLUMNS);
        } else if (final === 'J') this.#eraseDisplay(numbers[0] ?? 0);
        else if (final === 'K') this.#eraseLine(numbers[0] ?? 0);
        else if (final === 'n' && numbers[0] === 6) {
            const column = Math.min(COLUMNS, this.#column + 1);
            this.#reply(`\x1b[${this.#row + 1};${column}R`);
        }
    }

    #eraseDisplay(how: number): void {
        const current = this.#top + this.#row;
        if (how === 0) this.#lines.length = Math.min(this.#lines.length, current + 1);
        if (how === 1) for (let n = this.#top; n < current; n++) this.#lines[n] = [];
        if (how === 2) for (let n = this.#top; n < this.#lines.length; n++) this.#lines[n] = [];
        if (how === 3) {
            this.#lines.splice(0, this.#top);
            this.#top = 0;
        }
        if (how < 2) this.#eraseLine(how);
    }

    #eraseLine(how: number): void {
        const line = this.#line();
        if (how === 0) line.length = Math.min(line.length, this.#column);
        else if (how === 1) line.fill(' ', 0, this.#column + 1);
        else if (how === 2) line.length = 0;
    }
}

const KEYS: Record<string, string> = {
    Enter: '\r',
    Backspace: '\x7f',
    Tab: '\t',
    Escape: '\x1b',
    ArrowUp: '\x1b[A',
    ArrowDown: '\x1b[B',
    ArrowRight: '\x1b[C',
    ArrowLeft: '\x1b[D',
    Home: '\x1b[H',
    End: '\x1b[F',
    Insert: '\x1b[2~',
    Delete: '\x1b[3~',
    PageUp: '\x1b[5~',
    PageDown: '\x1b[6~',
};

/** What a terminal sends for a key; null for a key that is the browser's. */
export function keyBytes(
    event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): string | null {
    if (event.metaKey) return null;
    const named = KEYS[event.key];
    if (named) return event.ctrlKey || event.altKey ? null : named;
    if (event.key.length !== 1) return null;
    if (!event.ctrlKey) return event.altKey ? `\x1b${event.key}` : event.key;
    const code = event.key.toUpperCase().charCodeAt(0);
    return code >= 0x40 && code < 0x60 ? String.fromCharCode(code - 0x40) : null;
}
