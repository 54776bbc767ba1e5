// VectorInterp: the vocabulary of the MMX and SSE definitions, beyond evaluator.h's. Values are Vecs of 4, 8 or 16 bytes; an
// operation names the kind of its lanes first: e.add(W, x, y). Integer lanes and floating-point lanes (PS, PD) share the
// names of what they share; the latter work in the environment of MXCSR, and what they raise is settled by commit().
#pragma once
#include "cpu/evaluator.h"
#include "cpu/fp/approx.h"
#include "cpu/fp/arith.h"
#include "cpu/fp/compare.h"
#include "cpu/fp/convert.h"
#include "cpu/vector.h"
#include <utility>

namespace tabpc {

// An MMX register, or memory in its place. A write to the register sets the bits of the x87 register above it.
struct MmxOp {
    using Value = V64;
    u8* p;
    bool is_register;
    V64 get() const { return ld<V64>(p); }
    void set(V64 v) const
    {
        st<V64>(p, v);
        if (is_register) st<u16>(p + offsetof(fp::F80, se), 0xffff);
    }
};

struct VectorInterp : Interp {
    fp::Env env;

    // ---- bits of the whole value ------------------------------------------------------------------------------------------
    template <unsigned N> Vec<N> and_(Vec<N> x, Vec<N> y)
    {
        return each(lane::D, x, y, [](u32 a, u32 b) { return a & b; });
    }
    template <unsigned N> Vec<N> and_not(Vec<N> x, Vec<N> y) // the complement is of x
    {
        return each(lane::D, x, y, [](u32 a, u32 b) { return ~a & b; });
    }
    template <unsigned N> Vec<N> or_(Vec<N> x, Vec<N> y)
    {
        return each(lane::D, x, y, [](u32 a, u32 b) { return a | b; });
    }
    template <unsigned N> Vec<N> xor_(Vec<N> x, Vec<N> y)
    {
        return each(lane::D, x, y, [](u32 a, u32 b) { return a ^ b; });
    }
    template <unsigned N> u32 all_zero(Vec<N> x)
    {
        u64 any = 0;
        for (u64 v : lanes<u64>(x)) any |= v;
        return any == 0;
    }

    // ---- arithmetic of both kinds -------------------------------------------------------------------------------------------
    template <class T, unsigned N> Vec<N> add(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        if constexpr (fp::Sse<T>) return each(l, x, y, [&](T a, T b) { return fp::add(a, b, env); });
        else return each(l, x, y, [](T a, T b) { return static_cast<T>(a + b); });
    }
    template <class T, unsigned N> Vec<N> sub(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        if constexpr (fp::Sse<T>) return each(l, x, y, [&](T a, T b) { return fp::sub(a, b, env); });
        else return each(l, x, y, [](T a, T b) { return static_cast<T>(a - b); });
    }
    template <class T, unsigned N> Vec<N> min(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        if constexpr (fp::Sse<T>) return each(l, x, y, [&](T a, T b) { return fp::min(a, b, env); });
        else return each(l, x, y, [](T a, T b) { return a < b ? a : b; });
    }
    template <class T, unsigned N> Vec<N> max(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        if constexpr (fp::Sse<T>) return each(l, x, y, [&](T a, T b) { return fp::max(a, b, env); });
        else return each(l, x, y, [](T a, T b) { return a > b ? a : b; });
    }

