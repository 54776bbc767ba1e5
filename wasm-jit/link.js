// Compiles and instantiates the translator's modules (an Emscripten --js-library; its C++ face is linker.h). A module's
// functions go into the wasm table, where C++ function pointers find them. Works on a page, in a worker and under node;
// every machine of a module instance shares the table. No exception leaves this file: an engine refuses with `false`.
addToLibrary({
    $tabpcJit: {
        CHUNK: 1024, // slots by which the table grows
        free: [], // runs of free slots, {first, count}, ascending; no two adjoin
        compiling: {}, // by first slot: what only the newest compilation for it has

        reserve(count) {
            let at = tabpcJit.free.findIndex((run) => run.count >= count);
            if (at < 0) {
                const more = Math.max(count, tabpcJit.CHUNK);
                tabpcJit.release(wasmTable.grow(more), more);
                at = tabpcJit.free.findIndex((run) => run.count >= count);
            }
            const run = tabpcJit.free[at];
            const first = run.first;
            run.first += count;
            run.count -= count;
            if (run.count === 0) tabpcJit.free.splice(at, 1);
            return first;
        },
        release(first, count) {
            const free = tabpcJit.free;
            let at = free.findIndex((run) => run.first > first);
            if (at < 0) at = free.length;
            free.splice(at, 0, { first, count });
            for (let i = Math.max(at, 1); i <= at + 1 && i < free.length;) {
                const before = free[i - 1];
                if (before.first + before.count !== free[i].first) i++;
                else before.count += free.splice(i, 1)[0].count;
            }
        },

        imports(interpret) {
            // The table's function itself: wasm calls wasm, without JavaScript between.
            return { t: { memory: wasmMemory, interpret: wasmTable.get(interpret) } };
        },
        install(instance, first, count) {
            for (let i = 0; i < count; i++) wasmTable.set(first + i, instance.exports[i]);
        },
    },

    tabpc_jit_reserve__deps: ['$tabpcJit', '$wasmTable'],
    tabpc_jit_reserve: (count) => {
        try {
            return tabpcJit.reserve(count >>> 0);
        } catch {
            return 0; // the engine's limit
        }
    },

    tabpc_jit_release__deps: ['$tabpcJit', '$wasmTable'],
    tabpc_jit_release: (first, count) => {
        delete tabpcJit.compiling[first];
        for (let i = 0; i < count; i++) wasmTable.set(first + i, null);
        tabpcJit.release(first, count);
    },

    tabpc_jit_compile__deps: ['$tabpcJit', '$wasmTable'],
    tabpc_jit_compile: (bytes, size, first, count, interpret) => {
        try {
            const module = new WebAssembly.Module(HEAPU8.subarray(bytes >>> 0, (bytes >>> 0) + size));
            tabpcJit.install(new WebAssembly.Instance(module, tabpcJit.imports(interpret)), first, count);
            return true;
        } catch {
            return false;
        }
    },

    tabpc_jit_compile_async__deps: ['$tabpcJit', '$wasmTable', 'tabpc_jit_compiled'],
    tabpc_jit_compile_async: async (bytes, size, first, count, interpret, linker) => {
        const compilation = (tabpcJit.compiling[first] = {});
        // False: the slots were released meanwhile, and may be another's.
        const wanted = () => tabpcJit.compiling[first] === compilation;
        let ok = false;
        try {
            // A copy: memory may be written, or grow, before the engine has read it.
            const copy = HEAPU8.slice(bytes >>> 0, (bytes >>> 0) + size);
            const { instance } = await WebAssembly.instantiate(copy, tabpcJit.imports(interpret));
            if (wanted()) tabpcJit.install(instance, first, count);
            ok = true;
        } catch {
            await null; // C++ hears of it from the event loop
        }
        if (!wanted()) return;
        delete tabpcJit.compiling[first];
        _tabpc_jit_compiled(linker, first, ok);
    },
});
