// What the pure operations compute: for the reference interpreter, and for folding constants.
#pragma once
#include "ir/ir.h"

namespace tabpc::ir {

// The value of a pure operation other than Const. An i32 is held zero-extended, as argument and as value.
u64 evaluate(Code code, Type type, u64 a, u64 b = 0, u64 c = 0);

// Whether it has one: wasm traps where a division does not.
bool has_value(Code code, Type type, u64 a, u64 b);

} // namespace tabpc::ir
