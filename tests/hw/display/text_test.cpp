// Text modes: the characters, the cursor, and their pixels.
#include "vga_board.h"

namespace tabpc {
namespace {

struct TextBoard : VgaBoard {
    explicit TextBoard(const VgaModeTable& mode = MODE_03H)
    {
        set_mode(mode);
        base = mode.gr[6] == 0x0a ? 0xb0000 : 0xb8000;
        for (u32 i = 0; i < 80 * 25; i++) put(i, ' ', 0x07);
        // A font in which line n of character c is c rotated by n.
        for (u32 c = 0; c < 256; c++)
            for (u32 line = 0; line < 32; line++) vram.host[4 * (c * 32 + line) + 2] = glyph(c, line);
        damage();
    }
    static u8 glyph(u32 c, u32 line)
    {
        return c == ' ' ? 0 : static_cast<u8>(c << (line & 7) | c >> (8 - (line & 7)));
    }
    void put(u32 cell, u32 character, u32 attribute)
    {
        write(base + 2 * cell, character | attribute << 8, 2);
    }
    void print(u32 cell, std::string_view s)
    {
        for (char c : s) put(cell++, static_cast<u8>(c), 0x07);
    }
    void cursor(u32 cell)
    {
        cr(0x0e, cell >> 8 & 0xff);
        cr(0x0f, cell & 0xff);
    }
    u32 pixel(u32 x, u32 y) { return vga.update().row(y)[x]; }
    u32 attribute_color(u32 i) { return color(EGA_PALETTE[i]); }

