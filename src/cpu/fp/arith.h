// Add, subtract, multiply, divide and square root. For F80 (x87) precision control applies; for F32 and F64 (SSE) a host
// operation replaces the exact one where both give the same bits and the same flags.
#pragma once

#include "cpu/fp/round_pack.h"

#include <cfloat>

namespace tabpc::fp {

static_assert(FLT_EVAL_METHOD == 0, "the host computes float and double as such");

// The complete operations.
template <class F>
F add_slow(F a, F b, Env& env);
template <class F>
F sub_slow(F a, F b, Env& env);
template <class F>
F mul_slow(F a, F b, Env& env);
template <class F>
F div_slow(F a, F b, Env& env);
template <class F>
F sqrt_slow(F a, Env& env);

constexpr bool is_normal(F80 v) { return v.sig >> 63 && u32(v.exp() - 1) < 0x7FFE; }
constexpr Unpacked unpack_normal(F80 v) { return {v.sig, v.exp(), v.sign(), Class::Normal}; }

inline F80 add(F80 a, F80 b, Env& env)
{
    if (TABPC_UNLIKELY(!is_normal(a) || !is_normal(b))) return add_slow(a, b, env);
    const Exact sum = add_exact(unpack_normal(a), unpack_normal(b));
    if (TABPC_UNLIKELY(sum.is_zero())) {
        env.c1 = false;
        return zero<F80>(env.rc == Rounding::Down);
    }
    return round_pack_pc(sum, env);
}

inline F80 sub(F80 a, F80 b, Env& env)
{
    if (TABPC_UNLIKELY(!is_normal(b))) return sub_slow(a, b, env);
    return add(a, negate(b), env);
}

inline F80 mul(F80 a, F80 b, Env& env)
{
    if (TABPC_UNLIKELY(!is_normal(a) || !is_normal(b))) return mul_slow(a, b, env);
    return round_pack_pc(mul_exact(unpack_normal(a), unpack_normal(b)), env);
}

inline F80 div(F80 a, F80 b, Env& env)
{
    if (TABPC_UNLIKELY(!is_normal(a) || !is_normal(b))) return div_slow(a, b, env);
    return round_pack_pc(div_exact(unpack_normal(a), unpack_normal(b)), env);
}

inline F80 sqrt(F80 a, Env& env)
{
    if (TABPC_UNLIKELY(!is_normal(a) || a.sign())) return sqrt_slow(a, env);
    return round_pack_pc(sqrt_exact(unpack_normal(a)), env);
}

// The host's type for a format.
inline float host(F32 v) { return std::bit_cast<float>(v.bits); }
inline double host(F64 v) { return std::bit_cast<double>(v.bits); }
inline F32 guest(float v) { return {std::bit_cast<u32>(v)}; }
inline F64 guest(double v) { return {std::bit_cast<u64>(v)}; }

template <Sse F>
constexpr bool is_zero_or_normal(F v)
{
    constexpr auto MIN = typename Format<F>::Bits(1)
                         << Format<F>::PRECISION; // smallest normal number, shifted
    const auto shifted = typename Format<F>::Bits(v.bits << 1);
    return shifted == 0 || shifted - MIN < typename Format<F>::Bits(0 - 2 * MIN);
}

// The result of a host operation on zeros and normal numbers raised at most PE: it is normal and above the smallest normal
// number, to which a tiny result may have been rounded up.
template <Sse F>
constexpr bool is_plain(F v)
{
    constexpr auto MIN = typename Format<F>::Bits(1) << Format<F>::PRECISION;
    const auto shifted = typename Format<F>::Bits(v.bits << 1);
    return shifted - MIN - 1 < typename Format<F>::Bits(0 - 2 * MIN - 1);
}

template <Sse F>
inline F add(F a, F b, Env& env)
{
    const F r = guest(host(a) + host(b));
    // A sum of zero is exact, and so is the cancellation of normal numbers.
    if (TABPC_LIKELY(env.quick && is_zero_or_normal(a) && is_zero_or_normal(b) &&
                     (is_plain(r) || r.bits << 1 == 0)))
        return r;
    return add_slow(a, b, env);
}

template <Sse F>
inline F sub(F a, F b, Env& env)
{
    const F r = guest(host(a) - host(b));
    if (TABPC_LIKELY(env.quick && is_zero_or_normal(a) && is_zero_or_normal(b) &&
                     (is_plain(r) || r.bits << 1 == 0)))
        return r;
    return sub_slow(a, b, env);
}

template <Sse F>
inline F mul(F a, F b, Env& env)
{
    const F r = guest(host(a) * host(b));
    if (TABPC_LIKELY(env.quick && is_zero_or_normal(a) && is_zero_or_normal(b) &&
                     (is_plain(r) || a.bits << 1 == 0 || b.bits << 1 == 0)))
        return r;
    return mul_slow(a, b, env);
}

template <Sse F>
inline F div(F a, F b, Env& env)
{
    const F r = guest(host(a) / host(b));
    if (TABPC_LIKELY(env.quick && is_zero_or_normal(a) && is_zero_or_normal(b) && is_plain(r))) return r;
    return div_slow(a, b, env);
}

inline F32 host_sqrt(F32 a) { return guest(__builtin_sqrtf(host(a))); }
inline F64 host_sqrt(F64 a) { return guest(__builtin_sqrt(host(a))); }

template <Sse F>
inline F sqrt(F a, Env& env)
{
    if (TABPC_LIKELY(env.quick && is_zero_or_normal(a) && !sign_bit(a))) return host_sqrt(a);
    return sqrt_slow(a, env);
}

} // namespace tabpc::fp
