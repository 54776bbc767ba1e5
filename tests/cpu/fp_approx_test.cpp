// RCPSS and RSQRTSS against the SDM's bound (vol. 2, "RCPPS", "RSQRTPS"): a relative error of at most 1.5 * 2^-12. Every
// significand there is, and every exponent.
#include "cpu/fp/approx.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>

namespace tabpc::fp::test {
namespace {

constexpr double BOUND = 1.5 / 4096;
constexpr u32 SIGN = 0x80000000, SMALLEST_NORMAL = 0x00800000, INFINITE = 0x7f800000, ONE = 0x3f800000;

double value(F32 v) { return std::bit_cast<float>(v.bits); }
// Products with a float's 24 bits are exact in a double.
double error_of_reciprocal(F32 v) { return std::abs(value(reciprocal(v)) * value(v) - 1); }
double error_of_reciprocal_sqrt(F32 v)
{
    return std::abs(value(reciprocal_sqrt(v)) * std::sqrt(value(v)) - 1);
}

TEST(Approximations, EverySignificand)
{
    double worst = 0, worst_sqrt = 0;
    for (u32 n = 0; n < SMALLEST_NORMAL; n++) {
        worst = std::max(worst, error_of_reciprocal({ONE + n}));
        worst_sqrt = std::max({worst_sqrt, error_of_reciprocal_sqrt({ONE + n}), // an even and an odd exponent
                               error_of_reciprocal_sqrt({ONE + SMALLEST_NORMAL + n})});
    }
    EXPECT_LE(worst, BOUND);
    EXPECT_LE(worst_sqrt, BOUND);
}

TEST(Approximations, EveryExponent)
{
    // 1/x is tiny from 2^126 on: there the result is a zero of x's sign.
    constexpr u32 TINY_RESULT = 0x7e800000;
    for (u32 bits = SMALLEST_NORMAL; bits < INFINITE; bits += 0x1357) {
        if (bits <= TINY_RESULT) {
            ASSERT_LE(error_of_reciprocal({bits}), BOUND) << std::hex << bits;
            ASSERT_LE(error_of_reciprocal({bits | SIGN}), BOUND) << std::hex << bits;
        } else {
            ASSERT_EQ(reciprocal({bits}).bits, 0u) << std::hex << bits;
            ASSERT_EQ(reciprocal({bits | SIGN}).bits, SIGN) << std::hex << bits;
        }
        ASSERT_LE(error_of_reciprocal_sqrt({bits}), BOUND) << std::hex << bits;
    }
}

TEST(Approximations, WhatIsNotANormalNumber)
{
    constexpr u32 DENORMAL = 0x007fffff, QUIET = 0x00400000, SIGNALING_NAN = 0x7f812345,
                  INDEFINITE = 0xffc00000;
    for (const u32 sign : {0u, SIGN}) {
        for (const u32 zero : {0u, DENORMAL}) {
            EXPECT_EQ(reciprocal({zero | sign}).bits, INFINITE | sign);
            EXPECT_EQ(reciprocal_sqrt({zero | sign}).bits, INFINITE | sign);
        }
        EXPECT_EQ(reciprocal({INFINITE | sign}).bits, sign);
        EXPECT_EQ(reciprocal({SIGNALING_NAN | sign}).bits, SIGNALING_NAN | QUIET | sign);
        EXPECT_EQ(reciprocal_sqrt({SIGNALING_NAN | sign}).bits, SIGNALING_NAN | QUIET | sign);
    }
    EXPECT_EQ(reciprocal_sqrt({INFINITE}).bits, 0u);
    EXPECT_EQ(reciprocal_sqrt({INFINITE | SIGN}).bits, INDEFINITE);
    EXPECT_EQ(reciprocal_sqrt({ONE | SIGN}).bits, INDEFINITE);
}

} // namespace
} // namespace tabpc::fp::test
