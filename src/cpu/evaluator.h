// Interp: the evaluator of the interpreter, in which values are numbers: unsigned integers of the operand's width, u32 for
// single bits and counts, u64 for wide intermediates. What a definition may say is what stands here; the recorder has the
// same vocabulary over IR values.
#pragma once
#include "base/bits.h"
#include "cpu/cpu.h"
#include <limits>
#include <type_traits>

namespace tabpc {

// ---- operands ---------------------------------------------------------------------------------------------------------

// A register or memory: the same thing, a host pointer.
template <class T> struct PtrOp {
    using Value = T;
    u8* p;
    T get() const { return ld<T>(p); }
    void set(T v) const { st<T>(p, v); }
    void set_if(u32 condition, T v) const
    {
        if (condition) st<T>(p, v);
    }
};
template <class T> struct ImmOp {
    using Value = T;
    T v;
    T get() const { return v; }
};
struct ConditionOp { // a condition code known only at run time
    u8 cc;
};
template <u8 CC> struct Condition {};
template <class T> struct WidthOp { // an instruction that names no operand has only a width
    using Value = T;
};
struct TargetOp {
    u64 rip;
    u64 get() const { return rip; }
};

// ---- the evaluator -------------------------------------------------------------------------------------------------------

struct Interp {
    Cpu& c;
    const Insn* i;
    u64 target = 0;
    bool taken = false;

    template <class T> static constexpr u32 BITS = sizeof(T) * 8;
    template <class T> using Signed = std::make_signed_t<T>;

    // Values
    template <class T> T add(T x, std::type_identity_t<T> y) { return static_cast<T>(x + y); }
    template <class T> T sub(T x, std::type_identity_t<T> y) { return static_cast<T>(x - y); }
    template <class T> T add_bit(T x, u32 bit) { return static_cast<T>(x + bit); }
    template <class T> T sub_bit(T x, u32 bit) { return static_cast<T>(x - bit); }
    template <class T> T and_(T x, std::type_identity_t<T> y) { return x & y; }
    template <class T> T or_(T x, std::type_identity_t<T> y) { return x | y; }
    template <class T> T xor_(T x, std::type_identity_t<T> y) { return x ^ y; }
    template <class T> T not_(T x) { return static_cast<T>(~x); }
    template <class T> T shl(T x, u32 n) { return static_cast<T>(sizeof(T) < 4 ? u32(x) << n : x << n); }
    template <class T> T shr(T x, u32 n) { return static_cast<T>(x >> n); }
    template <class T> T sar(T x, u32 n) { return static_cast<T>(static_cast<Signed<T>>(x) >> n); }
    template <class T> T rotl(T x, u32 n) { return std::rotl(x, static_cast<int>(n)); }
    template <class T> T rotr(T x, u32 n) { return std::rotr(x, static_cast<int>(n)); }
    u64 mul(u64 x, u64 y) { return x * y; }
    u64 udiv(u64 x, u64 y) { return x / y; }
    u64 urem(u64 x, u64 y) { return x % y; }
    u64 sdiv(u64 x, u64 y) { return static_cast<u64>(static_cast<i64>(x) / static_cast<i64>(y)); }
    u64 srem(u64 x, u64 y) { return static_cast<u64>(static_cast<i64>(x) % static_cast<i64>(y)); }
    u32 division_overflows(u64 x, u64 y) { return x == u64(1) << 63 && y == ~u64(0); }
    template <class T> T select(u32 bit, T x, std::type_identity_t<T> y) { return bit ? x : y; }
    template <class T> T constant(T, u32 v) { return static_cast<T>(v); }
    template <class T> T byte_swap(T x)
    {
        if constexpr (sizeof(T) == 2) return static_cast<T>(x << 8 | x >> 8);
        else return __builtin_bswap32(x);
    }
    u64 byte_swap_dword(u64 x) { return __builtin_bswap32(static_cast<u32>(x)); }
    template <class T> T count_trailing_zeros(T x) { return static_cast<T>(std::countr_zero(x)); }
    template <class T> T highest_bit(T x) { return static_cast<T>(BITS<T> - 1 - static_cast<u32>(std::countl_zero(x))); }
    template <class T> T population_count(T x) { return static_cast<T>(std::popcount(x)); }
    template <class T> T sign_extend_low_half(T x)
    {
        return static_cast<T>(static_cast<Signed<T>>(static_cast<Signed<T>>(x << (BITS<T> / 2)) >> (BITS<T> / 2)));
    }
    template <class T> T mask_of_bit(T, u32 bit) { return static_cast<T>(0 - bit); }
    // CRC-32C, reflected polynomial 82F63B78. SDM vol. 2, "CRC32".
    template <class T> u32 crc32c(u32 crc, T v)
    {
        for (u32 n = 0; n < sizeof(T); n++) {
            crc ^= (v >> (8 * n)) & 0xff;
            for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
        }
        return crc;
    }

