// Regions made by hand, and a Machine that stands for the Cpu translated code works on.
#pragma once
#include "../ir/builder.h"
#include "wasm-jit/target.h"
#include <array>
#include <cstddef>

namespace tabpc::jit {

// What a region sees of a CPU, at places of our own choice.
struct Machine {
    u64 before = 0x1122334455667788; // translated code must leave these alone
    std::array<u64, 16> gpr{};
    u64 rip = 0;
    TranslatedState translated;
    i64 left = 0;
    u64 after = 0x8877665544332211;
    u64 scratch[4] = {}; // for LoadState and StoreState
};

inline Target target_of_machine()
{
    Target t;
    t.gpr = offsetof(Machine, gpr);
    t.rip = offsetof(Machine, rip);
    t.translated = offsetof(Machine, translated);
    t.left = offsetof(Machine, left);
    return t;
}

inline ir::test::Builder make_builder(u32 blocks, u32 exits)
{
    ir::test::Builder b(blocks);
    b.region.exits.resize(exits);
    return b;
}

} // namespace tabpc::jit
