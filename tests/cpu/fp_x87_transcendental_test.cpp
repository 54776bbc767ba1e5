// The transcendental instructions against the processor the test runs on: the same flags, condition codes and special
// results, and a value at most 2 ulp away (each side may be off by 1). Accuracy itself is tested in fp_accuracy_test.cpp.
#include "fp_host_fpu.h"

#if defined(__x86_64__)

#include "fp_operands.h"

#include "cpu/fp/transcendental.h"
#include "cpu/fp/wide.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace tabpc::fp::test {
namespace {

constexpr int CASES = 60'000; // per instruction, once masked and once with random masks

std::string text(F80 v)
{
    char s[32];
    std::snprintf(s, sizeof s, "%04x:%016llx", v.se, static_cast<unsigned long long>(v.sig));
    return s;
}

// Consecutive numbers of one sign differ by 1.
bool close(F80 a, F80 b)
{
    const auto rank = [](F80 v) { return u128(v.exp()) << 63 | (v.exp() ? v.sig & ~TOP : v.sig); };
    const bool finite = a.exp() != 0x7FFF && b.exp() != 0x7FFF;
    return a == b || (finite && a.sign() == b.sign() && rank(a) - rank(b) + 2 <= 4);
}

struct Outcome {
    F80 value, pushed;
    bool out_of_range, pushes;
};

template <class Defined, class Ours>
void compare_with_host(X87State (*host)(F80, F80, u16), Defined defined, Ours ours)
{
    int mismatches = 0;
    for (const bool masked : {true, false}) {
        Operands op(5);
        for (int i = 0; i < CASES && mismatches < 10; ++i) {
            const F80 a = op.f80(), b = op.f80_near(a);
            if (!defined(unpack(a))) continue;
            const u16 fcw = u16(0x300 | op.below(4) << 10 | (masked ? 0x3F : op.bits() & 0x3F));
            Env env = Env::from_fcw(fcw);
            const Outcome mine = ours(a, b, env);
            const X87State s = host(a, b, fcw);

            const u16 fsw = env.flags | (mine.out_of_range ? C2 : 0);
            bool ok = ((s.fsw ^ fsw) & (0x7F | C2)) == 0;
            if (!env.unmasked(PRE_COMPUTATION)) {
                const bool pushes = mine.pushes && !mine.out_of_range;
                ok &= close(s.reg(pushes), mine.value) && (!pushes || close(s.reg(0), mine.pushed));
            }
            EXPECT_TRUE(ok) << "st0 " << text(a) << " st1 " << text(b) << std::hex << " fcw " << fcw
                            << ": fsw " << s.fsw << " " << text(s.reg(0)) << " " << text(s.reg(1))
                            << ", ours " << fsw << " " << text(mine.value) << " " << text(mine.pushed);
            mismatches += !ok;
        }
    }
}

// Where processors reduce arguments by a short pi, and where the manual leaves the result undefined, they are not asked.
bool anything(const Unpacked&) { return true; }
bool not_reduced(const Unpacked& x) { return x.is_nan() || x.exp < BIAS - 1 || x.exp >= BIAS + 63; }
bool up_to_1(const Unpacked& x) { return x.is_nan() || x.exp < BIAS; }
bool up_to_quarter(const Unpacked& x) { return x.is_nan() || x.exp < BIAS - 2; }

#define TRANSCENDENTAL(name, instruction, defined, expression)                                 \
    HOST_X87(host_##name, instruction)                                                         \
    TEST(X87Transcendental, name)                                                              \
    {                                                                                          \
        compare_with_host(host_##name, defined,                                                \
                          [](F80 a, [[maybe_unused]] F80 b, Env& env) { return expression; }); \
    }

Outcome in_place(const Trigonometric& t) { return {t.value, {}, t.out_of_range, false}; }
Outcome pushing(const Trigonometric& t) { return {t.value, t.pushed, t.out_of_range, true}; }
Outcome single(F80 v) { return {v, {}, false, false}; }

TRANSCENDENTAL(Fsin, "fsin", not_reduced, in_place(fsin(a, env)))
TRANSCENDENTAL(Fcos, "fcos", not_reduced, in_place(fcos(a, env)))
TRANSCENDENTAL(Fsincos, "fsincos", not_reduced, pushing(fsincos(a, env)))
TRANSCENDENTAL(Fptan, "fptan", not_reduced, pushing(fptan(a, env)))
TRANSCENDENTAL(F2xm1, "f2xm1", up_to_1, single(f2xm1(a, env)))
TRANSCENDENTAL(Fpatan, "fpatan", anything, single(fpatan(a, b, env)))
TRANSCENDENTAL(Fyl2x, "fyl2x", anything, single(fyl2x(a, b, env)))
TRANSCENDENTAL(Fyl2xp1, "fyl2xp1", up_to_quarter, single(fyl2xp1(a, b, env)))

} // namespace
} // namespace tabpc::fp::test

#endif
