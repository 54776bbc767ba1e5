// The wasm core as the machine uses it: src/host/wasm.h in TypeScript, one method a function. Memory may grow in any
// call, so views are made anew each time; pointers are unsigned.

/** What tabpc.mjs gives: exports with an underscore, and the memory. */
export interface CoreExports {
    HEAPU8: Uint8Array<ArrayBuffer>;
    _tabpc_alloc(bytes: number): number;
    _tabpc_release(memory: number): void;
    _tabpc_new(): number;
    _tabpc_delete(pc: number): void;
    _tabpc_error(pc: number): number;
    _tabpc_add_bytes(pc: number, name: number, length: number, memory: number, bytes: number): number;
    _tabpc_add_source(
        pc: number,
        name: number,
        length: number,
        bytes: number,
        source: number,
        writable: number,
    ): number;
    _tabpc_start(pc: number, options: number, length: number): number;
    _tabpc_run(pc: number, budget: number): number;
    _tabpc_pause(pc: number): void;
    _tabpc_continue(pc: number): void;
    _tabpc_reset(pc: number): void;
    _tabpc_power_button(pc: number): void;
    _tabpc_pending(pc: number): number;
    _tabpc_frame(pc: number): number;
    _tabpc_key(pc: number, code: number, length: number, down: number): number;
    _tabpc_release_keys(pc: number): void;
    _tabpc_keyboard_leds(pc: number): number;
    _tabpc_mouse_wants_absolute(pc: number): number;
    _tabpc_mouse_move(pc: number, dx: number, dy: number): void;
    _tabpc_mouse_position(pc: number, x: number, y: number): void;
    _tabpc_mouse_wheel(pc: number, clicks: number): void;
    _tabpc_mouse_buttons(pc: number, buttons: number): void;
    _tabpc_serial_read(pc: number, port: number, to: number, capacity: number): number;
    _tabpc_serial_write(pc: number, port: number, from: number, n: number): number;
    _tabpc_qmp_write(pc: number, from: number, n: number): void;
    _tabpc_qmp_read(pc: number, to: number, capacity: number): number;
    _tabpc_next_request(pc: number): number;
    _tabpc_complete(pc: number, id: number, failed: number): void;
    _tabpc_next_message(pc: number): number;
    _tabpc_stats(pc: number): number;
}

export const PAUSED = -1;
export const SHUT_DOWN = -2;

export const HAS_FRAME = 1;
export const HAS_SERIAL = 2;
export const HAS_QMP = 4;
export const HAS_REQUEST = 8;
export const HAS_MESSAGE = 16;

export interface Frame {
    width: number; // 0: the display is off
    height: number;
    stride: number; // in bytes
    damage: { x: number; y: number; width: number; height: number };
    text: boolean;
    pixels: Uint8ClampedArray<ArrayBuffer>; // RGBA, stride * height bytes; good until the next call of the core
}

export type RequestKind = 'read' | 'write' | 'flush';
const KINDS: RequestKind[] = ['read', 'write', 'flush'];

export interface DiskRequest {
    id: number;
    source: number;
    kind: RequestKind;
    offset: number;
    length: number;
    buffer: number; // where the bytes go or are
}

export interface Stats {
    instructions: number;
    virtualMs: number;
    diskReads: number; // disks, CDs and floppies together
    diskWrites: number;
    exitStatus: number;
}

const SCRATCH_BYTES = 65536;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Instantiates the core: one instance a machine, all from one compiled module. */
export async function instantiate(loader: string, module: WebAssembly.Module): Promise<CoreExports> {
    const { default: create } = (await import(loader)) as {
        default(options: object): Promise<CoreExports>;
    };
    return new Promise((resolve, reject) => {
        create({
            instantiateWasm(
                imports: WebAssembly.Imports,
                done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
            ) {
                // A failure here would leave create()'s promise pending for ever.
                WebAssembly.instantiate(module, imports).then((instance) => done(instance, module), reject);
                return {};
            },
        }).then(resolve, reject);
    });
}

/** One Tabpc. */
export class Pc {
    readonly #core: CoreExports;
    readonly #pc: number;
    readonly #scratch: number;

