// Decoded code and the memory it came from: what changes the one must be seen in the other, through any alias, by the CPU,
// by DMA and by the map. MACHINE.md 1.2.
#include "paged_machine.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {

class Code : public testing::Test {
protected:
    PagedMachine m{Paging::Legacy};
    CpuState& s = m.cpu.s;

    u32 eax() const { return s.reg32(EAX); }
    // MOV EAX, value; HLT at an offset of the two pages.
    void place(u64 offset, u32 value)
    {
        m.poke(offset, 0xb8, 1);
        m.poke(offset + 1, value, 4);
        m.poke(offset + 5, 0xf4, 1);
    }
    u32 call(LinAddr at)
    {
        m.run(at, false, 2);
        return eax();
    }
};

TEST_F(Code, WriteThroughAnAliasReachesCodeCachedThroughAnother)
{
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    m.map(1, m.FRAME[0], pte::P | pte::RW); // the same frame
    place(0x100, 1);
    EXPECT_EQ(call(m.PAGES + 0x100), 1u);
    EXPECT_EQ(call(m.PAGES + 0x1100), 1u);
    const u64 decoded = m.cpu.stats.blocks_decoded;
    EXPECT_EQ(call(m.PAGES + 0x1100), 1u);
    EXPECT_EQ(m.cpu.stats.blocks_decoded, decoded) << "both share one block";

    s.set_reg32(EBX, m.PAGES + 0x1101);
    ASSERT_EQ(m.run({0xc6, 0x03, 0x02}), Fault()); // MOV byte [EBX], 2
    EXPECT_EQ(call(m.PAGES + 0x100), 2u);
    EXPECT_EQ(call(m.PAGES + 0x1100), 2u);
}

TEST_F(Code, WriteThroughAPhysicalAlias)
{
    m.memory.map_ram(0x80000000, 0x1000, *m.ram, m.FRAME[0], 0, "alias");
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    m.map(1, 0x80000000, pte::P | pte::RW);
    m.memory.dma_write(m.FRAME[0] + 0x100, std::vector<u8>{0xb8, 1, 0, 0, 0, 0xf4});
    EXPECT_EQ(call(m.PAGES + 0x100), 1u);
    s.set_reg32(EBX, m.PAGES + 0x1101);
    ASSERT_EQ(m.run({0xc6, 0x03, 0x02}), Fault());
    EXPECT_EQ(call(m.PAGES + 0x100), 2u);
}

// A write into the block that runs, right behind itself: the new bytes are executed.
TEST_F(Code, SelfModifyingTheNextInstruction)
{
    for (int round = 1; round <= 3; round++) {
        m.code(m.CODE, {0xc6, 0x05, 0x08, 0x00, 0x01, 0x00, 0x55, // MOV byte [10008], 55
                        0xb0, 0x00,                               // 10007: MOV AL, 0
                        0xf4});
        s.set_reg32(EAX, 0);
        m.run(m.CODE, false, 100);
        EXPECT_EQ(eax(), 0x55u) << "round " << round;
    }
}

TEST_F(Code, SelfModifyingLaterInTheBlockAndByRepStos)
{
    m.code(m.CODE, {0xbf, 0x0f, 0x00, 0x01, 0x00, // MOV EDI, 1000F
                    0xb9, 0x02, 0x00, 0x00, 0x00, // MOV ECX, 2
                    0xb0, 0x40,                   // MOV AL, 40 (INC EAX)
                    0xfc,                         // CLD
                    0xf3, 0xaa,                   // 1000D: REP STOSB
                    0x90, 0x90,                   // 1000F: becomes INC EAX twice
                    0xf4});
    s.set_reg32(EAX, 0);
    m.run(m.CODE, false, 100);
    EXPECT_EQ(eax(), 0x42u);
}

// A run that begins in data and goes on over code, in a page with both.
TEST_F(Code, RepStosFromDataIntoCode)
{
    m.code(m.CODE + 0x40, {0xb0, 0x01, 0xf4}); // MOV AL, 1; HLT
    m.run(m.CODE + 0x40, false, 100);
    EXPECT_EQ(eax() & 0xff, 1u);
    m.code(m.CODE + 0x200, {0xbf, 0x20, 0x00, 0x01, 0x00, // MOV EDI, 10020
                            0xb9, 0x30, 0x00, 0x00, 0x00, // MOV ECX, 30
                            0xb0, 0xf4, 0xf3, 0xaa, 0xf4}); // MOV AL, F4; REP STOSB; HLT
    for (int round = 0; round < 2; round++) {
        m.memory.dma_write(m.CODE + 0x40, std::vector<u8>{0xb0, 0x01, 0xf4});
        m.run(m.CODE + 0x40, false, 100);
        EXPECT_EQ(eax() & 0xff, 1u);
        m.run(m.CODE + 0x200, false, 1000);
        m.run(m.CODE + 0x40, false, 100);
        EXPECT_EQ(eax() & 0xff, 0xf4u) << "the MOV has become a HLT";
    }
}

