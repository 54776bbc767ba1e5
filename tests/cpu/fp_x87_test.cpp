// Every exact x87 operation against the processor the test runs on: random and corner operands, every rounding and
// precision control, exceptions masked and unmasked. Results, exception flags and condition codes must be the same.
#include "fp_host_fpu.h"

#if defined(__x86_64__)

#include "fp_operands.h"

#include "cpu/fp/arith.h"
#include "cpu/fp/compare.h"
#include "cpu/fp/convert.h"
#include "cpu/fp/remainder.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace tabpc::fp::test {
namespace {

constexpr int CASES = 60'000; // per operation, once masked and once with random masks

std::string text(F80 v)
{
    char s[32];
    std::snprintf(s, sizeof s, "%04x:%016llx", v.se, static_cast<unsigned long long>(v.sig));
    return s;
}

u16 random_fcw(Operands& op, bool masked)
{
    static constexpr u16 PC[] = {0x000, 0x200, 0x300};
    return u16(PC[op.below(3)] | op.below(4) << 10 | (masked ? 0x3F : op.bits() & 0x3F));
}

// What an operation leaves behind, as far as it is defined.
struct Outcome {
    F80 st0 = {};
    u16 codes = 0;      // C3, C2 and C0; C1 comes from the environment
    u16 code_mask = C1; // those to compare
    F80 pushed = {};    // a new st(0), if `pushes`
    bool pushes = false;
};

template <class Ours>
void compare_with_host(X87State (*host)(F80, F80, u16), Ours ours)
{
    int mismatches = 0;
    for (const bool masked : {true, false}) {
        Operands op(1);
        for (int i = 0; i < CASES && mismatches < 10; ++i) {
            const F80 a = op.f80(), b = op.f80_near(a);
            const u16 fcw = random_fcw(op, masked);
            Env env = Env::from_fcw(fcw);
            const Outcome mine = ours(a, b, env);
            const X87State s = host(a, b, fcw);

            u16 mask = 0x7F | mine.code_mask;
            u16 fsw = env.flags | (mine.codes & ~C1) | (env.c1 || (mine.codes & C1) ? C1 : 0);
            F80 expected = mine.pushes ? mine.pushed : mine.st0;
            if (env.unmasked(PRE_COMPUTATION)) {
                expected = a;
                mask = 0x7F | C1;
            }
            const bool ok = ((s.fsw ^ fsw) & mask) == 0 && s.reg(0) == expected &&
                            (!mine.pushes || env.unmasked(PRE_COMPUTATION) || s.reg(1) == mine.st0);
            EXPECT_TRUE(ok) << "st0 " << text(a) << " st1 " << text(b) << std::hex << " fcw " << fcw
                            << ": fsw " << (s.fsw & mask) << " " << text(s.reg(0)) << " " << text(s.reg(1))
                            << ", ours " << (fsw & mask) << " " << text(expected) << " " << text(mine.st0);
            mismatches += !ok;
        }
    }
}

#define ARITHMETIC(name, instruction, expression)                                                      \
    HOST_X87(host_##name, instruction)                                                                 \
    TEST(X87, name)                                                                                    \
    {                                                                                                  \
        compare_with_host(host_##name, []([[maybe_unused]] F80 a, [[maybe_unused]] F80 b,              \
                                          [[maybe_unused]] Env& env) { return Outcome{expression}; }); \
    }

ARITHMETIC(Fadd, "fadd %%st(1), %%st", add(a, b, env))
ARITHMETIC(Fsub, "fsub %%st(1), %%st", sub(a, b, env))
ARITHMETIC(Fmul, "fmul %%st(1), %%st", mul(a, b, env))
ARITHMETIC(Fdiv, "fdiv %%st(1), %%st", div(a, b, env))
ARITHMETIC(Fsqrt, "fsqrt", sqrt(a, env))
ARITHMETIC(Frndint, "frndint", round_to_integral(a, env))
ARITHMETIC(Fscale, "fscale", scale(a, b, env))

Outcome compared(F80 a, Relation r) { return {a, condition_codes(r), C0 | C1 | C2 | C3}; }
ARITHMETIC(Fcom, "fcom", compared(a, compare(a, b, Compare::Ordered, env)))
ARITHMETIC(Fucom, "fucom", compared(a, compare(a, b, Compare::Unordered, env)))
ARITHMETIC(Ftst, "ftst", compared(a, compare(a, F80{0, 0}, Compare::Ordered, env)))
ARITHMETIC(Fxam, "fxam", (Outcome{a, examine(a), C0 | C1 | C2 | C3}))

Outcome reduced(const Remainder& r)
{
    const u16 q = (r.quotient & 4 ? C0 : 0) | (r.quotient & 2 ? C3 : 0) | (r.quotient & 1 ? C1 : 0);
    return {r.value, u16(q | (r.partial ? C2 : 0)), C0 | C1 | C2 | C3};
}
ARITHMETIC(Fprem, "fprem", reduced(remainder(a, b, env)))
ARITHMETIC(Fprem1, "fprem1", reduced(remainder_nearest(a, b, env)))

Outcome extracted(const Extracted& x) { return {x.exponent, 0, C1, x.significand, true}; }
ARITHMETIC(Fxtract, "fxtract", extracted(extract(a, env)))

ARITHMETIC(Fld1, "fld1", (Outcome{a, 0, C1, constant(Constant::One, env.rc), true}))
ARITHMETIC(Fldl2t, "fldl2t", (Outcome{a, 0, C1, constant(Constant::L2T, env.rc), true}))
ARITHMETIC(Fldl2e, "fldl2e", (Outcome{a, 0, C1, constant(Constant::L2E, env.rc), true}))
ARITHMETIC(Fldpi, "fldpi", (Outcome{a, 0, C1, constant(Constant::Pi, env.rc), true}))
ARITHMETIC(Fldlg2, "fldlg2", (Outcome{a, 0, C1, constant(Constant::LG2, env.rc), true}))
ARITHMETIC(Fldln2, "fldln2", (Outcome{a, 0, C1, constant(Constant::LN2, env.rc), true}))
ARITHMETIC(Fldz, "fldz", (Outcome{a, 0, C1, constant(Constant::Zero, env.rc), true}))

} // namespace
} // namespace tabpc::fp::test

#endif
