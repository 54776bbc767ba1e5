// The machine's end of the protocol.
import { sentence } from './errors.ts';
import { Machine } from './machine.ts';
import { PROTOCOL_VERSION, versionError } from './protocol.ts';
import type { CallName, FromMachine, MachineEvent, ToMachine, Wire } from './protocol.ts';

/** Serves one machine over `wire`; what is returned ends it. */
export function serve(wire: Wire): () => void {
    const send = (message: FromMachine, transfer?: Transferable[]) => wire.postMessage(message, transfer);
    const post = (event: MachineEvent, transfer?: Transferable[]) =>
        send({ version: PROTOCOL_VERSION, event }, transfer);
    const machine = new Machine(post);

    async function answer(id: number, call: CallName, args: unknown[]): Promise<void> {
        try {
            const handler = machine[call] as (...args: unknown[]) => unknown;
            const value = await handler.apply(machine, args);
            send({ version: PROTOCOL_VERSION, id, value });
        } catch (error) {
            send({ version: PROTOCOL_VERSION, id, error: sentence(error) });
        }
    }

    wire.onmessage = ({ data }) => {
        const message = data as ToMachine;
        const mismatch = versionError(message);
        if (mismatch) post({ type: 'fatal', text: mismatch });
        else if ('input' in message) machine.input(message.input);
        else void answer(message.id, message.call, message.args);
    };
    send({ version: PROTOCOL_VERSION, hello: 'tabpc' });
    return () => machine.close();
}
