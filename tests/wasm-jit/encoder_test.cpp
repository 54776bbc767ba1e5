// The bytes of the binary format. Expected encodings: WebAssembly core specification, 5.2.2.
#include "wasm-jit/locals.h"
#include <gtest/gtest.h>

namespace tabpc::jit {
namespace {

using Bytes = std::vector<u8>;
Bytes bytes(const Encoder& e) { return {e.bytes().begin(), e.bytes().end()}; }

Bytes unsigned_leb(u32 v)
{
    Encoder e;
    e.unsigned_leb(v);
    return bytes(e);
}
Bytes signed_leb(i64 v)
{
    Encoder e;
    e.signed_leb(v);
    return bytes(e);
}

TEST(Encoder, UnsignedLeb)
{
    EXPECT_EQ(unsigned_leb(0), (Bytes{0}));
    EXPECT_EQ(unsigned_leb(127), (Bytes{0x7f}));
    EXPECT_EQ(unsigned_leb(128), (Bytes{0x80, 1}));
    EXPECT_EQ(unsigned_leb(624485), (Bytes{0xe5, 0x8e, 0x26}));
    EXPECT_EQ(unsigned_leb(0xffffffff), (Bytes{0xff, 0xff, 0xff, 0xff, 0x0f}));
}

TEST(Encoder, SignedLeb)
{
    EXPECT_EQ(signed_leb(0), (Bytes{0}));
    EXPECT_EQ(signed_leb(63), (Bytes{0x3f}));
    EXPECT_EQ(signed_leb(64), (Bytes{0xc0, 0}));
    EXPECT_EQ(signed_leb(-64), (Bytes{0x40}));
    EXPECT_EQ(signed_leb(-65), (Bytes{0xbf, 0x7f}));
    EXPECT_EQ(signed_leb(-123456), (Bytes{0xc0, 0xbb, 0x78}));
    EXPECT_EQ(signed_leb(INT64_MIN), (Bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}));
}

TEST(Encoder, ConstantsOf32BitsAreSigned)
{
    Encoder e;
    e.i32_const(0xffffffff);
    e.i64_const(0xffffffff);
    EXPECT_EQ(bytes(e), (Bytes{0x41, 0x7f, 0x42, 0xff, 0xff, 0xff, 0xff, 0x0f}));
}

TEST(Encoder, SectionsCarryTheirLength)
{
    Encoder e;
    const size_t section = e.begin_section(Section::Type);
    for (int i = 0; i < 300; i++) e.byte(7);
    e.end_section(section);
    EXPECT_EQ(e.size(), 306u);
    EXPECT_EQ((Bytes{e.bytes().begin(), e.bytes().begin() + 7}), (Bytes{1, 0xac, 0x82, 0x80, 0x80, 0, 7}));
}

TEST(Encoder, GrowsAndStartsAgain)
{
    Encoder e(1);
    for (u32 i = 0; i < 100'000; i++) e.byte(static_cast<u8>(i));
    ASSERT_EQ(e.size(), 100'000u);
    for (u32 i = 0; i < 100'000; i++) ASSERT_EQ(e.bytes()[i], static_cast<u8>(i));
    e.clear();
    EXPECT_EQ(e.size(), 0u);
}

TEST(Encoder, LocalsAreDeclaredInRuns)
{
    Locals locals(1);
    EXPECT_EQ(locals.add(ValType::I32), 1u);
    EXPECT_EQ(locals.add(ValType::I32), 2u);
    EXPECT_EQ(locals.take(ValType::I64), 3u);
    EXPECT_EQ(locals.take(ValType::I32), 4u);
    locals.give_back(3);
    EXPECT_EQ(locals.take(ValType::I32), 5u) << "a free one of another type is no use";
    EXPECT_EQ(locals.take(ValType::I64), 3u);
    Encoder e;
    locals.encode(e);
    EXPECT_EQ(bytes(e), (Bytes{3, 2, 0x7f, 1, 0x7e, 2, 0x7f}));
}

} // namespace
} // namespace tabpc::jit
