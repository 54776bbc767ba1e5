// The VGA's registers and timing through its ports.
#include "hw/snapshot_test.h"
#include "vga_board.h"

namespace tabpc {
namespace {

TEST(Vga, ReadsAfterReset)
{
    VgaBoard b;
    b.vga.reset();
    EXPECT_EQ(b.in(0x3cc), 0);
    EXPECT_EQ(b.in(0x3c2), 0);
    EXPECT_EQ(b.in(0x3da), 0xff) << "the colour ports answer only with misc bit 0";
    EXPECT_EQ(b.in(0x3ba), 0x09);
    EXPECT_EQ(b.in(0x3c6), 0xff);
}

TEST(Vga, MiscOutputMovesTheCrtc)
{
    VgaBoard b;
    b.out(0x3c2, 0x67);
    EXPECT_EQ(b.in(0x3cc), 0x67);
    b.out(0x3d4, 0x0f);
    b.out(0x3d5, 0x5a);
    EXPECT_EQ(b.in(0x3d5), 0x5a);
    EXPECT_EQ(b.in(0x3b5), 0xff);
    b.out(0x3c2, 0x66);
    EXPECT_EQ(b.in(0x3d5), 0xff);
    EXPECT_EQ(b.in(0x3b4), 0x0f);
    EXPECT_EQ(b.in(0x3b5), 0x5a);
}

TEST(Vga, IndexedRegistersKeepTheBitsTheyHave)
{
    VgaBoard b;
    b.out(0x3c2, 0x67);
    const u8 sr[] = {0x03, 0x3d, 0x0f, 0x3f, 0x0e, 0x00};
    for (u8 i = 0; i < 6; i++) {
        b.sr(i, 0xff);
        EXPECT_EQ(b.sr(i), sr[i]) << "SR" << int(i);
    }
    const u8 gr[] = {0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff, 0x00};
    for (u8 i = 0; i < 10; i++) {
        b.gr(i, 0xff);
        EXPECT_EQ(b.gr(i), gr[i]) << "GR" << int(i);
    }
}

TEST(Vga, AttributeFlipFlop)
{
    VgaBoard b;
    b.out(0x3c2, 0x67);
    b.in(0x3da);
    b.out(0x3c0, 0x03); // index
    b.out(0x3c0, 0x2a); // data
    b.out(0x3c0, 0x04); // index again
    b.in(0x3da);        // whatever was next, now it is an index
    b.out(0x3c0, 0x23);
    EXPECT_EQ(b.in(0x3c1), 0x2a);
    EXPECT_EQ(b.in(0x3c0), 0x23);
    b.out(0x3c0, 0x15);
    EXPECT_EQ(b.in(0x3c1), 0x15);
}

TEST(Vga, CrtcProtection)
{
    VgaBoard b;
    b.out(0x3c2, 0x67);
    b.cr(0x00, 0x11);
    b.cr(0x07, 0x1f);
    b.cr(0x11, 0x80);
    b.cr(0x00, 0x22);
    EXPECT_EQ(b.cr(0x00), 0x11);
    b.cr(0x07, 0xe0); // but line compare bit 8 can be cleared
    EXPECT_EQ(b.cr(0x07), 0x0f);
    b.cr(0x08, 0x05);
    EXPECT_EQ(b.cr(0x08), 0x05);
    b.cr(0x11, 0x00);
    b.cr(0x00, 0x33);
    EXPECT_EQ(b.cr(0x00), 0x33);
}

TEST(Vga, DacReadsAndWritesThreeComponents)
{
    VgaBoard b;
    b.dac(0x10, 1, 2, 3);
    b.dac(0x11, 0xff, 5, 6); // six bits
    EXPECT_EQ(b.in(0x3c7), 0);
    EXPECT_EQ(b.in(0x3c8), 0x12);
    b.out(0x3c7, 0x10);
    EXPECT_EQ(b.in(0x3c7), 3);
    for (u8 v : {1, 2, 3, 0x3f, 5, 6}) EXPECT_EQ(b.in(0x3c9), v);
    b.out(0x3c8, 0x10); // an unfinished colour changes nothing
    b.out(0x3c9, 9);
    b.out(0x3c7, 0x10);
    EXPECT_EQ(b.in(0x3c9), 1);
}

// Lets a guest's loop sample input status 1 for `ns` at steps of a microsecond.
struct Retrace {
    int edges = 0, in_retrace = 0, in_display = 0, samples = 0;
};
Retrace sample(VgaBoard& b, i64 ns)
{
    Retrace r;
    bool before = true;
    for (i64 t = 0; t < ns; t += 1000, r.samples++) {
        b.clock.set_now(t);
        const u8 s = b.in(0x3da);
        const bool now = s & 8;
        r.edges += now && !before;
        r.in_retrace += now;
        r.in_display += !(s & 1);
        before = now;
    }
    return r;
}

TEST(Vga, RetraceAt70HzInText)
{
    VgaBoard b;
    b.set_mode(MODE_03H);
    const Retrace r = sample(b, 1'000'000'000);
    EXPECT_EQ(r.edges, 70); // 28.322 MHz / 900 / 449 = 70.09
    EXPECT_NEAR(r.in_retrace / double(r.samples), 2.0 / 449, 0.0005);
    EXPECT_NEAR(r.in_display / double(r.samples), 400.0 / 449 * 80 / 100, 0.005);
}

TEST(Vga, RetraceAt60HzInMode12)
{
    VgaBoard b;
    b.set_mode(MODE_12H);
    EXPECT_EQ(sample(b, 1'000'000'000).edges, 59); // 25.175 MHz / 800 / 525 = 59.94
}

TEST(Vga, DisplayEnableFollowsTheLine)
{
    VgaBoard b;
    b.set_mode(MODE_13H);
    // 412 to 449 pass after the start of retrace, then the picture begins; a line lasts 800 dots.
    const auto line_ns = [](double line) { return static_cast<i64>(line * 800 / 0.025175); };
    b.clock.set_now(line_ns(37.1));
    EXPECT_EQ(b.in(0x3da) & 9, 0);
    b.clock.set_now(line_ns(37.9)); // beyond dot 640
    EXPECT_EQ(b.in(0x3da) & 9, 1);
    b.clock.set_now(line_ns(36.1));
    EXPECT_EQ(b.in(0x3da) & 9, 1);
    b.clock.set_now(line_ns(0.1));
    EXPECT_EQ(b.in(0x3da) & 9, 9);
}

TEST(Vga, Snapshot)
{
    VgaBoard b, fresh;
    b.set_mode(MODE_12H);
    b.gr(0, 5);
    fresh.set_mode(MODE_13H);
    snapshot_round_trip(b.vga, fresh.vga);
    EXPECT_EQ(fresh.phys.page(0xa0000).write, nullptr) << "mode 13h's window went with its registers";
    b.write(0xa0000, 0xff);
    std::memcpy(fresh.vram.host, b.vram.host, b.vram.size);
    EXPECT_EQ(fresh.vga.update().pixels, b.vga.update().pixels);
}

} // namespace
} // namespace tabpc