TEST_F(Code, PushOverTheNextInstruction)
{
    m.code(m.CODE, {0xbc, 0x0e, 0x00, 0x01, 0x00, // MOV ESP, 1000E
                    0x68, 0xb0, 0x77, 0xf4, 0x90, // PUSH over what follows: MOV AL, 77; HLT
                    0x90, 0x90, 0x90, 0x90, 0xf4});
    s.set_reg32(EAX, 0);
    m.run(m.CODE, false, 100);
    EXPECT_EQ(eax(), 0x77u);
}

// An instruction that lies across two pages, changed in the second.
TEST_F(Code, InstructionAcrossPagesChangedInTheSecond)
{
    m.map_both(pte::P | pte::RW);
    place(0xffe, 0x11223344);
    EXPECT_EQ(call(m.PAGES + 0xffe), 0x11223344u);
    s.set_reg32(EBX, m.PAGES + 0x1002);
    ASSERT_EQ(m.run({0xc6, 0x03, 0x99}), Fault());
    EXPECT_EQ(call(m.PAGES + 0xffe), 0x99223344u);
}

// Counters beside code: a loop that writes data in its own page keeps its blocks.
TEST_F(Code, DataBesideCodeInOnePageDropsNothing)
{
    m.code(m.CODE, {0xb9, 0x64, 0x00, 0x00, 0x00,             // MOV ECX, 100
                    0xff, 0x05, 0x00, 0x08, 0x01, 0x00,       // INC dword [10800]
                    0x49,                                     // DEC ECX
                    0x75, 0xf7,                               // JNZ back to the INC
                    0xf4});
    m.run(m.CODE, false, 1000);
    EXPECT_EQ(m.memory.read(0x10800, 4), 100u);
    const u64 decoded = m.cpu.stats.blocks_decoded;
    m.run(m.CODE, false, 1000);
    EXPECT_EQ(m.memory.read(0x10800, 4), 200u);
    EXPECT_EQ(m.cpu.stats.blocks_decoded, decoded);
}

TEST_F(Code, DmaIntoCode)
{
    m.map(0, m.FRAME[0], pte::P);
    place(0x100, 1);
    EXPECT_EQ(call(m.PAGES + 0x100), 1u);
    m.memory.dma_store<u8>(m.FRAME[0] + 0x101, 7);
    EXPECT_EQ(call(m.PAGES + 0x100), 7u);
}

TEST_F(Code, PageTableChangeTakesEffectWithInvlpgAlone)
{
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    m.map(1, m.FRAME[1], pte::P | pte::RW);
    place(0x100, 1);
    place(0x1100, 2);
    EXPECT_EQ(call(m.PAGES + 0x100), 1u);
    m.store_entry(0, m.FRAME[1] | pte::P | pte::RW);
    s.set_reg32(EBX, m.PAGES);
    ASSERT_EQ(m.run({0x0f, 0x01, 0x3b}), Fault()); // INVLPG [EBX]
    EXPECT_EQ(call(m.PAGES + 0x100), 2u);
}

// A device that is switched over the RAM the code runs in takes effect at once.
TEST_F(Code, RemappingWhileRunning)
{
    struct Switch {
        PagedMachine& m;
        PhysMap::Id shadow;
        void write(u16, u32 value, int) { m.memory.set_enabled(shadow, value, value); }
        u32 read(u16, int) { return 0; }
    } pam{m, 0};
    pam.shadow = m.memory.map_ram(0x10000, 0x1000, *m.ram, m.FRAME[0], 1, "shadow");
    m.memory.set_enabled(pam.shadow, false, false);
    m.io.map<&Switch::read, &Switch::write>(0x59, 1, &pam, "pam");
    const auto program = [&](int n) {
        return std::vector<u8>{0xb0, 0x01,             // MOV AL, 1
                               0xe6, 0x59,             // OUT 59, AL: from here on the other copy runs
                               0xb3, static_cast<u8>(n), // MOV BL, n
                               0xf4};
    };
    m.memory.dma_write(0x10000, program(10));
    m.memory.dma_write(m.FRAME[0], program(20));
    for (int round = 0; round < 2; round++) {
        s.set_reg32(EBX, 0);
        m.run(0x10000, false, 100);
        EXPECT_EQ(s.reg32(EBX), 20u);
        m.memory.set_enabled(pam.shadow, false, false);
    }
}

