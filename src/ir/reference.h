// The reference interpreter of the IR: runs a region on a Cpu and does to it exactly what the region's wasm function does.
// For tests, and the second engine of the native build. It is simple rather than fast.
#pragma once
#include "cpu/cpu.h"
#include "ir/ir.h"

namespace tabpc::ir {

// Runs the region from its entry; the number of the exit it left by. As after the wasm function, the caller has to do what
// region.exits says of it: rip (unless LeaveTo or LeaveSpilled wrote it), the form of the flags, the undone instructions.
u32 run(Cpu& cpu, const Region& region);

} // namespace tabpc::ir
