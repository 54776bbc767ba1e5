// The window at A0000: the graphics controller against a plain model of it, the four windows, chains, and mapping as RAM.
#include "vga_board.h"
#include <random>

namespace tabpc {
namespace {

// Written from the IBM VGA Technical Reference, a plane and a bit at a time.
struct Model {
    u8 plane[4][0x10000] = {};
    u8 latch[4] = {};
    u8 sr[5] = {}, gr[9] = {};

    void address(u32 at, bool writing, u32& offset, u8& planes)
    {
        const bool odd_even = writing ? !(sr[4] & 4) : gr[5] & 0x10;
        planes = 15;
        offset = at;
        if (sr[4] & 8) {
            planes = 1 << (at & 3);
            offset = at / 4;
            return;
        }
        if (gr[6] & 2) offset = at & 0xfffe;
        if (odd_even) planes = at & 1 ? 0xa : 0x5;
    }
    void write(u32 at, u8 value)
    {
        u32 offset;
        u8 planes;
        address(at, true, offset, planes);
        u8 rotated = value;
        for (int i = 0; i < (gr[3] & 7); i++) rotated = static_cast<u8>(rotated >> 1 | (rotated & 1) << 7);
        for (int p = 0; p < 4; p++) {
            if (!((sr[2] & planes) >> p & 1)) continue;
            u8 result = 0;
            for (int i = 0; i < 8; i++) {
                const bool old = latch[p] >> i & 1, set_reset = gr[0] >> p & 1;
                bool data = false, masked = gr[8] >> i & 1;
                switch (gr[5] & 3) {
                case 0: data = gr[1] >> p & 1 ? set_reset : rotated >> i & 1; break;
                case 1: result |= old << i; continue;
                case 2: data = value >> p & 1; break;
                case 3:
                    data = set_reset;
                    masked = masked && (rotated >> i & 1);
                    break;
                }
                const bool functions[4] = {data, data && old, data || old, data != old};
                result |= (masked ? functions[gr[3] >> 3 & 3] : old) << i;
            }
            plane[p][offset] = result;
        }
    }
    u8 read(u32 at)
    {
        u32 offset;
        u8 planes;
        address(at, false, offset, planes);
        for (int p = 0; p < 4; p++) latch[p] = plane[p][offset];
        if (gr[5] & 8) {
            u8 result = 0;
            for (int i = 0; i < 8; i++) {
                bool equal = true;
                for (int p = 0; p < 4; p++)
                    if (gr[7] >> p & 1) equal = equal && (latch[p] >> i & 1) == (gr[2] >> p & 1);
                result |= equal << i;
            }
            return result;
        }
        int p = gr[4] & 3;
        if (sr[4] & 8) p = at & 3;
        else if (gr[5] & 0x10) p = (p & 2) | (at & 1);
        return latch[p];
    }
};

TEST(VgaMemory, AgreesWithTheModelInEveryMode)
{
    VgaBoard b;
    auto model = std::make_unique<Model>();
    std::mt19937 random(1);
    b.set_mode(MODE_12H);
    b.gr(6, 0x05);
    for (u8 i = 0; i < 9; i++) model->gr[i] = b.gr(i);
    for (u8 i = 0; i < 5; i++) model->sr[i] = b.sr(i);
    for (int step = 0; step < 200'000; step++) {
        const u32 at = random() % 64 + (random() & 1 ? 0xffc0 : 0);
        switch (random() % 8) {
        case 0: {
            const u8 i = random() % 9, masks[] = {15, 15, 15, 31, 3, 0x1b, 2, 15, 255};
            u8 v = static_cast<u8>(random() & masks[i]);
            if (i == 6) v |= 5; // the 64 KiB window
            b.gr(i, v);
            model->gr[i] = v;
            break;
        }
        case 1: {
            const u8 i = random() & 1 ? 2 : 4;
            const u8 v = static_cast<u8>(random() & (i == 2 ? 15 : 14));
            b.sr(i, v);
            model->sr[i] = v;
            break;
        }
        case 2:
        case 3:
        case 4: {
            // While the window is RAM a read leaves the latches alone; then no write of this mode uses them.
            const bool linear = b.phys.page(0xa0000).write != nullptr;
            u8 latch[4];
            std::copy(model->latch, model->latch + 4, latch);
            ASSERT_EQ(b.read(0xa0000 + at), model->read(at)) << "step " << step;
            if (linear) std::copy(latch, latch + 4, model->latch);
            break;
        }
        default: {
            const u8 v = static_cast<u8>(random());
            b.write(0xa0000 + at, v);
            model->write(at, v);
        }
        }
    }
    for (u32 n = 0; n < 0x10000; n++)
        for (u32 p = 0; p < 4; p++)
            ASSERT_EQ(b.vram.host[4 * n + p], model->plane[p][n]) << "plane " << p << " byte " << n;
}

TEST(VgaMemory, FourWindows)
{
    VgaBoard b;
    b.set_mode(MODE_12H);
    const struct {
        u8 gr6;
        PhysAddr first, last;
    } windows[] = {{0x01, 0xa0000, 0xbffff},
                   {0x05, 0xa0000, 0xaffff},
                   {0x09, 0xb0000, 0xb7fff},
                   {0x0d, 0xb8000, 0xbffff}};
    for (const auto& w : windows) {
        b.gr(6, w.gr6);
        b.write(w.first, 0x5a);
        EXPECT_EQ(b.vram.host[0], 0x5a);
        b.write(w.first, 0x00);
        for (PhysAddr at : {PhysAddr(0xa0000), PhysAddr(0xaffff), PhysAddr(0xb0000), PhysAddr(0xb7fff),
                            PhysAddr(0xb8000), PhysAddr(0xbffff)})
            EXPECT_EQ(b.read(at), at >= w.first && at <= w.last ? 0x00 : 0xff)
                << std::hex << at << " GR6 " << int(w.gr6);
    }
    b.out(0x3c2, 0xe1); // RAM off
    EXPECT_EQ(b.read(0xb8000), 0xff);
}

TEST(VgaMemory, TextIsCharacterAndAttribute)
{
    VgaBoard b;
    b.set_mode(MODE_03H);
    b.write(0xb8000, 0x0741, 2);
    b.write(0xb8002, 0x42);
    b.write(0xb8003, 0x1f);
    b.write(0xb8005, 0x2e43, 2); // unaligned: an attribute and the next character
    EXPECT_EQ(b.vram.host[0], 0x41);
    EXPECT_EQ(b.vram.host[1], 0x07);
    EXPECT_EQ(b.vram.host[4 * 2 + 0], 0x42);
    EXPECT_EQ(b.vram.host[4 * 2 + 1], 0x1f);
    EXPECT_EQ(b.phys.read(0xb8000, 4), 0x1f420741u);
    EXPECT_EQ(b.phys.read(0xb8005, 2), 0x2e43u);
}

TEST(VgaMemory, Mode13IsRam)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    const PhysMap::Page& page = b.phys.page(0xa0000);
    ASSERT_NE(page.write, nullptr);
    EXPECT_EQ(page.write, b.vram.host);
    EXPECT_EQ(page.ram_write, b.vram.offset);
    EXPECT_EQ(b.phys.page(0xaf000).write, b.vram.host + 0xf000);
    EXPECT_EQ(b.phys.page(0xb0000).write, nullptr);

    b.gr(8, 0x0f); // a bit mask: the graphics controller has work to do
    EXPECT_EQ(b.phys.page(0xa0000).write, nullptr);
    b.gr(8, 0xff);
    EXPECT_NE(b.phys.page(0xa0000).write, nullptr);
    b.sr(2, 0x07);
    EXPECT_EQ(b.phys.page(0xa0000).write, nullptr);
}

// Chain-4 through the handlers and as RAM reach the same bytes.
TEST(VgaMemory, ChainFourIsLinear)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    b.gr(8, 0x0f);
    b.read(0xa0000);
    for (u32 i = 0; i < 16; i++) b.write(0xa0000 + i, 0x50 + i);
    b.gr(8, 0xff);
    for (u32 i = 0; i < 16; i++) {
        EXPECT_EQ(b.read(0xa0000 + i), i);
        EXPECT_EQ(b.vram.host[i], i);
    }
}

} // namespace
} // namespace tabpc
