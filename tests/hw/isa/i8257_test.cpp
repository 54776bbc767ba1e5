// The DMA controllers, between their ports and a device on a channel.
#include "hw/isa/i8257.h"
#include "hw/isa/probe.h"
#include "hw/snapshot_test.h"
#include <numeric>

namespace tabpc {
namespace {

struct I8257Test : testing::Test, Bench {
    RamList list;
    PhysMap memory{list};
    I8257Pair dma{io, memory};
    Probe dack2;

    I8257Test()
    {
        RamBlock* ram = list.allocate("ram", 0x100000);
        memory.map_ram(0, 0x100000, *ram, 0, 0, "ram");
        dma.dack(2).connect(dack2.in());
        dma.reset();
    }
    // Channel 2: the floppy's. `mode` bits 5:2 of the mode register.
    void program(u8 mode, u32 address, u32 length)
    {
        out(0x0a, 0x06);
        out(0x0c, 0);
        out(0x0b, mode | 2);
        out(0x04, address & 0xff), out(0x04, address >> 8 & 0xff);
        out(0x81, address >> 16);
        out(0x05, (length - 1) & 0xff), out(0x05, (length - 1) >> 8 & 0xff);
        out(0x0a, 0x02);
    }
    u16 read16(u16 port)
    {
        out(0x0c, 0);
        const u8 low = in(port);
        return static_cast<u16>(low | in(port) << 8);
    }
    u8 byte(PhysAddr at) { return static_cast<u8>(memory.read(at, 1)); }
    static std::vector<u8> pattern(size_t n)
    {
        std::vector<u8> v(n);
        std::iota(v.begin(), v.end(), u8(1));
        return v;
    }
};

TEST_F(I8257Test, OnlyEightPageRegistersExist)
{
    for (u16 port = 0x80; port < 0x90; port++) out(port, 0x5a);
    for (u16 port : {0x81, 0x82, 0x83, 0x87, 0x89, 0x8a, 0x8b, 0x8f}) EXPECT_EQ(in(port), 0x5a) << port;
    for (u16 port : {0x80, 0x84, 0x85, 0x86, 0x88, 0x8c, 0x8d, 0x8e}) EXPECT_EQ(in(port), 0xff) << port;
}

TEST_F(I8257Test, WritesMemoryUpToTerminalCount)
{
    program(0x44, 0x12340, 5);
    const auto r = dma.write_memory(2, pattern(8));
    EXPECT_EQ(r.count, 5u);
    EXPECT_TRUE(r.tc);
    EXPECT_EQ(byte(0x12344), 5);
    EXPECT_EQ(byte(0x12345), 0);
    EXPECT_EQ(in(0x08), 0x04);
    EXPECT_EQ(in(0x08), 0x00) << "reading clears terminal count";
    EXPECT_EQ(read16(0x05), 0xffff);
    EXPECT_EQ(in(0x0f), 0x0f) << "the channel masked itself";
    EXPECT_EQ(dma.write_memory(2, pattern(1)).count, 0u);
}

TEST_F(I8257Test, GoesOnWhereItStopped)
{
    program(0x44, 0x2000, 6);
    EXPECT_FALSE(dma.write_memory(2, pattern(4)).tc);
    EXPECT_EQ(read16(0x04), 0x2004);
    EXPECT_EQ(read16(0x05), 1);
    EXPECT_TRUE(dma.write_memory(2, pattern(4)).tc);
    EXPECT_EQ(byte(0x2005), 2);
}

TEST_F(I8257Test, ReadsMemory)
{
    memory.write(0x3000, 0x44332211, 4);
    program(0x48, 0x3000, 4);
    std::vector<u8> to(4);
    EXPECT_TRUE(dma.read_memory(2, to).tc);
    EXPECT_EQ(to, (std::vector<u8>{0x11, 0x22, 0x33, 0x44}));
}

TEST_F(I8257Test, WrapsInsideIts64K)
{
    program(0x44, 0x1fffe, 4);
    dma.write_memory(2, pattern(4));
    EXPECT_EQ(byte(0x1ffff), 2);
    EXPECT_EQ(byte(0x10000), 3);
    EXPECT_EQ(byte(0x20000), 0);
}

TEST_F(I8257Test, DecrementAutoInitAndVerify)
{
    program(0x74, 0x4003, 4);
    EXPECT_TRUE(dma.write_memory(2, pattern(4)).tc);
    EXPECT_EQ(memory.read(0x4000, 4), 0x01020304u);
    EXPECT_EQ(read16(0x04), 0x4003) << "reloaded, and not masked:";
    EXPECT_EQ(in(0x0f), 0x0b);
    program(0x40, 0x4000, 2);
    EXPECT_TRUE(dma.write_memory(2, pattern(2)).tc);
    EXPECT_EQ(memory.read(0x4000, 4), 0x01020304u) << "verify leaves memory alone";
}

TEST_F(I8257Test, WordChannelAddressesWords)
{
    out(0xd6, 0x45);
    out(0xd8, 0);
    out(0xc4, 0x00), out(0xc4, 0x80); // word 8000 of page 1: 10000 + 0
    out(0x8b, 0x01);
    out(0xc6, 1), out(0xc6, 0);
    out(0xd4, 0x01);
    const auto r = dma.write_memory(5, pattern(7));
    EXPECT_EQ(r.count, 4u);
    EXPECT_TRUE(r.tc);
    EXPECT_EQ(memory.read(0x10000, 4), 0x04030201u);
    EXPECT_EQ(in(0xd0), 0x02);
}

TEST_F(I8257Test, DackTellsTheDeviceThatItsTurnHasCome)
{
    dma.dreq(2).set(1);
    EXPECT_EQ(dack2.level, 0);
    EXPECT_EQ(in(0x08), 0x40);
    program(0x44, 0x5000, 1);
    EXPECT_EQ(dack2.level, 1);
    out(0x08, 0x04); // controller off
    EXPECT_EQ(dack2.level, 0);
    out(0x08, 0x00);
    EXPECT_EQ(dack2.level, 1);
    dma.write_memory(2, pattern(1));
    EXPECT_EQ(dack2.level, 0);
}

TEST_F(I8257Test, MasterClear)
{
    program(0x44, 0x5000, 1);
    in(0x04);
    out(0x0d, 0);
    EXPECT_EQ(in(0x0f), 0x0f);
    EXPECT_EQ(in(0x04), 0x00) << "the flip-flop points at the low byte again";
    EXPECT_EQ(in(0x04), 0x50);
}

TEST_F(I8257Test, Snapshot)
{
    program(0x54, 0x12340, 100);
    dma.write_memory(2, pattern(3));
    in(0x04);
    Bench other;
    I8257Pair fresh(other.io, memory);
    snapshot_round_trip(dma, fresh);
    EXPECT_EQ(other.in(0x04), 0x23);
}

} // namespace
} // namespace tabpc