    constructor(core: CoreExports) {
        this.#core = core;
        this.#pc = core._tabpc_new();
        this.#scratch = core._tabpc_alloc(SCRATCH_BYTES) >>> 0;
        if (!this.#pc || !this.#scratch) throw new RangeError('no memory for the PC');
    }

    addBytes(name: string, bytes: Uint8Array): void {
        const memory = this.#core._tabpc_alloc(bytes.length) >>> 0;
        if (!memory) throw new RangeError(`no memory for ${name}`);
        this.#core.HEAPU8.set(bytes, memory);
        const length = this.#put(name);
        this.#check(this.#core._tabpc_add_bytes(this.#pc, this.#scratch, length, memory, bytes.length));
    }
    addSource(name: string, bytes: number, source: number): void {
        const length = this.#put(name);
        this.#check(this.#core._tabpc_add_source(this.#pc, this.#scratch, length, bytes, source, 0));
    }
    start(options: Record<string, unknown>): void {
        const length = this.#put(JSON.stringify(options));
        this.#check(this.#core._tabpc_start(this.#pc, this.#scratch, length));
    }
    delete(): void {
        this.#core._tabpc_release(this.#scratch);
        this.#core._tabpc_delete(this.#pc);
    }

    run(budgetMs: number): number {
        return this.#core._tabpc_run(this.#pc, budgetMs);
    }
    pause(): void {
        this.#core._tabpc_pause(this.#pc);
    }
    continue(): void {
        this.#core._tabpc_continue(this.#pc);
    }
    reset(): void {
        this.#core._tabpc_reset(this.#pc);
    }
    powerButton(): void {
        this.#core._tabpc_power_button(this.#pc);
    }
    pending(): number {
        return this.#core._tabpc_pending(this.#pc);
    }

    frame(): Frame {
        const view = this.#view(this.#core._tabpc_frame(this.#pc));
        const u32 = (field: number) => view.getUint32(field * 4, true);
        const [width, height, stride] = [u32(1), u32(2), u32(3)];
        return {
            width,
            height,
            stride,
            damage: { x: u32(4), y: u32(5), width: u32(6), height: u32(7) },
            text: u32(8) !== 0,
            pixels: new Uint8ClampedArray(this.#core.HEAPU8.buffer, u32(0), stride * height),
        };
    }

    /** False for a key that no PC keyboard has. */
    key(code: string, down: boolean): boolean {
        const length = this.#put(code);
        return this.#core._tabpc_key(this.#pc, this.#scratch, length, down ? 1 : 0) === 0;
    }
    releaseKeys(): void {
        this.#core._tabpc_release_keys(this.#pc);
    }
    leds(): number {
        return this.#core._tabpc_keyboard_leds(this.#pc);
    }
    mouseWantsAbsolute(): boolean {
        return this.#core._tabpc_mouse_wants_absolute(this.#pc) !== 0;
    }
    mouseMove(dx: number, dy: number): void {
        this.#core._tabpc_mouse_move(this.#pc, dx, dy);
    }
    mousePosition(x: number, y: number): void {
        this.#core._tabpc_mouse_position(this.#pc, x, y);
    }
    mouseWheel(clicks: number): void {
        this.#core._tabpc_mouse_wheel(this.#pc, clicks);
    }
    mouseButtons(buttons: number): void {
        this.#core._tabpc_mouse_buttons(this.#pc, buttons);
    }

    /** What the guest sent since the last call; empty: nothing. */
    serialRead(port: number): Uint8Array {
        const n = this.#core._tabpc_serial_read(this.#pc, port, this.#scratch, SCRATCH_BYTES);
        return this.#core.HEAPU8.slice(this.#scratch, this.#scratch + n);
    }
    /** Returns how many bytes were accepted. */
    serialWrite(port: number, bytes: Uint8Array): number {
        const part = bytes.subarray(0, SCRATCH_BYTES);
        this.#core.HEAPU8.set(part, this.#scratch);
        return this.#core._tabpc_serial_write(this.#pc, port, this.#scratch, part.length);
    }
    qmpWrite(text: string): void {
        const bytes = encoder.encode(text);
        for (let at = 0; at < bytes.length; at += SCRATCH_BYTES) {
            const part = bytes.subarray(at, at + SCRATCH_BYTES);
            this.#core.HEAPU8.set(part, this.#scratch);
            this.#core._tabpc_qmp_write(this.#pc, this.#scratch, part.length);
        }
    }
    qmpRead(): Uint8Array {
        const n = this.#core._tabpc_qmp_read(this.#pc, this.#scratch, SCRATCH_BYTES);
        return this.#core.HEAPU8.slice(this.#scratch, this.#scratch + n);
    }

    nextRequest(): DiskRequest | null {
        const at = this.#core._tabpc_next_request(this.#pc);
        if (!at) return null;
        const view = this.#view(at);
        return {
            offset: view.getFloat64(0, true),
            id: view.getUint32(8, true),
            source: view.getUint32(12, true),
            kind: KINDS[view.getUint32(16, true)] ?? 'flush',
            buffer: view.getUint32(20, true),
            length: view.getUint32(24, true),
        };
    }
    /** Ends a request; `bytes` is what a read found, null an error. */
    complete(request: DiskRequest, bytes: Uint8Array | null): void {
        if (bytes && bytes.length === request.length) this.#core.HEAPU8.set(bytes, request.buffer);
        const failed = request.kind === 'read' ? bytes?.length !== request.length : bytes === null;
        this.#core._tabpc_complete(this.#pc, request.id, failed ? 1 : 0);
    }

    nextMessage(): string | null {
        const at = this.#core._tabpc_next_message(this.#pc);
        return at ? this.#text(at) : null;
    }
    stats(): Stats {
        const view = this.#view(this.#core._tabpc_stats(this.#pc));
        const f64 = (field: number) => view.getFloat64(field * 8, true);
        return {
            instructions: f64(0),
            virtualMs: f64(1),
            diskReads: f64(4) + f64(6),
            diskWrites: f64(5) + f64(7),
            exitStatus: f64(8),
        };
    }

    #view(pointer: number): DataView {
        return new DataView(this.#core.HEAPU8.buffer, pointer >>> 0);
    }
    /** Puts text where arguments go; returns its length in bytes. */
    #put(text: string): number {
        const bytes = encoder.encode(text);
        if (bytes.length > SCRATCH_BYTES) throw new RangeError('a text handed to the PC is too long');
        this.#core.HEAPU8.set(bytes, this.#scratch);
        return bytes.length;
    }
    #text(pointer: number): string {
        const heap = this.#core.HEAPU8;
        const start = pointer >>> 0;
        return decoder.decode(heap.subarray(start, heap.indexOf(0, start)));
    }
    #check(status: number): void {
        if (status !== 0) throw new Error(this.#text(this.#core._tabpc_error(this.#pc)));
    }
}