    PhysAddr base;
};

TEST(Text, LinesAreUtf8AndTrimmed)
{
    TextBoard b;
    b.print(0, "C:\\>dir  ");
    b.print(80 * 24 + 70, "0123456789");
    b.put(80, 0xc9, 7);
    b.put(81, 0xcd, 7);
    b.put(82, 0x81, 7);
    b.put(83, 0x03, 7);
    b.put(160, 0x00, 7);
    b.cursor(80 * 2 + 5);
    const TextScreen t = b.vga.text_screen();
    ASSERT_EQ(t.lines.size(), 25u);
    EXPECT_EQ(t.columns, 80u);
    EXPECT_EQ(t.lines[0], "C:\\>dir");
    EXPECT_EQ(t.lines[1], "\u2554\u2550\u00fc\u2665");
    EXPECT_EQ(t.lines[2], "");
    EXPECT_EQ(t.lines[24], std::string(70, ' ') + "0123456789");
    EXPECT_TRUE(t.cursor.visible);
    EXPECT_EQ(t.cursor.row, 2u);
    EXPECT_EQ(t.cursor.column, 5u);
}

TEST(Text, CursorOffAndOutside)
{
    TextBoard b;
    b.cursor(7);
    b.cr(0x0a, 0x2d);
    EXPECT_FALSE(b.vga.text_screen().cursor.visible);
    EXPECT_EQ(b.vga.text_screen().cursor.column, 7u);
    b.cr(0x0a, 0x0d);
    b.cursor(80 * 25);
    EXPECT_FALSE(b.vga.text_screen().cursor.visible);
}

TEST(Text, StartAddressScrolls)
{
    TextBoard b;
    b.print(80, "second");
    b.cr(0x0d, 80);
    EXPECT_EQ(b.vga.text_screen().lines[0], "second");
}

TEST(Text, NoneInGraphicsOrBlank)
{
    TextBoard b;
    b.out(0x3c2, 0x67);
    b.in(0x3da);
    b.out(0x3c0, 0x00); // the palette to the CPU: the screen is off
    EXPECT_TRUE(b.vga.text_screen().lines.empty());
    b.set_mode(MODE_13H);
    EXPECT_TRUE(b.vga.text_screen().lines.empty());
}

TEST(Text, CellPixels)
{
    TextBoard b;
    b.cursor(80 * 25);
    b.put(80 * 3 + 10, 0x4b, 0x2e);
    const Surface& s = b.vga.update();
    ASSERT_EQ(s.width, 720u);
    ASSERT_EQ(s.height, 400u);
    for (u32 y = 0; y < 16; y++)
        for (u32 x = 0; x < 9; x++) {
            const bool on = x < 8 && (b.glyph(0x4b, y) >> (7 - x) & 1);
            ASSERT_EQ(s.row(48 + y)[90 + x], b.attribute_color(on ? 14 : 2)) << x << "," << y;
        }
}

TEST(Text, NinthDotOfLineGraphics)
{
    TextBoard b;
    for (u32 c : {0xbfu, 0xc0u, 0xdfu, 0xe0u}) {
        for (u32 line = 0; line < 16; line++) b.vram.host[4 * (c * 32 + line) + 2] = 0x01;
        b.put(0, c, 0x07);
        EXPECT_EQ(b.pixel(8, 0) == b.attribute_color(7), c == 0xc0 || c == 0xdf) << std::hex << c;
    }
    b.ar(0x10, 0x08); // line graphics off
    b.put(0, 0xc0, 0x07);
    EXPECT_EQ(b.pixel(8, 0), b.attribute_color(0));
}

TEST(Text, CursorShapeAndBlink)
{
    TextBoard b;
    b.cursor(0);
    const i64 frame = 1'000'000'000 * i64(900 * 449) / 28'322'000 + 1;
    for (u32 y = 0; y < 16; y++) EXPECT_EQ(b.pixel(0, y), b.attribute_color(y == 13 || y == 14 ? 7 : 0)) << y;
    b.clock.set_now(8 * frame); // off after 8 frames, on again after 16
    EXPECT_EQ(b.pixel(0, 13), b.attribute_color(0));
    EXPECT_EQ(b.damage(), (Damage{{0, 16}}));
    b.clock.set_now(16 * frame);
    EXPECT_EQ(b.pixel(0, 13), b.attribute_color(7));
}

TEST(Text, BlinkingOrBrightBackground)
{
    TextBoard b;
    const i64 frame = 1'000'000'000 * i64(900 * 449) / 28'322'000 + 1;
    b.put(1, 0xff, 0xc7); // glyph FF is solid
    EXPECT_EQ(b.pixel(9, 0), b.attribute_color(7));
    EXPECT_EQ(b.pixel(17, 0), b.attribute_color(4));
    b.clock.set_now(16 * frame);
    EXPECT_EQ(b.pixel(9, 0), b.attribute_color(4)) << "the character is hidden";
    b.ar(0x10, 0x04);
    EXPECT_EQ(b.pixel(9, 0), b.attribute_color(7));
    EXPECT_EQ(b.pixel(17, 0), b.attribute_color(12));
}

TEST(Text, UnderlineInMonochrome)
{
    TextBoard b(MODE_07H);
    b.cursor(80 * 25);
    b.put(0, ' ', 0x01);
    b.put(1, ' ', 0x07);
    EXPECT_EQ(b.pixel(0, 15), b.color(0x08));
    EXPECT_EQ(b.pixel(8, 15), b.color(0x08)) << "nine dots wide";
    EXPECT_EQ(b.pixel(0, 14), b.color(0x00));
    EXPECT_EQ(b.pixel(9, 15), b.color(0x00));
}

TEST(Text, SecondFontByAttributeBit3)
{
    TextBoard b;
    for (u32 line = 0; line < 16; line++) b.vram.host[4 * (0x4000 + 'A' * 32 + line) + 2] = 0xff; // map 1
    b.sr(3, 0x04); // attribute bit 3 set: map 1; clear: map 0
    b.put(0, 'A', 0x0f);
    b.put(1, 'A', 0x07);
    EXPECT_EQ(b.pixel(7, 1), b.attribute_color(15));
    EXPECT_EQ(b.pixel(9 + 7, 1), b.attribute_color(b.glyph('A', 1) & 1 ? 7 : 0));
}

TEST(Text, OnlyWhatChangesIsDrawn)
{
    TextBoard b;
    b.cursor(80 * 25);
    b.damage();
    EXPECT_EQ(b.damage(), Damage{});
    b.put(80 * 7, 'x', 0x07);
    b.put(80 * 20 + 79, 'y', 0x07);
    EXPECT_EQ(b.damage(), (Damage{{7 * 16, 16}, {20 * 16, 16}}));
    b.vram.host[4 * ('x' * 32) + 2] ^= 1; // a new font: everything
    EXPECT_EQ(b.damage(), (Damage{{0, 400}}));
    b.dac(7, 1, 2, 3);
    EXPECT_EQ(b.damage(), (Damage{{0, 400}}));
}

TEST(Text, SmoothScrolling)
{
    TextBoard b;
    b.cursor(80 * 25);
    for (u32 i = 0; i < 80 * 30; i++) b.put(i, 0x21 + i % 90, 0x07);
    const std::vector<u32> still = b.vga.update().pixels;
    b.cr(0x08, 5);    // five lines up
    b.ar(0x13, 0x02); // three dots to the left
    const Surface& moved = b.vga.update();
    for (u32 y = 0; y < 400 - 5; y++)
        for (u32 x = 0; x < 720 - 3; x++)
            ASSERT_EQ(moved.row(y)[x], still[(y + 5) * 720 + x + 3]) << x << "," << y;
    EXPECT_EQ(b.vga.text_screen().lines.size(), 26u);
}

TEST(Text, SplitScreen)
{
    TextBoard b;
    for (u32 i = 0; i < 80 * 50; i++) b.put(i, i < 80 * 25 ? 'a' : 'b', 0x07);
    b.cr(0x0c, 80 * 25 >> 8);
    b.cr(0x0d, 80 * 25 & 0xff);
    b.cr(0x18, 16 * 10 - 1); // after line 159 from address 0
    b.cr(0x07, 0x0f);
    b.cr(0x09, 0x0f);
    const TextScreen t = b.vga.text_screen();
    ASSERT_EQ(t.lines.size(), 25u);
    EXPECT_EQ(t.lines[9][0], 'b');
    EXPECT_EQ(t.lines[10][0], 'a');
}

} // namespace
} // namespace tabpc
