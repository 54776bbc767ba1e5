// See known_zeros.h.
#include "ir/known_zeros.h"
#include <algorithm>
#include <bit>

namespace tabpc::ir {

namespace {

unsigned leading(u64 zeros) { return static_cast<unsigned>(std::countl_one(zeros)); }
unsigned trailing(u64 zeros) { return static_cast<unsigned>(std::countr_one(zeros)); }
// All but the low `bits`.
u64 above(unsigned bits) { return ~ones(bits); }

// The value of a shift by an unknown count: what stays 0 at the end that it moves away from.
u64 shifted(const Op& op, const Known& a, const Known& b)
{
    const unsigned bits = width(op.type);
    const bool left = op.code == Code::Shl;
    if (!b.is_constant) return left ? ones(trailing(a.zeros)) : above(64 - leading(a.zeros));
    const unsigned count = b.value() & (bits - 1);
    return left ? a.zeros << count | ones(count) : a.zeros >> count | above(bits - std::min(count, bits));
}

} // namespace

u64 known_zeros(const Op& op, const Known& a, const Known& b)
{
    const u64 outside = ~ones(op.type);
    switch (op.code) {
    case Code::Const: return ~op.imm | outside;
    case Code::And: return a.zeros | b.zeros;
    case Code::Or:
    case Code::Xor:
    case Code::Select: return a.zeros & b.zeros;
    case Code::Add: {
        // No carry comes out of the low zeros, and one bit at most out of the high ones.
        const unsigned high = std::min(leading(a.zeros), leading(b.zeros));
        const unsigned bits = 64 - high + 1;
        return ones(std::min(trailing(a.zeros), trailing(b.zeros))) |
               (bits < width(op.type) ? above(bits) : 0) | outside;
    }
    case Code::Sub: return ones(std::min(trailing(a.zeros), trailing(b.zeros))) | outside;
    case Code::Mul: {
        const unsigned bits = 128 - leading(a.zeros) - leading(b.zeros);
        return ones(std::min(trailing(a.zeros) + trailing(b.zeros), 64u)) |
               (bits < width(op.type) ? above(bits) : 0) | outside;
    }
    case Code::DivU: return above(64 - leading(a.zeros));
    case Code::RemU: return above(64 - std::max(leading(a.zeros), leading(b.zeros)));
    case Code::Shl:
    case Code::ShrU: return shifted(op, a, b) | outside;
    case Code::ShrS:
        if (!bit(a.zeros, width(op.type) - 1)) return outside;
        return shifted(op, a, b) | outside;
    case Code::Extend8: return bit(a.zeros, 7) ? (a.zeros & 0xff) | above(8) : (a.zeros & 0x7f) | outside;
    case Code::Extend16:
        return bit(a.zeros, 15) ? (a.zeros & 0xffff) | above(16) : (a.zeros & 0x7fff) | outside;
    case Code::Clz:
    case Code::Ctz:
    case Code::Popcnt: return above(7);
    case Code::Eqz:
    case Code::Eq:
    case Code::Ne:
    case Code::LtU:
    case Code::LtS:
    case Code::LeU:
    case Code::LeS: return above(1);
    case Code::ZeroExtend: return a.zeros;
    case Code::SignExtend: return bit(a.zeros, 31) ? a.zeros : a.zeros & ones(31);
    case Code::Wrap: return a.zeros | above(32);
    case Code::Load:
    case Code::LoadState: return above(op.size * 8u);
    default: return result_type(op) == Type::I32 ? above(32) : 0;
    }
}

} // namespace tabpc::ir
