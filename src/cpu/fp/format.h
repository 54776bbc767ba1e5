// The three binary formats (SDM vol. 1, 4.2.2 and 8.2.2) and their common unpacked form.
#pragma once

#include "cpu/fp/env.h"

#include <bit>

namespace tabpc::fp {

struct F32 {
    u32 bits;
    constexpr bool operator==(const F32&) const = default; // bit patterns, not values
};
struct F64 {
    u64 bits;
    constexpr bool operator==(const F64&) const = default;
};
struct F80 {
    u64 sig; // with the explicit integer bit 63
    u16 se;  // sign 15, exponent 14:0
    constexpr bool operator==(const F80&) const = default;
    constexpr bool sign() const { return se >> 15; }
    constexpr int exp() const { return se & 0x7FFF; }
};

constexpr u64 TOP = u64(1) << 63;
constexpr int BIAS = 16383; // of F80, and of every unpacked exponent

template <class F>
struct Format;
template <>
struct Format<F32> {
    using Bits = u32;
    static constexpr int PRECISION = 24, WIDTH = 32, EXP_BIAS = 127;
};
template <>
struct Format<F64> {
    using Bits = u64;
    static constexpr int PRECISION = 53, WIDTH = 64, EXP_BIAS = 1023;
};
template <>
struct Format<F80> {
    static constexpr int PRECISION = 64, EXP_BIAS = BIAS;
};
// Exponents of the smallest and the largest normal number, in F80's bias.
template <class F>
constexpr int MIN_EXP = BIAS + 1 - Format<F>::EXP_BIAS;
template <class F>
constexpr int MAX_EXP = BIAS + Format<F>::EXP_BIAS;

template <class F>
concept Sse = requires
{
    typename Format<F>::Bits;
};

enum class Class : u8 { Zero, Normal, Denormal, Infinity, QNaN, SNaN, Unsupported };

// A finite value other than zero is (-1)^sign * sig/2^63 * 2^(exp - BIAS), with bit 63 of sig set.
struct Unpacked {
    u64 sig;
    i32 exp;
    bool sign;
    Class cls;

    constexpr bool is_nan() const { return cls >= Class::QNaN; } // or unsupported: never a number
    constexpr bool is_inf() const { return cls == Class::Infinity; }
    constexpr bool is_zero() const { return cls == Class::Zero; }
    constexpr bool is_denormal() const { return cls == Class::Denormal; }
};

constexpr Unpacked normalized(u64 sig, i32 exp, bool sign, Class cls)
{
    const int n = std::countl_zero(sig);
    return {sig << n, exp - n, sign, cls};
}

// Infinities and NaNs keep their significand, with the integer bit, left-justified.
constexpr Unpacked unpack(F80 v)
{
    const i32 exp = v.exp();
    const bool integer = v.sig & TOP;
    const u64 fraction = v.sig << 1;
    if (exp == 0)
        return v.sig == 0 ? Unpacked{0, 0, v.sign(), Class::Zero}
                          : normalized(v.sig, 1, v.sign(), Class::Denormal);
    Class cls = Class::Normal;
    if (!integer) cls = Class::Unsupported;
    else if (exp == 0x7FFF)
        cls = fraction == 0 ? Class::Infinity : fraction & TOP ? Class::QNaN : Class::SNaN;
    return {v.sig, exp, v.sign(), cls};
}

template <Sse F>
constexpr Unpacked unpack(F v)
{
    using T = Format<F>;
    constexpr int FRACTION = T::PRECISION - 1;
    constexpr i32 EXP_MAX = 2 * T::EXP_BIAS + 1;
    const bool sign = v.bits >> (T::WIDTH - 1);
    const i32 exp = i32(v.bits >> FRACTION) & EXP_MAX;
    const u64 fraction = u64(v.bits) << (64 - FRACTION);
    const u64 sig = TOP | fraction >> 1;
    if (exp == 0)
        return fraction == 0 ? Unpacked{0, 0, sign, Class::Zero}
                             : normalized(fraction >> 1, MIN_EXP<F>, sign, Class::Denormal);
    if (exp == EXP_MAX)
        return {sig, 0x7FFF, sign,
                fraction == 0    ? Class::Infinity
                : fraction & TOP ? Class::QNaN
                                 : Class::SNaN};
    return {sig, exp - T::EXP_BIAS + BIAS, sign, Class::Normal};
}

// As an operand: DAZ makes a zero of a denormal.
constexpr Unpacked unpack(F80 v, const Env&) { return unpack(v); }
template <Sse F>
constexpr Unpacked unpack(F v, const Env& env)
{
    Unpacked u = unpack(v);
    if (env.daz && u.is_denormal()) u = {0, 0, u.sign, Class::Zero};
    return u;
}

// Puts a left-justified significand and the format's own biased exponent together; an integer bit in a significand packed
// with exponent 0 makes it the smallest normal number.
template <class F>
constexpr F pack(bool sign, i32 exp, u64 sig)
{
    if constexpr (Sse<F>) {
        using T = Format<F>;
        using Bits = typename T::Bits;
        const Bits fraction = Bits(sig >> (64 - T::PRECISION)); // the integer bit adds 1 to the exponent
        return {Bits(Bits(sign) << (T::WIDTH - 1) |
                     Bits(((Bits(exp) - (exp != 0)) << (T::PRECISION - 1)) + fraction))};
    } else {
        return {sig, u16(sign << 15 | (exp + (exp == 0 && sig >> 63)))};
    }
}

template <class F>
constexpr F zero(bool sign)
{
    return pack<F>(sign, 0, 0);
}
template <class F>
constexpr F infinity(bool sign)
{
    return pack<F>(sign, 2 * Format<F>::EXP_BIAS + 1, TOP);
}
template <class F>
constexpr F nan(bool sign, u64 sig)
{
    return pack<F>(sign, 2 * Format<F>::EXP_BIAS + 1, sig | TOP);
}
template <class F>
constexpr F default_nan()
{
    return nan<F>(true, u64(3) << 62);
} // the QNaN floating-point indefinite
template <class F>
constexpr F largest(bool sign, int precision = Format<F>::PRECISION)
{
    return pack<F>(sign, 2 * Format<F>::EXP_BIAS, ~u64(0) << (64 - precision));
}

template <class F>
constexpr bool sign_bit(F v)
{
    if constexpr (Sse<F>) return v.bits >> (Format<F>::WIDTH - 1);
    else return v.sign();
}
template <Sse F>
constexpr F negate(F v)
{
    return {typename Format<F>::Bits(v.bits ^ typename Format<F>::Bits(1) << (Format<F>::WIDTH - 1))};
}
constexpr F80 negate(F80 v) { return {v.sig, u16(v.se ^ 0x8000)}; }
constexpr F80 magnitude(F80 v) { return {v.sig, u16(v.se & 0x7FFF)}; }

} // namespace tabpc::fp
