// The VBE registers and their modes.
#include "hw/snapshot_test.h"
#include "vga_board.h"

namespace tabpc {
namespace {

enum Dispi : u16 {
    ID,
    XRES,
    YRES,
    BPP,
    ENABLE,
    BANK,
    VIRT_WIDTH,
    VIRT_HEIGHT,
    X_OFFSET,
    Y_OFFSET,
    VIDEO_MEMORY_64K
};

TEST(BochsVga, Identity)
{
    BochsBoard b;
    b.vga.reset();
    EXPECT_EQ(b.dispi(ID), 0xb0c5);
    b.dispi(ID, 0xb0c0);
    EXPECT_EQ(b.dispi(ID), 0xb0c0);
    b.dispi(ID, 0x1234);
    EXPECT_EQ(b.dispi(ID), 0xb0c0);
    EXPECT_EQ(b.dispi(VIDEO_MEMORY_64K), 256);
    b.dispi(ENABLE, 0x02); // the limits
    EXPECT_EQ(b.dispi(XRES), 16000);
    EXPECT_EQ(b.dispi(YRES), 12000);
    EXPECT_EQ(b.dispi(BPP), 32);
    b.dispi(ENABLE, 0x00);
    EXPECT_EQ(b.dispi(XRES), 0);
}

TEST(BochsVga, GeometryFitsMemory)
{
    BochsBoard b;
    b.vbe_mode(1920, 1080, 32);
    EXPECT_EQ(b.dispi(XRES), 1920);
    EXPECT_EQ(b.dispi(YRES), 1080);
    EXPECT_EQ(b.dispi(VIRT_WIDTH), 1920);
    EXPECT_EQ(b.dispi(VIRT_HEIGHT), (16 << 20) / (1920 * 4));
    b.dispi(Y_OFFSET, 5000);
    EXPECT_EQ(b.dispi(Y_OFFSET), (16 << 20) / (1920 * 4) - 1080);
    b.dispi(VIRT_WIDTH, 2048);
    EXPECT_EQ(b.dispi(VIRT_HEIGHT), 2048);
    b.dispi(X_OFFSET, 999);
    EXPECT_EQ(b.dispi(X_OFFSET), 128);
    b.dispi(BPP, 7); // there is no such depth
    EXPECT_EQ(b.dispi(BPP), 32);
    b.vbe_mode(16000, 12000, 32); // more than there is memory
    EXPECT_EQ(b.dispi(YRES), (16 << 20) / (16000 * 4));
    const Surface& s = b.vga.update();
    EXPECT_EQ(s.width, 16000u);
    EXPECT_EQ(s.height, 262u);
}

TEST(BochsVga, EnablingClearsUnlessAsked)
{
    BochsBoard b;
    b.vram.host[100] = 1;
    b.vbe_mode(640, 480, 8, 0xc1);
    EXPECT_EQ(b.vram.host[100], 1);
    b.vbe_mode(640, 480, 8, 0x41);
    EXPECT_EQ(b.vram.host[100], 0);
}

// Each depth shows the colour a driver of that depth wrote.
TEST(BochsVga, Depths)
{
    const struct {
        u16 bpp;
        u32 bytes, value, color;
    } depths[] = {
        {8, 1, 0x2a, BochsBoard::color(0x2a)},
        {15, 2, 0b0'11111'00000'10000, rgba(0xff, 0x00, 0x84)},
        {16, 2, 0b11111'100000'00001, rgba(0xff, 0x82, 0x08)},
        {24, 3, 0x123456, rgba(0x12, 0x34, 0x56)},
        {32, 4, 0xff123456, rgba(0x12, 0x34, 0x56)},
    };
    for (const auto& d : depths) {
        BochsBoard b;
        b.set_mode(MODE_03H); // for the colours
        b.vbe_mode(800, 600, d.bpp);
        const u32 at = (37 * 800 + 11) * d.bytes;
        std::memcpy(b.vram.host + at, &d.value, d.bytes);
        const Surface& s = b.vga.update();
        ASSERT_EQ(s.width, 800u);
        ASSERT_EQ(s.height, 600u);
        EXPECT_EQ(s.row(37)[11], d.color) << d.bpp;
        EXPECT_NE(s.row(37)[10], d.color);
        EXPECT_NE(s.row(37)[12], d.color);
        EXPECT_TRUE(b.vga.text_screen().lines.empty());
    }
}

TEST(BochsVga, EightBitDac)
{
    BochsBoard b;
    b.vbe_mode(640, 480, 8, 0x61);
    b.dac(7, 0xff, 0x81, 0x02);
    std::memset(b.vram.host, 7, 100);
    EXPECT_EQ(b.vga.update().pixels[0], rgba(0xff, 0x81, 0x02));
    b.out(0x3c7, 7);
    EXPECT_EQ(b.in(0x3c9), 0xff);
}

TEST(BochsVga, BanksAreMappedAsRam)
{
    BochsBoard b;
    b.set_mode(MODE_12H);
    b.vbe_mode(640, 480, 8);
    for (u32 bank : {0u, 1u, 4u, 255u}) {
        b.dispi(BANK, static_cast<u16>(bank));
        EXPECT_EQ(b.dispi(BANK), bank);
        ASSERT_EQ(b.phys.page(0xa0000).write, b.vram.host + bank * 0x10000);
        ASSERT_EQ(b.phys.page(0xaf000).write, b.vram.host + bank * 0x10000 + 0xf000);
    }
    b.dispi(BANK, 4);
    b.damage();
    b.write(0xa0000 + 5, 0x33);
    EXPECT_EQ(b.vga.update().row(0x40005 / 640)[0x40005 % 640], b.color(0x33));
    b.dispi(ENABLE, 0); // the VGA's mode 12h is back
    EXPECT_EQ(b.phys.page(0xa0000).write, nullptr);
    EXPECT_EQ(b.vga.update().width, 640u);
}

TEST(BochsVga, OffsetsAndVirtualWidth)
{
    BochsBoard b;
    b.vbe_mode(640, 480, 32);
    b.dispi(VIRT_WIDTH, 1024);
    b.dispi(X_OFFSET, 3);
    b.dispi(Y_OFFSET, 100);
    st<u32>(b.vram.host + (100 * 1024 + 3) * 4, 0x112233);
    st<u32>(b.vram.host + (101 * 1024 + 4) * 4, 0x445566);
    const Surface& s = b.vga.update();
    EXPECT_EQ(s.row(0)[0], rgba(0x11, 0x22, 0x33));
    EXPECT_EQ(s.row(1)[1], rgba(0x44, 0x55, 0x66));
}

TEST(BochsVga, PlanarFourBits)
{
    BochsBoard b;
    b.set_mode(MODE_12H);
    b.vbe_mode(1024, 768, 4);
    b.sr(2, 0x05);
    b.dispi(BANK, 1); // 64 KiB of each plane
    b.write(0xa0000 + 3, 0x40);
    const u32 pixel = (0x10000 + 3) * 8 + 1;
    const Surface& s = b.vga.update();
    ASSERT_EQ(s.width, 1024u);
    EXPECT_EQ(s.row(pixel / 1024)[pixel % 1024], b.color(EGA_PALETTE[5]));
    EXPECT_EQ(s.row(pixel / 1024)[pixel % 1024 + 1], b.color(EGA_PALETTE[0]));
}

TEST(BochsVga, DamageOfABigScreen)
{
    BochsBoard b;
    b.vbe_mode(1024, 768, 32); // a line is a page
    b.damage();
    EXPECT_EQ(b.damage(), Damage{});
    b.ram.written(b.vram.offset + 4096 * 500 + 8, 4);
    b.ram.written(b.vram.offset + 4096 * 502 - 2, 4);
    EXPECT_EQ(b.damage(), (Damage{{500, 3}}));
}

TEST(BochsVga, Snapshot)
{
    BochsBoard b, fresh;
    b.set_mode(MODE_13H);
    b.vbe_mode(800, 600, 16);
    b.dispi(BANK, 3);
    snapshot_round_trip(b.vga, fresh.vga);
    EXPECT_EQ(fresh.phys.page(0xa0000).write, fresh.vram.host + 0x30000);
    EXPECT_EQ(fresh.vga.update().width, 800u);
}

} // namespace
} // namespace tabpc
