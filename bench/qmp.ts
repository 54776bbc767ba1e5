// One command to a machine's QMP socket.
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

export async function qmp(socket: string, execute: string): Promise<unknown> {
    const connection = createConnection(socket);
    try {
        const send = (command: string) => connection.write(`${JSON.stringify({ execute: command })}\n`);
        let answers = 0;
        for await (const line of createInterface({ input: connection })) {
            const message = JSON.parse(line) as { QMP?: object; return?: unknown; error?: { desc: string } };
            if (message.error) throw new Error(message.error.desc);
            if (message.QMP) send('qmp_capabilities');
            if (!('return' in message)) continue;
            if (++answers === 2) return message.return;
            send(execute);
        }
        throw new Error(`${execute}: the machine closed its QMP socket`);
    } finally {
        connection.destroy();
    }
}
