// Where a machine runs: a worker where one can start, else the page's own thread. Both are reached the same way.
import { Connection } from './connection.ts';
import type { FromMachine, Wire } from './protocol.ts';

const HELLO_MS = 10_000; // a worker whose script is blocked may never say so

/** A worker from the site's own folder; null where the browser or a policy does not allow one. */
function startWorker(script: URL): Promise<Connection | null> {
    return new Promise((resolve) => {
        let worker: Worker;
        try {
            worker = new Worker(script, { type: 'module' }); // throws for another origin
        } catch {
            return resolve(null);
        }
        const give = (started: boolean) => {
            clearTimeout(timeout);
            if (!started) worker.terminate();
            resolve(started ? workerConnection(worker) : null);
        };
        const timeout = setTimeout(() => give(false), HELLO_MS);
        worker.onerror = (event) => {
            event.preventDefault();
            give(false);
        };
        worker.onmessage = (event: MessageEvent<FromMachine>) => {
            if ('hello' in event.data) give(true);
        };
    });
}

function workerConnection(worker: Worker): Connection {
    const connection = new Connection(worker as Wire, 'worker', () => worker.terminate());
    worker.onerror = (event) => {
        event.preventDefault();
        connection.onevent({ type: 'fatal', text: `The PC stopped: ${event.message}` });
    };
    return connection;
}

/** The same script on this thread, at the other end of a message channel. */
async function startHere(script: URL): Promise<Connection> {
    const { serve } = (await import(script.href)) as typeof import('./worker.ts');
    const { port1, port2 } = new MessageChannel();
    const stop = serve(port2);
    return new Connection(port1, 'main', () => {
        stop();
        port1.close();
    });
}

export async function connect(base: URL): Promise<Connection> {
    const script = new URL('worker.js', base);
    return (await startWorker(script)) ?? (await startHere(script));
}
