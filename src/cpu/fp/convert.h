// Conversions between the formats, to and from integers and packed BCD, and rounding to an integral value.
#pragma once

#include "cpu/fp/round_pack.h"

namespace tabpc::fp {

// The same value, a signaling NaN left as it is, nothing raised: a memory operand on its way into an x87 operation.
template <Sse F>
constexpr F80 widen(F v)
{
    const Unpacked u = unpack(v);
    if (u.is_zero()) return zero<F80>(u.sign);
    return {u.sig, u16(u.sign << 15 | u.exp)};
}

// FLD m32/m64 and FST m32/m64, CVTSS2SD and CVTSD2SS. A store from the x87 does not raise DE.
// FLD commits its result even if DE is unmasked, not if IE is (seen on hardware).
template <class To, class From>
To convert(From v, Env& env);

// FIST, FISTTP (with Rounding::Zero), CVTSS2SI and its kin. I is i16, i32 or i64; what does not fit raises IE and gives
// the integer indefinite, the most negative number.
template <class I, class F>
I to_int(F v, Rounding rc, Env& env);

constexpr F80 f80_from_int(i64 v)
{
    if (v == 0) return {0, 0};
    const u64 mag = v < 0 ? 0 - u64(v) : u64(v);
    const int n = std::countl_zero(mag);
    return {mag << n, u16((v < 0) << 15 | (BIAS + 63 - n))};
}
template <Sse F>
F from_int(i64 v, Env& env); // CVTSI2SS and its kin

// FRNDINT.
F80 round_to_integral(F80 v, Env& env);
// ROUNDSS and its kin, by the immediate: bits 1:0 RC, bit 2 use MXCSR.RC instead, bit 3 do not raise PE.
template <Sse F>
F round_to_integral(F v, u8 imm, Env& env);

// Eighteen digits, the least significant byte first, and the sign in bit 7 of the last (SDM vol. 1, 4.7).
struct Bcd {
    u8 bytes[10];
    constexpr bool operator==(const Bcd&) const = default;
};
F80 from_bcd(const Bcd& v);  // FBLD
Bcd to_bcd(F80 v, Env& env); // FBSTP

} // namespace tabpc::fp
