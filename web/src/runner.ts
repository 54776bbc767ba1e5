// Runs a machine in slices: as fast as it goes while it has work, asleep until its next deadline while it is halted.
// After each slice whoever cares takes what the machine put out; at each animation frame, the picture.
import { Alarm, FrameClock, Soon } from './alarm.ts';
import { HAS_FRAME, PAUSED, SHUT_DOWN } from './core.ts';
import type { Pc } from './core.ts';
import type { RunState } from './protocol.ts';

const SLICE_MS = 8; // input waits at most this long
const LONGEST_SLEEP_MS = 250; // the numbers in the tool bar stay fresh
const BLINK_MS = 50; // how often to look for a cursor that blinks

export type RunnablePc = Pick<Pc, 'run' | 'pending' | 'pause' | 'continue'>;

export interface RunnerClient {
    /** Takes what the machine put out; true when the guest got what it may be waiting for. */
    afterSlice(): boolean;
    picture(): void;
    state(state: RunState): void;
    failed(error: unknown): void; // the core broke: no slice follows
}

export class Runner {
    readonly #pc: RunnablePc;
    readonly #client: RunnerClient;
    readonly #soon = new Soon(() => this.#slice());
    readonly #alarm = new Alarm(() => this.#slice());
    readonly #frames = new FrameClock(() => this.#frame());
    #state: RunState = 'paused';
    #visible = true;
    #stopped = false; // by the user
    #lastPicture = 0;

    constructor(pc: RunnablePc, client: RunnerClient) {
        this.#pc = pc;
        this.#client = client;
    }

    start(): void {
        this.#enter('running');
        this.wake();
    }
    pause(): void {
        this.#stopped = true;
        this.#pc.pause();
        this.#slice();
    }
    resume(): void {
        this.#stopped = false;
        if (!this.#visible) return;
        this.#pc.continue();
        this.#slice();
    }
    /** Something came in that the guest may be waiting for. */
    wake(): void {
        if (this.#state !== 'off') this.#soon.ask();
    }
    /** While nobody looks, the guest's time stands still; to the user it is running. */
    setVisible(visible: boolean): void {
        if (visible === this.#visible || this.#state === 'off') return;
        this.#visible = visible;
        if (this.#stopped) return;
        if (visible) this.#pc.continue();
        else this.#pc.pause();
        this.#slice();
    }
    close(): void {
        this.#enter('off');
        this.#soon.close();
    }

    #slice(): void {
        if (this.#state === 'off') return;
        this.#soon.cancel();
        this.#alarm.cancel();
        try {
            const end = performance.now() + SLICE_MS;
            let wait: number;
            let again: boolean;
            do {
                wait = this.#pc.run(end - performance.now());
                again = this.#client.afterSlice();
            } while (again && wait >= 0 && performance.now() < end - 1);
            this.#sleep(again && wait > 0 ? 0 : wait);
        } catch (error) {
            this.#client.failed(error); // before the state: what is said first is what the user reads
            this.close();
        }
    }

    #sleep(wait: number): void {
        if (wait === SHUT_DOWN) {
            this.#client.picture();
            this.close();
        } else if (wait === PAUSED) {
            if (this.#visible) this.#enter('paused');
            else this.#frames.stop();
        } else {
            this.#enter('running');
            if (wait > 0) this.#alarm.set(Math.min(wait, LONGEST_SLEEP_MS));
            else this.#soon.ask();
        }
    }

    #enter(state: RunState): void {
        if (state === 'running') this.#frames.start();
        else this.#frames.stop();
        if (state !== 'running') this.#alarm.cancel();
        if (state === this.#state) return;
        this.#state = state;
        if (state === 'paused') this.#client.picture();
        this.#client.state(state);
    }

    #frame(): void {
        const now = performance.now();
        if (!(this.#pc.pending() & HAS_FRAME) && now - this.#lastPicture < BLINK_MS) return;
        this.#lastPicture = now;
        this.#client.picture();
    }
}
