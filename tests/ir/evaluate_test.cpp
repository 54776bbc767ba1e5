// Values at which operations go wrong: borders of the type, counts beyond the width, division.
#include "ir/evaluate.h"
#include <gtest/gtest.h>

namespace tabpc::ir {

namespace {
constexpr u64 LOWEST64 = u64(1) << 63;
u64 e32(Code code, u64 a, u64 b = 0, u64 c = 0) { return evaluate(code, Type::I32, a, b, c); }
u64 e64(Code code, u64 a, u64 b = 0, u64 c = 0) { return evaluate(code, Type::I64, a, b, c); }
} // namespace

TEST(Evaluate, ArithmeticWraps)
{
    EXPECT_EQ(e32(Code::Add, 0xffffffff, 2), 1u);
    EXPECT_EQ(e32(Code::Sub, 1, 2), 0xffffffffu);
    EXPECT_EQ(e32(Code::Mul, 0x80000001, 2), 2u);
    EXPECT_EQ(e64(Code::Add, ~u64(0), 2), 1u);
    EXPECT_EQ(e64(Code::Mul, 0xffffffff, 0xffffffff), 0xfffffffe00000001u);
}

TEST(Evaluate, CountsAreModuloTheWidth)
{
    EXPECT_EQ(e32(Code::Shl, 1, 33), 2u);
    EXPECT_EQ(e32(Code::ShrU, 0x80000000, 63), 1u);
    EXPECT_EQ(e32(Code::ShrS, 0x80000000, 31), 0xffffffffu);
    EXPECT_EQ(e32(Code::Rotl, 0x80000001, 33), 3u);
    EXPECT_EQ(e32(Code::Rotr, 1, 32), 1u);
    EXPECT_EQ(e64(Code::Shl, 1, 65), 2u);
    EXPECT_EQ(e64(Code::ShrU, LOWEST64, 63), 1u);
    EXPECT_EQ(e64(Code::ShrS, LOWEST64, 127), ~u64(0));
}

TEST(Evaluate, Division)
{
    EXPECT_EQ(e32(Code::DivU, 0xffffffff, 2), 0x7fffffffu);
    EXPECT_EQ(e32(Code::DivS, 0xfffffff9, 2), 0xfffffffdu); // -7 / 2 = -3
    EXPECT_EQ(e32(Code::RemS, 0xfffffff9, 2), 0xffffffffu);
    EXPECT_EQ(e32(Code::RemS, 0x80000000, 0xffffffff), 0u); // which no host divides
    EXPECT_EQ(e64(Code::RemS, LOWEST64, ~u64(0)), 0u);

    EXPECT_FALSE(has_value(Code::DivU, Type::I32, 1, 0));
    EXPECT_FALSE(has_value(Code::RemS, Type::I64, 1, 0));
    EXPECT_FALSE(has_value(Code::DivS, Type::I32, 0x80000000, 0xffffffff));
    EXPECT_FALSE(has_value(Code::DivS, Type::I64, LOWEST64, ~u64(0)));
    EXPECT_TRUE(has_value(Code::DivS, Type::I64, 0x80000000, 0xffffffff));
    EXPECT_TRUE(has_value(Code::RemS, Type::I32, 0x80000000, 0xffffffff)); // wasm: 0
    EXPECT_TRUE(has_value(Code::Shl, Type::I32, 1, 0));
}

TEST(Evaluate, Bits)
{
    EXPECT_EQ(e32(Code::Clz, 0), 32u);
    EXPECT_EQ(e32(Code::Ctz, 0), 32u);
    EXPECT_EQ(e64(Code::Clz, 1), 63u);
    EXPECT_EQ(e64(Code::Ctz, 0), 64u);
    EXPECT_EQ(e32(Code::Popcnt, 0xf0f0), 8u);
    EXPECT_EQ(e32(Code::Extend8, 0x1280), 0xffffff80u);
    EXPECT_EQ(e64(Code::Extend16, 0x18000), 0xffffffffffff8000u);
}

TEST(Evaluate, Comparisons)
{
    EXPECT_EQ(e32(Code::LtU, 1, 0xffffffff), 1u);
    EXPECT_EQ(e32(Code::LtS, 1, 0xffffffff), 0u);
    EXPECT_EQ(e64(Code::LtS, 1, 0xffffffff), 1u);
    EXPECT_EQ(e64(Code::LeS, LOWEST64, 0), 1u);
    EXPECT_EQ(e64(Code::Eqz, LOWEST64), 0u);
}

TEST(Evaluate, Conversions)
{
    EXPECT_EQ(evaluate(Code::SignExtend, Type::I32, 0x80000000), 0xffffffff80000000u);
    EXPECT_EQ(evaluate(Code::ZeroExtend, Type::I32, 0x80000000), 0x80000000u);
    EXPECT_EQ(evaluate(Code::Wrap, Type::I32, 0x123456789), 0x23456789u);
    EXPECT_EQ(e64(Code::Select, 5, 6, 0), 6u);
    EXPECT_EQ(e64(Code::Select, 5, 6, 2), 5u);
}

} // namespace tabpc::ir
