// The client's side of QMP ("QEMU Machine Protocol Specification"): greeting, negotiation, answers matched by id.
import type { QmpCommand } from './protocol.ts';

export interface QmpEvent {
    event: string;
    data?: Record<string, unknown>;
}

interface Waiting {
    resolve(value: unknown): void;
    reject(error: Error): void;
}

export class QmpClient {
    readonly #write: (text: string) => void;
    readonly #onevent: (event: QmpEvent) => void;
    readonly #decoder = new TextDecoder();
    readonly #waiting = new Map<number, Waiting>();
    #line = '';
    #nextId = 0; // 0 is the negotiation, whose answer nobody waits for

    constructor(write: (text: string) => void, onevent: (event: QmpEvent) => void) {
        this.#write = write;
        this.#onevent = onevent;
        this.#send({ execute: 'qmp_capabilities' });
    }

    execute(command: QmpCommand): Promise<unknown> {
        if (typeof command?.execute !== 'string')
            return Promise.reject(new Error('A QMP command is an object with the member "execute".'));
        return new Promise((resolve, reject) => {
            this.#waiting.set(this.#nextId, { resolve, reject });
            this.#send(command);
        });
    }

    receive(bytes: Uint8Array): void {
        this.#line += this.#decoder.decode(bytes, { stream: true });
        for (let end; (end = this.#line.indexOf('\n')) >= 0; this.#line = this.#line.slice(end + 1)) {
            const line = this.#line.slice(0, end).trim();
            if (line) this.#message(JSON.parse(line));
        }
    }

    #send({ execute, arguments: args }: QmpCommand): void {
        const command = { execute, ...(args && { arguments: args }), id: this.#nextId++ };
        this.#write(`${JSON.stringify(command)}\n`);
    }

    #message(message: { id?: number; return?: unknown; error?: { desc: string } } & Partial<QmpEvent>): void {
        if (message.event) return this.#onevent(message as QmpEvent);
        if (message.id === undefined) return; // the greeting
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.error) waiting?.reject(new Error(message.error.desc));
        else waiting?.resolve(message.return);
    }
}
