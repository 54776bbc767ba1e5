// What the transcendental functions compute with: positive numbers of 128 significant bits, and fixed-point fractions. All
// series run over arguments below 2^-6, so that a 64-bit Horner scheme behind the leading 1 is good to about 2^-70, and
// results, rounded once to 64 bits, to 0.52 ulp.
#pragma once

#include "cpu/fp/exact.h"

#include <array>

namespace tabpc::fp {

constexpr u128 ONE = u128(1) << 127; // 1.0 in the format with one integer bit, "Q1.127"

// The upper 128 bits of the product.
constexpr u128 mul_high(u128 a, u128 b)
{
    const u128 mid = mul_64(high(a), low(b)), mid2 = mul_64(low(a), high(b));
    const u128 carry = (u128(low(mid)) + low(mid2) + high(mul_64(low(a), low(b)))) >> 64;
    return mul_64(high(a), high(b)) + high(mid) + high(mid2) + carry;
}
constexpr u128 mul_high(u128 a, u64 b) { return mul_64(high(a), b) + high(mul_64(low(a), b)); }

// n * 2^128 / d for n < d, bit 127 of d set (Knuth's algorithm D with two 64-bit digits).
constexpr u128 div_fraction(u128 n, u128 d)
{
    u64 digits[2] = {};
    for (u64& q : digits) {
        q = high(n) >= high(d) ? ~u64(0) : div_128(n, high(d)).quotient;
        u128 rest = n - mul_64(q, high(d));
        while (high(rest) == 0 && rest << 64 < mul_64(q, low(d))) {
            --q;
            rest += high(d);
        }
        n = (rest << 64) - mul_64(q, low(d));
    }
    return join(digits[0], digits[1]);
}

// sig/2^127 * 2^exp with bit 127 of sig set.
struct Real {
    u128 sig;
    i32 exp;
};

constexpr Real real(u128 sig, i32 exp)
{
    const int n = high(sig) ? std::countl_zero(high(sig)) : 64 + std::countl_zero(low(sig));
    return {shift_left(sig, u32(n)), exp - n};
}
constexpr Real real(const Unpacked& u) { return {join(u.sig, 0), u.exp - BIAS}; }
constexpr Real mul(const Real& a, const Real& b) { return real(mul_high(a.sig, b.sig), a.exp + b.exp + 1); }

// As a fraction of 2^128, for numbers below 1.
constexpr u128 fraction(const Real& r) { return r.exp < -128 ? 0 : shift_right(r.sig, u32(-1 - r.exp)); }

// Transcendental values are never exact.
constexpr Exact inexact(const Real& r, bool sign)
{
    return {high(r.sig), low(r.sig) | 1, r.exp + BIAS, sign};
}

constexpr Real PI = {join(0xC90FDAA22168C234, 0xC4C6628B80DC1CD1), 1};
constexpr Real LN2 = {join(0xB17217F7D1CF79AB, 0xC9E3B39803F2F6AF), -1};
constexpr Real LOG2E = {join(0xB8AA3B295C17F0BB, 0xBE87FED0691D3E88), 0};

// 1/n as a fraction of 2^64, n > 1.
constexpr u64 inverse(u64 n) { return u64((u128(1) << 64) / n); }

// 1 + z*(c[0] + z*(c[1] + ...)) in Q1.127, or with all the plus signs minus; z and c are fractions.
template <std::size_t N>
constexpr u128 series(u128 z, bool minus, const std::array<u64, N>& c)
{
    u64 h = c[N - 1];
    for (std::size_t i = N - 1; i-- > 0;) {
        const u64 product = high(mul_64(high(z), h));
        h = minus ? c[i] - product : c[i] + product;
    }
    const u128 rest = mul_high(z, h) >> 1;
    return minus ? ONE - 1 - rest : ONE + rest; // never quite 1: sin x < x, cos x < 1, atan x < x
}

} // namespace tabpc::fp
