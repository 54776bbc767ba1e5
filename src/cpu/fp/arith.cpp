#include "cpu/fp/arith.h"

#include "cpu/fp/nan.h"

#include <type_traits>

namespace tabpc::fp {

namespace {

template <class F>
F round_result(const Exact& v, Env& env)
{
    if constexpr (std::is_same_v<F, F80>) return round_pack_pc(v, env);
    else return round_pack<F>(v, env);
}

// a + b, or a - b: a NaN keeps its sign even when subtracted.
template <class F>
F add_signed(F a, F b, bool subtract, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(a, env);
    Unpacked y = unpack(b, env);
    if (x.is_nan() || y.is_nan()) return propagate(a, x, b, y, env);
    y.sign ^= subtract;
    if (x.is_inf() && y.is_inf() && x.sign != y.sign) return invalid<F>(env);
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};
    if (x.is_inf() || y.is_inf()) return infinity<F>(x.is_inf() ? x.sign : y.sign);
    const bool zero_sign = x.sign == y.sign ? x.sign : env.rc == Rounding::Down;
    if (x.is_zero() && y.is_zero()) return zero<F>(zero_sign);
    const Exact sum = x.is_zero() ? exact(y) : y.is_zero() ? exact(x) : add_exact(x, y);
    return sum.is_zero() ? zero<F>(zero_sign) : round_result<F>(sum, env);
}

} // namespace

template <class F>
F add_slow(F a, F b, Env& env)
{
    return add_signed(a, b, false, env);
}
template <class F>
F sub_slow(F a, F b, Env& env)
{
    return add_signed(a, b, true, env);
}

template <class F>
F mul_slow(F a, F b, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(a, env), y = unpack(b, env);
    if (x.is_nan() || y.is_nan()) return propagate(a, x, b, y, env);
    if ((x.is_inf() && y.is_zero()) || (x.is_zero() && y.is_inf())) return invalid<F>(env);
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};
    const bool sign = x.sign != y.sign;
    if (x.is_inf() || y.is_inf()) return infinity<F>(sign);
    if (x.is_zero() || y.is_zero()) return zero<F>(sign);
    return round_result<F>(mul_exact(x, y), env);
}

template <class F>
F div_slow(F a, F b, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(a, env), y = unpack(b, env);
    if (x.is_nan() || y.is_nan()) return propagate(a, x, b, y, env);
    if ((x.is_inf() && y.is_inf()) || (x.is_zero() && y.is_zero())) return invalid<F>(env);
    const bool sign = x.sign != y.sign;
    if (x.is_inf()) return y.is_denormal() && env.raise(DE) ? F{} : infinity<F>(sign);
    if (y.is_zero()) return env.raise(ZE) ? F{} : infinity<F>(sign);
    if ((x.is_denormal() || y.is_denormal()) && env.raise(DE)) return {};
    if (y.is_inf() || x.is_zero()) return zero<F>(sign);
    return round_result<F>(div_exact(x, y), env);
}

template <class F>
F sqrt_slow(F a, Env& env)
{
    env.c1 = false;
    const Unpacked x = unpack(a, env);
    if (x.is_nan()) return propagate(a, x.cls, env);
    if (x.is_zero()) return zero<F>(x.sign);
    if (x.sign) return invalid<F>(env);
    if (x.is_inf()) return a;
    if (x.is_denormal() && env.raise(DE)) return {};
    return round_result<F>(sqrt_exact(x), env);
}

#define INSTANTIATE(F)               \
    template F add_slow(F, F, Env&); \
    template F sub_slow(F, F, Env&); \
    template F mul_slow(F, F, Env&); \
    template F div_slow(F, F, Env&); \
    template F sqrt_slow(F, Env&);
INSTANTIATE(F32)
INSTANTIATE(F64)
INSTANTIATE(F80)
#undef INSTANTIATE

} // namespace tabpc::fp
