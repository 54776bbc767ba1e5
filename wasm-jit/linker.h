// Makes modules callable while the guest runs: link.js compiles and instantiates them and puts their functions into slots of
// the wasm table, so that C++ calls them through function pointers. Natively nothing can be linked: every call refuses.
#pragma once
#include "base/types.h"
#include <span>
#include <vector>

namespace tabpc {
class Cpu;
enum class Status : u8;
struct Insn;
} // namespace tabpc

namespace tabpc::jit {

class Linker {
public:
    using Function = u32 (*)(Cpu*);               // a region; returns its exit
    using Interpret = u32 (*)(Cpu*, const Insn*); // "t"."interpret": what Call calls; returns a Status
    using Compiled = void (*)(void* opaque, u32 first_slot, bool ok);

    static constexpr u32 NO_SLOT = 0;

    // `compiled` reports asynchronous compilations, from the event loop, never from within a call made here.
    Linker(Interpret interpret, Compiled compiled, void* opaque)
        : interpret_(interpret), compiled_(compiled), opaque_(opaque)
    {}
    Linker(const Linker&) = delete;
    Linker& operator=(const Linker&) = delete;
    ~Linker(); // releases all slots

    // Adjoining slots for a module of `count` functions, empty until it is compiled: NO_SLOT if the table cannot grow.
    u32 reserve(u32 count);
    // Gives slots back, so that the engine may drop the module; one that is still being compiled is forgotten, and not
    // reported. None of its functions may be running.
    void release(u32 first_slot, u32 count);

    // False: the engine refuses the module or has no memory for it. Such a module may be tried again later.
    [[nodiscard]] bool compile(std::span<const u8> module, u32 first_slot, u32 count);
    // The same, some time later; the bytes are copied. Until it is reported the slots must not be called.
    void compile_async(std::span<const u8> module, u32 first_slot, u32 count);

    static Function function(u32 slot) { return reinterpret_cast<Function>(static_cast<uintptr_t>(slot)); }

    void report(u32 first_slot, bool ok) { compiled_(opaque_, first_slot, ok); } // for link.js

private:
    [[maybe_unused]] Interpret interpret_; // natively there is nothing to link
    Compiled compiled_;
    void* opaque_;
    struct Run {
        u32 first, count;
    };
    std::vector<Run> reserved_;
};

} // namespace tabpc::jit
