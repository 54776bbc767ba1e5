// The page's end of the protocol: calls as promises, inputs, events.
import { PROTOCOL_VERSION, versionError } from './protocol.ts';
import type { CallName, Calls, FromMachine, Input, MachineEvent, ToMachine, Wire } from './protocol.ts';

interface Waiting {
    resolve(value: unknown): void;
    reject(error: Error): void;
}

export class Connection {
    onevent: (event: MachineEvent) => void = () => {};
    readonly thread: 'worker' | 'main';
    #wire: Wire;
    #close: () => void;
    #waiting = new Map<number, Waiting>();
    #nextId = 1;
    #closed = false;

    constructor(wire: Wire, thread: 'worker' | 'main', close: () => void) {
        this.#wire = wire;
        this.thread = thread;
        this.#close = close;
        wire.onmessage = (event) => this.#receive(event.data as FromMachine);
    }

    call<Name extends CallName>(
        call: Name,
        args: Parameters<Calls[Name]>,
        transfer: Transferable[] = [],
    ): Promise<ReturnType<Calls[Name]>> {
        return new Promise((resolve, reject) => {
            if (this.#closed) return reject(new Error('The PC is off.'));
            const id = this.#nextId++;
            this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
            this.#post({ version: PROTOCOL_VERSION, id, call, args }, transfer);
        });
    }

    send(input: Input): void {
        if (!this.#closed) this.#post({ version: PROTOCOL_VERSION, input });
    }

    /** Ends the machine; calls that have no answer yet fail with `reason`. */
    close(reason = 'The PC was turned off.'): void {
        if (this.#closed) return;
        this.#closed = true;
        for (const { reject } of this.#waiting.values()) reject(new Error(reason));
        this.#waiting.clear();
        this.#close();
    }

    #post(message: ToMachine, transfer: Transferable[] = []): void {
        this.#wire.postMessage(message, transfer);
    }

    #receive(message: FromMachine): void {
        if (this.#closed) return;
        const mismatch = versionError(message);
        if (mismatch) {
            this.onevent({ type: 'fatal', text: mismatch });
        } else if ('event' in message) {
            this.onevent(message.event);
        } else if ('id' in message) {
            const waiting = this.#waiting.get(message.id);
            this.#waiting.delete(message.id);
            if ('error' in message) waiting?.reject(new Error(message.error));
            else waiting?.resolve(message.value);
        }
    }
}
