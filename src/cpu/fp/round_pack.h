// Rounding and packing: OE, UE, PE and C1 (SDM vol. 1, 4.8.4, 4.9.1.4 to 4.9.1.6 and 8.5.4 to 8.5.6).
#pragma once

#include "cpu/fp/exact.h"

namespace tabpc::fp {

// Whether a significand goes up; tail is what is cut off, left-justified.
constexpr bool rounds_up(Rounding rc, bool sign, bool odd, u64 tail)
{
    switch (rc) {
    case Rounding::Nearest: return tail > TOP || (tail == TOP && odd);
    case Rounding::Down: return tail && sign;
    case Rounding::Up: return tail && !sign;
    case Rounding::Zero: break;
    }
    return false;
}

// Rounds to `precision` bits at the top of sig, whether or not it is normalized. Returns true if inexact.
inline bool round_significand(Exact& v, int precision, Rounding rc, bool& up)
{
    const u64 unit = u64(1) << (64 - precision);
    const u64 tail = precision == 64 ? v.rest : v.sig << precision | (v.rest != 0);
    up = rounds_up(rc, v.sign, v.sig & unit, tail);
    v.sig &= -unit;
    v.rest = 0;
    if (up && (v.sig += unit) == 0) {
        v.sig = TOP;
        ++v.exp;
    }
    return tail != 0;
}

// The bias of an x87 result in a register when OE or UE is unmasked (SDM vol. 1, 8.5.4 and 8.5.5).
constexpr i32 UNMASKED_BIAS = 24576;

// Zero, and exponents that are or may become too small or too large.
template <class F>
F round_pack_slow(Exact v, Env& env, int precision);

template <class F>
inline F round_pack(const Exact& exact, Env& env, int precision = Format<F>::PRECISION)
{
    if (TABPC_UNLIKELY(u32(exact.exp - MIN_EXP<F>) >= u32(MAX_EXP<F> - MIN_EXP<F>)))
        return round_pack_slow<F>(exact, env, precision);
    Exact v = exact;
    bool up;
    if (round_significand(v, precision, env.rc, up)) env.flags |= PE;
    env.c1 = up;
    return pack<F>(v.sign, v.exp - MIN_EXP<F> + 1, v.sig);
}

// With precision control: add, subtract, multiply, divide and square root (SDM vol. 1, 8.1.5.2).
inline F80 round_pack_pc(const Exact& v, Env& env)
{
    if (TABPC_LIKELY(env.pc == Precision::Extended)) return round_pack<F80>(v, env, 64);
    return round_pack<F80>(v, env, env.pc == Precision::Double ? 53 : 24);
}

} // namespace tabpc::fp
