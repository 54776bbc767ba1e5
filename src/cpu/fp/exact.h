// The arithmetic itself, on finite non-zero numbers: the infinitely precise result, to be rounded once by round_pack.h.
#pragma once

#include "cpu/fp/format.h"
#include "cpu/fp/wide.h"

namespace tabpc::fp {

// (-1)^sign * (sig + rest/2^64)/2^63 * 2^(exp - BIAS). Bit 63 of sig is set, or sig and rest are zero; whatever lies below
// rest is jammed into its lowest bit.
struct Exact {
    u64 sig, rest;
    i32 exp;
    bool sign;

    constexpr bool is_zero() const { return sig == 0; }
};

constexpr Exact exact(const Unpacked& u) { return {u.sig, 0, u.exp, u.sign}; }

constexpr Exact normalized(u128 sig, i32 exp, bool sign)
{
    if (high(sig) & TOP) return {high(sig), low(sig), exp, sign};
    if (sig == 0) return {0, 0, 0, sign};
    const int n = high(sig) ? std::countl_zero(high(sig)) : 64 + std::countl_zero(low(sig));
    sig = shift_left(sig, u32(n));
    return {high(sig), low(sig), exp - n, sign};
}

inline Exact add_exact(Unpacked a, Unpacked b)
{
    if (a.exp < b.exp || (a.exp == b.exp && a.sig < b.sig)) {
        const Unpacked t = a;
        a = b;
        b = t;
    }
    const u128 big = join(a.sig, 0);
    const u128 small = shift_right_jam(join(b.sig, 0), u32(a.exp - b.exp));
    if (a.sign != b.sign) return normalized(big - small, a.exp, a.sign);
    const u128 sum = big + small;
    if (sum >= big) return {high(sum), low(sum), a.exp, a.sign};
    return {high(sum) >> 1 | TOP, low(sum) >> 1 | high(sum) << 63 | (low(sum) & 1), a.exp + 1, a.sign};
}

inline Exact mul_exact(const Unpacked& a, const Unpacked& b)
{
    u128 p = mul_64(a.sig, b.sig);
    i32 exp = a.exp + b.exp - BIAS + 1;
    if (!(high(p) & TOP)) {
        p <<= 1;
        --exp;
    }
    return {high(p), low(p), exp, a.sign != b.sign};
}

inline Exact div_exact(const Unpacked& a, const Unpacked& b)
{
    const u32 n = a.sig >= b.sig;
    const auto [q, r] = div_128(n ? join(a.sig, 0) >> 1 : join(a.sig, 0), b.sig);
    // What follows the quotient is r/b: only its relation to one half matters.
    u64 rest = r != 0;
    if (r >= b.sig - r) rest = r == b.sig - r ? TOP : TOP | 1;
    return {q, rest, a.exp - b.exp + BIAS - 1 + i32(n), a.sign != b.sign};
}

inline Exact sqrt_exact(const Unpacked& a)
{
    const i32 e = a.exp - BIAS;
    const auto [root, rem] = sqrt_128(e & 1 ? join(a.sig, 0) : join(a.sig, 0) >> 1);
    const u64 rest = rem == 0 ? 0 : rem > root ? TOP | 1 : 1; // above (root + 1/2)^2 or below, never equal
    return {root, rest, (e >> 1) + BIAS, false};
}

} // namespace tabpc::fp
