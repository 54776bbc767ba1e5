#include "cpu/fp/round_pack.h"

#include <type_traits>

namespace tabpc::fp {

namespace {

// Tininess is detected after rounding: would the result, its exponent unbounded, still be below the normal range?
template <class F>
bool is_tiny(Exact v, const Env& env, int precision)
{
    bool up;
    if (v.exp == MIN_EXP<F> - 1) round_significand(v, precision, env.rc, up);
    return v.exp < MIN_EXP<F>;
}

// What an x87 register gets when OE or UE is unmasked; other destinations are not written. Only FSCALE can be out of range
// even so: then it gives infinity or zero, inexact.
template <class F>
F biased(const Exact& v, i32 bias, Env& env)
{
    if constexpr (std::is_same_v<F, F80>) {
        const i32 exp = v.exp + bias;
        if (exp >= MIN_EXP<F> && exp <= MAX_EXP<F>) return pack<F>(v.sign, exp, v.sig);
        env.flags |= PE;
        env.c1 = exp > MAX_EXP<F>;
        return env.c1 ? infinity<F>(v.sign) : zero<F>(v.sign);
    }
    return zero<F>(v.sign);
}

template <class F>
F overflow(bool sign, Env& env, int precision)
{
    env.flags |= OE | PE;
    env.c1 = rounds_up(env.rc, sign, true, TOP);
    return env.c1 ? infinity<F>(sign) : largest<F>(sign, precision);
}

} // namespace

template <class F>
F round_pack_slow(Exact v, Env& env, int precision)
{
    env.c1 = false;
    if (v.is_zero()) return zero<F>(v.sign);
    const auto round = [&] {
        const bool inexact = round_significand(v, precision, env.rc, env.c1);
        if (inexact) env.flags |= PE;
        return inexact;
    };

    if (is_tiny<F>(v, env, precision)) {
        if (!(env.masks & UE)) {
            env.flags |= UE;
            round();
            return biased<F>(v, UNMASKED_BIAS, env);
        }
        if (env.ftz) {
            env.flags |= UE | PE;
            return zero<F>(v.sign);
        }
        const u128 denormal = shift_right_jam(join(v.sig, v.rest), u32(MIN_EXP<F> - v.exp));
        v.sig = high(denormal);
        v.rest = low(denormal);
        if (round()) env.flags |= UE;
        return pack<F>(v.sign, 0, v.sig);
    }

    round();
    if (v.exp <= MAX_EXP<F>) return pack<F>(v.sign, v.exp - MIN_EXP<F> + 1, v.sig);
    if (env.masks & OE) return overflow<F>(v.sign, env, precision);
    env.flags |= OE;
    return biased<F>(v, -UNMASKED_BIAS, env);
}

template F32 round_pack_slow<F32>(Exact, Env&, int);
template F64 round_pack_slow<F64>(Exact, Env&, int);
template F80 round_pack_slow<F80>(Exact, Env&, int);

} // namespace tabpc::fp
