// FSIN, FCOS, FSINCOS and FPTAN: exact reduction to [0, pi/4], a table of 64ths, then the series.
#include "cpu/fp/nan.h"
#include "cpu/fp/real.h"
#include "cpu/fp/round_pack.h"
#include "cpu/fp/transcendental.h"

namespace tabpc::fp {

namespace {

constexpr std::array SIN = {inverse(6), inverse(120), inverse(5040), inverse(362880)};
constexpr std::array COS = {inverse(2), inverse(24), inverse(720), inverse(40320)};

struct SinCos {
    u128 sin, cos; // Q1.127
};

// For d < 1/64, a fraction of 2^128.
constexpr SinCos sin_cos_small(u128 d)
{
    const u128 z = mul_high(d, d);
    return {mul_high(d, series(z, true, SIN)), series(z, true, COS)};
}

// sin(k/64) and cos(k/64) up to pi/4, by Taylor's series.
constexpr auto TABLE = [] {
    std::array<SinCos, 51> table = {};
    for (u32 k = 0; k < table.size(); ++k) {
        u128 term = ONE;
        const u128 x = u128(k) << 122;
        for (u32 n = 0; n < 36; ++n) {
            u128& sum = n & 1 ? table[k].sin : table[k].cos;
            sum = n & 2 ? sum - term : sum + term;
            term = mul_high(term, x) / (n + 1);
        }
    }
    return table;
}();

// |x| = (quadrant + r * 2/pi) * pi/2, with r in [-pi/4, pi/4].
struct Reduced {
    Real r;
    bool negative; // r is
    u8 quadrant;   // modulo 4
};

Reduced reduce(const Unpacked& x)
{
    const i32 e = x.exp - BIAS;
    if (e < -1 || (e == -1 && x.sig <= high(PI.sig))) return {real(x), false, 0};

    // x * 2/pi, where 2/pi has 256 bits: 193 bits remain behind the point when x is just below 2^63, and no F80 below that
    // comes closer to a multiple of pi/2 than about 2^-70.
    constexpr u64 TWO_OVER_PI[4] = {0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041,
                                    0xFE5163ABDEBBC561};
    u64 product[6] = {};
    u64 carry = 0;
    for (int i = 3; i >= 0; --i) {
        const u128 p = mul_64(x.sig, TWO_OVER_PI[i]) + carry;
        product[i + 2] = low(p);
        carry = high(p);
    }
    product[1] = carry;

    // The point is e + 1 bits into product[1]; take 254 bits after it and two before.
    const u32 start = u32(64 + e - 1), word = start / 64, bit = start % 64;
    const auto at = [&](u32 i) {
        return high(shift_left(join(product[word + i], product[word + i + 1]), bit));
    };
    u64 w[4] = {at(0), at(1), at(2), at(3)};
    u8 quadrant = u8(w[0] >> 62);
    const bool negative = w[0] >> 61 & 1;
    if (negative) {
        quadrant = (quadrant + 1) & 3;
        for (u64& v : w) v = ~v; // short of the negative by 2^-254
    }
    const u128 upper = join(w[0], w[1]) << 2 | w[2] >> 62, lower = join(w[2], w[3]) << 2;
    const int n = high(upper) ? std::countl_zero(high(upper)) : 64 + std::countl_zero(low(upper));
    const u128 f = n ? shift_left(upper, u32(n)) | shift_right(lower, u32(128 - n)) : upper;
    return {mul({f, -1 - n}, {PI.sig, 0}), negative, quadrant};
}

struct RealSinCos {
    Real sin, cos;
};

RealSinCos sin_cos(const Real& r)
{
    const u128 x = fraction(r);
    const u32 k = u32(x >> 122);
    const auto [s, c] = sin_cos_small(x - (u128(k) << 122));
    if (k == 0) {
        const u128 z = mul_high(x, x);
        return {real(mul_high(r.sig, series(z, true, SIN)), r.exp + 1), real(c, 0)};
    }
    const auto& [sk, ck] = TABLE[k];
    return {real(mul_high(sk, c) + mul_high(ck, s), 1), real(mul_high(ck, c) - mul_high(sk, s), 1)};
}

constexpr F80 F80_ONE = {TOP, BIAS};

// The common frame: special operands, then `finish(reduced, sign)`. Zero gives {zero, of_zero}.
template <class Finish>
Trigonometric evaluate(F80 v, Env& env, F80 of_zero, Finish finish)
{
    env.c1 = false;
    const Unpacked x = unpack(v);
    if (x.is_nan()) {
        const F80 r = propagate(v, x.cls, env);
        return {r, r, false};
    }
    if (x.is_inf()) {
        const F80 r = invalid<F80>(env);
        return {r, r, false};
    }
    if (x.is_zero()) return {v, of_zero, false};
    if (x.exp >= BIAS + 63) return {v, {}, true};
    if (x.is_denormal() && env.raise(DE)) return {};
    return finish(reduce(x), x.sign);
}

F80 sine(const Reduced& a, const RealSinCos& t, bool sign, Env& env)
{
    const bool mirrored = a.negative && !(a.quadrant & 1);
    const bool negative = (sign != bool(a.quadrant & 2)) != mirrored;
    return round_pack<F80>(inexact(a.quadrant & 1 ? t.cos : t.sin, negative), env);
}

F80 cosine(const Reduced& a, const RealSinCos& t, Env& env)
{
    const bool negative = (a.quadrant == 1 || a.quadrant == 2) != (a.negative && (a.quadrant & 1));
    return round_pack<F80>(inexact(a.quadrant & 1 ? t.sin : t.cos, negative), env);
}

} // namespace

Trigonometric fsin(F80 x, Env& env)
{
    return evaluate(x, env, F80_ONE, [&](const Reduced& a, bool sign) {
        return Trigonometric{sine(a, sin_cos(a.r), sign, env), {}, false};
    });
}

Trigonometric fcos(F80 x, Env& env)
{
    const Trigonometric t = evaluate(x, env, F80_ONE, [&](const Reduced& a, bool) {
        return Trigonometric{cosine(a, sin_cos(a.r), env), {}, false};
    });
    return unpack(x).is_zero() ? Trigonometric{F80_ONE, {}, false} : t;
}

Trigonometric fsincos(F80 x, Env& env)
{
    return evaluate(x, env, F80_ONE, [&](const Reduced& a, bool sign) {
        const RealSinCos t = sin_cos(a.r);
        const F80 sin = sine(a, t, sign, env);
        return Trigonometric{sin, cosine(a, t, env), false};
    });
}

Trigonometric fptan(F80 x, Env& env)
{
    return evaluate(x, env, F80_ONE, [&](const Reduced& a, bool sign) {
        const auto [sin, cos] = sin_cos(a.r);
        const bool cotangent = a.quadrant & 1;
        const Real &n = cotangent ? cos : sin, &d = cotangent ? sin : cos;
        // Halved, the numerator is below the denominator. Near zero tan x is x, and a little more.
        const bool tiny = !cotangent && a.r.exp < -40;
        const Real q = tiny ? a.r : real(div_fraction(n.sig >> 1, d.sig), n.exp - d.exp);
        const bool negative = (sign != a.negative) != cotangent;
        return Trigonometric{round_pack<F80>(inexact(q, negative), env), F80_ONE, false};
    });
}

} // namespace tabpc::fp
