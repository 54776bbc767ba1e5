// FYL2X and FYL2XP1: the exponent, a table of logarithms of 64ths, then the series of log(1 + u).
#include "cpu/fp/nan.h"
#include "cpu/fp/real.h"
#include "cpu/fp/round_pack.h"
#include "cpu/fp/transcendental.h"

namespace tabpc::fp {

namespace {

constexpr std::array LOG = {inverse(2), inverse(3), inverse(4),  inverse(5),  inverse(6), inverse(7),
                            inverse(8), inverse(9), inverse(10), inverse(11), inverse(12)};

// The mantissa m is taken in [sqrt(1/2), sqrt(2)) and j = round(64m).
constexpr int FIRST = 45, LAST = 91;

struct Row {
    u128 inverse; // 64/j in Q1.127
    u128 log2;    // |log2(j/64)| as a fraction of 2^128
};

constexpr auto TABLE = [] {
    std::array<Row, LAST - FIRST + 1> table = {};
    // ln((j+1)/j) = 2 * (t + t^3/3 + t^5/5 + ...) with t = 1/(2j+1).
    const auto step = [](u32 j) {
        u128 sum = 0, power = ~u128(0) / (2 * j + 1);
        for (u32 n = 1; power != 0; n += 2) {
            sum += power / n;
            power = power / (2 * j + 1) / (2 * j + 1);
        }
        return sum * 2;
    };
    u128 ln = 0;
    for (u32 j = 64; j < LAST; ++j) table[j + 1 - FIRST].log2 = mul_high(ln += step(j), LOG2E.sig) << 1;
    ln = 0;
    for (u32 j = 64; j-- > FIRST;) table[j - FIRST].log2 = mul_high(ln += step(j), LOG2E.sig) << 1;
    for (u32 j = FIRST; j <= LAST; ++j) table[j - FIRST].inverse = ~u128(0) / j * 32;
    return table;
}();

struct Signed {
    Real value;
    bool sign;
};

// log2(1 + u), or log2(1 - u), for u below 2^-6: u * log2(e) * (1 -+ u/2 + u^2/3 -+ ...).
Signed log2_near_1(const Real& u, bool minus)
{
    const u128 f = fraction(u);
    const Real r = mul(real(mul_high(u.sig, series(f, !minus, LOG)), u.exp + 1), LOG2E);
    return {r, minus};
}

// log2(m * 2^k) for m in [1, 2), in Q1.127, not 1 with k = 0.
Signed log2_of(u128 m, i32 k)
{
    if (m == ONE) return {real(u128(k < 0 ? -k : k), 127), k < 0};
    if (high(m) > 0xB504F333F9DE6484) { // sqrt(2)
        m >>= 1;
        ++k;
    }
    const u32 j = u32((m >> 120) + 1) >> 1;
    const u128 node = u128(j) << 121;
    const bool below = m < node;
    const u128 distance = below ? node - m : m - node;
    const Real u = real(distance | (distance == 0), 0); // zero counts as 2^-127
    if (j == 64 && k == 0) return log2_near_1(u, below);

    // Summed with 112 bits behind the point, two's complement; the sum does not come near zero.
    const Row& row = TABLE[j - FIRST];
    const Signed rest = log2_near_1(mul(u, real(row.inverse, 0)), below);
    u128 sum = u128(i64(k)) << 112;
    const auto accumulate = [&](u128 fraction, bool minus) {
        sum += minus ? 0 - (fraction >> 16) : fraction >> 16;
    };
    accumulate(row.log2, j < 64);
    accumulate(fraction(rest.value), rest.sign);
    const bool negative = high(sum) >> 63;
    return {real(negative ? 0 - sum : sum, 15), negative};
}

F80 product(const Unpacked& y, const Signed& log, bool exact_log, Env& env)
{
    const u128 p = mul_high(log.value.sig, y.sig);
    const Real r = real(p, log.value.exp + y.exp - BIAS + 1);
    Exact v = inexact(r, y.sign != log.sign);
    if (exact_log) v.rest = low(r.sig); // y * k
    const F80 result = round_pack<F80>(v, env);
    // PE, and with it UE, even when the result is exact (seen on hardware).
    env.flags |= unpack(result).is_denormal() ? UE | PE : PE;
    return result;
}

} // namespace

F80 fyl2x(F80 vx, F80 vy, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(vx), y = unpack(vy);
    if (x.is_nan() || y.is_nan()) return propagate(vx, x, vy, y, env);
    const bool one = x.exp == BIAS && x.sig == TOP;
    if ((x.sign && !x.is_zero()) || (y.is_zero() && (x.is_zero() || x.is_inf())) || (y.is_inf() && one))
        return invalid<F80>(env);
    if (x.is_zero()) { return !y.is_inf() && env.raise(ZE) ? F80{} : infinity<F80>(!y.sign); }
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};
    const bool sign = y.sign != (x.exp < BIAS);
    if (x.is_inf() || y.is_inf()) return infinity<F80>(sign);
    if (y.is_zero() || one) return zero<F80>(sign);
    return product(y, log2_of(join(x.sig, 0), x.exp - BIAS), x.sig == TOP, env);
}

F80 fyl2xp1(F80 vx, F80 vy, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(vx), y = unpack(vy);
    if (x.is_nan() || y.is_nan()) return propagate(vx, x, vy, y, env);
    const bool too_low = x.sign && x.exp >= BIAS; // -1 and below
    if (too_low || (x.is_zero() && y.is_inf()) || (x.is_inf() && y.is_zero())) return invalid<F80>(env);
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};
    const bool sign = y.sign != x.sign;
    if (x.is_inf() || y.is_inf()) return infinity<F80>(sign);
    if (x.is_zero() || y.is_zero()) return zero<F80>(sign);
    if (x.exp < BIAS - 6) return product(y, log2_near_1(real(x), x.sign), false, env);
    if (x.exp >= BIAS + 64) // the instruction is defined up to sqrt(2) - 1 only; this is log2(x)
        return product(y, log2_of(join(x.sig, 0), x.exp - BIAS), false, env);
    const Exact sum = add_exact(x, {TOP, BIAS, false, Class::Normal});
    return product(y, log2_of(join(sum.sig, sum.rest), sum.exp - BIAS), sum.sig == TOP && sum.rest == 0, env);
}

} // namespace tabpc::fp
