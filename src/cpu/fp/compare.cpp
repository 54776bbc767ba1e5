#include "cpu/fp/compare.h"

#include "cpu/fp/nan.h"

namespace tabpc::fp {

template <class F>
Relation compare_slow(F a, F b, Compare kind, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(a, env), y = unpack(b, env);
    if (x.is_nan() || y.is_nan()) {
        if (kind == Compare::Ordered || x.cls > Class::QNaN || y.cls > Class::QNaN) env.flags |= IE;
        return Relation::Unordered;
    }
    if (x.is_denormal() || y.is_denormal()) env.flags |= DE;
    // Unpacked, zeros have exponent 0 and infinities the largest: only denormals of F80 go below a zero's.
    if (x.is_zero() && y.is_zero()) return Relation::Equal;
    if (x.is_zero() || (!y.is_zero() && x.sign != y.sign))
        return (x.is_zero() ? !y.sign : x.sign) ? Relation::Less : Relation::Greater;
    if (y.is_zero()) return x.sign ? Relation::Less : Relation::Greater;
    if (x.exp == y.exp && x.sig == y.sig) return Relation::Equal;
    const bool less = x.exp != y.exp ? x.exp < y.exp : x.sig < y.sig;
    return less != x.sign ? Relation::Less : Relation::Greater;
}

namespace {

template <Sse F>
F select(F a, F b, Relation wanted, Env& env)
{
    const Relation r = compare(a, b, Compare::Ordered, env);
    const F chosen = r == wanted ? a : b;
    const Unpacked u = unpack(chosen, env);
    return u.is_zero() ? zero<F>(u.sign) : chosen; // a denormal under DAZ
}

} // namespace

template <Sse F>
F min(F a, F b, Env& env)
{
    return select(a, b, Relation::Less, env);
}
template <Sse F>
F max(F a, F b, Env& env)
{
    return select(a, b, Relation::Greater, env);
}

template <Sse F>
bool compare_predicate(F a, F b, u8 predicate, Env& env)
{
    const bool signals = (predicate & 3) == 1 || (predicate & 3) == 2; // LT and LE, NLT and NLE
    const Relation r = compare(a, b, signals ? Compare::Ordered : Compare::Unordered, env);
    bool holds = false;
    switch (predicate & 3) {
    case 0: holds = r == Relation::Equal; break;
    case 1: holds = r == Relation::Less; break;
    case 2: holds = r == Relation::Less || r == Relation::Equal; break;
    case 3: holds = r == Relation::Unordered; break;
    }
    return holds != bool(predicate & 4);
}

u16 examine(F80 v)
{
    constexpr u16 C0 = 1 << 8, C1 = 1 << 9, C2 = 1 << 10, C3 = 1 << 14;
    const u16 sign = v.sign() ? C1 : 0;
    switch (unpack(v).cls) {
    case Class::Zero: return sign | C3;
    case Class::Normal: return sign | C2;
    case Class::Denormal: return sign | C3 | C2;
    case Class::Infinity: return sign | C2 | C0;
    case Class::QNaN:
    case Class::SNaN: return sign | C0;
    case Class::Unsupported: break;
    }
    return sign;
}

#define INSTANTIATE(F)                                   \
    template Relation compare_slow(F, F, Compare, Env&); \
    template F min(F, F, Env&);                          \
    template F max(F, F, Env&);                          \
    template bool compare_predicate(F, F, u8, Env&);
INSTANTIATE(F32)
INSTANTIATE(F64)
#undef INSTANTIATE
template Relation compare_slow(F80, F80, Compare, Env&);

} // namespace tabpc::fp
