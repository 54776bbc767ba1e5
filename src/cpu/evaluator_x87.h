// InterpX87: the evaluator of the interpreter for x87 definitions. Values are fp::F80; exceptions, C1 and stack faults of one
// instruction collect in `env` and reach the status word when the definition commits its result. A masked stack fault needs
// no path of its own: the value is the indefinite and the exception IE. SDM vol. 1, 8.4 and 8.5.
#pragma once
#include "cpu/evaluator.h"
#include "cpu/fp/arith.h"
#include "cpu/fp/compare.h"
#include "cpu/fp/convert.h"
#include "cpu/fp/memory_operand.h"
#include "cpu/fp/nan.h"
#include "cpu/fp/remainder.h"
#include "cpu/x87.h"

namespace tabpc {

// ST(i).
struct StOp {
    Fpu& f;
    u8 n; // the physical register
    fp::F80 get() const { return f.reg[n]; }
    void set(fp::F80 v) const
    {
        f.reg[n] = v;
        f.empty = static_cast<u8>(f.empty & ~(1u << n));
    }
    bool empty() const { return f.empty >> n & 1; }
    void free() const { f.empty = static_cast<u8>(f.empty | 1u << n); }
};

// An 80-bit real in memory.
struct F80Image {
    u8 bytes[10];
    F80Image() = default;
    explicit F80Image(fp::F80 v)
    {
        st(bytes, v.sig);
        st(bytes + 8, v.se);
    }
    fp::F80 value() const { return {ld<u64>(bytes), ld<u16>(bytes + 8)}; }
};

struct InterpX87 : Interp {
    using F80 = fp::F80;
    using Env = fp::Env;
    Fpu& f;
    Env env;

    InterpX87(Cpu& cpu, const Insn* insn) : Interp{cpu, insn}, f(cpu.s.fpu), env(Env::from_fcw(f.cw)) {}

    // ---- the register stack ---------------------------------------------------------------------------------------------
    StOp st(unsigned n) { return {f, static_cast<u8>((f.top + n) & 7)}; }

    static bool is_empty(StOp s) { return s.empty(); }
    template <class T> static bool is_empty(PtrOp<T>) { return false; }
    // True, with the exception raised, if an operand is an empty register.
    template <class... Operands> bool underflow(Operands... o)
    {
        return TABPC_UNLIKELY((is_empty(o) || ...)) && stack_fault(false);
    }
    // The same if there is no room for a push.
    bool overflow() { return TABPC_UNLIKELY(!st(7).empty()) && stack_fault(true); }

    // ---- results --------------------------------------------------------------------------------------------------------
    F80 indefinite() { return fp::default_nan<F80>(); }

    // These return false where an unmasked exception forbids the result: then nothing is popped either. SDM vol. 1, 8.5.
    bool commit(StOp d, F80 v)
    {
        conclude();
        if (TABPC_UNLIKELY(env.unmasked(fp::PRE_COMPUTATION))) return false;
        d.set(v);
        return true;
    }
    bool push(F80 v)
    {
        conclude();
        if (TABPC_UNLIKELY(env.unmasked(fp::IE))) return false; // DE alone does not hold a load back
        f.top = (f.top - 1) & 7;
        st(0).set(v);
        return true;
    }
    // Two results: one in place of ST(0), one above it.
    bool commit_and_push(F80 v, F80 pushed)
    {
        if (!commit(st(0), v)) return false;
        f.top = (f.top - 1) & 7;
        st(0).set(pushed);
        return true;
    }
    template <class T> bool store(PtrOp<T> d, T v)
    {
        conclude();
        if (TABPC_UNLIKELY(env.unmasked(fp::IE | fp::OE | fp::UE))) return false;
        d.set(v);
        return true;
    }
    bool store(StOp d, F80 v) { return commit(d, v); }
    bool pop()
    {
        st(0).free();
        f.top = (f.top + 1) & 7;
        return true;
    }
    bool pop(unsigned n) { return pop() && (n == 1 || pop(n - 1)); }

    // Condition codes are set whatever is unmasked.
    void codes(u16 mask, u16 v) { f.sw = static_cast<u16>((f.sw & ~mask) | v); }
    bool relation(fp::Relation r)
    {
        codes(fsw::C0 | fsw::C2 | fsw::C3, fp::condition_codes(r));
        conclude();
        return !env.unmasked(fp::IE | fp::DE);
    }
    bool fl_relation(fp::Relation r)
    {
        conclude();
        c.s.flags.set(static_cast<u32>(r)); // ZF, PF and CF; the others become 0
        return !env.unmasked(fp::IE | fp::DE);
    }
    // Exception flags and C1 to the status word.
    void conclude()
    {
        f.sw = static_cast<u16>((f.sw & ~fsw::C1) | env.flags | (env.c1 ? u32{fsw::C1} : 0u));
        if (TABPC_UNLIKELY(env.unmasked())) f.sw |= fsw::ES | fsw::B;
    }