    // Widths
    template <class D, class V> auto zero_extend(D, V v) { return static_cast<typename D::Value>(v); }
    template <class D, class V> auto sign_extend(D, V v)
    {
        return static_cast<typename D::Value>(static_cast<Signed<typename D::Value>>(static_cast<Signed<V>>(v)));
    }
    template <class T> u64 wide(T x) { return x; }
    template <class T> u64 wide_signed(T x) { return static_cast<u64>(static_cast<i64>(static_cast<Signed<T>>(x))); }
    template <class T> T low(u64 x, T) { return static_cast<T>(x); }
    template <class D> u32 width(D) { return BITS<typename D::Value>; }

    // Single bits
    u32 zero_bit() { return 0; }
    u32 one_bit() { return 1; }
    u32 not_bit(u32 b) { return b ^ 1; }
    u32 and_bit(u32 x, u32 y) { return x & y; }
    u32 xor_bit(u32 x, u32 y) { return x ^ y; }
    template <class T> u32 sign(T x) { return static_cast<u32>(x >> (BITS<T> - 1)) & 1; }
    template <class T> u32 low_bit(T x) { return static_cast<u32>(x & 1); }
    template <class T> u32 bit_at(T x, u32 n) { return static_cast<u32>(x >> n) & 1; }
    template <class T> u32 equal(T x, std::type_identity_t<T> y) { return x == y; }
    template <class T> u32 zero(T x) { return x == 0; }
    template <class T> u32 nonzero(T x) { return x != 0; }

    // Counts
    template <class N> u32 count(N n) { return static_cast<u32>(n.get()) & 31; }
    template <class N, class D> u32 count_through_carry(N n, D)
    {
        const u32 v = static_cast<u32>(n.get()) & 31;
        return sizeof(typename D::Value) == 4 ? v : v % (BITS<typename D::Value> + 1);
    }
    u32 count_constant(u32 n) { return n; }
    template <class D, class S> u32 offset_in(D, S s) { return static_cast<u32>(s.get()) & (BITS<typename D::Value> - 1); }

    // Flags
    template <class T> static u32 squeeze(u32 carries)
    {
        constexpr u32 TOP = LazyFlags::CARRY | LazyFlags::CARRY_IN;
        if constexpr (sizeof(T) == 4) return carries & (TOP | LazyFlags::AUX);
        else return ((carries << (32 - BITS<T>)) & TOP) | (carries & LazyFlags::AUX);
    }
    template <class T> void result(T r) { c.s.flags.result = static_cast<i64>(static_cast<Signed<T>>(r)); }
    template <class T> void fl_add(T x, T y, T r)
    {
        result(r);
        c.s.flags.cv = squeeze<T>((u32(x) & y) | ((u32(x) | y) & ~u32(r)));
    }
    template <class T> void fl_sub(T x, T y, T r)
    {
        result(r);
        c.s.flags.cv = squeeze<T>((~u32(x) & y) | (~(u32(x) ^ y) & r));
    }
    template <class T> void fl_logic(T r)
    {
        result(r);
        c.s.flags.cv = 0;
    }
    template <class T> void fl_zero_only(T r) { c.s.flags.set(r ? 0 : u32{eflags::ZF}); }
    template <class T> void fl_mul(T r, u32 overflow)
    {
        result(r);
        c.s.flags.cv = overflow << 31;
    }
    static u32 carry_and_overflow(u32 cf, u32 of) { return cf << 31 | (cf ^ of) << 30; }
    template <class T> void fl_shift(u32 count, T r, u32 cf, u32 of)
    {
        if (!count) return;
        result(r);
        c.s.flags.cv = carry_and_overflow(cf, of);
    }
    // Those of one operand: the recorder keeps x and the count, and needs CF and OF only where something asks.
    template <class T> void fl_shl(T, u32 count, T r, u32 cf, u32 of) { fl_shift(count, r, cf, of); }
    template <class T> void fl_shr(T, u32 count, T r, u32 cf, u32 of) { fl_shift(count, r, cf, of); }
    template <class T> void fl_sar(T, u32 count, T r, u32 cf, u32 of) { fl_shift(count, r, cf, of); }
    void fl_rotate(u32 count, u32 cf, u32 of)
    {
        if (!count) return;
        c.s.flags.cv = (c.s.flags.cv & 0x3fffffff) | carry_and_overflow(cf, of);
    }
    u32 cf() { return c.s.flags.cv >> 31; }
    u32 zf() { return c.s.flags.zf(); }
    void set_cf(u32 cf)
    {
        const u32 differs = (c.s.flags.cv >> 31) ^ cf;
        c.s.flags.cv ^= (0 - differs) & 0xc0000000; // CARRY_IN follows, so that OF stays
    }
    void set_df(bool on) { c.s.eflags = on ? c.s.eflags | eflags::DF : c.s.eflags & ~u32{eflags::DF}; }
    u8 flags_byte() { return static_cast<u8>(c.s.flags.get() | eflags::R1); }
    void set_flags_byte(u8 v) { c.s.flags.set((c.s.flags.of() ? u32{eflags::OF} : 0u) | v); }

