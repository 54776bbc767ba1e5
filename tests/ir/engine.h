// What runs regions in the tests that compare engines: in this folder the reference interpreter, in ../wasm-jit the
// WebAssembly that is made of them.
#pragma once
#include "ir/ir.h"

namespace tabpc {
class Cpu;
}

namespace tabpc::ir::test {

u32 run_in_engine(Cpu& cpu, const Region& region);

} // namespace tabpc::ir::test