    // ---- integer arithmetic ---------------------------------------------------------------------------------------------------
    template <class T, unsigned N> Vec<N> add_saturate(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [](T a, T b) { return saturate<T>(i32(a) + b); });
    }
    template <class T, unsigned N> Vec<N> sub_saturate(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [](T a, T b) { return saturate<T>(i32(a) - b); });
    }
    template <class T, unsigned N> Vec<N> average(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [](T a, T b) { return static_cast<T>((a + b + 1) >> 1); });
    }
    template <class T, unsigned N> Vec<N> abs(Lane<T> l, Vec<N> x)
    {
        return each(l, x, [](T a) { return a < 0 ? static_cast<T>(0u - static_cast<u32>(a)) : a; });
    }
    // x with the sign of y applied: negated, zero, or itself.
    template <class T, unsigned N> Vec<N> apply_sign(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [](T a, T b) { return b < 0 ? static_cast<T>(0u - static_cast<u32>(a)) : b == 0 ? T(0) : a; });
    }
    // Both lane kinds: all ones where true.
    template <class T, unsigned N> Vec<N> equal(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [](T a, T b) { return a == b ? static_cast<T>(~T(0)) : T(0); });
    }
    template <class T, unsigned N> Vec<N> greater(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [](T a, T b) { return a > b ? static_cast<T>(~T(0)) : T(0); });
    }
    template <class T, unsigned N> Vec<N> mul_low(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [](T a, T b) { return static_cast<T>(u32(a) * u32(b)); });
    }
    template <class T, unsigned N> Vec<N> mul_high(Lane<T> l, Vec<N> x, Vec<N> y) // 16-bit lanes
    {
        using Product = std::conditional_t<std::is_signed_v<T>, i32, u32>;
        return each(l, x, y, [](T a, T b) { return static_cast<T>(Product(a) * Product(b) >> 16); });
    }
    template <unsigned N> Vec<N> mul_round(Vec<N> x, Vec<N> y)
    {
        return each(lane::SW, x, y, [](i16 a, i16 b) { return static_cast<i16>(((i32(a) * b >> 14) + 1) >> 1); });
    }
    // The even 32-bit lanes, to 64 bits.
    template <class T, unsigned N> Vec<N> mul_even(Lane<T>, Vec<N> x, Vec<N> y)
    {
        using Product = std::conditional_t<std::is_signed_v<T>, i64, u64>;
        return each(Lane<Product>(), x, y,
                    [](Product a, Product b) { return Product(static_cast<T>(a)) * static_cast<T>(b); });
    }
    // Sums of two adjacent products of signed words.
    template <unsigned N> Vec<N> dot(Vec<N> x, Vec<N> y)
    {
        return each(lane::D, x, y, [](u32 a, u32 b) {
            return static_cast<u32>(i32(static_cast<i16>(a)) * static_cast<i16>(b)) +
                   static_cast<u32>((static_cast<i32>(a) >> 16) * (static_cast<i32>(b) >> 16));
        });
    }
    // A function of values that is a helper in translated code: simd.h.
    template <class F, class... A> auto call(F f, A... a) { return f(a...); }

    // ---- shifts --------------------------------------------------------------------------------------------------------------
    u64 shift_count(u8 n) { return n; }
    template <unsigned N> u64 shift_count(Vec<N> v) { return lanes<u64>(v)[0]; }
    template <class T, unsigned N> Vec<N> shift_left(Lane<T> l, Vec<N> x, u64 n)
    {
        if (n >= BITS<T>) return Vec<N>{};
        return each(l, x, [n](T a) { return static_cast<T>(a << n); });
    }
    template <class T, unsigned N> Vec<N> shift_right(Lane<T> l, Vec<N> x, u64 n) // of signed lanes: arithmetic
    {
        if (n >= BITS<T>) {
            if (std::is_unsigned_v<T>) return Vec<N>{};
            n = BITS<T> - 1;
        }
        return each(l, x, [n](T a) { return static_cast<T>(a >> n); });
    }
    template <unsigned N> Vec<N> shift_bytes_left(Vec<N> x, u32 n)
    {
        Vec<2 * N> wide{};
        st(wide.byte + N, x);
        return ld<Vec<N>>(wide.byte + N - (n < N ? n : N));
    }
    template <unsigned N> Vec<N> shift_bytes_right(Vec<N> x, u32 n) { return align_right(Vec<N>{}, x, n); }
    // The bytes from n on of x and, above it, y.
    template <unsigned N> Vec<N> align_right(Vec<N> y, Vec<N> x, u32 n)
    {
        Vec<4 * N> wide{};
        st(wide.byte, x);
        st(wide.byte + N, y);
        return ld<Vec<N>>(wide.byte + (n < 2 * N ? n : 2 * N));
    }

    // ---- lanes in other places --------------------------------------------------------------------------------------------------
    template <class T, unsigned N, unsigned M> Vec<N> unpack_low(Lane<T>, Vec<N> x, Vec<M> y)
    {
        const auto a = lanes<T>(x);
        const auto b = lanes<T>(y);
        Lanes<T, N> r;
        for (size_t n = 0; n < r.size(); n++) r[n] = n & 1 ? b[n / 2] : a[n / 2];
        return vec(r);
    }
    template <class T, unsigned N> Vec<N> unpack_high(Lane<T>, Vec<N> x, Vec<N> y)
    {
        const auto a = lanes<T>(x), b = lanes<T>(y);
        Lanes<T, N> r;
        for (size_t n = 0; n < r.size(); n++) r[n] = (n & 1 ? b : a)[r.size() / 2 + n / 2];
        return vec(r);
    }
    // The even (odd) lanes of x, and above them those of y.
    template <class T, unsigned N> Vec<N> even(Lane<T>, Vec<N> x, Vec<N> y) { return every_other<T, 0>(x, y); }
    template <class T, unsigned N> Vec<N> odd(Lane<T>, Vec<N> x, Vec<N> y) { return every_other<T, 1>(x, y); }
    // Lanes by number, from fields of an immediate: the lower half of the result from x, the upper from y.
    template <class T, unsigned N> Vec<N> shuffle(Lane<T>, Vec<N> x, Vec<N> y, u32 imm)
    {
        const auto a = lanes<T>(x), b = lanes<T>(y);
        constexpr u32 K = N / sizeof(T), FIELD = std::countr_zero(K);
        Lanes<T, N> r;
        for (u32 n = 0; n < K; n++) r[n] = (n < K / 2 ? a : b)[imm >> (n * FIELD) & (K - 1)];
        return vec(r);
    }
    // Bytes by number, from the lanes of m; zero where its sign is set.
    template <unsigned N> Vec<N> shuffle_bytes(Vec<N> x, Vec<N> m)
    {
        Vec<N> r;
        for (u32 n = 0; n < N; n++) r.byte[n] = m.byte[n] & 0x80 ? 0 : x.byte[m.byte[n] & (N - 1)];
        return r;
    }
    // Narrower lanes, saturated: those of x, and above them those of y.
    template <class From, class To, unsigned N> Vec<N> pack(Lane<From>, Lane<To>, Vec<N> x, Vec<N> y)
    {
        const auto a = lanes<From>(x), b = lanes<From>(y);
        Lanes<To, N> r;
        for (size_t n = 0; n < a.size(); n++) {
            r[n] = saturate<To>(a[n]);
            r[n + a.size()] = saturate<To>(b[n]);
        }
        return vec(r);
    }
    // Wider lanes, as many as d has, from the low ones of x.
    template <class From, class To, class O, unsigned M> auto extend(Lane<From>, Lane<To>, O, Vec<M> x)
    {
        const auto a = lanes<From>(x);
        Lanes<To, sizeof(typename O::Value)> r;
        for (size_t n = 0; n < r.size(); n++) r[n] = static_cast<To>(a[n]);
        return vec(r);
    }
    V64 low(V128 x) { return ld<V64>(x.byte); }
    V64 high(V128 x) { return ld<V64>(x.byte + 8); }
    V128 join(V64 lo, V64 hi)
    {
        V128 r;
        st(r.byte, lo);
        st(r.byte + 8, hi);
        return r;
    }
    // As a value of d's kind and size: cut, or extended by zeros.
    template <class O, class V> auto fit(O, V x)
    {
        typename O::Value r{};
        std::memcpy(&r, &x, sizeof r < sizeof x ? sizeof r : sizeof x);
        return r;
    }
    V32 vector(u32 x) { return std::bit_cast<V32>(x); }
    template <class T, unsigned N> u32 extract(Lane<T>, Vec<N> x, u32 n) { return lanes<T>(x)[n & (N / sizeof(T) - 1)]; }
    template <class T, unsigned N> Vec<N> insert(Lane<T>, Vec<N> x, u32 n, u32 v)
    {
        auto a = lanes<T>(x);
        a[n & (a.size() - 1)] = static_cast<T>(v);
        return vec(a);
    }
    // y where the sign of the mask's lane, or the immediate's bit for the lane, is set; else x.
    template <class T, unsigned N> Vec<N> blend(Lane<T>, Vec<N> x, Vec<N> y, Vec<N> mask)
    {
        auto a = lanes<T>(x);
        const auto b = lanes<T>(y);
        const auto m = lanes<std::make_signed_t<T>>(mask);
        for (size_t n = 0; n < a.size(); n++) a[n] = m[n] < 0 ? b[n] : a[n];
        return vec(a);
    }
    template <class T, unsigned N> Vec<N> blend(Lane<T>, Vec<N> x, Vec<N> y, u32 imm)
    {
        auto a = lanes<T>(x);
        const auto b = lanes<T>(y);
        for (size_t n = 0; n < a.size(); n++) a[n] = imm >> n & 1 ? b[n] : a[n];
        return vec(a);
    }
    // The signs of all lanes, lane 0 in bit 0.
    template <class T, unsigned N> u32 signs(Lane<T>, Vec<N> x)
    {
        u32 r = 0, n = 0;
        for (T v : lanes<T>(x)) r |= u32(v >> (BITS<T> - 1)) << n++;
        return r;
    }

    // ---- floating point ----------------------------------------------------------------------------------------------------------
    template <class T, unsigned N> Vec<N> mul(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [&](T a, T b) { return fp::mul(a, b, env); });
    }
    template <class T, unsigned N> Vec<N> div(Lane<T> l, Vec<N> x, Vec<N> y)
    {
        return each(l, x, y, [&](T a, T b) { return fp::div(a, b, env); });
    }
    template <class T, unsigned N> Vec<N> sqrt(Lane<T> l, Vec<N> x)
    {
        return each(l, x, [&](T a) { return fp::sqrt(a, env); });
    }
    template <class T, unsigned N> Vec<N> sub_add(Lane<T>, Vec<N> x, Vec<N> y) // even lanes subtract
    {
        auto a = lanes<T>(x);
        const auto b = lanes<T>(y);
        for (size_t n = 0; n < a.size(); n++) a[n] = n & 1 ? fp::add(a[n], b[n], env) : fp::sub(a[n], b[n], env);
        return vec(a);
    }
    template <class T, unsigned N> Vec<N> compare(Lane<T> l, Vec<N> x, Vec<N> y, u8 predicate)
    {
        using Bits = typename fp::Format<T>::Bits;
        return each(l, x, y, [&](T a, T b) {
            return T{fp::compare_predicate(a, b, predicate & 7, env) ? static_cast<Bits>(~Bits(0)) : Bits(0)};
        });
    }
    template <unsigned N> Vec<N> reciprocal(Vec<N> x) { return each(lane::PS, x, fp::reciprocal); }
    template <unsigned N> Vec<N> reciprocal_sqrt(Vec<N> x) { return each(lane::PS, x, fp::reciprocal_sqrt); }
    template <class T, unsigned N> Vec<N> round(Lane<T> l, Vec<N> x, u8 imm)
    {
        return each(l, x, [&](T a) { return fp::round_to_integral(a, imm, env); });
    }
    // To another kind of lane; integers from floating point by MXCSR.RC, by truncate() towards zero.
    template <class From, class To, unsigned N> auto convert(Lane<From> l, Lane<To>, Vec<N> x)
    {
        return each_into<To>(l, x, [&](From a) {
            if constexpr (!fp::Sse<From>) return fp::from_int<To>(a, env);
            else if constexpr (!fp::Sse<To>) return fp::to_int<To>(a, env.rc, env);
            else return fp::convert<To>(a, env);
        });
    }
    template <class From, class To, unsigned N> auto truncate(Lane<From> l, Lane<To>, Vec<N> x)
    {
        return each_into<To>(l, x, [&](From a) { return fp::to_int<To>(a, fp::Rounding::Zero, env); });
    }
    // Products of the lanes imm bits 7:4 name, their sum, in the lanes bits 3:0 name. The additions go pairwise; an unmasked
    // exception of one step hides those of the next.
    template <class T, unsigned N> Vec<N> dot_product(Lane<T>, Vec<N> x, Vec<N> y, u8 imm)
    {
        constexpr size_t K = N / sizeof(T);
        auto a = lanes<T>(x);
        const auto b = lanes<T>(y);
        for (size_t n = 0; n < K; n++) a[n] = imm >> (4 + n) & 1 ? fp::mul(a[n], b[n], env) : fp::zero<T>(false);
        for (size_t step = 1; step < K && !env.unmasked(); step *= 2) {
            c.s.mxcsr |= std::exchange(env.flags, u8{0});
            for (size_t n = 0; n < K; n += 2 * step) a[n] = fp::add(a[n], a[n + step], env);
        }
        const T sum = a[0];
        for (size_t n = 0; n < K; n++) a[n] = imm >> n & 1 ? sum : fp::zero<T>(false);
        return vec(a);
    }

    // What the operations raised goes to MXCSR. False: an exception is unmasked, #XM or #UD is pending.
    bool settle()
    {
        if (TABPC_LIKELY(!env.flags)) return true;
        env.settle_packed();
        c.s.mxcsr |= env.flags;
        return TABPC_LIKELY(!env.unmasked()) || c.raise(c.s.cr4 & cr4::OSXMMEXCPT ? exc::XM : exc::UD);
    }
    template <class O, class V> bool commit(O d, V v)
    {
        if (!settle()) return false;
        d.set(v);
        return true;
    }
    // COMISS and its kin: ZF, PF and CF say how x relates to y; OF, AF and SF are cleared.
    template <class T, unsigned N> bool fl_compare(Lane<T>, Vec<N> x, Vec<N> y, fp::Compare kind)
    {
        const fp::Relation r = fp::compare(lanes<T>(x)[0], lanes<T>(y)[0], kind, env);
        if (!settle()) return false;
        c.s.flags.set(static_cast<u32>(r));
        return true;
    }
    void fl_zero_and_carry(u32 z, u32 carry) { c.s.flags.set((z ? u32{eflags::ZF} : 0) | carry); }
    // PCMPxSTRx, of `count` elements. SDM vol. 2, 4.1.5.
    void fl_strings(u32 result, u32 x_length, u32 y_length, u32 count)
    {
        c.s.flags.set((result ? u32{eflags::CF} : 0) | (y_length < count ? u32{eflags::ZF} : 0) |
                      (x_length < count ? u32{eflags::SF} : 0) | (result & 1 ? u32{eflags::OF} : 0));
    }

    // ---- state -------------------------------------------------------------------------------------------------------------------
    PtrOp<V128> xmm0() { return {reinterpret_cast<u8*>(&c.s.xmm[0])}; }
    PtrOp<u32> gpr(Gpr r) { return {file() + r * 8}; }
    void empty_mmx() { c.s.fpu.empty = 0xff; }
    u32 mxcsr() { return c.s.mxcsr; }
    bool set_mxcsr(u32 v)
    {
        if (v & ~MXCSR_MASK) return c.raise(exc::GP, 0);
        c.s.mxcsr = v;
        return true;
    }
    // Writes the bytes of x whose byte in the mask has its sign set to [(E)DI]. False: a fault is pending.
    template <unsigned N> bool store_masked(Vec<N> x, Vec<N> mask);

