// FPATAN: the quotient, less the nearest lower 64th by the addition theorem, then the series.
#include "cpu/fp/nan.h"
#include "cpu/fp/real.h"
#include "cpu/fp/round_pack.h"
#include "cpu/fp/transcendental.h"

namespace tabpc::fp {

namespace {

constexpr std::array ATAN = {inverse(3), inverse(5), inverse(7), inverse(9), inverse(11), inverse(13)};

constexpr u128 even_series(u128 t)
{
    // 1 - t^2/3 + t^4/5 - ...
    return series(mul_high(t, t), true, ATAN);
}

// atan(j/64) in Q1.127: atan(j/64) - atan((j-1)/64) = atan(64 / (4096 + j*(j-1))).
constexpr auto TABLE = [] {
    std::array<u128, 65> table = {};
    for (u32 j = 1; j < table.size(); ++j) {
        const u128 t = ~u128(0) / (4096 + j * (j - 1)) * 64;
        u128 power = t >> 1;
        u128 sum = 0;
        for (u32 n = 1; n < 24; n += 2) {
            sum = n & 2 ? sum - power / n : sum + power / n;
            power = mul_high(mul_high(power, t), t);
        }
        table[j] = table[j - 1] + sum;
    }
    return table;
}();

// atan(n/d) for 0 < n <= d.
Real arc_tangent(const Unpacked& n, const Unpacked& d)
{
    const u32 s = u32(d.exp - n.exp);
    if (s > 7) { // below 1/64
        const Real t = real(div_fraction(join(n.sig, 0) >> 1, join(d.sig, 0)), n.exp - d.exp);
        return real(mul_high(t.sig, even_series(fraction(t))), t.exp + 1);
    }
    // t = (n/d - j/64) / (1 + n/d * j/64) = (64n - j*d) / (64d + j*n), exactly.
    const u128 n64 = shift_left(n.sig, 46 - s), d64 = u128(d.sig) << 46;
    const u128 n1 = n64 >> 6, d1 = d64 >> 6;
    u64 j = u64(n64 >> 53) / (d.sig >> 13);
    if (n64 < j * d1) --j;
    const u128 numerator = n64 - j * d1, denominator = d64 + j * n1;
    const u32 up = u32(std::countl_zero(high(denominator)));
    const u128 t = div_fraction(shift_left(numerator, up), shift_left(denominator, up));
    return real(TABLE[j] + mul_high(t, even_series(t)), 0);
}

constexpr u128 PI_Q2 = PI.sig; // in Q2.126
u128 q2(const Real& r) { return r.exp < -126 ? 0 : shift_right(r.sig, u32(1 - r.exp)); }

} // namespace

F80 fpatan(F80 vx, F80 vy, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(vx), y = unpack(vy);
    if (x.is_nan() || y.is_nan()) return propagate(vx, x, vy, y, env);
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};

    const auto angle = [&](u128 magnitude) {
        return round_pack<F80>(inexact(real(magnitude, 1), y.sign), env);
    };
    if (y.is_inf()) return angle(!x.is_inf() ? PI_Q2 / 2 : x.sign ? PI_Q2 / 4 * 3 : PI_Q2 / 4);
    if (x.is_inf() || y.is_zero()) return x.sign ? angle(PI_Q2) : zero<F80>(y.sign);
    if (x.is_zero()) return angle(PI_Q2 / 2);

    const bool steep = y.exp > x.exp || (y.exp == x.exp && y.sig > x.sig);
    const Real a = steep ? arc_tangent(x, y) : arc_tangent(y, x);
    if (steep) return angle(x.sign ? PI_Q2 / 2 + q2(a) : PI_Q2 / 2 - q2(a));
    if (x.sign) return angle(PI_Q2 - q2(a));
    return round_pack<F80>(inexact(a, y.sign), env);
}

} // namespace tabpc::fp
