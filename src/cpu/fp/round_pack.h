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
constexpr bool round_significand(Exact& v, int precision, Rounding rc, bool& up)
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

// An exponent out of range, PC below 64 bits, F32 and F64: everything round_pack's first lines do not do.
template <class F>
F round_pack_slow(Exact v, Env& env, int precision);

constexpr int precision_of(const Env& env)
{
    constexpr u8 BITS[4] = {24, 64, 53, 64};
    return BITS[u8(env.pc)];
}

template <class F>
inline F round_pack(const Exact& v, Env& env)
{
    return round_pack_slow<F>(v, env, Format<F>::PRECISION);
}

// An F80 result that precision control does not touch.
template <>
inline F80 round_pack<F80>(const Exact& v, Env& env)
{
    if (TABPC_UNLIKELY(u32(v.exp - 1) >= 0x7FFD)) return round_pack_slow<F80>(v, env, 64);
    env.c1 = false;
    if (v.rest == 0) return {v.sig, u16(v.sign << 15 | v.exp)};
    env.flags |= PE;
    const bool up = rounds_up(env.rc, v.sign, v.sig & 1, v.rest);
    env.c1 = up;
    const u64 sig = v.sig + up;
    const bool carry = sig == 0;
    return {sig | u64(carry) << 63, u16(v.sign << 15 | (v.exp + carry))};
}

// An F80 result that it does touch: add, subtract, multiply, divide and square root (SDM vol. 1, 8.1.5.2).
inline F80 round_pack_pc(const Exact& v, Env& env)
{
    if (TABPC_LIKELY(env.pc == Precision::Extended)) return round_pack<F80>(v, env);
    return round_pack_slow<F80>(v, env, precision_of(env));
}

} // namespace tabpc::fp
