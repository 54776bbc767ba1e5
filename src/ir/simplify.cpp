// See simplify.h.
#include "ir/simplify.h"
#include "ir/evaluate.h"
#include <algorithm>
#include <bit>
#include <utility>

namespace tabpc::ir {

namespace {

u64 negated(u64 c, Type type) { return (0 - c) & ones(type); }
bool is_power_of_two(u64 c) { return std::has_single_bit(c); }
u64 log2(u64 c) { return static_cast<u64>(std::countr_zero(c)); }

} // namespace

void Simplifier::start(const Block& block)
{
    rewrite.start(block);
    values_.clear();
    uses_.assign(block.ops.size(), 0);
    for (const Op& op : block.ops)
        for (Ref ref : {op.a, op.b, op.c})
            if (ref != NONE) uses_[ref]++;
}

void Simplifier::rename(size_t n, Ref ref)
{
    rewrite.rename(n, ref);
    values_[ref].uses += uses_[n];
}

Known Simplifier::known(Ref ref) const
{
    if (ref == NONE) return {0, false};
    return {zeros(ref), is(ref, Code::Const)};
}

std::optional<u64> Simplifier::constant(Ref ref) const
{
    if (ref == NONE || !is(ref, Code::Const)) return {};
    return op(ref).imm;
}

std::optional<u64> Simplifier::constant_of(Ref ref, Code code) const
{
    if (!is(ref, code)) return {};
    return constant(op(ref).b);
}

Ref Simplifier::add(const Op& op, u64 zeros)
{
    values_.push_back({zeros});
    return rewrite.add(op);
}

Ref Simplifier::value(Op op)
{
    if (op.code == Code::Const) return make(op.type, op.imm);
    std::optional<u64> a = constant(op.a), b = constant(op.b);
    if (a && !b && is_commutative(op.code)) {
        std::swap(op.a, op.b);
        std::swap(a, b);
    }
    const bool needs_b = info(op.code).b != CodeInfo::_;
    if (op.code != Code::Select && a && (b || !needs_b) && has_value(op.code, op.type, *a, b.value_or(0)))
        return make(result_type(op), evaluate(op.code, op.type, *a, b.value_or(0)));
    const Ref better = simpler(op);
    if (better != NONE) return better;
    const u64 zeros = known_zeros(op, known(op.a), known(op.b));
    return zeros == ~u64(0) ? make(result_type(op), 0) : add(op, zeros);
}

Ref Simplifier::within(Ref ref, u64 mask) const
{
    for (unsigned steps = 8; steps > 0; steps--) {
        const Op& o = op(ref);
        switch (o.code) {
        case Code::And: {
            const std::optional<u64> c = constant(o.b);
            if (!c || (mask & ~(*c | zeros(o.a)))) return ref;
            ref = o.a;
            break;
        }
        case Code::Or:
        case Code::Xor:
            if (!(mask & ~zeros(o.b))) ref = o.a;
            else if (!(mask & ~zeros(o.a))) ref = o.b;
            else return ref;
            break;
        case Code::Add:
        case Code::Sub: // nothing carries into the bits below the lowest of b
            if (ones(64 - static_cast<unsigned>(std::countl_zero(mask))) & ~zeros(o.b)) return ref;
            ref = o.a;
            break;
        case Code::Extend8:
            if (mask & ~u64(0xff)) return ref;
            ref = o.a;
            break;
        case Code::Extend16:
            if (mask & ~u64(0xffff)) return ref;
            ref = o.a;
            break;
        default: return ref;
        }
    }
    return ref;
}

Ref Simplifier::simpler(const Op& op)
{
    const std::optional<u64> c = constant(op.b);
    switch (op.code) {
    case Code::Add:
    case Code::Sub: return simpler_add(op, c);
    case Code::Mul:
    case Code::DivU:
    case Code::DivS:
    case Code::RemU: return c ? simpler_multiply_or_divide(op, *c) : NONE;
    case Code::And:
    case Code::Or:
    case Code::Xor: return simpler_bitwise(op, c);
    case Code::Shl:
    case Code::ShrU:
    case Code::ShrS:
    case Code::Rotl:
    case Code::Rotr: return simpler_shift(op, c);
    case Code::Extend8:
    case Code::Extend16:
    case Code::SignExtend:
    case Code::ZeroExtend: return simpler_extension(op);
    case Code::Wrap: return simpler_wrap(op);
    case Code::Eqz: return simpler_eqz(op);
    case Code::Eq:
    case Code::Ne:
    case Code::LtU:
    case Code::LtS:
    case Code::LeU:
    case Code::LeS: return simpler_comparison(op, c);
    case Code::Select: return simpler_select(op);
    default: return NONE;
    }
}

Ref Simplifier::simpler_add(const Op& op, std::optional<u64> c)
{
    if (op.code == Code::Sub) {
        if (op.a == op.b) return make(op.type, 0);
        return c ? make(Code::Add, op.type, op.a, make(op.type, negated(*c, op.type))) : NONE;
    }
    if (!c) return NONE;
    if (*c == 0) return op.a;
    const std::optional<u64> inner = constant_of(op.a, Code::Add);
    return inner ? make(Code::Add, op.type, this->op(op.a).a, make(op.type, *inner + *c)) : NONE;
}

Ref Simplifier::simpler_multiply_or_divide(const Op& op, u64 c)
{
    if (c == 0) return op.code == Code::Mul ? make(op.type, 0) : NONE;
    if (c == 1) return op.code == Code::RemU ? make(op.type, 0) : op.a;
    if (!is_power_of_two(c)) return NONE;
    switch (op.code) {
    case Code::Mul: return make(Code::Shl, op.type, op.a, make(op.type, log2(c)));
    case Code::DivU: return make(Code::ShrU, op.type, op.a, make(op.type, log2(c)));
    case Code::RemU: return make(Code::And, op.type, op.a, make(op.type, c - 1));
    default: return NONE;
    }
}

Ref Simplifier::simpler_bitwise(const Op& op, std::optional<u64> c)
{
    if (op.a == op.b) return op.code == Code::Xor ? make(op.type, 0) : op.a;
    if (!c) return simpler_pair(op);
    if (op.code == Code::And) return simpler_and(op, *c);
    if (*c == 0) return op.a;
    if (op.code == Code::Or && *c == ones(op.type)) return op.b;
    if (op.code == Code::Xor && *c == 1 && op.type == Type::I32 && is_bool(op.a))
        return make(Code::Eqz, op.type, op.a);
    const std::optional<u64> inner = constant_of(op.a, op.code);
    if (!inner) return NONE;
    const u64 both = op.code == Code::Or ? *inner | *c : *inner ^ *c;
    return make(op.code, op.type, this->op(op.a).a, make(op.type, both));
}

// Of x with something made of x by an exclusive or: x ^ (x ^ y) is y, x & ~x is 0.
Ref Simplifier::simpler_pair(const Op& op)
{
    for (const auto& [x, made] : {std::pair(op.a, op.b), std::pair(op.b, op.a)}) {
        if (!is(made, Code::Xor)) continue;
        const Op& inner = this->op(made);
        if (inner.a != x && inner.b != x) continue;
        if (op.code == Code::Xor) return inner.a == x ? inner.b : inner.a;
        if (constant(inner.b) == ones(op.type))
            return make(op.type, op.code == Code::And ? 0 : ones(op.type));
    }
    return NONE;
}

Ref Simplifier::simpler_and(const Op& op, u64 mask)
{
    const u64 possible = ~zeros(op.a);
    if (!(possible & ~mask)) return op.a;
    if (!(possible & mask)) return make(op.type, 0);
    const Ref a = within(op.a, mask);
    if (a != op.a) return make(Code::And, op.type, a, op.b);
    const std::optional<u64> inner = constant_of(op.a, Code::And);
    return inner ? make(Code::And, op.type, this->op(op.a).a, make(op.type, *inner & mask)) : NONE;
}

Ref Simplifier::simpler_shift(const Op& op, std::optional<u64> c)
{
    const unsigned bits = width(op.type);
    if (!c) {
        const Ref count = within(op.b, bits - 1);
        return count == op.b ? NONE : make(op.code, op.type, op.a, count);
    }
    const unsigned count = *c & (bits - 1);
    if (count == 0) return op.a;
    if (*c != count) return make(op.code, op.type, op.a, make(op.type, count));
    if (op.code == Code::Rotl || op.code == Code::Rotr) return NONE;
    if (op.code == Code::ShrS && bit(zeros(op.a), bits - 1)) return make(Code::ShrU, op.type, op.a, op.b);
    // The bits that stay.
    const Ref a = within(op.a, op.code == Code::Shl ? ones(bits - count) : ones(bits) & ~ones(count));
    return a == op.a ? shift_of_shift(op, count) : make(op.code, op.type, a, op.b);
}

Ref Simplifier::shift_of_shift(const Op& op, unsigned count)
{
    const unsigned bits = width(op.type);
    const Ref x = this->op(op.a).a;
    if (const std::optional<u64> same = constant_of(op.a, op.code)) {
        const u64 sum = *same + count;
        if (sum < bits) return make(op.code, op.type, x, make(op.type, sum));
        return op.code == Code::ShrS ? make(op.code, op.type, x, make(op.type, bits - 1)) : make(op.type, 0);
    }
    const Code opposite = op.code == Code::Shl ? Code::ShrU : Code::Shl;
    if (constant_of(op.a, opposite) != count) return NONE;
    switch (op.code) {
    case Code::Shl: return make(Code::And, op.type, x, make(op.type, ones(bits) & ~ones(count)));
    case Code::ShrU: return make(Code::And, op.type, x, make(op.type, ones(bits - count)));
    default: // ShrS
        if (bits - count == 8) return make(Code::Extend8, op.type, x);
        if (bits - count == 16) return make(Code::Extend16, op.type, x);
        return NONE;
    }
}

Ref Simplifier::simpler_extension(const Op& op)
{
    switch (op.code) {
    case Code::ZeroExtend:
        if (is(op.a, Code::Wrap) && !(~zeros(this->op(op.a).a) >> 32)) return this->op(op.a).a;
        return NONE;
    case Code::SignExtend: return bit(zeros(op.a), 31) ? make(Code::ZeroExtend, op.type, op.a) : NONE;
    default: break;
    }
    const unsigned bits = op.code == Code::Extend8 ? 8 : 16;
    if (!(~zeros(op.a) & ~ones(bits - 1))) return op.a;
    if (is(op.a, op.code) || (bits == 16 && is(op.a, Code::Extend8))) return op.a;
    const Ref a = within(op.a, ones(bits));
    return a == op.a ? NONE : make(op.code, op.type, a);
}

} // namespace tabpc::ir
