// What the tool bar shows of a running machine: speed, lock lights, the drives' light.
import type { Pc } from './core.ts';
import type { MachineEvent } from './protocol.ts';

const LIGHT_MS = 100;
const SPEED_MS = 500;

export class Meter {
    readonly #pc: Pick<Pc, 'stats' | 'leds' | 'mouseWantsAbsolute'>;
    readonly #post: (event: MachineEvent) => void;
    #lightAt = 0;
    #reads = 0;
    #writes = 0;
    #speedAt = 0;
    #instructions = 0;
    #shown = '';

    constructor(pc: Pick<Pc, 'stats' | 'leds' | 'mouseWantsAbsolute'>, post: (event: MachineEvent) => void) {
        this.#pc = pc;
        this.#post = post;
    }

    tick(now: number): void {
        if (now - this.#lightAt < LIGHT_MS) return;
        this.#lightAt = now;
        const { instructions, diskReads, diskWrites } = this.#pc.stats();
        const reading = diskReads !== this.#reads;
        const writing = diskWrites !== this.#writes;
        if (reading || writing) this.#post({ type: 'activity', reading, writing });
        this.#reads = diskReads;
        this.#writes = diskWrites;

        const leds = this.#pc.leds();
        const absolute = this.#pc.mouseWantsAbsolute();
        const lights = `${leds} ${absolute}`;
        if (now - this.#speedAt < SPEED_MS && lights === this.#shown) return;
        const mips = (instructions - this.#instructions) / (now - this.#speedAt) / 1000;
        this.#speedAt = now;
        this.#instructions = instructions;
        this.#shown = lights;
        this.#post({ type: 'stats', mips: Math.max(0, mips), leds, absolute });
    }
}
