// x87 instructions with memory operands against the processor the test runs on: operands of other formats, loads, and
// stores, which leave memory alone when an unmasked exception forbids them.
#include "fp_host_fpu.h"

#if defined(__x86_64__)

#include "fp_operands.h"

#include "cpu/fp/compare.h"
#include "cpu/fp/memory_operand.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace tabpc::fp::test {
namespace {

constexpr int CASES = 40'000; // per instruction, once masked and once with random masks

std::string text(F80 v)
{
    char s[32];
    std::snprintf(s, sizeof s, "%04x:%016llx", v.se, static_cast<unsigned long long>(v.sig));
    return s;
}
template <class M>
std::string text(const M& m)
{
    u8 bytes[sizeof m];
    std::memcpy(bytes, &m, sizeof m);
    std::string s;
    for (int i = sizeof m - 1; i >= 0; --i) {
        s += "0123456789abcdef"[bytes[i] >> 4];
        s += "0123456789abcdef"[bytes[i] & 15];
    }
    return s;
}

template <class M>
M random_memory(Operands& op)
{
    if constexpr (Sse<M>) {
        return op.sse<M>();
    } else if constexpr (std::is_same_v<M, Bcd>) {
        Bcd v;
        for (u8& b : v.bytes) b = u8(op.below(10) << 4 | op.below(10));
        return v;
    } else {
        return M(op.fraction());
    }
}

struct Outcome {
    F80 st0;
    u16 codes = 0;
    u16 code_mask = C1;
};

// ours(st0, memory, env) may change the memory operand; an exception that forbids the store is looked for here.
template <class M, class Ours>
void compare_with_host(X87State (*host)(F80, M&, u16), Ours ours, u8 stops)
{
    int mismatches = 0;
    for (const bool masked : {true, false}) {
        Operands op(2);
        for (int i = 0; i < CASES && mismatches < 10; ++i) {
            const F80 a = op.f80();
            const M m = random_memory<M>(op);
            const u16 fcw =
                u16((op.below(2) ? 0x300 : 0x200) | op.below(4) << 10 | (masked ? 0x3F : op.bits() & 0x3F));
            M host_memory = m, memory = m;
            Env env = Env::from_fcw(fcw);
            Outcome mine = ours(a, memory, env);
            const X87State s = host(a, host_memory, fcw);

            u16 mask = 0x7F | mine.code_mask;
            if (env.unmasked(stops)) {
                memory = m;
                mine.st0 = a;
                mask = 0x7F | C1;
            }
            const u16 fsw = env.flags | mine.codes | (env.c1 ? C1 : 0);
            const bool ok = ((s.fsw ^ fsw) & mask) == 0 && s.reg(0) == mine.st0 && memory == host_memory;
            EXPECT_TRUE(ok) << "st0 " << text(a) << " memory " << text(m) << std::hex << " fcw " << fcw
                            << ": fsw " << (s.fsw & mask) << " " << text(s.reg(0)) << " " << text(host_memory)
                            << ", ours " << (fsw & mask) << " " << text(mine.st0) << " " << text(memory);
            mismatches += !ok;
        }
    }
}

#define MEMORY_OPERAND(name, instruction, M, expression) \
    WITH_STOPS(name, instruction, M, expression, PRE_COMPUTATION)
#define WITH_STOPS(name, instruction, M, expression, stops)                          \
    HOST_X87_MEM(host_##name, instruction)                                           \
    TEST(X87Memory, name)                                                            \
    {                                                                                \
        const auto ours = [](F80 a, M& m, Env& env) { return Outcome{expression}; }; \
        compare_with_host<M>(host_##name<M>, ours, stops);                           \
    }
#define ARITHMETIC(name, mnemonic, expression)                                          \
    MEMORY_OPERAND(name##32, mnemonic "s %0", F32,                                      \
                   with_memory(a, m, env, [&](F80 b, Env& env) { return expression; })) \
    MEMORY_OPERAND(name##64, mnemonic "l %0", F64,                                      \
                   with_memory(a, m, env, [&](F80 b, Env& env) { return expression; }))
ARITHMETIC(Fadd, "fadd", add(a, b, env))
ARITHMETIC(Fsub, "fsub", sub(a, b, env))
ARITHMETIC(Fsubr, "fsubr", sub(b, a, env))
ARITHMETIC(Fmul, "fmul", mul(a, b, env))
ARITHMETIC(Fdiv, "fdiv", div(a, b, env))
ARITHMETIC(Fdivr, "fdivr", div(b, a, env))
MEMORY_OPERAND(Fiadd16, "fiadds %0", i16, add(a, f80_from_int(m), env))
MEMORY_OPERAND(Fidivr32, "fidivrl %0", i32, div(f80_from_int(m), a, env))

Outcome compared(F80 a, Relation r) { return {a, condition_codes(r), C0 | C1 | C2 | C3}; }
#define COMPARE(name, instruction, M)                                                              \
    MEMORY_OPERAND(name, instruction, M, compared(a, with_memory(a, m, env, [&](F80 b, Env& env) { \
                                                      return compare(a, b, Compare::Ordered, env); \
                                                  })))
COMPARE(Fcom32, "fcoms %0", F32)
COMPARE(Fcom64, "fcoml %0", F64)

WITH_STOPS(Fld32, "flds %0", F32, (static_cast<void>(a), convert<F80>(m, env)), IE)
WITH_STOPS(Fld64, "fldl %0", F64, (static_cast<void>(a), convert<F80>(m, env)), IE)
MEMORY_OPERAND(Fild16, "filds %0", i16, (static_cast<void>(a), env.c1 = false, f80_from_int(m)))
MEMORY_OPERAND(Fild32, "fildl %0", i32, (static_cast<void>(a), env.c1 = false, f80_from_int(m)))
MEMORY_OPERAND(Fild64, "fildll %0", i64, (static_cast<void>(a), env.c1 = false, f80_from_int(m)))
MEMORY_OPERAND(Fbld, "fbld %0", Bcd, (static_cast<void>(a), env.c1 = false, from_bcd(m)))

// After a store that pops, st(0) is empty and FNSAVE's image shows what was in st(7): so the operand is pushed again.
#define STORE(name, instruction, M, expression)                                \
    HOST_X87_MEM(host_##name, instruction)                                     \
    TEST(X87Memory, name)                                                      \
    {                                                                          \
        const auto ours = [](F80 a, M& m, Env& env) {                          \
            m = expression;                                                    \
            return Outcome{a};                                                 \
        };                                                                     \
        compare_with_host<M>(host_##name<M>, ours, PRE_COMPUTATION | OE | UE); \
    }
STORE(Fst32, "fsts %0", F32, convert<F32>(a, env))
STORE(Fst64, "fstl %0", F64, convert<F64>(a, env))
STORE(Fist16, "fists %0", i16, to_int<i16>(a, env.rc, env))
STORE(Fist32, "fistl %0", i32, to_int<i32>(a, env.rc, env))
STORE(Fistp64, "fld %%st(0); fistpll %0", i64, to_int<i64>(a, env.rc, env))
STORE(Fisttp16, "fld %%st(0); fisttps %0", i16, to_int<i16>(a, Rounding::Zero, env))
STORE(Fisttp32, "fld %%st(0); fisttpl %0", i32, to_int<i32>(a, Rounding::Zero, env))
STORE(Fisttp64, "fld %%st(0); fisttpll %0", i64, to_int<i64>(a, Rounding::Zero, env))
STORE(Fbstp, "fld %%st(0); fbstp %0", Bcd, to_bcd(a, env))

} // namespace
} // namespace tabpc::fp::test

#endif
