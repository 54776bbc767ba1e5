// -vga std as a PCI device.
#include "hw/display/std_vga.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

struct StdBoard {
    StdBoard()
        : phys(ram), bus(io, phys), vram(*ram.allocate("vga.vram", StdVga::VRAM_SIZE)),
          card(bus, pci_devfn(2, 0), clock, vram, load_video_rom(ram, rom_image))
    {}
    u32 config(u8 at, int size) { return bus.config_read(u32(pci_devfn(2, 0)) << 8 | at, size); }
    void config(u8 at, u32 value, int size) { bus.config_write(u32(pci_devfn(2, 0)) << 8 | at, value, size); }
    void map()
    {
        config(0x10, 0xfd000000, 4);
        config(0x18, 0xfebf0000, 4);
        config(0x30, 0xfebe0001, 4);
        config(0x04, 3, 2);
    }

    const std::vector<u8> rom_image = std::vector<u8>(39936, 0x5a);
    VirtualClock clock;
    IoSpace io;
    RamList ram;
    PhysMap phys;
    PciBus bus;
    RamBlock& vram;
    StdVga card;
};

constexpr PhysAddr LFB = 0xfd000000, MMIO = 0xfebf0000, ROM = 0xfebe0000;

TEST(StdVga, ConfigurationSpace)
{
    StdBoard b;
    EXPECT_EQ(b.config(0x00, 4), 0x11111234u);
    EXPECT_EQ(b.config(0x08, 4) >> 8, 0x030000u);
    EXPECT_EQ(b.config(0x3d, 1), 0u);
    b.config(0x10, 0xffffffff, 4);
    EXPECT_EQ(b.config(0x10, 4), 0xff000008u);
    b.config(0x18, 0xffffffff, 4);
    EXPECT_EQ(b.config(0x18, 4), 0xfffff000u);
    b.config(0x30, 0xfffffffe, 4);
    EXPECT_EQ(b.config(0x30, 4), 0xffff0000u);
}

TEST(StdVga, FrameBufferAndRom)
{
    StdBoard b;
    b.map();
    b.phys.dma_store<u32>(LFB + 0x123454, 0xcafe);
    EXPECT_EQ(ld<u32>(b.vram.host + 0x123454), 0xcafeu);
    EXPECT_EQ(b.phys.read(ROM + 39935, 1), 0x5au);
    EXPECT_EQ(b.phys.read(ROM + 39936, 1), 0xffu);
}

// What a driver makes of the block: E-EDID 3.3 (header), 3.11 (checksum), 3.10.2 (the preferred timing).
TEST(StdVga, EdidNamesItsBestMode)
{
    StdBoard b;
    b.map();
    const auto byte = [&](u32 at) { return static_cast<u32>(b.phys.read(MMIO + at, 1)); };
    EXPECT_EQ(b.phys.read(MMIO, 4), 0xffffff00u);
    EXPECT_EQ(b.phys.read(MMIO + 4, 4), 0x00ffffffu);
    u32 sum = 0;
    for (u32 at = 0; at < 128; at++) sum += byte(at);
    EXPECT_EQ(sum & 0xff, 0u);

    const u32 timing = 54;
    const u32 width = byte(timing + 2) | (byte(timing + 4) >> 4) << 8, blank = byte(timing + 3);
    const u32 height = byte(timing + 5) | (byte(timing + 7) >> 4) << 8, blank_lines = byte(timing + 6);
    EXPECT_EQ(width, 1280u);
    EXPECT_EQ(height, 800u);
    const u32 hz =
        static_cast<u32>(b.phys.read(MMIO + timing, 2)) * 10000 / ((width + blank) * (height + blank_lines));
    EXPECT_EQ(hz, 59u); // and nine tenths
    std::string name;
    for (u32 at = 95; at < 108; at++) name += static_cast<char>(byte(at));
    EXPECT_EQ(name, "tabpc monitor");

    EXPECT_EQ(byte(126), 0u); // no extension
    EXPECT_EQ(b.phys.read(MMIO + 127, 2) >> 8, 0u);
    EXPECT_EQ(byte(0x3ff), 0u);
}

TEST(StdVga, RegistersInBar2)
{
    StdBoard b;
    b.map();
    EXPECT_EQ(b.phys.read(MMIO + 0x500, 2), 0xb0c5u);
    EXPECT_EQ(b.phys.read(MMIO + 0x514, 2), 256u);
    b.phys.write(MMIO + 0x502, 1280, 2);
    b.phys.write(MMIO + 0x504, 1024, 2);
    b.phys.write(MMIO + 0x506, 16, 2);
    b.phys.write(MMIO + 0x508, 0x41, 2);
    b.phys.write(MMIO + 0x400, 0x20, 1); // 3C0: screen on
    EXPECT_EQ(b.card.display().update().width, 1280u);
    EXPECT_EQ(b.card.display().update().height, 1024u);
    b.phys.write(MMIO + 0x402, 0x67, 1);
    EXPECT_EQ(b.phys.read(MMIO + 0x40c, 1), 0x67u);
    EXPECT_EQ(b.io.read(0x3cc, 1), 0x67u);
}

TEST(StdVga, ByteOrder)
{
    StdBoard b;
    b.map();
    EXPECT_EQ(b.phys.read(MMIO + 0x600, 4), 8u);
    EXPECT_EQ(b.phys.read(MMIO + 0x604, 4), 0x1e1e1e1eu);
    b.phys.write(MMIO + 0x604, 0xbebebebe, 4);
    EXPECT_EQ(b.phys.read(MMIO + 0x604, 4), 0xbebebebeu);
    b.phys.write(MMIO + 0x502, 640, 2);
    b.phys.write(MMIO + 0x504, 480, 2);
    b.phys.write(MMIO + 0x506, 32, 2);
    b.phys.write(MMIO + 0x508, 0x41, 2);
    b.phys.write(MMIO + 0x400, 0x20, 1);
    const u8 pixel[] = {0x00, 0x11, 0x22, 0x33};
    b.phys.dma_write(LFB, pixel);
    EXPECT_EQ(b.card.display().update().pixels[0], rgba(0x11, 0x22, 0x33));
}

TEST(StdVga, Snapshot)
{
    StdBoard b, fresh;
    b.map();
    b.io.write(0x3c2, 0x67, 1);
    snapshot_round_trip(b.card, fresh.card);
    EXPECT_EQ(fresh.phys.read(MMIO + 0x500, 2), 0xb0c5u);
}

TEST(StdVga, Reset)
{
    StdBoard b;
    b.map();
    b.io.write(0x3c2, 0x67, 1);
    b.card.reset();
    EXPECT_EQ(b.phys.read(LFB, 4), 0xffffffffu);
    EXPECT_EQ(b.config(0x10, 4), 0x00000008u) << "still prefetchable";
    EXPECT_EQ(b.io.read(0x3cc, 1), 0u);
}

} // namespace
} // namespace tabpc
