// 128-bit helpers. Products, quotients and shifts by a variable are spelled out in 64-bit steps: in wasm the compiler would
// call a library routine for each.
#pragma once

#include "base/types.h"

#include <bit>

namespace tabpc::fp {

__extension__ typedef unsigned __int128 u128;

constexpr u64 high(u128 x) { return u64(x >> 64); }
constexpr u64 low(u128 x) { return u64(x); }
constexpr u128 join(u64 hi, u64 lo) { return u128(hi) << 64 | lo; }

constexpr u128 mul_64(u64 a, u64 b)
{
#ifdef __wasm__
    const u64 al = u32(a), ah = a >> 32, bl = u32(b), bh = b >> 32;
    const u64 ll = al * bl;
    const u64 m = ah * bl + (ll >> 32); // at most (2^32-1)^2 + 2^32-1: no overflow
    const u64 n = al * bh + u32(m);
    return join(ah * bh + (m >> 32) + (n >> 32), n << 32 | u32(ll));
#else
    return u128(a) * b;
#endif
}

// Shifts by n < 128.
constexpr u128 shift_left(u128 x, u32 n)
{
    if (n >= 64) return join(low(x) << (n - 64), 0);
    return join(high(x) << n | low(x) >> 1 >> (63 - n), low(x) << n);
}
constexpr u128 shift_right(u128 x, u32 n)
{
    if (n >= 64) return high(x) >> (n - 64);
    return join(high(x) >> n, high(x) << 1 << (63 - n) | low(x) >> n);
}

// x * 2^-n, the lowest bit set if bits were lost ("jammed"), so that rounding still sees them.
constexpr u128 shift_right_jam(u128 x, u32 n)
{
    if (n > 127) return x != 0;
    const u128 r = shift_right(x, n);
    return r | (shift_left(r, n) != x);
}

struct Quotient {
    u64 quotient, remainder;
};

// n / d by two 32-bit digits (Knuth, TAOCP vol. 2, 4.3.1 D), for d with bit 63 set and high(n) < d.
constexpr Quotient div_128(u128 n, u64 d)
{
    const u64 dh = d >> 32, dl = u32(d);
    const auto digit = [&](u64 rem, u32 next) {
        u64 q = rem / dh, r = rem % dh;
        while (q >> 32 || q * dl > (r << 32 | next)) {
            --q;
            r += dh;
            if (r >> 32) break;
        }
        return q;
    };
    const u64 hi = high(n), lo = low(n);
    const u64 q1 = digit(hi, u32(lo >> 32));
    const u64 rem = (hi << 32 | lo >> 32) - q1 * d;
    const u64 q0 = digit(rem, u32(lo));
    return {q1 << 32 | q0, (rem << 32 | u32(lo)) - q0 * d};
}

struct Root {
    u64 root;
    u128 remainder;
};

// floor(sqrt(n)) for n >= 2^126. The host's sqrt is IEEE 754's, the same everywhere, and only gives a first guess.
inline Root sqrt_128(u128 n)
{
    const u64 hi = high(n);
    const double guess = __builtin_sqrt(double(hi));
    u64 r = guess < 0x1p32 ? u64(guess) : 0xFFFFFFFF; // 32 bits of the root: r^2 <= hi < (r+1)^2
    if (r * r > hi) --r;
    // n = (r*2^32)^2 + rem*2^64 + low(n), so the next 32 bits are nearly (rem*2^64 + low(n)) / (2*r*2^32), never more.
    const u64 rem = hi - r * r;
    const u64 q = u64(join(rem, low(n)) >> 33) / r;
    u64 root = (r << 32) + (q >> 32 ? 0xFFFFFFFF : q);
    u128 square = mul_64(root, root);
    while (square > n) {
        square -= 2 * u128(root) - 1;
        --root;
    }
    return {root, n - square};
}

} // namespace tabpc::fp
