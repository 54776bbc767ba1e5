// See simplify.h: the low half of a 64-bit value, without the 64-bit operations. The recorder finds a carry as bit 32 of a
// 64-bit sum, and the bit a shift pushes out likewise; where an operand turns out to be constant, i32 will do.
#include "ir/simplify.h"
#include <algorithm>

namespace tabpc::ir {

Ref Simplifier::simpler_wrap(const Op& op)
{
    const Ref low = narrow(op.a, 3);
    if (low != NONE) return low;
    const Ref a = within(op.a, ones(32));
    return a == op.a ? NONE : make(Code::Wrap, op.type, a);
}

// An i32 equal to the low half of `ref`, NONE if a Wrap is as cheap.
Ref Simplifier::narrow(Ref ref, unsigned depth)
{
    const Op o = op(ref);
    switch (o.code) {
    case Code::Const: return make(Type::I32, o.imm);
    case Code::ZeroExtend:
    case Code::SignExtend: return o.a;
    default: break;
    }
    if (depth == 0 || is_shared(ref)) return NONE;
    switch (o.code) {
    case Code::Add:
    case Code::Sub:
    case Code::Mul:
    case Code::And:
    case Code::Or:
    case Code::Xor: {
        const Ref a = narrow(o.a, depth - 1);
        if (a == NONE) return NONE;
        const Ref b = narrow(o.b, depth - 1);
        return b == NONE ? NONE : make(o.code, Type::I32, a, b);
    }
    case Code::Select: {
        const Ref a = narrow(o.a, depth - 1);
        if (a == NONE) return NONE;
        const Ref b = narrow(o.b, depth - 1);
        return b == NONE ? NONE : value({.code = Code::Select, .a = a, .b = b, .c = o.c});
    }
    case Code::Shl:
    case Code::ShrU:
    case Code::ShrS: return narrow_shift(o, depth);
    default: return NONE;
    }
}

Ref Simplifier::narrow_shift(const Op& o, unsigned depth)
{
    if (const std::optional<u64> c = constant(o.b)) {
        const unsigned count = *c & 63;
        const auto shift = [&](Code code, Ref a, unsigned by) {
            if (by >= 32) return make(Type::I32, 0);
            return make(code, Type::I32, a, make(Type::I32, by));
        };
        if (o.code == Code::Shl) {
            if (count >= 32) return make(Type::I32, 0);
            const Ref a = narrow(o.a, depth - 1);
            return a == NONE ? NONE : shift(Code::Shl, a, count);
        }
        if (o.code == Code::ShrS && is(o.a, Code::SignExtend))
            return shift(Code::ShrS, op(o.a).a, std::min(count, 31u));
        if (o.code == Code::ShrS && !bit(zeros(o.a), 63)) return NONE;
        // (x << left) >> count, of which no bit has been lost
        const std::optional<u64> left = constant_of(o.a, Code::Shl);
        if (left && is(op(o.a).a, Code::ZeroExtend) && (*left & 63) <= 32) {
            const Ref x = op(op(o.a).a).a;
            const unsigned k = *left & 63;
            return count >= k ? shift(Code::ShrU, x, count - k) : shift(Code::Shl, x, k - count);
        }
        if (~zeros(o.a) >> 32) return NONE;
        const Ref a = narrow(o.a, depth - 1);
        return a == NONE ? NONE : shift(Code::ShrU, a, count);
    }
    // A count that is not constant has to be known to be below 32, where both widths agree.
    if (~zeros(o.b) & ~u64(31)) return NONE;
    if (o.code != Code::Shl &&
        (o.code == Code::ShrS ? !is(o.a, Code::SignExtend) : static_cast<bool>(~zeros(o.a) >> 32)))
        return NONE;
    const Ref count = narrow(o.b, depth - 1);
    if (count == NONE) return NONE;
    const Ref a = narrow(o.a, depth - 1);
    return a == NONE ? NONE : make(o.code, Type::I32, a, count);
}

} // namespace tabpc::ir
