// Where translated code finds things. Offsets are behind the Cpu's address, which is a parameter, so that CPUs share code;
// absolute addresses are those of the one wasm memory that the core and the modules share.
#pragma once
#include "ir/ir.h"

namespace tabpc::jit {

struct Target {
    u32 gpr = 0;        // offset of CpuState::gpr
    u32 rip = 0;        // offset of CpuState::rip
    u32 translated = 0; // offset of TranslatedState
    u32 left = 0;       // offset of the budget, an i64
    u32 read_table = 0,
        write_table = 0; // addresses of the softmmu's tables of the privilege the code runs at
    u32 insns = 0;       // address of the instructions that Calls run
};

// One function to make.
struct Job {
    const ir::Region* region;
    Target target;
};

} // namespace tabpc::jit
