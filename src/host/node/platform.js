// The node side of platform_node.cpp (an Emscripten --js-library): sockets, the terminal, signals and the loop. Nothing
// here blocks: a step of the machine takes about a millisecond, between two of them node serves what has come in.
addToLibrary({
    $tabpcNode: {
        streams: [], // by id: {write(bytes), hangUp(), end()}
        paths: [], // sockets to remove at the end
        timer: null,
        running: false,
        ended: false,

        fs: () => require('node:fs'),

        fail(sentence) {
            tabpcNode.fs().writeSync(2, 'tabpc: ' + sentence + '\n');
            process.exit(1);
        },
        bytes(pointer, length) {
            return Buffer.from(HEAPU8.slice(pointer >>> 0, (pointer >>> 0) + (length >>> 0)));
        },
        deliver(stream, data) {
            const size = _tabpc_node_buffer_size();
            for (let at = 0; at < data.length; at += size) {
                const part = data.subarray(at, at + size);
                HEAPU8.set(part, _tabpc_node_buffer() >>> 0);
                _tabpc_node_data(stream, part.length);
            }
            tabpcNode.wake();
        },

        // ---- the loop
        wake() {
            if (!tabpcNode.running || tabpcNode.ended) return;
            if (tabpcNode.timer !== null) clearTimeout(tabpcNode.timer);
            tabpcNode.timer = null;
            tabpcNode.running = false;
            setImmediate(tabpcNode.step);
        },
        step() {
            const wait = _tabpc_node_step();
            if (wait === -2) return tabpcNode.end();
            if (wait === 0) return void setImmediate(tabpcNode.step);
            tabpcNode.running = true; // asleep: wake() may cut it short
            const most = 2 ** 30;
            tabpcNode.timer = setTimeout(tabpcNode.wake, wait < 0 ? most : Math.min(wait, most));
        },
        end() {
            if (tabpcNode.ended) return;
            tabpcNode.ended = true;
            for (const path of tabpcNode.paths) tabpcNode.fs().rmSync(path, { force: true });
            if (process.stdin.isTTY && process.stdin.isRaw) process.stdin.setRawMode(false);
            // What is still to be sent goes out first, for a while.
            const status = _tabpc_node_exit_status();
            setTimeout(() => process.exit(status), 200);
            Promise.all(tabpcNode.streams.map((s) => s && s.end())).then(() => process.exit(status));
        },

        // A socket as a stream.
        serve(stream, socket) {
            tabpcNode.streams[stream] = {
                write: (bytes) => socket.write(bytes),
                hangUp: () => socket.end(),
                end: () => new Promise((resolve) => (socket.destroyed ? resolve() : socket.end(resolve))),
            };
            socket.on('data', (data) => tabpcNode.deliver(stream, data));
            socket.on('error', () => {});
            socket.on('close', () => {
                tabpcNode.streams[stream] = null;
                if (tabpcNode.ended) return;
                _tabpc_node_closed(stream);
                tabpcNode.wake();
            });
            _tabpc_node_opened(stream);
            tabpcNode.wake();
        },
    },

    tabpc_node_open_stdio__deps: ['$tabpcNode'],
    tabpc_node_open_stdio(stream, raw, signals) {
        const fs = tabpcNode.fs();
        const CTRL_C = 3;
        if (raw && process.stdin.isTTY) process.stdin.setRawMode(true);
        process.stdin.on('data', (data) => {
            if (signals && process.stdin.isRaw && data.includes(CTRL_C)) {
                _tabpc_node_terminate();
                return tabpcNode.wake();
            }
            tabpcNode.deliver(stream, data);
        });
        process.stdin.on('error', () => {});
        process.stdin.on('end', () => _tabpc_node_closed(stream));
        tabpcNode.streams[stream] = {
            write(bytes) {
                for (let at = 0; at < bytes.length; ) {
                    try {
                        at += fs.writeSync(1, bytes, at);
                    } catch (e) {
                        if (e.code !== 'EAGAIN') return; // nobody reads
                    }
                }
            },
            hangUp() {},
            end: () => Promise.resolve(),
        };
    },

    tabpc_node_listen__deps: ['$tabpcNode', '$UTF8ToString'],
    tabpc_node_listen(stream, pathPointer) {
        const path = UTF8ToString(pathPointer);
        const fs = tabpcNode.fs();
        try {
            if (fs.lstatSync(path).isSocket()) fs.unlinkSync(path);
        } catch {}
        const waiting = []; // clients in turn
        let busy = false;
        const next = () => {
            const socket = waiting.shift();
            busy = socket !== undefined;
            if (!busy) return;
            socket.once('close', next);
            tabpcNode.serve(stream, socket);
            socket.resume();
        };
        const server = require('node:net').createServer({ pauseOnConnect: true }, (socket) => {
            waiting.push(socket);
            if (!busy) next();
        });
        server.on('error', (e) => tabpcNode.fail(`cannot listen at ${path}: ${e.message}`));
        server.listen(path);
        tabpcNode.paths.push(path);
    },

    tabpc_node_connect__deps: ['$tabpcNode', '$UTF8ToString'],
    tabpc_node_connect(stream, pathPointer) {
        const path = UTF8ToString(pathPointer);
        const socket = require('node:net').createConnection(path, () => tabpcNode.serve(stream, socket));
        socket.once('error', (e) => tabpcNode.streams[stream] || tabpcNode.fail(`cannot connect to ${path}: ${e.message}`));
    },

    tabpc_node_write__deps: ['$tabpcNode'],
    tabpc_node_write(stream, pointer, length) {
        const s = tabpcNode.streams[stream];
        if (s && length) s.write(tabpcNode.bytes(pointer, length));
    },

    tabpc_node_hang_up__deps: ['$tabpcNode'],
    tabpc_node_hang_up(stream) {
        const s = tabpcNode.streams[stream];
        if (s) s.hangUp();
    },

    tabpc_node_run__deps: ['$tabpcNode'],
    tabpc_node_run() {
        for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
            process.on(signal, () => {
                _tabpc_node_terminate();
                tabpcNode.wake();
            });
        setImmediate(tabpcNode.step);
    },
});
