// Graphics modes as pixels: against what the guest drew, through the ports and the window.
#include "vga_board.h"

namespace tabpc {
namespace {

// FNV-1a over size and pixels: for pictures whose parts other tests have checked.
u64 checksum(const Surface& s)
{
    u64 h = 0xcbf29ce484222325;
    const auto add = [&](u32 v) { h = (h ^ v) * 0x100000001b3; };
    add(s.width);
    add(s.height);
    for (u32 p : s.pixels) add(p);
    return h;
}

TEST(ScanOut, BlankUntilAModeIsSet)
{
    VgaBoard b;
    const Surface& s = b.vga.update();
    EXPECT_EQ(s.width, 720u);
    EXPECT_EQ(s.height, 400u);
    EXPECT_EQ(s.pixels[0], rgba(0, 0, 0));
    EXPECT_EQ(b.damage(), (Damage{{0, 400}}));
    EXPECT_EQ(b.damage(), Damage{});
}

TEST(ScanOut, ScreenOffIsBlack)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    std::memset(b.vram.host, 5, 64000);
    EXPECT_EQ(b.vga.update().pixels[0], b.color(5));
    b.sr(1, 0x21);
    EXPECT_EQ(b.vga.update().pixels[0], rgba(0, 0, 0));
    b.sr(1, 0x01);
    EXPECT_EQ(b.vga.update().pixels[0], b.color(5));
}

// A pixel written in mode 13h goes from the CPU's page straight into video memory: no handler is called.
TEST(ScanOut, Mode13PixelWithoutACall)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    b.damage();
    u8* page = b.phys.page(0xa0000 + 320 * 100).write;
    ASSERT_NE(page, nullptr);
    const u32 at = 320 * 100 + 50;
    page[at & 0xfff] = 0x42;
    b.ram.written(b.vram.offset + at, 1); // what the CPU does for a page that the display has marked
    const Surface& s = b.vga.update();
    EXPECT_EQ(s.width, 640u);
    EXPECT_EQ(s.height, 400u);
    for (u32 y = 200; y < 202; y++)
        for (u32 x = 100; x < 102; x++) EXPECT_EQ(s.row(y)[x], b.color(0x42));
    EXPECT_NE(s.row(202)[100], b.color(0x42));
    EXPECT_NE(s.row(200)[102], b.color(0x42));
}

TEST(ScanOut, DamageIsTheLinesOfTheDirtyPage)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    b.damage();
    EXPECT_EQ(b.damage(), Damage{});
    b.write(0xa0000 + 4096 * 3, 1); // bytes 12288-16383: lines 38 to 51, each shown twice
    EXPECT_EQ(b.damage(), (Damage{{38 * 2, 14 * 2}}));
    EXPECT_EQ(b.damage(), Damage{});
    EXPECT_TRUE(b.ram.flags(b.vram.offset) & RamList::VGA_CLEAN);
}

TEST(ScanOut, TwoViewersSeeTheSameDamage)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    const u64 first = b.vga.update().generation, second = first;
    b.write(0xa0000, 1);
    const Surface& s = b.vga.update();
    EXPECT_TRUE(s.changed_since(first));
    b.vga.update();
    EXPECT_TRUE(s.changed_since(second));
    EXPECT_FALSE(s.changed_since(s.generation));
}

