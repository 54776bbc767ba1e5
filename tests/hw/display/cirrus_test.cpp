// -vga cirrus: the GD5446's extensions and its PCI functions.
#include "hw/display/cirrus_vga.h"
#include "hw/display/std_vga.h"
#include "hw/snapshot_test.h"
#include "vga_board.h"

namespace tabpc {
namespace {

struct Gd5446Board : DisplayBoard<Gd5446> {
    Gd5446Board() : DisplayBoard(Gd5446::VRAM_SIZE) {}

    void hidden_dac(u8 value)
    {
        in(0x3c8);
        for (int i = 0; i < 4; i++) in(0x3c6);
        out(0x3c6, value);
    }
    // 640 x 480 with the mode-12h timing.
    void packed_mode(u8 sr7, u8 hdr, u32 line_bytes)
    {
        set_mode(MODE_12H);
        sr(6, 0x12);
        sr(7, sr7);
        sr(4, 0x0e);
        gr(5, 0x40);
        gr(0x0b, 0x20); // banks of 16 KiB
        cr(0x13, line_bytes / 8 & 0xff);
        cr(0x1b, 0x02 | (line_bytes / 8 >> 8 & 1) << 4);
        hidden_dac(hdr);
    }
};

TEST(Gd5446, ReadsAfterReset)
{
    Gd5446Board b;
    EXPECT_EQ(b.sr(0x06), 0x0f);
    EXPECT_EQ(b.sr(0x0f), 0x98);
    EXPECT_EQ(b.sr(0x15), 0x04);
    EXPECT_EQ(b.sr(0x17), 0x20);
    EXPECT_EQ(b.sr(0x1f), 0x2d);
    EXPECT_EQ(b.gr(0x18), 0x0f);
    EXPECT_EQ(b.gr(0x3a), 0xff);
    EXPECT_EQ(b.cr(0x27), 0xb8);
    EXPECT_EQ(b.io.read(0x1ce, 2), 0xffffu) << "no VBE ports";
}

TEST(Gd5446, UnlockKey)
{
    Gd5446Board b;
    b.sr(6, 0x92); // only bits 4 and 2:0 count
    EXPECT_EQ(b.sr(6), 0x12);
    b.sr(6, 0x00);
    EXPECT_EQ(b.sr(6), 0x0f);
}

TEST(Gd5446, HiddenDacAfterFourReads)
{
    Gd5446Board b;
    b.out(0x3c6, 0xff);
    b.hidden_dac(0xc1);
    EXPECT_EQ(b.in(0x3c6), 0xff);
    b.in(0x3c8); // starts again
    for (int i = 0; i < 4; i++) EXPECT_EQ(b.in(0x3c6), 0xff);
    EXPECT_EQ(b.in(0x3c6), 0xc1);
    EXPECT_EQ(b.in(0x3c6), 0xff);
}

TEST(Gd5446, PlainVgaModesWork)
{
    Gd5446Board b;
    b.set_mode(MODE_03H);
    b.write(0xb8000, 0x0741, 2);
    EXPECT_EQ(b.vga.text_screen().lines[0], "A");
    b.set_mode(MODE_13H);
    b.write(0xa0000, 0x42);
    EXPECT_EQ(b.vga.update().pixels[0], b.color(0x42));
}

TEST(Gd5446, PackedDepths)
{
    const struct {
        u8 sr7, hdr;
        u32 bytes, value, color;
    } depths[] = {
        {0x01, 0x00, 1, 0x2a, Gd5446Board::color(0x2a)},
        {0x07, 0xc0, 2, 0b0'11111'00000'10000, rgba(0xff, 0x00, 0x84)},
        {0x07, 0xc1, 2, 0b11111'100000'00001, rgba(0xff, 0x82, 0x08)},
        {0x05, 0xc5, 3, 0x123456, rgba(0x12, 0x34, 0x56)},
        {0x09, 0xc5, 4, 0x123456, rgba(0x12, 0x34, 0x56)},
    };
    for (const auto& d : depths) {
        Gd5446Board b;
        b.packed_mode(d.sr7, d.hdr, 640 * d.bytes);
        std::memcpy(b.vram.host + (479 * 640 + 11) * d.bytes, &d.value, d.bytes);
        const Surface& s = b.vga.update();
        ASSERT_EQ(s.width, 640u);
        ASSERT_EQ(s.height, 480u);
        EXPECT_EQ(s.row(479)[11], d.color);
        EXPECT_NE(s.row(479)[12], d.color);
    }
}

TEST(Gd5446, PackedModesIgnoreScreenOff)
{
    Gd5446Board b;
    b.packed_mode(0x01, 0x00, 640);
    b.vram.host[0] = 0x2a;
    b.sr(1, 0x21);
    EXPECT_EQ(b.vga.update().pixels[0], b.color(0x2a));
}

TEST(Gd5446, StartAddressHasTwentyBits)
{
    Gd5446Board b;
    b.packed_mode(0x01, 0x00, 640);
    const struct {
        u8 cr1b, cr1d, cr0c, cr0d;
        u32 start;
    } starts[] = {{0x02, 0, 0x12, 0x34, 0x1234},
                  {0x03, 0, 0, 0, 0x10000},
                  {0x06, 0, 0, 0, 0x20000},
                  {0x0a, 0, 0, 0, 0x40000},
                  {0x02, 0x80, 0, 0, 0x80000}};
    for (const auto& s : starts) {
        b.vram.host[4 * s.start] = 0x77;
        b.cr(0x1b, s.cr1b);
        b.cr(0x1d, s.cr1d);
        b.cr(0x0c, s.cr0c);
        b.cr(0x0d, s.cr0d);
        EXPECT_EQ(b.vga.update().pixels[0], b.color(0x77)) << std::hex << s.start;
        b.vram.host[4 * s.start] = 0;
    }
}

TEST(Gd5446, BanksAreMappedAsRam)
{
    Gd5446Board b;
    b.packed_mode(0x01, 0x00, 640);
    b.gr(0x09, 0x12); // x 16 KiB
    EXPECT_EQ(b.phys.page(0xa0000).write, b.vram.host + 0x12 * 0x4000);
    EXPECT_EQ(b.phys.page(0xa8000).write, b.vram.host + 0x14 * 0x4000);
    b.gr(0x0b, 0x21); // two banks
    b.gr(0x0a, 0x03);
    EXPECT_EQ(b.phys.page(0xa0000).write, b.vram.host + 0x12 * 0x4000);
    EXPECT_EQ(b.phys.page(0xa8000).write, b.vram.host + 0x03 * 0x4000);
    EXPECT_EQ(b.phys.page(0xaf000).write, b.vram.host + 0x03 * 0x4000 + 0x7000);
    b.gr(0x0b, 0x20);
    b.gr(0x09, 0xff); // the last bank: 16 KiB to the end of memory, then its beginning
    b.vram.host[0] = 0x5a;
    EXPECT_EQ(b.read(0xa4000), 0x5a);
    b.gr(0x09, 0x12);
    b.gr(0x0b, 0x00); // 4 KiB
    EXPECT_EQ(b.phys.page(0xa0000).write, b.vram.host + 0x12 * 0x1000);
}

TEST(Gd5446, WriteModesFourAndFive)
{
    Gd5446Board b;
    b.packed_mode(0x01, 0x00, 640);
    std::memset(b.vram.host, 0x11, 64);
    b.gr(0x0b, 0x26); // extended write modes, eight pixels an address
    b.gr(0x05, 0x44);
    b.gr(0x00, 0xb0);
    b.gr(0x01, 0xf0);
    EXPECT_EQ(b.phys.page(0xa0000).write, nullptr);
    b.write(0xa0001, 0b10000001);
    for (u32 i = 0; i < 8; i++) EXPECT_EQ(b.vram.host[8 + i], i == 0 || i == 7 ? 0xf0 : 0x11) << i;
    b.gr(0x05, 0x45);
    b.write(0xa0001, 0b01000000);
    for (u32 i = 0; i < 8; i++) EXPECT_EQ(b.vram.host[8 + i], i == 1 ? 0xf0 : 0xb0) << i;
    EXPECT_EQ(b.vram.host[16], 0x11);

    b.gr(0x0b, 0x36); // two bytes a pixel
    b.gr(0x10, 0xb1);
    b.gr(0x11, 0xf1);
    b.write(0xa0001, 0b00100000);
    for (u32 i = 0; i < 8; i++) EXPECT_EQ(ld<u16>(b.vram.host + 16 + 2 * i), i == 2 ? 0xf1f0 : 0xb1b0) << i;
}

TEST(Gd5446, HardwareCursor)
{
    Gd5446Board b;
    b.packed_mode(0x09, 0xc5, 640 * 4);
    std::memset(b.vram.host, 0x20, 640 * 480 * 4);
    u8* pattern = b.vram.host + b.vram.size - 0x4000 + 5 * 256;
    pattern[4 * 2] = 0b1010'0000; // row 2: inverted, color 0, color 1, transparent
    pattern[128 + 4 * 2] = 0b0110'0000;
    b.sr(0x12, 0x02); // the palette is the cursor's
    b.dac(0x00, 63, 0, 0);
    b.dac(0x0f, 0, 63, 0);
    b.sr(0x13, 5);
    b.sr(0x12, 0x01);
    b.sr(0x10 | 3 << 5, 100 >> 3); // x = 99 + 4
    b.sr(0x11 | 1 << 5, 200 >> 3);
    const u32 x = (100 >> 3 << 3) + 3, y = 201;
    b.damage();
    const Surface& s = b.vga.update();
    EXPECT_EQ(s.row(y + 2)[x], rgba(0xdf, 0xdf, 0xdf));
    EXPECT_EQ(s.row(y + 2)[x + 1], rgba(0xff, 0, 0));
    EXPECT_EQ(s.row(y + 2)[x + 2], rgba(0, 0xff, 0));
    EXPECT_EQ(s.row(y + 2)[x + 3], rgba(0x20, 0x20, 0x20));
    EXPECT_EQ(b.damage(), Damage{});
    b.sr(0x11, 300 >> 3); // it moves: the rows it left and those it covers
    EXPECT_EQ(b.damage(), (Damage{{201, 32}, {296, 32}}));
    EXPECT_EQ(b.vga.update().row(y + 2)[x], rgba(0x20, 0x20, 0x20));
    EXPECT_EQ(b.vga.update().row(296 + 2)[x + 1], rgba(0xff, 0, 0));
}

TEST(Gd5446, BlitterRegistersAtB8000AndIdle)
{
    Gd5446Board b;
    b.packed_mode(0x01, 0x00, 640);
    EXPECT_EQ(b.read(0xb8040), 0xff);
    b.sr(0x17, 0x24);
    b.write(0xb8008, 0x1234, 2);
    EXPECT_EQ(b.gr(0x20), 0x34);
    EXPECT_EQ(b.gr(0x21), 0x12);
    b.write(0xb8040, 0x02); // start
    EXPECT_EQ(b.read(0xb8040) & 0x01, 0);
    b.sr(0x17, 0x20);
    EXPECT_EQ(b.read(0xb8008), 0xff);
}

TEST(Gd5446, Snapshot)
{
    Gd5446Board b, fresh;
    b.packed_mode(0x07, 0xc1, 1280);
    b.gr(0x09, 7);
    snapshot_round_trip(b.vga, fresh.vga);
    EXPECT_EQ(fresh.vga.update().pixels, b.vga.update().pixels);
    EXPECT_EQ(fresh.phys.page(0xa0000).write, fresh.vram.host + 7 * 0x4000);
}

TEST(CirrusVga, Pci)
{
    VirtualClock clock;
    IoSpace io;
    RamList ram;
    PhysMap phys(ram);
    PciBus bus(io, phys);
    RamBlock& vram = *ram.allocate("vga.vram", Gd5446::VRAM_SIZE);
    CirrusVga card(bus, pci_devfn(2, 0), clock, vram, load_video_rom(ram, std::vector<u8>(39424, 0x5a)));
    const auto config = [&](u8 at, u32 value) { bus.config_write(u32(pci_devfn(2, 0)) << 8 | at, value, 4); };
    const auto read = [&](u8 at) { return bus.config_read(u32(pci_devfn(2, 0)) << 8 | at, 4); };
    EXPECT_EQ(read(0x00), 0x00b81013u);
    EXPECT_EQ(read(0x08), 0x03000000u);
    config(0x10, 0xffffffff);
    config(0x14, 0xffffffff);
    EXPECT_EQ(read(0x10), 0xfe000008u);
    EXPECT_EQ(read(0x14), 0xfffff000u);
    config(0x10, 0xfc000000);
    config(0x14, 0xfebf0000);
    config(0x04, 3);
    EXPECT_EQ(phys.page(0xfc001000).write, vram.host + 0x1000);
    phys.write(0xfc000000 + Gd5446::VRAM_SIZE + 5, 0x99, 1); // repeated
    EXPECT_EQ(vram.host[5], 0x99);
    phys.write(0xfebf0002, 0x67, 1); // port 3C2
    EXPECT_EQ(io.read(0x3cc, 1), 0x67u);

    io.write(0x3c4, 0x0107, 2);
    io.write(0x3ce, 0x040b, 2);
    io.write(0x3ce, 0x0405, 2); // write mode 4: the frame buffer is not plain memory
    EXPECT_EQ(phys.page(0xfc001000).write, nullptr);
    io.write(0x3ce, 0xee01, 2);
    phys.write(0xfc000100, 0x80, 1);
    EXPECT_EQ(vram.host[0x100], 0xee);
    io.write(0x3ce, 0x0005, 2);
    EXPECT_EQ(phys.page(0xfc001000).write, vram.host + 0x1000);

    config(0x10, 0xf0000000);
    EXPECT_EQ(phys.page(0xf0001000).write, vram.host + 0x1000);
    EXPECT_EQ(phys.page(0xfc001000).write, nullptr);
    const std::vector<u8> state = save(card);
    card.reset();
    EXPECT_EQ(phys.page(0xf0001000).write, nullptr);
    EXPECT_EQ(read(0x10), 0x00000008u);
    Archive ar = Archive::loader(state);
    card.serialize(ar);
    EXPECT_TRUE(ar.ok()) << ar.error();
    EXPECT_EQ(phys.page(0xf0001000).write, vram.host + 0x1000);
}

} // namespace
} // namespace tabpc
