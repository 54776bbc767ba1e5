// Bit and byte-order helpers. Guest and host are both little-endian (x86, wasm); big-endian hosts are left out.
#pragma once
#include "base/types.h"
#include <bit>
#include <cstring>

namespace tabpc {

static_assert(std::endian::native == std::endian::little);

// Unaligned loads and stores: guest memory has no alignment.
template <class T> inline T ld(const void* p)
{
    T v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
template <class T> inline void st(void* p, T v)
{
    std::memcpy(p, &v, sizeof v);
}

// Value of 1, 2, 4 or 8 bytes; zero-extended.
inline u64 ld_n(const void* p, unsigned size)
{
    u64 v = 0;
    std::memcpy(&v, p, size);
    return v;
}
inline void st_n(void* p, u64 v, unsigned size)
{
    std::memcpy(p, &v, size);
}

// Bits hi..lo of v, as a data sheet prints a field.
template <class T> constexpr T bits(T v, unsigned hi, unsigned lo)
{
    return static_cast<T>((v >> lo) & ((T(1) << (hi - lo + 1)) - 1));
}
template <class T> constexpr bool bit(T v, unsigned n)
{
    return (v >> n) & 1;
}

constexpr u64 align_down(u64 v, u64 unit) { return v & ~(unit - 1); }
constexpr u64 align_up(u64 v, u64 unit) { return (v + unit - 1) & ~(unit - 1); }

// All ones in the low `size` bytes: what an undriven bus reads.
constexpr u64 all_ones(unsigned size) { return size >= 8 ? ~u64(0) : (u64(1) << (size * 8)) - 1; }

} // namespace tabpc
