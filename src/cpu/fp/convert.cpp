#include "cpu/fp/convert.h"

#include "cpu/fp/nan.h"

#include <limits>
#include <type_traits>

namespace tabpc::fp {

template <class To, class From>
To convert(From v, Env& env)
{
    env.c1 = false;
    const Unpacked u = unpack(v, env);
    if (u.cls == Class::Unsupported) return invalid<To>(env);
    if (u.is_nan()) {
        if (u.cls == Class::SNaN) env.flags |= IE;
        return nan<To>(u.sign, u.sig | u64(1) << 62);
    }
    if (u.is_inf()) return infinity<To>(u.sign);
    if (u.is_zero()) return zero<To>(u.sign);
    if constexpr (std::is_same_v<From, F80>) {
        const u8 before = env.flags;
        const To r = round_pack<To>(exact(u), env);
        if (env.unmasked(OE | UE)) { // seen on hardware: a store that does not happen is not inexact
            env.flags = before | (env.flags & (OE | UE));
            env.c1 = false;
        }
        return r;
    } else {
        const bool stop = u.is_denormal() && env.raise(DE);
        return stop && Sse<To> ? To{} : round_pack<To>(exact(u), env);
    }
}

namespace {

struct Integral {
    u64 magnitude;
    bool inexact, up;
};

// For a number below 2^64 in magnitude.
Integral to_integral(const Unpacked& u, Rounding rc)
{
    const u128 fixed = shift_right_jam(join(u.sig, 0), u32(BIAS + 63 - u.exp));
    const bool up = rounds_up(rc, u.sign, high(fixed) & 1, low(fixed));
    return {high(fixed) + up, low(fixed) != 0, up};
}

} // namespace

template <class I, class F>
I to_int(F v, Rounding rc, Env& env)
{
    constexpr I INDEFINITE = std::numeric_limits<I>::min();
    env.c1 = false;
    const Unpacked u = unpack(v, env);
    if (u.is_zero()) return 0;
    if (u.exp > BIAS + 63) return env.flags |= IE, INDEFINITE;
    const auto [magnitude, inexact, up] = to_integral(u, rc);
    if (u.cls == Class::Unsupported || magnitude > u64(std::numeric_limits<I>::max()) + u.sign)
        return env.flags |= IE, INDEFINITE;
    env.c1 = up;
    if (inexact) env.flags |= PE;
    return I(u.sign ? 0 - magnitude : magnitude);
}

template <Sse F>
F from_int(i64 v, Env& env)
{
    if (v == 0) return zero<F>(false);
    return round_pack<F>(exact(unpack(f80_from_int(v))), env);
}

namespace {

template <class F>
F round_finite(F v, const Unpacked& u, Rounding rc, bool precise, Env& env)
{
    if (u.exp >= BIAS + 63) return v; // has no fraction
    const auto [magnitude, inexact, up] = to_integral(u, rc);
    if (inexact && precise) env.flags |= PE;
    env.c1 = up;
    if (magnitude == 0) return zero<F>(u.sign);
    const Unpacked r = normalized(magnitude, BIAS + 63, u.sign, Class::Normal);
    return pack<F>(r.sign, r.exp - MIN_EXP<F> + 1, r.sig);
}

} // namespace

F80 round_to_integral(F80 v, Env& env)
{
    env.c1 = false;
    const Unpacked u = unpack(v);
    if (u.is_nan()) return propagate(v, u.cls, env);
    if (u.is_zero() || u.is_inf()) return v;
    if (u.is_denormal() && env.raise(DE)) return {};
    return round_finite(v, u, env.rc, true, env);
}

template <Sse F>
F round_to_integral(F v, u8 imm, Env& env)
{
    const Unpacked u = unpack(v, env);
    if (u.is_nan()) return propagate(v, u.cls, env);
    if (u.is_inf()) return v;
    if (u.is_zero()) return zero<F>(u.sign);
    return round_finite(v, u, imm & 4 ? env.rc : Rounding(imm & 3), !(imm & 8), env);
}

F80 from_bcd(const Bcd& v)
{
    i64 n = 0;
    for (int i = 8; i >= 0; --i) n = n * 100 + (v.bytes[i] >> 4) * 10 + (v.bytes[i] & 15);
    const F80 r = f80_from_int(n);
    return {r.sig, u16(r.se | (v.bytes[9] & 0x80) << 8)};
}

Bcd to_bcd(F80 v, Env& env)
{
    constexpr Bcd INDEFINITE = {{0, 0, 0, 0, 0, 0, 0, 0xC0, 0xFF, 0xFF}};
    constexpr u64 LIMIT = 1'000'000'000'000'000'000;
    env.c1 = false;
    const Unpacked u = unpack(v);
    Integral n = {0, false, false};
    if (!u.is_zero()) {
        if (u.cls == Class::Unsupported || u.exp > BIAS + 63) return env.flags |= IE, INDEFINITE;
        n = to_integral(u, env.rc);
        if (n.magnitude >= LIMIT) return env.flags |= IE, INDEFINITE;
    }
    env.c1 = n.up;
    if (n.inexact) env.flags |= PE;
    Bcd r = {};
    for (int i = 0; i < 9; ++i, n.magnitude /= 100)
        r.bytes[i] = u8(n.magnitude % 100 / 10 << 4 | n.magnitude % 10);
    r.bytes[9] = u.sign ? 0x80 : 0;
    return r;
}

template F80 convert<F80>(F32, Env&);
template F80 convert<F80>(F64, Env&);
template F32 convert<F32>(F80, Env&);
template F64 convert<F64>(F80, Env&);
template F64 convert<F64>(F32, Env&);
template F32 convert<F32>(F64, Env&);
template i16 to_int<i16>(F80, Rounding, Env&);
template i32 to_int<i32>(F80, Rounding, Env&);
template i64 to_int<i64>(F80, Rounding, Env&);
template i32 to_int<i32>(F32, Rounding, Env&);
template i64 to_int<i64>(F32, Rounding, Env&);
template i32 to_int<i32>(F64, Rounding, Env&);
template i64 to_int<i64>(F64, Rounding, Env&);
template F32 from_int<F32>(i64, Env&);
template F64 from_int<F64>(i64, Env&);
template F32 round_to_integral(F32, u8, Env&);
template F64 round_to_integral(F64, u8, Env&);

} // namespace tabpc::fp