    // ---- arithmetic: x op y, where y may be an operand in memory --------------------------------------------------------
    template <class Y> F80 fadd(F80 x, Y y)
    {
        return apply(
            x, y, [](F80 a, F80 b, Env& e) { return fp::add(a, b, e); },
            [](F80 a, F80 b, Env& e) { return fp::add_slow(a, b, e); });
    }
    template <class Y> F80 fsub(F80 x, Y y)
    {
        return apply(
            x, y, [](F80 a, F80 b, Env& e) { return fp::sub(a, b, e); },
            [](F80 a, F80 b, Env& e) { return fp::sub_slow(a, b, e); });
    }
    template <class Y> F80 fsubr(F80 x, Y y)
    {
        return apply(
            x, y, [](F80 a, F80 b, Env& e) { return fp::sub(b, a, e); },
            [](F80 a, F80 b, Env& e) { return fp::sub_slow(b, a, e); });
    }
    template <class Y> F80 fmul(F80 x, Y y)
    {
        return apply(
            x, y, [](F80 a, F80 b, Env& e) { return fp::mul(a, b, e); },
            [](F80 a, F80 b, Env& e) { return fp::mul_slow(a, b, e); });
    }
    template <class Y> F80 fdiv(F80 x, Y y)
    {
        return apply(
            x, y, [](F80 a, F80 b, Env& e) { return fp::div(a, b, e); },
            [](F80 a, F80 b, Env& e) { return fp::div_slow(a, b, e); });
    }
    template <class Y> F80 fdivr(F80 x, Y y)
    {
        return apply(
            x, y, [](F80 a, F80 b, Env& e) { return fp::div(b, a, e); },
            [](F80 a, F80 b, Env& e) { return fp::div_slow(b, a, e); });
    }
    template <class Y> fp::Relation fcom(F80 x, Y y)
    {
        return apply(
            x, y, [](F80 a, F80 b, Env& e) { return fp::compare(a, b, fp::Compare::Ordered, e); },
            [](F80 a, F80 b, Env& e) { return fp::compare_slow(a, b, fp::Compare::Ordered, e); });
    }
    fp::Relation fucom(F80 x, StOp y) { return fp::compare(x, y.get(), fp::Compare::Unordered, env); }
    fp::Relation ftst(F80 x) { return fp::compare(x, fp::zero<F80>(false), fp::Compare::Ordered, env); }
    fp::Relation unordered() { return fp::Relation::Unordered; }
    F80 fsqrt(F80 x) { return fp::sqrt(x, env); }
    F80 frndint(F80 x) { return fp::round_to_integral(x, env); }
    F80 fchs(F80 x) { return fp::negate(x); }
    F80 fabs(F80 x) { return fp::magnitude(x); }
    F80 constant(fp::Constant k) { return fp::constant(k, env.rc); }
    u16 fxam(StOp s) { return s.empty() ? empty_codes(s) : fp::examine(s.get()); }

    // ---- conversions ----------------------------------------------------------------------------------------------------
    F80 load(StOp s) { return s.get(); }
    template <fp::Sse M> F80 load(PtrOp<M> s) { return fp::convert<F80>(s.get(), env); }
    F80 load(PtrOp<F80Image> s) { return s.get().value(); }
    F80 load(PtrOp<fp::Bcd> s) { return fp::from_bcd(s.get()); }
    template <std::signed_integral I> F80 load(PtrOp<I> s) { return fp::f80_from_int(s.get()); }

    F80 real(StOp, F80 v) { return v; }
    F80Image real(PtrOp<F80Image>, F80 v) { return F80Image(v); }
    template <fp::Sse M> M real(PtrOp<M>, F80 v) { return fp::convert<M>(v, env); }
    template <class I> I integer(PtrOp<I>, F80 v) { return fp::to_int<I>(v, env.rc, env); }
    template <class I> I truncated(PtrOp<I>, F80 v) { return fp::to_int<I>(v, fp::Rounding::Zero, env); }
    fp::Bcd packed_bcd(PtrOp<fp::Bcd>, F80 v) { return fp::to_bcd(v, env); }

    F80 indefinite(StOp) { return indefinite(); }
    F80Image indefinite(PtrOp<F80Image>) { return F80Image(indefinite()); }
    template <fp::Sse M> M indefinite(PtrOp<M>) { return fp::default_nan<M>(); }
    fp::Bcd indefinite(PtrOp<fp::Bcd>) { return {{0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff}}; }
    template <std::signed_integral I> I indefinite(PtrOp<I>) { return std::numeric_limits<I>::min(); }

    // ---- control --------------------------------------------------------------------------------------------------------
    u16 control_word() { return f.cw; }
    u16 status() { return status_word(f); }
    void set_control_word(u16 v)
    {
        f.cw = tabpc::control_word(v);
        settle_errors(c);
    }
    void free(StOp s) { s.free(); }
    void rotate(int steps) { f.top = static_cast<u8>(f.top + steps) & 7; }

private:
    bool stack_fault(bool c1)
    {
        f.sw |= fsw::SF;
        env.flags |= fp::IE;
        env.c1 = c1;
        return true;
    }
    static u16 empty_codes(StOp s) { return fsw::C3 | fsw::C0 | (s.get().sign() ? u32{fsw::C1} : 0u); }

    template <class Fast, class Slow> auto apply(F80 x, StOp y, Fast fast, Slow) { return fast(x, y.get(), env); }
    template <std::signed_integral I, class Fast, class Slow> auto apply(F80 x, PtrOp<I> y, Fast fast, Slow)
    {
        return fast(x, fp::f80_from_int(y.get()), env);
    }
    template <fp::Sse M, class Fast, class Slow> auto apply(F80 x, PtrOp<M> y, Fast fast, Slow slow)
    {
        const M m = y.get();
        if (TABPC_LIKELY(fp::is_zero_or_normal(m))) return fast(x, fp::widen(m), env);
        return fp::with_memory(x, m, env, [&](F80 wide, Env& e) { return slow(x, wide, e); });
    }
};

} // namespace tabpc