    template <u8 CC> u32 condition(Condition<CC>) const
    {
        const LazyFlags& f = c.s.flags;
        bool v;
        if constexpr (CC / 2 == 0) v = f.of();
        else if constexpr (CC / 2 == 1) v = f.cf();
        else if constexpr (CC / 2 == 2) v = f.zf();
        else if constexpr (CC / 2 == 3) v = u32(f.cf()) | u32(f.zf());
        else if constexpr (CC / 2 == 4) v = f.sf();
        else if constexpr (CC / 2 == 5) v = f.pf();
        else if constexpr (CC / 2 == 6) v = f.sf() != f.of();
        else v = u32(f.sf() != f.of()) | u32(f.zf());
        return v ^ (CC & 1);
    }
    u32 condition(ConditionOp cc) const
    {
        switch (cc.cc >> 1) {
        case 0: return condition(Condition<0>{}) ^ (cc.cc & 1);
        case 1: return condition(Condition<2>{}) ^ (cc.cc & 1);
        case 2: return condition(Condition<4>{}) ^ (cc.cc & 1);
        case 3: return condition(Condition<6>{}) ^ (cc.cc & 1);
        case 4: return condition(Condition<8>{}) ^ (cc.cc & 1);
        case 5: return condition(Condition<10>{}) ^ (cc.cc & 1);
        case 6: return condition(Condition<12>{}) ^ (cc.cc & 1);
        default: return condition(Condition<14>{}) ^ (cc.cc & 1);
        }
    }

    // Registers an instruction implies
    u8* file() { return reinterpret_cast<u8*>(c.s.gpr.data()); }
    template <class D> auto accumulator(D) { return PtrOp<typename D::Value>{file() + EAX * 8}; }
    template <class D> auto extension(D)
    {
        return PtrOp<typename D::Value>{file() + (sizeof(typename D::Value) == 1 ? 1 : EDX * 8)};
    }
    PtrOp<u8> al() { return {file()}; }
    PtrOp<u8> ah() { return {file() + 1}; }

    // Stack pointer, by the stack's width
    void sp_set(u64 v)
    {
        u64& sp = c.s.gpr[ESP];
        sp = i->stack16 ? (sp & ~u64(0xffff)) | (v & 0xffff) : v & 0xffffffff;
    }
    template <class S> void sp_sub(S) { sp_set(c.s.gpr[ESP] - sizeof(typename S::Value)); }
    template <class S> void sp_add(S) { sp_set(c.s.gpr[ESP] + sizeof(typename S::Value)); }
    template <class S, class N> void sp_add(S, N n) { sp_set(c.s.gpr[ESP] + sizeof(typename S::Value) + n.get()); }
    template <class S> void sp_from_bp(S) { sp_set(c.s.gpr[EBP] + sizeof(typename S::Value)); }

    // Control
    bool jump(u64 to)
    {
        if (TABPC_UNLIKELY(to > c.s.seg[CS].limit)) return c.raise(exc::GP, 0);
        target = to;
        return taken = true;
    }
    bool jump_if(u32 condition, u64 to) { return !condition || jump(to); }
    template <class S> auto return_address(S) { return static_cast<typename S::Value>(c.s.rip + i->end); }
    // Makes an exception pending if the bit is set; the definition then returns false.
    bool fault_if(u32 bit, u8 vector) { return TABPC_UNLIKELY(bit) && !c.raise(vector); }
};

} // namespace tabpc