TEST_F(Code, FreedStorageLeavesNoCodeBehind)
{
    RamBlock* first = m.list.allocate("rom a", PAGE_SIZE_4K);
    PhysMap::Id id = m.memory.map_rom(0xfffe0000, PAGE_SIZE_4K, *first, 0, 0, "a");
    m.map(0, 0xfffe0000, pte::P);
    const u8 one[] = {0xb8, 1, 0, 0, 0, 0xf4}, two[] = {0xb8, 2, 0, 0, 0, 0xf4};
    std::copy(std::begin(one), std::end(one), first->host);
    EXPECT_EQ(call(m.PAGES), 1u);
    m.memory.unmap(id);
    const RamAddr offset = first->offset;
    m.list.free(first);
    RamBlock* second = m.list.allocate("rom b", PAGE_SIZE_4K);
    ASSERT_EQ(second->offset, offset);
    std::copy(std::begin(two), std::end(two), second->host);
    m.memory.map_rom(0xfffe0000, PAGE_SIZE_4K, *second, 0, 0, "b");
    EXPECT_EQ(call(m.PAGES), 2u);
}

// The display has taken a page: the next write must be noticed, those after it cost nothing.
TEST_F(Code, CleanDisplayMemoryIsNoticedOnce)
{
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    u8& flags = m.list.flags(m.ram->offset + m.FRAME[0]);
    s.set_reg32(EBX, m.PAGES);
    ASSERT_EQ(m.run({0xc6, 0x03, 0x01}), Fault());
    m.memory.mark_clean(m.ram->offset + m.FRAME[0], 1);
    EXPECT_EQ(flags, RamList::VGA_CLEAN);
    ASSERT_EQ(m.run(m.CODE), Fault());
    EXPECT_EQ(flags, 0);
    EXPECT_EQ(m.peek(0), 1);
}

// Once a frame: whatever is not display memory keeps its translations, and so do reads.
TEST_F(Code, CleanDisplayMemoryCostsOthersNothing)
{
    m.map_both(pte::P | pte::RW);
    const auto touch = [&](std::initializer_list<int> code, LinAddr at) {
        s.set_reg32(EBX, static_cast<u32>(at));
        const u64 fills = m.cpu.stats.tlb_fills;
        EXPECT_EQ(m.run(code), Fault());
        return m.cpu.stats.tlb_fills - fills;
    };
    const std::initializer_list<int> load = {0x8a, 0x03},
                                     store = {0x88, 0x03}; // MOV AL, [EBX]; MOV [EBX], AL
    const LinAddr display = m.PAGES, other = m.PAGES + 0x1000;
    for (const LinAddr at : {display, other}) touch(load, at), touch(store, at);
    m.memory.mark_clean(m.ram->offset + m.FRAME[0] + 0x800, 0x10);
    EXPECT_EQ(touch(store, other), 0u);
    EXPECT_EQ(touch(load, display), 0u);
    EXPECT_EQ(touch(store, display), 1u);
    EXPECT_EQ(m.list.flags(m.ram->offset + m.FRAME[0]), 0);
}

// Display memory that also holds code: writes beside the code have a way of their own.
TEST_F(Code, CleanDisplayMemoryWithCodeIsNoticed)
{
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    place(0x100, 1);
    EXPECT_EQ(call(m.PAGES + 0x100), 1u);
    u8& flags = m.list.flags(m.ram->offset + m.FRAME[0]);
    s.set_reg32(EBX, m.PAGES + 0x800);
    for (int n = 0; n < 3; n++) {
        ASSERT_EQ(m.run({0xc6, 0x03, 0x01}), Fault());
        EXPECT_EQ(flags, RamList::HAS_CODE);
        m.memory.mark_clean(m.ram->offset + m.FRAME[0], 1);
        EXPECT_EQ(flags, RamList::HAS_CODE | RamList::VGA_CLEAN);
    }
}

} // namespace
} // namespace tabpc
