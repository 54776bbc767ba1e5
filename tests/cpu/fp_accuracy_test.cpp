// The transcendental instructions against values computed to 128 bits (fp_accuracy.inc, written by fp_accuracy.py). Among the
// arguments are, for every other exponent, those closest to a multiple of pi/2.
#include "cpu/fp/transcendental.h"
#include "cpu/fp/wide.h"

#include <cmath>
#include <gtest/gtest.h>

namespace tabpc::fp::test {
namespace {

enum Function { Fsin, Fcos, Fptan, F2xm1, Fyl2x, Fyl2xp1, Fpatan };

struct Reference {
    Function function;
    F80 x, y;
    u64 sig, rest; // the true value's first 128 bits
    u16 se;
};

constexpr Reference REFERENCES[] = {
#include "fp_accuracy.inc"
};

F80 evaluate(Function f, F80 x, F80 y, Env& env)
{
    switch (f) {
    case Fsin: return fsin(x, env).value;
    case Fcos: return fcos(x, env).value;
    case Fptan: return fptan(x, env).value;
    case F2xm1: return f2xm1(x, env);
    case Fyl2x: return fyl2x(x, y, env);
    case Fyl2xp1: return fyl2xp1(x, y, env);
    case Fpatan: return fpatan(x, y, env);
    }
    return {};
}

// How far r is above the reference in magnitude, in units of the reference's last place.
double error_in_ulp(F80 r, const Reference& ref)
{
    if (r.sign() != bool(ref.se >> 15)) return 1e9;
    const int d = r.exp() - (ref.se & 0x7FFF);
    if (d < -1 || d > 1) return 1e9;
    // Both in units of 2^-62 ulp, with room for the neighbouring binades.
    const u128 ours = d < 0 ? u128(r.sig) << 61 : u128(r.sig) << (62 + d);
    const u128 exact = join(ref.sig, ref.rest) >> 2;
    const u128 distance = ours > exact ? ours - exact : exact - ours;
    const double size = double(high(distance)) * 4 + double(low(distance)) * 0x1p-62;
    return ours > exact ? size : -size;
}

TEST(Accuracy, HalfAnUlpToNearest)
{
    double worst = 0;
    for (const Reference& ref : REFERENCES) {
        Env env;
        const double error = error_in_ulp(evaluate(ref.function, ref.x, ref.y, env), ref);
        worst = std::max(worst, std::abs(error));
        EXPECT_LE(std::abs(error), 0.52) << ref.function << std::hex << " " << ref.x.se << ":" << ref.x.sig;
        EXPECT_EQ(env.c1, error > 0) << "C1 tells whether the result was rounded up";
        EXPECT_EQ(env.flags, PE);
    }
    RecordProperty("worst_ulp_in_thousandths", int(worst * 1000));
}

TEST(Accuracy, OneUlpOnTheRightSideOtherwise)
{
    for (const Reference& ref : REFERENCES) {
        for (const Rounding rc : {Rounding::Down, Rounding::Up, Rounding::Zero}) {
            Env env;
            env.rc = rc;
            const double error = error_in_ulp(evaluate(ref.function, ref.x, ref.y, env), ref);
            const bool outwards = rc != Rounding::Zero && (rc == Rounding::Up) != bool(ref.se >> 15);
            EXPECT_GE(outwards ? error : -error, -0.02)
                << ref.function << std::hex << " " << ref.x.se << ":" << ref.x.sig;
            EXPECT_LE(outwards ? error : -error, 1.02)
                << ref.function << std::hex << " " << ref.x.se << ":" << ref.x.sig;
        }
    }
}

} // namespace
} // namespace tabpc::fp::test
