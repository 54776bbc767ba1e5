// Vec: a value of 4, 8 or 16 bytes, seen as lanes of whatever kind an operation says. Operations are loops of constant
// length over arrays, which compilers turn into SIMD instructions.
#pragma once
#include "cpu/fp/format.h"
#include <array>
#include <bit>
#include <limits>

namespace tabpc {

template <unsigned N> struct alignas(N) Vec {
    u8 byte[N];
};
using V32 = Vec<4>;
using V64 = Vec<8>;
using V128 = Vec<16>;

// A kind of lane, named as in the manual's mnemonics; S: signed.
template <class T> struct Lane {
    using Type = T;
};
namespace lane {
inline constexpr Lane<u8> B;
inline constexpr Lane<u16> W;
inline constexpr Lane<u32> D;
inline constexpr Lane<u64> Q;
inline constexpr Lane<i8> SB;
inline constexpr Lane<i16> SW;
inline constexpr Lane<i32> SD;
inline constexpr Lane<i64> SQ;
inline constexpr Lane<fp::F32> PS;
inline constexpr Lane<fp::F64> PD;
} // namespace lane

template <class T, unsigned N> using Lanes = std::array<T, N / sizeof(T)>;

template <class T, unsigned N> Lanes<T, N> lanes(Vec<N> v) { return std::bit_cast<Lanes<T, N>>(v); }
template <class T, size_t K> Vec<K * sizeof(T)> vec(const std::array<T, K>& lanes)
{
    return std::bit_cast<Vec<K * sizeof(T)>>(lanes);
}

// f on every lane of x, of x and y.
template <class T, unsigned N, class F> Vec<N> each(Lane<T>, Vec<N> x, F f)
{
    auto a = lanes<T>(x);
    for (auto& v : a) v = f(v);
    return vec(a);
}
template <class T, unsigned N, class F> Vec<N> each(Lane<T>, Vec<N> x, Vec<N> y, F f)
{
    auto a = lanes<T>(x);
    const auto b = lanes<T>(y);
    for (size_t n = 0; n < a.size(); n++) a[n] = f(a[n], b[n]);
    return vec(a);
}
// Lanes of another kind; as many as `x` has.
template <class To, class From, unsigned N, class F> auto each_into(Lane<From>, Vec<N> x, F f)
{
    const auto a = lanes<From>(x);
    std::array<To, N / sizeof(From)> r;
    for (size_t n = 0; n < r.size(); n++) r[n] = f(a[n]);
    return vec(r);
}

template <class T> constexpr T saturate(i32 v)
{
    constexpr i32 LOW = std::numeric_limits<T>::min(), HIGH = std::numeric_limits<T>::max();
    return static_cast<T>(v < LOW ? LOW : v > HIGH ? HIGH : v);
}

} // namespace tabpc
