// Every scalar SSE operation against the processor the test runs on: random and corner operands, every rounding control,
// DAZ and FTZ, exceptions masked and unmasked. Packed forms are these, element by element.
#include "fp_host_fpu.h"

#if defined(__x86_64__)

#include "fp_operands.h"

#include "cpu/fp/approx.h"
#include "cpu/fp/compare.h"
#include "cpu/fp/convert.h"

#include <cmath>
#include <gtest/gtest.h>

namespace tabpc::fp::test {
namespace {

constexpr int MASKED_CASES = 60'000, UNMASKED_CASES = 10'000; // per operation

u32 random_mxcsr(Operands& op, bool masked)
{
    const u32 rc = op.below(4) << 13;
    const u32 daz_ftz = op.below(2) ? u32(op.bits()) & 0x8040 : 0;
    if (!masked) return rc | daz_ftz | (op.bits() & 0x1F80);
    return op.below(3) == 0 ? 0x1FA0 : 0x1F80 | rc | daz_ftz; // a third in the state of the fast path
}

template <class R>
u64 bits(R v)
{
    if constexpr (Sse<R>) return v.bits;
    else return u64(v);
}

template <class R, class A, class Ours>
void compare_with_host(SseResult<R> (*host)(A, A, u32), Ours ours)
{
    const SseFaults faults;
    int mismatches = 0;
    for (const bool masked : {true, false}) {
        Operands op(3);
        for (int i = 0; i < (masked ? MASKED_CASES : UNMASKED_CASES) && mismatches < 10; ++i) {
            A a, b;
            if constexpr (Sse<A>) {
                a = op.sse<A>();
                b = op.sse_near<A>(a);
            } else {
                a = A(op.fraction());
                b = A(op.below(2) ? op.fraction() : op.bits() >> op.below(64));
            }
            const u32 mxcsr = random_mxcsr(op, masked);
            Env env = Env::from_mxcsr(mxcsr);
            const R mine = ours(a, b, env);
            const auto [theirs, after] = host(a, b, mxcsr);
            const u32 flags = (mxcsr | env.flags) & ALL_EXCEPTIONS;
            const bool ok = flags == (after & ALL_EXCEPTIONS) && (env.unmasked() || mine == theirs);
            EXPECT_TRUE(ok) << std::hex << "a " << bits(a) << " b " << bits(b) << " mxcsr " << mxcsr << ": "
                            << bits(theirs) << " flags " << (after & ALL_EXCEPTIONS) << ", ours "
                            << bits(mine) << " flags " << flags;
            mismatches += !ok;
        }
    }
}

// "=x" and "x" for a register operand in xmm, "=r" for one in a general register.
#define OPERATION(name, instruction, R, A, dst, src, expression)                                  \
    HOST_SSE(host_##name, instruction, R, A, dst, src)                                            \
    TEST(Sse, name)                                                                               \
    {                                                                                             \
        compare_with_host(host_##name, []([[maybe_unused]] A a, [[maybe_unused]] A b, Env& env) { \
            return R(expression);                                                                 \
        });                                                                                       \
    }
#define BINARY(name, mnemonic, expression)                                     \
    OPERATION(name##ss, mnemonic "ss %4, %0", F32, F32, "=x", "x", expression) \
    OPERATION(name##sd, mnemonic "sd %4, %0", F64, F64, "=x", "x", expression)

BINARY(Add, "add", add(a, b, env))
BINARY(Sub, "sub", sub(a, b, env))
BINARY(Mul, "mul", mul(a, b, env))
BINARY(Div, "div", div(a, b, env))
BINARY(Sqrt, "sqrt", sqrt(b, env))
BINARY(Min, "min", min(a, b, env))
BINARY(Max, "max", max(a, b, env))

template <class F>
F mask(bool holds)
{
    return {typename Format<F>::Bits(holds ? ~u64(0) : 0)};
}
#define PREDICATE(name, mnemonic, n)                               \
    OPERATION(name##ss, mnemonic "ss %4, %0", F32, F32, "=x", "x", \
              mask<F32>(compare_predicate(a, b, n, env)))          \
    OPERATION(name##sd, mnemonic "sd %4, %0", F64, F64, "=x", "x", mask<F64>(compare_predicate(a, b, n, env)))
PREDICATE(Cmpeq, "cmpeq", 0)
PREDICATE(Cmplt, "cmplt", 1)
PREDICATE(Cmple, "cmple", 2)
PREDICATE(Cmpunord, "cmpunord", 3)
PREDICATE(Cmpneq, "cmpneq", 4)
PREDICATE(Cmpnlt, "cmpnlt", 5)
PREDICATE(Cmpnle, "cmpnle", 6)
PREDICATE(Cmpord, "cmpord", 7)

// ZF, PF and CF, fetched by LAHF.
#define FLAGS(name, instruction, F, kind)                                                                \
    inline SseResult<u8> host_##name(F a, F b, u32 mxcsr)                                                \
    {                                                                                                    \
        u32 out, saved;                                                                                  \
        u64 rax;                                                                                         \
        SseFaults::faulted = 0;                                                                          \
        asm volatile("stmxcsr %2; ldmxcsr %5; " instruction " %4, %3; lahf; stmxcsr %1; ldmxcsr %2"      \
                     : "=a"(rax), "=m"(out), "=m"(saved)                                                 \
                     : "x"(a), "x"(b), "m"(mxcsr)                                                        \
                     : "cc");                                                                            \
        return {u8(rax >> 8 & 0x45), SseFaults::faulted ? SseFaults::faulted : out};                     \
    }                                                                                                    \
    TEST(Sse, name)                                                                                      \
    {                                                                                                    \
        compare_with_host(host_##name, [](F a, F b, Env& env) { return u8(compare(a, b, kind, env)); }); \
    }
FLAGS(Comiss, "comiss", F32, Compare::Ordered)
FLAGS(Comisd, "comisd", F64, Compare::Ordered)
FLAGS(Ucomiss, "ucomiss", F32, Compare::Unordered)
FLAGS(Ucomisd, "ucomisd", F64, Compare::Unordered)

// Conversions between types: the output is not the first operand's register.
#define CONVERSION(name, instruction, R, A, dst, src, expression)                       \
    inline SseResult<R> host_##name(A a, A, u32 mxcsr)                                  \
    {                                                                                   \
        u32 out, saved;                                                                 \
        R r;                                                                            \
        SseFaults::faulted = 0;                                                         \
        asm volatile("stmxcsr %2; ldmxcsr %4; " instruction "; stmxcsr %1; ldmxcsr %2"  \
                     : dst(r), "=m"(out), "=m"(saved)                                   \
                     : src(a), "m"(mxcsr));                                             \
        return {r, SseFaults::faulted ? SseFaults::faulted : out};                      \
    }                                                                                   \
    TEST(Sse, name)                                                                     \
    {                                                                                   \
        compare_with_host(host_##name, [](A a, A, Env& env) { return R(expression); }); \
    }
CONVERSION(Cvtss2sd, "cvtss2sd %3, %0", F64, F32, "=x", "x", convert<F64>(a, env))
CONVERSION(Cvtsd2ss, "cvtsd2ss %3, %0", F32, F64, "=x", "x", convert<F32>(a, env))
CONVERSION(Cvtss2si32, "cvtss2si %3, %k0", i32, F32, "=r", "x", to_int<i32>(a, env.rc, env))
CONVERSION(Cvtss2si64, "cvtss2si %3, %q0", i64, F32, "=r", "x", to_int<i64>(a, env.rc, env))
CONVERSION(Cvttss2si32, "cvttss2si %3, %k0", i32, F32, "=r", "x", to_int<i32>(a, Rounding::Zero, env))
CONVERSION(Cvttss2si64, "cvttss2si %3, %q0", i64, F32, "=r", "x", to_int<i64>(a, Rounding::Zero, env))
CONVERSION(Cvtsd2si32, "cvtsd2si %3, %k0", i32, F64, "=r", "x", to_int<i32>(a, env.rc, env))
CONVERSION(Cvtsd2si64, "cvtsd2si %3, %q0", i64, F64, "=r", "x", to_int<i64>(a, env.rc, env))
CONVERSION(Cvttsd2si32, "cvttsd2si %3, %k0", i32, F64, "=r", "x", to_int<i32>(a, Rounding::Zero, env))
CONVERSION(Cvttsd2si64, "cvttsd2si %3, %q0", i64, F64, "=r", "x", to_int<i64>(a, Rounding::Zero, env))
CONVERSION(Cvtsi2ss32, "cvtsi2ssl %k3, %0", F32, i32, "=x", "r", from_int<F32>(a, env))
CONVERSION(Cvtsi2ss64, "cvtsi2ssq %q3, %0", F32, i64, "=x", "r", from_int<F32>(a, env))
CONVERSION(Cvtsi2sd32, "cvtsi2sdl %k3, %0", F64, i32, "=x", "r", from_int<F64>(a, env))
CONVERSION(Cvtsi2sd64, "cvtsi2sdq %q3, %0", F64, i64, "=x", "r", from_int<F64>(a, env))

// SSE4.1: every processor that runs this test has it.
#define ROUND(imm)                                                             \
    CONVERSION(Roundss##imm, "roundss $" #imm ", %3, %0", F32, F32, "=x", "x", \
               round_to_integral(a, imm, env))                                 \
    CONVERSION(Roundsd##imm, "roundsd $" #imm ", %3, %0", F64, F64, "=x", "x", round_to_integral(a, imm, env))
ROUND(0)
ROUND(1)
ROUND(2) ROUND(3) ROUND(4) ROUND(8) ROUND(10) ROUND(12)

    // A packed operation in which one element is stopped by an unmasked pre-computation exception.
    TEST(Sse, PackedPreComputationHidesTheRest)
{
    const SseFaults faults;
    alignas(16) const u32 a[4] = {0x7F7FFFFF, 0x3F800000, 0x00000001,
                                  0x3F800000}; // overflow, inexact, denormal, exact
    alignas(16) const u32 b[4] = {0x7F7FFFFF, 0x33333333, 0x3F800000, 0x3F800000};
    for (const u32 mxcsr : {0x1F80u, 0x1E80u, 0x1B80u, 0x1A80u, 0x0F80u, 0x0E80u}) {
        Env env = Env::from_mxcsr(mxcsr);
        for (int i = 0; i < 4; ++i) add(F32{a[i]}, F32{b[i]}, env);
        env.settle_packed();
        u32 out, saved;
        SseFaults::faulted = 0;
        asm volatile("stmxcsr %1; ldmxcsr %4; movaps %2, %%xmm0; addps %3, %%xmm0; stmxcsr %0; ldmxcsr %1"
                     : "=m"(out), "=m"(saved)
                     : "m"(a), "m"(b), "m"(mxcsr)
                     : "xmm0");
        EXPECT_EQ(env.flags, (SseFaults::faulted ? SseFaults::faulted : out) & ALL_EXCEPTIONS)
            << std::hex << mxcsr;
    }
}

// Other processors give other bits here: what they share is the bound, and what happens to special operands.
TEST(Sse, RcpAndRsqrtStayWithinTheBound)
{
    Operands op(4);
    for (int i = 0; i < 200'000; ++i) {
        const F32 v = op.sse<F32>();
        const double x = double(host(v));
        F32 rcp, rsqrt;
        asm volatile("rcpss %2, %0; rsqrtss %2, %1" : "=&x"(rcp), "=&x"(rsqrt) : "x"(v));
        const auto check = [&](F32 ours, F32 theirs, double exact) {
            if (std::fpclassify(float(exact)) == FP_NORMAL && std::fpclassify(host(v)) == FP_NORMAL)
                EXPECT_LE(std::fabs(double(host(ours)) / exact - 1), 1.5 * 0x1p-12) << std::hex << v.bits;
            else
                EXPECT_EQ(ours, theirs) << std::hex << v.bits << " " << theirs.bits << ", ours " << ours.bits;
        };
        check(reciprocal(v), rcp, 1 / x);
        check(reciprocal_sqrt(v), rsqrt, 1 / std::sqrt(x));
        if (testing::Test::HasFailure()) return;
    }
}

} // namespace
} // namespace tabpc::fp::test

#endif
