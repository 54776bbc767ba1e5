// See simplify.h: comparisons, conditions and Select.
#include "ir/simplify.h"

namespace tabpc::ir {

Ref Simplifier::condition(Ref ref) const
{
    for (;;) {
        const Op& o = op(ref);
        if (o.code == Code::Ne && o.type == Type::I32 && constant(o.b) == 0) ref = o.a;
        else return ref;
    }
}

Ref Simplifier::simpler_eqz(const Op& op)
{
    const Op inner = this->op(op.a);
    switch (inner.code) {
    case Code::Eqz: // not of not
        if (inner.type == Type::I32 && is_bool(inner.a)) return inner.a;
        return make(Code::Ne, inner.type, inner.a, make(inner.type, 0));
    case Code::Eq: return make(Code::Ne, inner.type, inner.a, inner.b);
    case Code::Ne: return make(Code::Eq, inner.type, inner.a, inner.b);
    case Code::LtU: return make(Code::LeU, inner.type, inner.b, inner.a);
    case Code::LtS: return make(Code::LeS, inner.type, inner.b, inner.a);
    case Code::LeU: return make(Code::LtU, inner.type, inner.b, inner.a);
    case Code::LeS: return make(Code::LtS, inner.type, inner.b, inner.a);
    case Code::ZeroExtend:
    case Code::SignExtend: return make(Code::Eqz, Type::I32, inner.a);
    default: return NONE;
    }
}

Ref Simplifier::simpler_comparison(const Op& op, std::optional<u64> c)
{
    const bool equality = op.code == Code::Eq || op.code == Code::Ne;
    if (op.a == op.b)
        return make(Type::I32, op.code == Code::Eq || op.code == Code::LeU || op.code == Code::LeS);
    if (equality && c == 0) {
        if (op.code == Code::Eq) return make(Code::Eqz, op.type, op.a);
        if (op.type == Type::I32 && is_bool(op.a)) return op.a;
    }
    if (equality && c == 1 && op.type == Type::I32 && is_bool(op.a))
        return op.code == Code::Eq ? op.a : make(Code::Eqz, op.type, op.a);
    return op.type == Type::I64 ? comparison_of_extended(op) : NONE;
}

// Extension keeps the order: zero-extended values compare as unsigned ones, sign-extended ones either way.
Ref Simplifier::comparison_of_extended(const Op& op)
{
    const auto extended = [&](Ref ref, Code how) {
        const std::optional<u64> c = constant(ref);
        if (!c) return is(ref, how);
        const bool negative = *c >> 31 & 1;
        return how == Code::SignExtend && negative ? *c >> 32 == ones(32) : !(*c >> 32);
    };
    const auto low = [&](Ref ref) {
        const std::optional<u64> c = constant(ref);
        return c ? make(Type::I32, *c) : this->op(ref).a;
    };
    const auto both = [&](Code how) { return extended(op.a, how) && extended(op.b, how); };
    if (both(Code::SignExtend)) return make(op.code, Type::I32, low(op.a), low(op.b));
    if (!both(Code::ZeroExtend)) return NONE;
    const Code code = op.code == Code::LtS ? Code::LtU : op.code == Code::LeS ? Code::LeU : op.code;
    return make(code, Type::I32, low(op.a), low(op.b));
}

Ref Simplifier::simpler_select(const Op& op)
{
    if (const std::optional<u64> c = constant(op.c)) return *c ? op.a : op.b;
    if (op.a == op.b) return op.a;
    const Ref c = condition(op.c);
    if (is(c, Code::Eqz) && this->op(c).type == Type::I32)
        return value({.code = Code::Select, .type = op.type, .a = op.b, .b = op.a, .c = this->op(c).a});
    if (op.type == Type::I32 && is_bool(c)) {
        if (constant(op.a) == 1 && constant(op.b) == 0) return c;
        if (constant(op.a) == 0 && constant(op.b) == 1) return make(Code::Eqz, op.type, c);
    }
    return c == op.c ? NONE : add({.code = Code::Select, .type = op.type, .a = op.a, .b = op.b, .c = c});
}

} // namespace tabpc::ir
