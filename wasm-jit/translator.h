// The translator of one CPU: takes hot blocks from the interpreter, makes regions of them, and runs those for as long as
// one leads to the next. Natively regions run in the IR's reference interpreter, which is for tests; in wasm they become
// functions.
#pragma once
#include "wasm-jit/code_cache.h"
#include "wasm-jit/linker.h"
#include "cpu/translator.h"
#include <array>

namespace tabpc::jit {

class RegionTranslator final : public tabpc::Translator {
public:
    // Whether regions become functions here.
#ifdef __EMSCRIPTEN__
    static constexpr bool GENERATES = true;
#else
    static constexpr bool GENERATES = false;
#endif

    explicit RegionTranslator(Cpu& c);
    ~RegionTranslator() override;

    Ran hot(Cpu& c, Block& b) override;
    void code_changed(RamAddr at, u32 size) override;
    void code_dropped() override;
    void block_gone(Block& b) override;

    struct Stats {
        u64 regions = 0, modules = 0, bytes = 0, refused = 0, entered = 0, redone = 0, out_of_budget = 0, returned = 0;
    } stats;

private:
    static constexpr u64 WINDOW = 100'000; // instructions
    static constexpr u32 MOST_IN_WINDOW = 8;
    static constexpr u32 MOST_PATIENCE = 12;
    // Beyond these all code goes, and what is hot is translated again. An engine takes some 10 kB for a module.
    static constexpr size_t MOST_REGIONS = 8000, MOST_BYTES = size_t(24) << 20;

    bool put_off(Block& b);
    Code* translate(Block& b);
    bool generate(Code& code);
    void release(Code& code);
    bool enterable(Code& code);
    Ran run(Code* code);
    // After a region was left by an exit that goes on somewhere: the region there, or null.
    Code* next();

    // Where control has gone from region to region, by target. Good while no code has come or gone, for one mapping.
    struct Known {
        u64 rip = ~u64(0);
        Code* code = nullptr;
        u32 key = 0, generation = 0;
        u64 version = 0;
    };
    std::array<Known, 1024> targets_;

    Cpu& c_;
    CodeCache cache_;
    Linker linker_;
    std::vector<u8> module_;
    bool running_ = false;
    u64 window_ = 0;
    u32 translated_in_window_ = 0;
};

} // namespace tabpc::jit