TEST(ScanOut, Mode12Planes)
{
    VgaBoard b;
    b.set_mode(MODE_12H);
    for (u8 p = 0; p < 4; p++) { // plane p is set in every pixel whose x has bit p
        b.sr(2, static_cast<u8>(1 << p));
        for (u32 at = 0; at < 80 * 480; at++) {
            u8 v = 0;
            for (u32 x = 0; x < 8; x++) v |= ((at * 8 + x) % 640 >> p & 1) << (7 - x);
            b.write(0xa0000 + at, v);
        }
    }
    const Surface& s = b.vga.update();
    ASSERT_EQ(s.width, 640u);
    ASSERT_EQ(s.height, 480u);
    for (u32 y : {0u, 1u, 255u, 479u})
        for (u32 x = 0; x < 640; x++) ASSERT_EQ(s.row(y)[x], b.color(EGA_PALETTE[x & 15])) << x << "," << y;
    b.ar(0x12, 0x07); // plane 3 is not shown
    EXPECT_EQ(b.vga.update().row(0)[15], b.color(EGA_PALETTE[7]));
    b.ar(0x12, 0x0f);
    b.ar(0x10, 0x81); // palette bits 5:4 from the colour select register
    b.ar(0x14, 0x05);
    EXPECT_EQ(b.vga.update().row(0)[15], b.color((EGA_PALETTE[15] & 15) | 0x50));
}

TEST(ScanOut, Mode12PanningAndStart)
{
    VgaBoard b;
    b.set_mode(MODE_12H);
    b.cr(0x13, 0x30); // 96 bytes a line
    b.sr(2, 0x0f);
    const auto value = [](u32 n) { return static_cast<u8>(n * 37 + (n >> 8)); };
    for (u32 n = 0; n < 0x10000; n++) b.write(0xa0000 + n, value(n));
    b.cr(0x0c, 0x01);
    b.cr(0x0d, 0x03);
    b.ar(0x13, 5);
    b.cr(0x18, 0x2c); // after line 300 the top of memory
    b.cr(0x11, 0);
    b.cr(0x07, 0x3e);
    b.cr(0x09, 0x00);
    b.ar(0x10, 0x21); // and without panning
    const Surface& s = b.vga.update();
    for (u32 y : {0u, 7u, 300u, 301u, 302u})
        for (u32 x = 0; x < 640; x++) {
            const u32 pixel = y <= 300 ? (0x103 + y * 96) * 8 + 5 + x : (y - 301) * 96 * 8 + x;
            const bool on = value(pixel / 8) >> (7 - pixel % 8) & 1;
            ASSERT_EQ(s.row(y)[x], b.color(EGA_PALETTE[on ? 15 : 0])) << x << "," << y;
        }
}

TEST(ScanOut, AddressesWrapRoundAt64K)
{
    VgaBoard b;
    b.set_mode(MODE_12H);
    b.sr(2, 0x0f);
    b.write(0xa0000, 0xff);
    b.write(0xaffff, 0x80);
    b.cr(0x0c, 0xff);
    b.cr(0x0d, 0xff);
    const Surface& s = b.vga.update();
    EXPECT_EQ(s.row(0)[0], b.color(EGA_PALETTE[15]));
    EXPECT_EQ(s.row(0)[1], b.color(EGA_PALETTE[0]));
    EXPECT_EQ(s.row(0)[8], b.color(EGA_PALETTE[15]));
    b.damage();
    b.write(0xa0000, 0x00); // still noticed
    EXPECT_EQ(b.vga.update().row(0)[8], b.color(EGA_PALETTE[0]));
}

TEST(ScanOut, Mode0DIsDoubledBothWays)
{
    VgaBoard b;
    b.set_mode(MODE_0DH);
    b.sr(2, 0x02);
    b.write(0xa0000 + 40 * 3 + 1, 0x80); // pixel 8 of line 3
    const Surface& s = b.vga.update();
    ASSERT_EQ(s.width, 640u);
    ASSERT_EQ(s.height, 400u);
    for (u32 y = 4; y < 10; y++)
        for (u32 x = 14; x < 20; x++)
            EXPECT_EQ(s.row(y)[x], b.color(y / 2 == 3 && x / 2 == 8 ? 2 : 0)) << x << "," << y;
}

