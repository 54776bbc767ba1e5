// PhysMap: who answers at a physical address. MACHINE.md 1.2. What a device sees is written to a log.
#include "core/memory.h"
#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <numeric>

namespace tabpc {
namespace {

constexpr u64 K4 = PAGE_SIZE_4K;

// Registers whose byte at offset n is 0xA0 + n.
struct Probe {
    std::string log;
    u64 read(u64 at, int size)
    {
        note("r", at, size);
        u64 v = 0;
        for (int i = 0; i < size; i++) v |= ((0xa0 + at + i) & 0xff) << (8 * i);
        return v;
    }
    void write(u64 at, u64 value, int size)
    {
        note("w", at, size);
        char text[24];
        std::snprintf(text, sizeof text, "=%llx", static_cast<unsigned long long>(value));
        log += text;
    }
    std::string take() { return std::exchange(log, {}); }

private:
    void note(const char* what, u64 at, int size)
    {
        log += (log.empty() ? "" : " ") + std::string(what) + std::to_string(at) + "/" + std::to_string(size);
    }
};

class PhysMapTest : public testing::Test, public PhysMap::Listener, public RamList::CodeObserver {
protected:
    PhysMapTest()
    {
        block = list.allocate("ram", 16 * K4);
        std::iota(block->host, block->host + block->size, u8(0)); // byte n is n & ff
        other = list.allocate("other", 4 * K4);
        std::fill_n(other->host, other->size, u8(0x99));
        map.add_listener(this);
        list.set_code_observer(this);
    }
    PhysMap::Id map_probe(PhysAddr base, u64 size, Probe& p, int max_size = 4, int priority = 0)
    {
        return map.map_mmio(base, size, mmio_handler<&Probe::read, &Probe::write>(&p, max_size), priority, "probe");
    }
    void memory_map_changed() override { changes++; }
    void memory_marked_clean(RamAddr at, u64 length) override { cleaned.push_back({at, length}); }
    void ram_written(RamAddr at, u64 length) override { code_writes.push_back({at, length}); }

