// Archive: one walk that saves, loads and compares, and never trusts a file.
#include "core/snapshot.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {

struct Inner {
    u16 a = 0;
    bool b = false;
    void serialize(Archive& ar) { ar(a, b); }
    bool operator==(const Inner&) const = default;
};

struct State {
    enum class Kind : u8 { Zero, One };
    u8 byte = 0;
    i64 number = 0;
    Kind kind = Kind::Zero;
    u32 plain[2]{};
    std::array<Inner, 2> inner{};
    std::optional<u16> maybe;
    std::vector<u32> list;
    std::string text;
    std::array<u8, 4> memory{};

    void serialize(Archive& ar)
    {
        ar.section("first", 1);
        ar(byte, number, kind, plain, inner);
        ar.section("second", 3);
        ar(maybe, list, text);
        ar.bytes(memory);
    }
    bool operator==(const State&) const = default;
};

State example()
{
    return {0x5a, -7, State::Kind::One, {1, 2}, {Inner{3, true}, Inner{4, false}}, u16(9), {10, 11, 12}, "hello", {1, 2, 3, 4}};
}

std::vector<u8> save(State s)
{
    Archive ar = Archive::saver();
    s.serialize(ar);
    return ar.take();
}

std::string load_error(std::span<const u8> bytes)
{
    State s;
    Archive ar = Archive::loader(bytes);
    s.serialize(ar);
    ar.finish();
    return ar.error();
}

TEST(Archive, RoundTrip)
{
    const std::vector<u8> bytes = save(example());
    State loaded;
    loaded.list = {99};
    loaded.text = "old";
    Archive ar = Archive::loader(bytes);
    loaded.serialize(ar);
    EXPECT_TRUE(ar.finish()) << ar.error();
    EXPECT_EQ(loaded, example());

    State empty = example(), none;
    const std::vector<u8> nothing = save(none);
    Archive again = Archive::loader(nothing);
    empty.serialize(again);
    EXPECT_TRUE(again.finish()) << again.error();
    EXPECT_EQ(empty, none);
}

TEST(Archive, FileIsLittleEndianWithNamedSections)
{
    u16 v = 0x1234;
    Archive ar = Archive::saver();
    ar.section("ab", 7);
    ar(v);
    EXPECT_EQ(ar.take(), (std::vector<u8>{2, 0, 0, 0, 'a', 'b', 7, 0, 0, 0, 2, 0, 0, 0, 0x34, 0x12}));
}

TEST(Archive, EveryTruncationIsRefused)
{
    const std::vector<u8> bytes = save(example());
    for (size_t n = 0; n < bytes.size(); n++) EXPECT_NE(load_error(std::span(bytes).first(n)), "") << n << " bytes";
    EXPECT_EQ(load_error(std::span(bytes).first(0)), "the snapshot ends before section first");
}

TEST(Archive, EveryDamagedByteIsSurvived)
{
    const std::vector<u8> bytes = save(example());
    for (size_t n = 0; n < bytes.size(); n++) {
        for (const u8 flip : {0x01, 0x80, 0xff}) {
            std::vector<u8> damaged = bytes;
            damaged[n] ^= flip;
            (void)load_error(damaged); // sanitizers watch
        }
    }
}

TEST(Archive, ForeignFileIsRefused)
{
    static constexpr std::string_view PNG = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on and so on";
    const std::vector<u8> bytes(PNG.begin(), PNG.end());
    EXPECT_EQ(load_error(bytes), "the snapshot ends before section first");
    std::vector<u8> zeros(100);
    EXPECT_EQ(load_error(zeros), "the snapshot holds  where this machine has first");
}

TEST(Archive, OtherMachinesSectionIsNamed)
{
    std::vector<u8> bytes = save(example());
    std::copy_n("other", 5, bytes.begin() + 4);
    EXPECT_EQ(load_error(bytes), "the snapshot holds other where this machine has first");
}

TEST(Archive, NewerVersionIsRefusedOlderOneIsToldToTheReader)
{
    Archive old = Archive::saver();
    old.section("s", 2);
    const std::vector<u8> bytes = old.take();

    Archive newer = Archive::loader(bytes);
    EXPECT_EQ(newer.section("s", 3), 2u);
    EXPECT_TRUE(newer.ok());
    Archive older = Archive::loader(bytes);
    older.section("s", 1);
    EXPECT_EQ(older.error(), "section s comes from a newer version");
}

TEST(Archive, FieldsMustFillTheirSection)
{
    struct Pair {
        std::vector<u8> bytes;
        explicit Pair(int fields)
        {
            Archive ar = Archive::saver();
            u16 v = 0;
            ar.section("a", 1);
            for (int i = 0; i < fields; i++) ar(v);
            ar.section("b", 1);
            ar(v);
            bytes = ar.take();
        }
        std::string read()
        {
            Archive ar = Archive::loader(bytes);
            u16 v = 0;
            ar.section("a", 1);
            ar(v, v);
            ar.section("b", 1);
            ar(v);
            ar.finish();
            return ar.error();
        }
    };
    EXPECT_EQ(Pair(2).read(), "");
    EXPECT_EQ(Pair(1).read(), "section a is too short");
    EXPECT_EQ(Pair(3).read(), "section a is longer than expected");
}

TEST(Archive, WhatIsLeftOverIsAnError)
{
    std::vector<u8> bytes = save(example());
    bytes.push_back(0);
    EXPECT_EQ(load_error(bytes), "the snapshot holds more than this machine has");
    Archive longer = Archive::saver();
    u32 v = 0;
    longer.section("s", 1);
    longer(v);
    const std::vector<u8> last = longer.take();
    Archive ar = Archive::loader(last);
    ar.section("s", 1);
    EXPECT_FALSE(ar.finish()) << "the last section counts, too";
    EXPECT_EQ(ar.error(), "section s is longer than expected");
}

TEST(Archive, HugeListIsRefusedBeforeItIsAllocated)
{
    Archive ar = Archive::saver();
    u32 length = 0xffffffff;
    ar.section("s", 1);
    ar(length);
    const std::vector<u8> bytes = ar.take();

    Archive in = Archive::loader(bytes);
    std::vector<u64> list = {5};
    in.section("s", 1);
    in(list);
    EXPECT_EQ(in.error(), "a list is longer than its section");
    EXPECT_EQ(list.size(), 1u);
}

TEST(Archive, FirstErrorIsKeptAndNothingIsReadAfterIt)
{
    const std::vector<u8> bytes = save(example());
    State s;
    Archive ar = Archive::loader(bytes);
    ar.fail("before");
    s.serialize(ar);
    EXPECT_FALSE(ar.finish());
    EXPECT_EQ(ar.error(), "before");
    EXPECT_EQ(s, State());
}

TEST(Archive, VerifyNamesTheSectionThatDiffers)
{
    const std::vector<u8> bytes = save(example());
    const auto difference = [&](State s) {
        const State before = s;
        Archive ar = Archive::verifier(bytes);
        s.serialize(ar);
        ar.finish();
        EXPECT_EQ(s, before) << "comparing changes nothing";
        return ar.error().substr(0, ar.error().find(" at byte"));
    };
    EXPECT_EQ(difference(example()), "");
    State s = example();
    s.inner[1].b = true;
    EXPECT_EQ(difference(s), "section first differs");
    s = example();
    s.memory[3]++;
    EXPECT_EQ(difference(s), "section second differs");
    s = example();
    s.list.push_back(1);
    EXPECT_EQ(difference(s), "section second differs");
    s = example();
    s.maybe.reset();
    EXPECT_EQ(difference(s), "section second differs");
}

} // namespace
} // namespace tabpc
