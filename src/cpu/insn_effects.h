// What an instruction that runs in a function of its own does to general registers and arithmetic flags, so that translated
// code need not load everything again behind it. Where nothing is said, an instruction may do anything.
#pragma once
#include "cpu/insn.h"
#include "base/types.h"

namespace tabpc {

// Bit n: register n may have changed.
u32 registers_changed_by(const Insn& i);
// Whether it reads or changes arithmetic flags.
bool touches_flags(const Insn& i);

} // namespace tabpc