    RamList list;
    PhysMap map{list};
    RamBlock *block, *other;
    Probe a, b;
    int changes = 0;
    std::vector<std::pair<RamAddr, u64>> code_writes, cleaned;
};

TEST_F(PhysMapTest, UnmappedReadsAllOnesAndIgnoresWrites)
{
    for (const PhysAddr at : {PhysAddr(0), PhysAddr(0xfee00000), PhysAddr(0xfffffffff), PhysAddr(1) << 36, ~PhysAddr(0)}) {
        EXPECT_EQ(map.read(at, 1), 0xffu);
        EXPECT_EQ(map.read(at, 2), 0xffffu);
        EXPECT_EQ(map.read(at, 4), 0xffffffffu);
        EXPECT_EQ(map.read(at, 8), ~u64(0));
        map.write(at, 0, 4);
    }
}

TEST_F(PhysMapTest, RamOfAnySizeAndAlignment)
{
    map.map_ram(0x10000, 16 * K4, *block, 0, 0, "ram");
    EXPECT_EQ(map.read(0x10001, 8), 0x0807060504030201u);
    EXPECT_EQ(map.read(0x10ffe, 4), 0x0100fffeu) << "over a page's edge";
    map.write(0x10ffd, 0x1122334455667788, 8);
    EXPECT_EQ(ld<u64>(block->host + 0xffd), 0x1122334455667788u);
    EXPECT_EQ(map.read(0x10ffd, 8), 0x1122334455667788u);
}

TEST_F(PhysMapTest, AddressesBeyondTheBusDoNotFoldBack)
{
    map.map_ram(0, 16 * K4, *block, 0, 0, "ram");
    EXPECT_EQ(map.read((PhysAddr(1) << PhysMap::ADDRESS_BITS) + 5, 1), 0xffu);
    EXPECT_EQ(map.page(PhysAddr(1) << PhysMap::ADDRESS_BITS).read, nullptr);
}

TEST_F(PhysMapTest, PageTellsStorageAndRamAddress)
{
    map.map_ram(0x100000, 4 * K4, *other, 0, 0, "other");
    const PhysMap::Page& p = map.page(0x102abc);
    EXPECT_EQ(p.read, other->host + 2 * K4);
    EXPECT_EQ(p.write, p.read);
    EXPECT_EQ(p.ram, other->offset + 2 * K4);
}

TEST_F(PhysMapTest, AliasesAreOneByteOfStorage)
{
    map.map_ram(0, 4 * K4, *block, 0, 0, "low");
    map.map_ram(0xe0000000, 4 * K4, *block, 0, 0, "high");
    map.write(0x1004, 0xcafe, 2);
    EXPECT_EQ(map.read(0xe0001004, 2), 0xcafeu);
    EXPECT_EQ(map.page(0x1000).ram, map.page(0xe0001000).ram);
}

// ---- devices ------------------------------------------------------------------------------------------------------------------

TEST_F(PhysMapTest, WideAccessIsSplitAtTheDevicesWidth)
{
    map_probe(0xfe000000, K4, a, 1);
    EXPECT_EQ(map.read(0xfe000000, 4), 0xa3a2a1a0u);
    EXPECT_EQ(a.take(), "r0/1 r1/1 r2/1 r3/1");
    map.write(0xfe000010, 0x11223344, 4);
    EXPECT_EQ(a.take(), "w16/1=44 w17/1=33 w18/1=22 w19/1=11");

    map_probe(0xfe001000, K4, b, 4);
    EXPECT_EQ(map.read(0xfe001008, 8), 0xafaeadacabaaa9a8u);
    EXPECT_EQ(b.take(), "r8/4 r12/4");
    EXPECT_EQ(map.read(0xfe001002, 2), 0xa3a2u);
    EXPECT_EQ(b.take(), "r2/2") << "a narrow one arrives as it is";
}

TEST_F(PhysMapTest, AccessAcrossTheEdgeOfRamAndDevice)
{
    map.map_ram(0, K4, *block, 0, 0, "ram");
    map_probe(K4, K4, a);
    EXPECT_EQ(map.read(K4 - 2, 4), 0xa1a0fffeu);
    EXPECT_EQ(a.take(), "r0/2");
    map.write(K4 - 1, 0x44332211, 4);
    EXPECT_EQ(block->host[K4 - 1], 0x11);
    EXPECT_EQ(a.take(), "w0/1=22 w1/2=4433");
}

TEST_F(PhysMapTest, AccessBeyondADevicesEndFindsNobodyThere)
{
    map_probe(0xfe000000, 6, a);
    EXPECT_EQ(map.read(0xfe000004, 4), 0xffffa5a4u);
    EXPECT_EQ(a.take(), "r4/2");
    EXPECT_EQ(map.read(0xfe000006, 4), 0xffffffffu);
    EXPECT_EQ(map.read(0xfdfffffe, 4), 0xa1a0ffffu) << "and before its beginning";
}

TEST_F(PhysMapTest, SubPageDeviceLeavesTheRamAroundIt)
{
    map.map_ram(0, 2 * K4, *block, 0, 0, "ram");
    map_probe(0x100, 0x10, a, 4, 1);
    EXPECT_EQ(map.page(0).read, nullptr) << "a shared page is resolved per access";
    EXPECT_EQ(map.read(0xfe, 4), 0xa1a0fffeu);
    EXPECT_EQ(map.read(0x20, 4), 0x23222120u);
    EXPECT_EQ(map.read(0x10e, 8), 0x151413121110afaeu);
    map.write(0x10f, 0xccbbaadd, 4);
    EXPECT_EQ(ld<u32>(block->host + 0x110) & 0xffffff, 0xccbbaau);
    EXPECT_EQ(a.take(), "r0/2 r14/2 w15/1=dd");
}

TEST_F(PhysMapTest, RamBesideASubPageDeviceReportsWritesToCode)
{
    map.map_ram(0, 2 * K4, *block, 0, 0, "ram");
    map_probe(0x100, 0x10, a, 4, 1);
    list.flags(0) |= RamList::HAS_CODE;
    map.write(0x200, 0, 4);
    EXPECT_EQ(code_writes, (decltype(code_writes){{0x200, 4}}));
}

TEST_F(PhysMapTest, TwoDevicesInOnePage)
{
    map_probe(0xfed00000, 8, a);
    map_probe(0xfed00008, 8, b);
    EXPECT_EQ(map.read(0xfed00006, 4), 0xa1a0a7a6u);
    EXPECT_EQ(a.take() + " " + b.take(), "r6/2 r0/2");
}

// A narrow range on top of a wide one answers for its bytes, whichever the access begins in.
TEST_F(PhysMapTest, AccessThatBeginsBelowAHigherRangeIsSplit)
{
    map_probe(0xfed00000, 0x100, a);
    map_probe(0xfed00002, 1, b, 4, 1);
    EXPECT_EQ(map.read(0xfed00000, 4), 0xa3a0a1a0u);
    EXPECT_EQ(a.take() + " " + b.take(), "r0/2 r3/1 r0/1");
}

TEST_F(PhysMapTest, WriteMayRemapItsOwnRange)
{
    struct Mover {
        PhysMap& map;
        PhysMap::Id id = 0;
        u64 read(u64, int) { return 0; }
        void write(u64, u64, int) { map.unmap(id); }
    } mover{map};
    mover.id = map.map_mmio(0xfe000000, K4, mmio_handler<&Mover::read, &Mover::write>(&mover), 0, "mover");
    map.write(0xfe000000, 1, 4);
    EXPECT_EQ(map.read(0xfe000000, 4), 0xffffffffu);
}

// ---- ROM, PAM, priorities -----------------------------------------------------------------------------------------------------

TEST_F(PhysMapTest, RomDropsWrites)
{
    map.map_rom(0xffff0000, 4 * K4, *other, 0, 0, "bios");
    map.write(0xffff0010, 0, 4);
    map.write(0xffff0ffe, 0, 4);
    map.dma_write(0xffff0020, std::vector<u8>(16));
    EXPECT_EQ(map.read(0xffff0010, 4), 0x99999999u);
    EXPECT_EQ(map.read(0xffff0ffe, 4), 0x99999999u);
    EXPECT_TRUE(std::all_of(other->host, other->host + other->size, [](u8 v) { return v == 0x99; }));
    EXPECT_EQ(map.page(0xffff0000).write, nullptr);
}

// The four states of an i440FX PAM segment: RAM above a ROM, with separate enables for reads and writes.
TEST_F(PhysMapTest, PamStates)
{
    constexpr PhysAddr AT = 0xf0000;
    map.map_rom(AT, 4 * K4, *other, 0, 0, "rom");
    const PhysMap::Id shadow = map.map_ram(AT, 4 * K4, *block, 0, 1, "shadow");

    map.set_enabled(shadow, false, false); // to PCI, where the ROM is
    map.write(AT + 5, 0x42, 1);
    EXPECT_EQ(map.read(AT + 5, 1), 0x99u);
    EXPECT_EQ(block->host[5], 5);

    map.set_enabled(shadow, false, true); // write only: how a BIOS copies itself
    map.write(AT + 5, map.read(AT + 5, 1), 1);
    EXPECT_EQ(block->host[5], 0x99);
    map.write(AT + 6, 0x42, 1);
    EXPECT_EQ(map.read(AT + 6, 1), 0x99u);
    EXPECT_EQ(map.page(AT).ram, other->offset);
    EXPECT_EQ(map.page(AT).ram_write, block->offset);

    map.set_enabled(shadow, true, false); // read only
    map.write(AT + 6, 0x77, 1);
    EXPECT_EQ(map.read(AT + 6, 1), 0x42u);

    map.set_enabled(shadow, true, true);
    map.write(AT + 6, 0x77, 1);
    EXPECT_EQ(map.read(AT + 6, 1), 0x77u);
    EXPECT_EQ(other->host[6], 0x99);
}

TEST_F(PhysMapTest, HigherPriorityWinsAmongEqualsTheLater)
{
    const PhysMap::Id high = map_probe(0xa0000, K4, a, 4, 1);
    map.map_ram(0xa0000, 4 * K4, *block, 0, 0, "ram");
    map.read(0xa0000, 1);
    EXPECT_EQ(a.take(), "r0/1");
    EXPECT_EQ(map.read(0xa1000, 1), 0u) << "RAM goes on behind the device";
    map_probe(0xa0000, K4, b, 4, 1);
    map.read(0xa0000, 1);
    EXPECT_EQ(b.take(), "r0/1");
    EXPECT_EQ(a.take(), "");
    map.unmap(high);
    map.read(0xa0000, 1);
    EXPECT_EQ(b.take(), "r0/1");
}

TEST_F(PhysMapTest, MovedRangeLeavesWhatWasBeneath)
{
    map.map_ram(0, 8 * K4, *block, 0, 0, "ram");
    const PhysMap::Id bar = map_probe(0x1000, K4, a, 4, 1);
    map.move(bar, 0x3000);
    EXPECT_EQ(map.read(0x1000, 1), 0u);
    EXPECT_EQ(map.read(0x3000, 1), 0xa0u);
    EXPECT_EQ(map.page(0x1000).read, block->host + 0x1000);
    EXPECT_EQ(map.page(0x3000).read, nullptr);
}

TEST_F(PhysMapTest, UnmappedIdIsUsedAgain)
{
    const PhysMap::Id id = map_probe(0x1000, K4, a);
    map.unmap(id);
    map.unmap(id); // twice, or nobody, does no harm
    map.unmap(PhysMap::NONE);
    EXPECT_EQ(map.read(0x1000, 4), 0xffffffffu);
    EXPECT_EQ(map_probe(0x5000, K4, b), id);
    EXPECT_EQ(map.ranges()[id].base, 0x5000u);
}

// ---- listeners, DMA, the display's marks ----------------------------------------------------------------------------------------

TEST_F(PhysMapTest, EveryChangeIsToldAndNothingElse)
{
    const PhysMap::Id id = map.map_ram(0, K4, *block, 0, 0, "ram");
    EXPECT_EQ(changes, 1);
    map.set_enabled(id, true, true);
    map.move(id, 0);
    EXPECT_EQ(changes, 1) << "nothing changed";
    map.set_enabled(id, true, false);
    EXPECT_EQ(changes, 2);
    map.move(id, K4);
    EXPECT_EQ(changes, 3);
    map.unmap(id);
    EXPECT_EQ(changes, 4);
    map.remove_listener(this);
    map.map_ram(0, K4, *block, 0, 0, "ram");
    EXPECT_EQ(changes, 4);
}

TEST_F(PhysMapTest, DmaCrossesRamRomDeviceAndNothing)
{
    map.map_ram(0, K4, *block, 0, 0, "ram");
    map.map_rom(K4, K4, *other, 0, 0, "rom");
    map_probe(2 * K4, 2, a);
    std::vector<u8> bytes(K4 + 8);
    map.dma_read(K4 - 2, bytes);
    EXPECT_EQ(bytes[0], 0xfe);
    EXPECT_EQ(bytes[1], 0xff);
    EXPECT_EQ(bytes[2], 0x99);
    EXPECT_EQ(bytes[K4 + 1], 0x99);
    EXPECT_EQ(bytes[K4 + 2], 0xa0);
    EXPECT_EQ(bytes[K4 + 3], 0xa1);
    EXPECT_EQ(bytes[K4 + 4], 0xff);

    std::fill(bytes.begin(), bytes.end(), u8(0x33));
    map.dma_write(K4 - 2, bytes);
    EXPECT_EQ(block->host[K4 - 3], 0xfd);
    EXPECT_EQ(block->host[K4 - 2], 0x33);
    EXPECT_EQ(other->host[0], 0x99);
    EXPECT_EQ(a.take(), "r0/1 r1/1 w0/1=33 w1/1=33");

    map.dma_store<u32>(0x10, 0xdeadbeef);
    EXPECT_EQ(map.dma_load<u32>(0x10), 0xdeadbeefu);
}

TEST_F(PhysMapTest, DmaReportsWritesToCode)
{
    map.map_ram(0, 4 * K4, *block, 0, 0, "ram");
    list.flags(K4) |= RamList::HAS_CODE;
    map.dma_write(K4 - 4, std::vector<u8>(8));
    EXPECT_EQ(code_writes, (decltype(code_writes){{K4, 4}}));
}

TEST_F(PhysMapTest, MarkCleanMarksEveryPageTouchedAndTellsOfIt)
{
    map.mark_clean(block->offset + K4 + 100, K4);
    EXPECT_EQ(cleaned, (decltype(cleaned){{block->offset + K4 + 100, K4}}));
    EXPECT_EQ(changes, 0) << "the map is as it was";
    EXPECT_EQ(list.flags(block->offset), 0);
    EXPECT_EQ(list.flags(block->offset + K4), RamList::VGA_CLEAN);
    EXPECT_EQ(list.flags(block->offset + 2 * K4), RamList::VGA_CLEAN);
    EXPECT_EQ(list.flags(block->offset + 3 * K4), 0);
}

} // namespace
} // namespace tabpc
