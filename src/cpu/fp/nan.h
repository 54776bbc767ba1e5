// What an operation makes of NaN operands (SDM vol. 1, table 4-7).
#pragma once

#include "cpu/fp/format.h"

namespace tabpc::fp {

// Raises IE; the masked response.
template <class F>
constexpr F invalid(Env& env)
{
    env.flags |= IE;
    return default_nan<F>();
}

constexpr F80 quiet(F80 v) { return {v.sig | u64(1) << 62, v.se}; }
template <Sse F>
constexpr F quiet(F v)
{
    using Bits = typename Format<F>::Bits;
    return {Bits(v.bits | Bits(1) << (Format<F>::PRECISION - 2))};
}

// One operand, which is a NaN or unsupported.
template <class F>
constexpr F propagate(F v, Class cls, Env& env)
{
    if (cls == Class::Unsupported) return invalid<F>(env);
    if (cls == Class::SNaN) env.flags |= IE;
    return quiet(v);
}

// Two operands, at least one of which is. SSE takes the first NaN.
template <Sse F>
constexpr F propagate(F a, const Unpacked& ua, F b, const Unpacked& ub, Env& env)
{
    if (ua.cls == Class::SNaN || ub.cls == Class::SNaN) env.flags |= IE;
    return quiet(ua.is_nan() ? a : b);
}

// The x87 prefers a QNaN to an SNaN, then the larger significand, then the positive one.
constexpr F80 propagate(F80 a, const Unpacked& ua, F80 b, const Unpacked& ub, Env& env)
{
    if (ua.cls == Class::Unsupported || ub.cls == Class::Unsupported) return invalid<F80>(env);
    if (ua.cls == Class::SNaN || ub.cls == Class::SNaN) env.flags |= IE;
    if (!ua.is_nan() || !ub.is_nan()) return quiet(ua.is_nan() ? a : b);
    if (ua.cls != ub.cls) return ua.cls == Class::QNaN ? a : b;
    if (a.sig != b.sig) return quiet(a.sig > b.sig ? a : b);
    return quiet(a.sign() ? b : a);
}

} // namespace tabpc::fp
