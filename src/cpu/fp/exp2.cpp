// F2XM1: a table of 2^(i/64), then the series of e^g - 1.
#include "cpu/fp/nan.h"
#include "cpu/fp/real.h"
#include "cpu/fp/round_pack.h"
#include "cpu/fp/transcendental.h"

namespace tabpc::fp {

namespace {

constexpr std::array EXP = {inverse(2),    inverse(6),     inverse(24),     inverse(120),    inverse(720),
                            inverse(5040), inverse(40320), inverse(362880), inverse(3628800)};

// 2^(i/64) in Q1.127, 2 excepted.
constexpr auto TABLE = [] {
    std::array<u128, 64> table = {};
    const u128 g = LN2.sig >> 7; // ln(2)/64 in Q1.127
    u128 step = 0, term = ONE;
    for (u32 n = 1; n < 24; ++n) {
        step += term;
        term = (mul_high(term, g) << 1) / n;
    }
    table[0] = ONE;
    for (u32 i = 1; i < table.size(); ++i) table[i] = mul_high(table[i - 1], step) << 1;
    return table;
}();

// |2^x - 1| for 0 < |x| < 1.
Real magnitude_of_exp2_minus_1(const Real& x, bool negative)
{
    const u128 a = fraction(x);
    const u32 i = u32(a >> 122);
    if (i == 0) {
        const Real g = mul(x, LN2);
        return real(mul_high(g.sig, series(fraction(g), negative, EXP)), g.exp + 1);
    }
    const u128 g = mul_high(a - (u128(i) << 122), LN2.sig); // below 1, so a fraction too
    const u128 e = mul_high(g, series(g, negative, EXP));   // |2^f - 1| in Q1.127
    // 2^(i/64) * (1 + e) - 1, or 1 - 2^(-i/64) * (1 - e).
    const u128 power = negative ? TABLE[64 - i] >> 1 : TABLE[i];
    const u128 whole = negative ? ONE - power : power - ONE;
    return real(whole + (mul_high(power, e) << 1), 0);
}

} // namespace

F80 f2xm1(F80 v, Env& env)
{
    constexpr F80 MINUS_ONE = {TOP, 0x8000 | BIAS}, MINUS_HALF = {TOP, 0x8000 | (BIAS - 1)};
    env.c1 = false;
    const Unpacked x = unpack(v);
    if (x.is_nan()) return propagate(v, x.cls, env);
    if (x.is_inf()) return x.sign ? MINUS_ONE : v;
    if (x.is_zero()) return v;
    if (x.is_denormal() && env.raise(DE)) return {};
    if (x.exp >= BIAS) { // 1 and -1; what lies beyond is undefined
        env.flags |= PE;
        return x.sign && x.exp == BIAS && x.sig == TOP ? MINUS_HALF : v;
    }
    return round_pack<F80>(inexact(magnitude_of_exp2_minus_1(real(x), x.sign), x.sign), env);
}

} // namespace tabpc::fp
