// Random regions that keep every rule of the IR, made to look like what passes look for: masks, extensions, shifts by
// constants, the same value computed again, the same address translated again, variables set and set again.
#pragma once
#include "../oracle/random.h"
#include "ir/ir.h"
#include <span>

namespace tabpc::ir::test {

// What regions may call out for.
std::span<const Insn> callable();

// State words that regions use: two pages of none of the CPU's business would do as well as these, the XMM registers.
inline constexpr unsigned STATE_BYTES = 32;
u64 state_offset();

Region random_region(oracle::Random& random);

} // namespace tabpc::ir::test
