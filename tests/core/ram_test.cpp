// RamList: storage and its own address space. MACHINE.md 1.2.
#include "core/memory.h"
#include <algorithm>
#include <gtest/gtest.h>

namespace tabpc {
namespace {

constexpr u64 K4 = PAGE_SIZE_4K;

TEST(RamList, BlockIsZeroPageAlignedAndFoundByName)
{
    RamList ram;
    RamBlock* b = ram.allocate("vga.vram", 16 * K4);
    ASSERT_NE(b, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(b->host) % K4, 0u);
    EXPECT_TRUE(std::all_of(b->host, b->host + b->size, [](u8 v) { return v == 0; }));
    EXPECT_EQ(ram.find("vga.vram"), b);
    EXPECT_EQ(ram.find("vga"), nullptr);
}

TEST(RamList, DuplicateNameIsRejected)
{
    RamList ram;
    RamBlock* first = ram.allocate("pc.ram", K4);
    EXPECT_EQ(ram.allocate("pc.ram", 2 * K4), nullptr);
    EXPECT_EQ(ram.blocks().size(), 1u);
    ram.free(first);
    EXPECT_NE(ram.allocate("pc.ram", K4), nullptr) << "the name is free again";
}

TEST(RamList, MoreThanTheHostHasIsRefused)
{
    RamList ram;
    EXPECT_EQ(ram.allocate("huge", u64(1) << 60), nullptr);
    EXPECT_TRUE(ram.blocks().empty());
}

TEST(RamList, OffsetsFollowEachOther)
{
    RamList ram;
    EXPECT_EQ(ram.allocate("a", 2 * K4)->offset, 0u);
    EXPECT_EQ(ram.allocate("b", K4)->offset, 2 * K4);
    EXPECT_EQ(ram.allocate("c", K4)->offset, 3 * K4);
}

TEST(RamList, FreedOffsetsAreUsedAgainBestFitFirst)
{
    RamList ram;
    RamBlock* large = ram.allocate("large", 8 * K4); // 0
    ram.allocate("x", K4);                           // 8
    RamBlock* small = ram.allocate("small", 2 * K4); // 9
    ram.allocate("y", K4);                           // 11
    ram.free(large);
    ram.free(small);
    EXPECT_EQ(ram.allocate("two", 2 * K4)->offset, 9 * K4) << "the gap that fits best, not the first";
    EXPECT_EQ(ram.allocate("one", K4)->offset, 0u);
    EXPECT_EQ(ram.allocate("seven", 7 * K4)->offset, K4) << "the rest of the first gap, exactly";
    EXPECT_EQ(ram.allocate("behind", K4)->offset, 12 * K4) << "no gap is left";

    const auto& blocks = ram.blocks();
    EXPECT_TRUE(std::is_sorted(blocks.begin(), blocks.end(),
                               [](const auto& p, const auto& q) { return p->offset < q->offset; }));
}

struct CodeLog : RamList::CodeObserver {
    std::vector<std::pair<RamAddr, u64>> writes;
    void ram_written(RamAddr at, u64 length) override { writes.push_back({at, length}); }
};
using Writes = decltype(CodeLog::writes);

TEST(RamList, WritesAreReportedForPagesWithCodeOnly)
{
    RamList ram;
    CodeLog log;
    ram.set_code_observer(&log);
    ram.allocate("a", 8 * K4);
    ram.flags(2 * K4) |= RamList::HAS_CODE;
    ram.flags(3 * K4) |= RamList::HAS_CODE;
    ram.written(0, 2 * K4);
    EXPECT_EQ(log.writes, Writes{});
    ram.written(2 * K4 - 1, 2);
    EXPECT_EQ(log.writes, (Writes{{2 * K4, 1}}));
    log.writes.clear();
    ram.written(3 * K4 - 4, K4 + 8); // over pages 2, 3 and 4
    EXPECT_EQ(log.writes, (Writes{{3 * K4 - 4, 4}, {3 * K4, K4}}));
}

TEST(RamList, WritesTakeTheDisplaysMarkOff)
{
    RamList ram;
    ram.allocate("a", 4 * K4);
    for (u64 p = 0; p < 4; p++) ram.flags(p * K4) |= RamList::VGA_CLEAN;
    ram.written(K4 + 5, K4);
    EXPECT_EQ(ram.flags(0), RamList::VGA_CLEAN);
    EXPECT_EQ(ram.flags(K4), 0);
    EXPECT_EQ(ram.flags(2 * K4), 0);
    EXPECT_EQ(ram.flags(3 * K4), RamList::VGA_CLEAN);
}

// The offsets may go to another block, whose code must not be mistaken for this one's.
TEST(RamList, FreeingABlockReportsItsCodeAndClearsItsFlags)
{
    RamList ram;
    CodeLog log;
    ram.set_code_observer(&log);
    RamBlock* b = ram.allocate("a", 2 * K4);
    ram.flags(K4) = RamList::HAS_CODE | RamList::VGA_CLEAN;
    ram.free(b);
    EXPECT_EQ(log.writes, (Writes{{K4, K4}}));
    ram.allocate("b", 2 * K4);
    EXPECT_EQ(ram.flags(K4), 0);
}

} // namespace
} // namespace tabpc
