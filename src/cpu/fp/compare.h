// FCOM, FUCOM, FTST and FXAM; COMIS, UCOMIS, MIN, MAX and CMP.
#pragma once

#include "cpu/fp/arith.h"

namespace tabpc::fp {

// As ZF, PF and CF are set; shifted left by 8, as C3, C2 and C0 are.
enum class Relation : u8 { Greater = 0, Less = 0x01, Equal = 0x40, Unordered = 0x45 };

constexpr u16 condition_codes(Relation r) { return u16(u16(r) << 8); }

enum class Compare { Ordered, Unordered }; // COMIS and FCOM raise IE for a QNaN; UCOMIS and FUCOM do not

template <class F>
Relation compare_slow(F a, F b, Compare kind, Env& env);

inline Relation compare(F80 a, F80 b, Compare kind, Env& env)
{
    if (TABPC_UNLIKELY(!is_normal(a) || !is_normal(b))) return compare_slow(a, b, kind, env);
    env.c1 = false;
    if (a == b) return Relation::Equal;
    if (a.sign() != b.sign()) return a.sign() ? Relation::Less : Relation::Greater;
    const bool less = a.se != b.se ? a.se < b.se : a.sig < b.sig;
    return less != a.sign() ? Relation::Less : Relation::Greater;
}

template <Sse F>
inline Relation compare(F a, F b, Compare kind, Env& env)
{
    if (TABPC_UNLIKELY(!is_zero_or_normal(a) || !is_zero_or_normal(b))) return compare_slow(a, b, kind, env);
    const auto x = host(a), y = host(b);
    return x == y ? Relation::Equal : x < y ? Relation::Less : Relation::Greater;
}

// MINSS and its kin: the second operand if both are zero or either is a NaN, which is then not quieted.
template <Sse F>
F min(F a, F b, Env& env);
template <Sse F>
F max(F a, F b, Env& env);

// CMPSS and its kin: EQ LT LE UNORD NEQ NLT NLE ORD.
template <Sse F>
bool compare_predicate(F a, F b, u8 predicate, Env& env);

// FXAM of a register that is not empty: C3, C2 and C0 by class, C1 by sign, in FSW's places.
u16 examine(F80 v);

} // namespace tabpc::fp
