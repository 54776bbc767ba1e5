#include "cpu/fp/remainder.h"

#include "cpu/fp/convert.h"
#include "cpu/fp/nan.h"

namespace tabpc::fp {

namespace {

Remainder reduce(F80 a, F80 b, bool nearest, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(a), y = unpack(b);
    if (x.is_nan() || y.is_nan()) return {propagate(a, x, b, y, env), 0, false};
    if (x.is_inf() || y.is_zero()) return {invalid<F80>(env), 0, false};
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};
    if (x.is_zero()) return {a, 0, false};

    i32 d = x.exp - y.exp;
    if (y.is_inf() || d < -1 || (d < 0 && !nearest)) return {round_pack<F80>(exact(x), env), 0, false};

    // A long way apart the quotient is taken 32 to 63 bits at a time and the rest left to the next round.
    const bool partial = d >= 64;
    const i32 left = partial ? d - (32 + (d & 31)) : 0;
    d -= left;

    u64 q = 0, r = x.sig;
    i32 exp = x.exp;
    if (d >= 0) {
        const auto division = div_128(shift_right(join(x.sig, 0), u32(64 - d)), y.sig);
        q = division.quotient;
        r = division.remainder;
        exp = y.exp + left;
    }
    bool sign = x.sign;
    if (nearest && !partial) {
        // Is the rest above half the divisor? With d == -1 it still has twice the weight.
        const u64 other = d < 0 ? 2 * y.sig - r : y.sig - r;
        const bool above = d < 0 ? r > y.sig : r > other;
        if (above || (d >= 0 && r == other && (q & 1))) {
            r = other;
            sign = !sign;
            ++q;
        }
    }
    const Exact rest = normalized(join(r, 0), exp, sign);
    const F80 value = rest.is_zero() ? zero<F80>(x.sign) : round_pack<F80>(rest, env);
    return {value, u8(partial ? 0 : q & 7), partial};
}

} // namespace

Remainder remainder(F80 a, F80 b, Env& env) { return reduce(a, b, false, env); }
Remainder remainder_nearest(F80 a, F80 b, Env& env) { return reduce(a, b, true, env); }

F80 scale(F80 a, F80 b, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(a), y = unpack(b);
    if (x.is_nan() || y.is_nan()) return propagate(a, x, b, y, env);
    if (y.is_inf() && (y.sign ? x.is_inf() : x.is_zero())) return invalid<F80>(env);
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};
    if (x.is_inf() || x.is_zero()) return a;
    if (y.is_inf()) return y.sign ? zero<F80>(x.sign) : infinity<F80>(x.sign);
    Exact v = exact(x);
    const i32 e = y.exp - BIAS;
    if (!y.is_zero() && e >= 0) {
        const i32 n = e > 16 ? 0x20000 : i32(y.sig >> (63 - e)); // beyond any exponent
        v.exp += y.sign ? -n : n;
    }
    return round_pack<F80>(v, env);
}

Extracted extract(F80 v, Env& env)
{
    env.c1 = false;
    const Unpacked u = unpack(v);
    if (u.is_nan()) {
        const F80 r = propagate(v, u.cls, env);
        return {r, r};
    }
    if (u.is_inf()) return {infinity<F80>(false), v};
    if (u.is_zero()) return env.raise(ZE) ? Extracted{} : Extracted{infinity<F80>(true), v};
    if (u.is_denormal() && env.raise(DE)) return {};
    return {f80_from_int(u.exp - BIAS), {u.sig, u16(u.sign << 15 | BIAS)}};
}

F80 constant(Constant c, Rounding rc)
{
    // Cut off after 128 bits, rounded here: none is representable, so each rounding control shows.
    static constexpr Exact TABLE[] = {
        {TOP, 0, BIAS, false},
        {0xD49A784BCD1B8AFE, 0x492BF6FF4DAFDB4C, BIAS + 1, false}, // log2(10)
        {0xB8AA3B295C17F0BB, 0xBE87FED0691D3E88, BIAS, false},     // log2(e)
        {0xC90FDAA22168C234, 0xC4C6628B80DC1CD1, BIAS + 1, false}, // pi
        {0x9A209A84FBCFF798, 0x8F8959AC0B7C9178, BIAS - 2, false}, // log10(2)
        {0xB17217F7D1CF79AB, 0xC9E3B39803F2F6AF, BIAS - 1, false}, // ln(2)
        {0, 0, 0, false},
    };
    Env env;
    env.rc = rc;
    return round_pack<F80>(TABLE[u8(c)], env);
}

} // namespace tabpc::fp
