// A core without a PC behind src/host/wasm.h's interface, for tests of the page itself: what is typed appears on an
// 80x25 text screen and on the serial port, F1 is "mode 13h", F2 ends it, F3 powers off, F4 breaks the core at once,
// F5 in its next slice.
// Between inputs it is halted, as an idle guest is.
const PENDING = { frame: 1, serial: 2, qmp: 4 };
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export default async function create() {
    const HEAPU8 = new Uint8Array(16 << 20);
    const view = new DataView(HEAPU8.buffer);
    let free = 1024;
    const alloc = (bytes) => {
        const at = free;
        free += (bytes + 15) & ~15;
        return free > HEAPU8.length ? ((free = at), 0) : at;
    };
    const text = (at, n) => decoder.decode(HEAPU8.subarray(at, at + n));
    const put = (s) => {
        const at = alloc(s.length * 3 + 1);
        HEAPU8[at + encoder.encodeInto(s, HEAPU8.subarray(at)).written] = 0;
        return at;
    };
    const frame = alloc(64);
    const stats = alloc(80);
    const pixels = alloc(720 * 400 * 4);
    const held = new Set();
    const files = {};
    let pending = 0;
    let paused = false;
    let off = false;
    let broken = false;
    let typed = '';
    let log = '';
    let graphics = false;
    let changed = true;
    let runs = 0;
    let serial = [];
    let qmp = '';
    let error = '';
    const say = (message) => {
        qmp += `${JSON.stringify(message)}\r\n`;
        pending |= PENDING.qmp;
    };
    const changedScreen = () => {
        changed = true;
        pending |= PENDING.frame;
    };
    const commands = {
        qmp_capabilities: () => ({}),
        'query-status': () => ({ status: paused ? 'paused' : 'running' }),
        'x-screen-text': () => ({ lines: graphics ? [] : [`fake> ${typed}   `, log.trim()] }),
        'x-runs': () => runs,
        'x-files': () => files,
        'blockdev-change-medium': ({ device, filename }) => {
            log += `${device}=${filename}:${files[filename]} `;
            return {};
        },
        eject: ({ device }) => {
            log += `${device}= `;
            return {};
        },
    };

    return {
        HEAPU8,
        _tabpc_alloc: alloc,
        _tabpc_release() {},
        _tabpc_new() {
            say({ QMP: { version: {}, capabilities: [] } });
            return 8;
        },
        _tabpc_delete() {},
        _tabpc_error: () => put(error),
        _tabpc_add_bytes(pc, name, length, memory, bytes) {
            files[text(name, length)] = bytes;
            return 0;
        },
        _tabpc_add_source(pc, name, length, bytes) {
            files[text(name, length)] = bytes;
            return 0;
        },
        _tabpc_start(pc, options, length) {
            const { fda, ...rest } = JSON.parse(text(options, length));
            files.options = rest;
            error = `${fda}: this floppy is of no known size`;
            return fda && files[fda] % 512 ? 1 : 0;
        },
        _tabpc_run() {
            runs++;
            if (broken) throw new WebAssembly.RuntimeError('out of bounds');
            if (off) return -2;
            return paused ? -1 : 1000;
        },
        _tabpc_pause: () => void (paused = true),
        _tabpc_continue: () => void (paused = false),
        _tabpc_reset() {
            typed = '';
            changedScreen();
        },
        _tabpc_power_button: () => void (off = true),
        _tabpc_pending: () => pending,
        _tabpc_frame() {
            const [width, height] = graphics ? [320, 200] : [720, 400];
            if (changed) HEAPU8.fill(graphics ? 200 : 30, pixels, pixels + width * height * 4);
            for (let at = pixels + 3; changed && at < pixels + width * height * 4; at += 4) HEAPU8[at] = 255;
            const damage = changed ? [0, 0, width, height] : [0, 0, 0, 0];
            [pixels, width, height, width * 4, ...damage, graphics ? 0 : 1].forEach((v, n) =>
                view.setUint32(frame + n * 4, v, true),
            );
            changed = false;
            pending &= ~PENDING.frame;
            return frame;
        },
        _tabpc_key(pc, at, length, down) {
            const code = text(at, length);
            if (!/^(Key|Digit|F\d|Shift|Control|Alt|Arrow|Enter|Delete)/.test(code)) return 1;
            log += `${down ? '+' : '-'}${code} `;
            if (down) held.add(code);
            else held.delete(code);
            if (!down) return 0;
            if (/^Key/.test(code)) {
                typed += code.slice(3).toLowerCase();
                serial.push(...encoder.encode(typed.at(-1)));
                pending |= PENDING.serial;
            }
            if (code === 'F1') graphics = true;
            if (code === 'F2') graphics = false;
            if (code === 'F3') off = true;
            if (code === 'F5') broken = true;
            if (code === 'F4') throw new WebAssembly.RuntimeError('unreachable');
            changedScreen();
            return 0;
        },
        _tabpc_release_keys() {
            for (const code of held) log += `-${code} `;
            held.clear();
        },
        _tabpc_keyboard_leds: () => 0,
        _tabpc_mouse_wants_absolute: () => 0,
        _tabpc_mouse_move: (pc, dx, dy) => void (log += `move${dx},${dy} `),
        _tabpc_mouse_position() {},
        _tabpc_mouse_wheel: (pc, clicks) => void (log += `wheel${clicks} `),
        _tabpc_mouse_buttons: (pc, buttons) => void (log += `buttons${buttons} `),
        _tabpc_serial_read(pc, port, to, capacity) {
            const bytes = serial.splice(0, capacity);
            HEAPU8.set(bytes, to);
            pending &= ~PENDING.serial;
            return bytes.length;
        },
        _tabpc_serial_write(pc, port, from, n) {
            serial.push(...HEAPU8.subarray(from, from + n));
            pending |= PENDING.serial;
            return n;
        },
        _tabpc_qmp_write(pc, from, n) {
            const { execute, arguments: args, id } = JSON.parse(text(from, n));
            const run = commands[execute];
            if (run) say({ return: run(args), id });
            else
                say({
                    error: { class: 'CommandNotFound', desc: `The command ${execute} has not been found` },
                    id,
                });
        },
        _tabpc_qmp_read(pc, to, capacity) {
            const { read, written } = encoder.encodeInto(qmp, HEAPU8.subarray(to, to + capacity));
            qmp = qmp.slice(read);
            if (!qmp) pending &= ~PENDING.qmp;
            return written;
        },
        _tabpc_next_request: () => 0,
        _tabpc_complete() {},
        _tabpc_next_message: () => 0,
        _tabpc_stats() {
            view.setFloat64(stats, performance.now() * 1000, true);
            return stats;
        },
    };
}
