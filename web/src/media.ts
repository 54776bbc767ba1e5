// Where the bytes of a disk come from. A source is read piece by piece, so that one which fetches what the guest asks
// for can take the place of those that hold everything.
import type { Medium } from './protocol.ts';

export interface Source {
    readonly size: number;
    /** `length` bytes from `offset` on; at once where they are at hand. */
    read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

export type Progress = (name: string, loaded: number, total: number | null) => void;

class BytesSource implements Source {
    readonly #bytes: Uint8Array;
    constructor(bytes: Uint8Array) {
        this.#bytes = bytes;
    }
    get size(): number {
        return this.#bytes.length;
    }
    read(offset: number, length: number): Uint8Array {
        return this.#bytes.subarray(offset, offset + length);
    }
}

const BLOCK = 256 << 10;
const BLOCKS = 64; // kept

/** A file, read ahead in blocks: guests read a few sectors at a time, mostly one after the other. */
class BlobSource implements Source {
    readonly #blob: Blob;
    readonly #blocks = new Map<number, Uint8Array>(); // by number, the one used last at the end

    constructor(blob: Blob) {
        this.#blob = blob;
    }
    get size(): number {
        return this.#blob.size;
    }
    read(offset: number, length: number): Uint8Array | Promise<Uint8Array> {
        const number = Math.floor(offset / BLOCK);
        const within = offset - number * BLOCK;
        if (within + length > BLOCK) return this.#slice(offset, length); // rare, and large
        const block = this.#blocks.get(number);
        if (block) {
            this.#keep(number, block);
            return block.subarray(within, within + length);
        }
        return this.#slice(number * BLOCK, BLOCK).then((bytes) => {
            this.#keep(number, bytes);
            return bytes.subarray(within, within + length);
        });
    }
    async #slice(offset: number, length: number): Promise<Uint8Array> {
        return new Uint8Array(await this.#blob.slice(offset, offset + length).arrayBuffer());
    }
    #keep(number: number, block: Uint8Array): void {
        this.#blocks.delete(number);
        this.#blocks.set(number, block);
        const [oldest] = this.#blocks.keys();
        if (this.#blocks.size > BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    }
}

/** Opens a medium, fetching it where it is an address. Fails with a sentence for the user. */
export async function openMedium(medium: Medium, progress: Progress): Promise<Source> {
    const source =
        'blob' in medium
            ? new BlobSource(medium.blob)
            : new BytesSource(await fetchBytes(medium.url, medium.name, progress));
    if (source.size === 0) throw new Error(`${medium.name} is empty: a disk image has at least one sector.`);
    return source;
}

export async function readAll(source: Source): Promise<Uint8Array> {
    return source.read(0, source.size);
}

/** Everything at `url`. `name` is what the user knows it by. */
export async function fetchBytes(url: string, name: string, progress?: Progress): Promise<Uint8Array> {
    const host = new URL(url).host;
    let response: Response;
    try {
        response = await fetch(url);
    } catch {
        throw new Error(unreachable(url, name));
    }
    if (!response.ok) {
        const why =
            response.status === 404 ? 'there is no such file' : `the server answered ${response.status}`;
        throw new Error(`${name} could not be fetched from ${host}: ${why}.`);
    }
    // The length of a compressed answer is not that of the file.
    const length = response.headers.get('Content-Encoding') ? null : response.headers.get('Content-Length');
    try {
        return await collect(response, length === null ? null : Number(length), (loaded, total) =>
            progress?.(name, loaded, total),
        );
    } catch (error) {
        if (error instanceof RangeError) throw new Error(`There is not enough memory for ${name}.`);
        throw new Error(`${name} broke off while it was fetched from ${host}: try again.`);
    }
}

function unreachable(url: string, name: string): string {
    const { origin, host } = new URL(url);
    if (origin === self.location.origin) return `${name} could not be fetched: ${host} does not answer.`;
    return (
        `${name} could not be fetched from ${host}: either it does not answer, or it does not allow other sites ` +
        'to read its files (CORS). Download the file and choose it from your computer instead.'
    );
}

async function collect(
    response: Response,
    total: number | null,
    progress: (loaded: number, total: number | null) => void,
): Promise<Uint8Array> {
    if (!response.body) return new Uint8Array(await response.arrayBuffer());
    let bytes = new Uint8Array(total ?? 1 << 20);
    let loaded = 0;
    const reader = response.body.getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (loaded + value.length > bytes.length) {
            const larger = new Uint8Array(Math.max(bytes.length * 2, loaded + value.length));
            larger.set(bytes.subarray(0, loaded));
            bytes = larger;
        }
        bytes.set(value, loaded);
        loaded += value.length;
        progress(loaded, total);
    }
    return bytes.subarray(0, loaded);
}