TEST(ScanOut, Mode04IsTheCgas)
{
    VgaBoard b;
    b.set_mode(MODE_04H);
    const auto value = [](u32 at) { return static_cast<u8>(at * 29 + (at >> 5)); };
    for (u32 at = 0; at < 0x4000; at++) b.write(0xb8000 + at, value(at));
    const u32 palette[4] = {0, 0x13, 0x15, 0x17};
    const Surface& s = b.vga.update();
    ASSERT_EQ(s.width, 640u);
    ASSERT_EQ(s.height, 400u);
    for (u32 y = 0; y < 200; y++)
        for (u32 x = 0; x < 320; x++) { // odd lines 8 KiB further on, four pixels a byte
            const u32 at = (y & 1) * 0x2000 + (y / 2) * 80 + x / 4;
            const u32 v = value(at) >> (6 - 2 * (x & 3)) & 3;
            ASSERT_EQ(s.row(2 * y)[2 * x], b.color(palette[v])) << x << "," << y;
            ASSERT_EQ(s.row(2 * y + 1)[2 * x + 1], b.color(palette[v]));
        }
    b.damage();
    b.write(0xb8000 + 0x2000 + 80 * 50, 0xff); // line 101, in a page of 4 KiB that holds 1024 of its bytes
    EXPECT_FALSE(b.damage().empty());
}

TEST(ScanOut, ModeX)
{
    VgaBoard b;
    b.set_mode(MODE_X);
    const auto value = [](u32 x, u32 y) { return static_cast<u8>(x * 3 + y * 5); };
    for (u32 p = 0; p < 4; p++) {
        b.sr(2, static_cast<u8>(1 << p));
        for (u32 y = 0; y < 240; y++)
            for (u32 x = p; x < 320; x += 4) b.write(0xa0000 + y * 80 + x / 4, value(x, y));
    }
    const Surface& s = b.vga.update();
    ASSERT_EQ(s.width, 640u);
    ASSERT_EQ(s.height, 480u);
    for (u32 y = 0; y < 480; y++)
        for (u32 x = 0; x < 640; x++) ASSERT_EQ(s.row(y)[x], b.color(value(x / 2, y / 2))) << x << "," << y;

    b.cr(0x0c, 0x4b); // the second page, 19200 bytes on, is empty
    EXPECT_EQ(b.vga.update().row(100)[100], b.color(0));
    b.cr(0x0c, 0x00);
    b.ar(0x13, 0x02); // panned by one pixel
    EXPECT_EQ(b.vga.update().row(10)[10], b.color(value(6, 5)));
}

TEST(ScanOut, PaletteAndMask)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    std::memset(b.vram.host, 0x83, 64000);
    EXPECT_EQ(b.vga.update().pixels[0], b.color(0x83));
    b.out(0x3c6, 0x0f);
    EXPECT_EQ(b.vga.update().pixels[0], b.color(0x03));
    b.dac(0x03, 0x3f, 0x00, 0x20);
    EXPECT_EQ(b.vga.update().pixels[0], rgba(0xff, 0x00, 0x82));
}

// Whole pictures, so that no change of the scan-out goes unseen. When the sums were taken, random pictures of each of
// these modes equalled QEMU 7.2's screendumps, but for the DAC's widening to 8 bits and the ninth dot of characters B0-BF.
TEST(ScanOut, GoldenPictures)
{
    const auto picture = [](const VgaModeTable& mode) {
        VgaBoard b;
        b.set_mode(mode);
        for (u32 i = 0; i < b.vram.size; i++) b.vram.host[i] = static_cast<u8>((i * 2654435761u) >> 13);
        return checksum(b.vga.update());
    };
    EXPECT_EQ(picture(MODE_03H), 0x3a0b15cb739f2902u);
    EXPECT_EQ(picture(MODE_07H), 0xdce2625c143b5f15u);
    EXPECT_EQ(picture(MODE_04H), 0x52b0b54cffb7e471u);
    EXPECT_EQ(picture(MODE_0DH), 0x8c355c49a2a35d81u);
    EXPECT_EQ(picture(MODE_12H), 0x161a0978b5b889efu);
    EXPECT_EQ(picture(MODE_13H), 0xe3fc12487a8a9605u);
    EXPECT_EQ(picture(MODE_X), 0x01f48875e40faf4du);
}

} // namespace
} // namespace tabpc
