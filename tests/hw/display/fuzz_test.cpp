// Whatever a guest writes to a card's registers, the host stands; and a snapshot of the result is taken back.
#include "hw/display/gd5446.h"
#include "hw/snapshot_test.h"
#include "vga_board.h"
#include <random>

namespace tabpc {
namespace {

template <class Card>
void torture(DisplayBoard<Card>& b, u32 seed)
{
    std::mt19937 random(seed);
    constexpr u16 ports[] = {0x3c0, 0x3c2, 0x3c4, 0x3c5, 0x3c6, 0x3c8, 0x3c9, 0x3ce, 0x3cf, 0x3d4, 0x3d5,
                             0x3b4, 0x3b5, 0x3da, 0x3ba, 0x3c5, 0x3cf, 0x3d5, 0x1ce, 0x1cf, 0x1cf};
    for (int step = 0; step < 4000; step++) {
        for (int i = 0; i < 6; i++) {
            const u16 port = ports[random() % std::size(ports)];
            u32 v = random() & 3 ? random() : random() % 32;
            if (port == 0x3c2 && random() % 8) v |= 3;
            if (port == 0x3d5 && random() & 1) v &= 0x7f; // seldom protected
            b.io.write(port, v, random() & 1 ? 1 : 2);
            if (random() & 1) b.io.read(port, 1);
        }
        for (int i = 0; i < 4; i++) {
            const PhysAddr at = 0xa0000 + random() % 0x20000;
            b.write(at, random(), 1 << random() % 4);
            b.phys.read(at, 1 << random() % 4);
        }
        if (random() % 4) continue;
        b.out(0x3c0, 0x20);
        b.clock.set_now(b.clock.now() + random() % 100'000'000);
        const Surface& s = b.vga.update();
        ASSERT_EQ(s.pixels.size(), size_t(s.width) * s.height);
        b.vga.text_screen();
    }
}

TEST(Fuzz, Vga)
{
    for (u32 seed = 0; seed < 4; seed++) {
        VgaBoard b, fresh;
        torture(b, seed);
        snapshot_round_trip(b.vga, fresh.vga);
    }
}

TEST(Fuzz, BochsVga)
{
    for (u32 seed = 0; seed < 2; seed++) {
        BochsBoard b, fresh;
        torture(b, seed);
        snapshot_round_trip(b.vga, fresh.vga);
    }
}

TEST(Fuzz, Gd5446)
{
    for (u32 seed = 0; seed < 4; seed++) {
        DisplayBoard<Gd5446> b(Gd5446::VRAM_SIZE), fresh(Gd5446::VRAM_SIZE);
        torture(b, seed);
        snapshot_round_trip(b.vga, fresh.vga);
    }
}

} // namespace
} // namespace tabpc
