// Which bits of a value are 0 whatever the operands are.
#pragma once
#include "base/bits.h"
#include "ir/ir.h"

namespace tabpc::ir {

constexpr unsigned width(Type type) { return type == Type::I64 ? 64 : 32; }
constexpr u64 ones(unsigned bits) { return bits >= 64 ? ~u64(0) : (u64(1) << bits) - 1; }
constexpr u64 ones(Type type) { return ones(width(type)); }

struct Known {
    u64 zeros; // of an i32 the upper 32 bits are among them, as evaluate() holds it
    bool is_constant;
    u64 value() const { return ~zeros; } // of a constant
};

// The known zeros of an operation's value; a, b are what is known of its first two operands, where it has them.
u64 known_zeros(const Op& op, const Known& a, const Known& b);

} // namespace tabpc::ir