private:
    template <class T, size_t FIRST, unsigned N> static Vec<N> every_other(Vec<N> x, Vec<N> y)
    {
        const auto a = lanes<T>(x), b = lanes<T>(y);
        Lanes<T, N> r;
        for (size_t n = 0; n < r.size() / 2; n++) {
            r[n] = a[2 * n + FIRST];
            r[n + r.size() / 2] = b[2 * n + FIRST];
        }
        return vec(r);
    }
};

template <unsigned N> bool VectorInterp::store_masked(Vec<N> x, Vec<N> mask)
{
    u32 first = N, last = 0;
    for (u32 n = 0; n < N; n++) {
        if (!(mask.byte[n] & 0x80)) continue;
        if (first == N) first = n;
        last = n;
    }
    const u64 offset_mask = i->a16 ? 0xffff : 0xffffffff;
    // Checked to 8 bytes whatever the mask says: so on AMD's, left to the model by the SDM.
    const u64 base = i->seg == Insn::FLAT_SEG ? 0 : c.s.seg[i->seg].base;
    if (!c.check_alignment(base + (c.s.gpr[EDI] & offset_mask), 8)) return false;
    if (first == N) return true;
    const u64 at = (c.s.gpr[EDI] + first) & offset_mask;
    const u32 size = last - first + 1;
    if (i->seg != Insn::FLAT_SEG && !c.check(static_cast<Sreg>(i->seg), at, size, true)) return false;
    const LinAddr linear = (base + at) & 0xffffffff;
    if (!c.probe(linear, size, Access::Write)) return false;
    c.sync_clock(*i);
    for (u32 n = first; n <= last; n++)
        if (mask.byte[n] & 0x80 && !c.write((linear + n - first) & 0xffffffff, x.byte[n])) return false;
    return true;
}

} // namespace tabpc
