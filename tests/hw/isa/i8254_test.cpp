// The interval timer. Figures marked QEMU were measured on QEMU 7.2's pc machine.
#include "hw/isa/i8254.h"
#include "hw/isa/probe.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

struct I8254Test : testing::Test, Bench {
    I8254 pit{clock, io};
    struct Edges {
        VirtualClock* clock;
        I8254* pit;
        int level = 0;
        std::vector<i64> rises, falls;
        void set(int, int l)
        {
            if (l != level) (l ? rises : falls).push_back(clock->now());
            level = l;
        }
    } edge[3] = {{&clock, &pit, 0, {}, {}}, {&clock, &pit, 0, {}, {}}, {&clock, &pit, 0, {}, {}}};

    I8254Test()
    {
        for (int n = 0; n < 3; n++) pit.out[n].connect(irq_input<&Edges::set>(&edge[n]));
        pit.reset();
    }
    void program(int n, int mode, u32 count, bool bcd = false)
    {
        out(0x43, static_cast<u32>(n << 6 | 0x30 | mode << 1 | bcd));
        write_count(n, count);
        edge[n].rises.clear();
        edge[n].falls.clear();
    }
    void write_count(int n, u32 count)
    {
        out(static_cast<u16>(0x40 + n), count & 0xff);
        out(static_cast<u16>(0x40 + n), count >> 8 & 0xff);
    }
    u16 latched(int n)
    {
        out(0x43, static_cast<u32>(n << 6));
        const u16 lsb = in(static_cast<u16>(0x40 + n));
        return static_cast<u16>(lsb | in(static_cast<u16>(0x40 + n)) << 8);
    }
    u8 status(int n)
    {
        out(0x43, static_cast<u32>(0xe0 | 2 << n));
        return in(static_cast<u16>(0x40 + n));
    }
    void run_clocks(i64 n) { run_for(ticks_to_ns(n, I8254::CLK_HZ)); }
    static std::vector<i64> deltas(const std::vector<i64>& t, size_t n)
    {
        std::vector<i64> d;
        for (size_t i = 1; i < t.size() && d.size() < n; i++) d.push_back(t[i] - t[i - 1]);
        return d;
    }
};

TEST_F(I8254Test, RateGeneratorEdgesAreQemus)
{
    program(0, 2, 1193);
    run_for(10'000'000);
    EXPECT_EQ(deltas(edge[0].rises, 5), (std::vector<i64>{999848, 999847, 999847, 999848, 999847}));
}

TEST_F(I8254Test, SquareWaveEdgesAreQemus)
{
    program(0, 3, 0);
    run_for(400'000'000);
    EXPECT_EQ(deltas(edge[0].rises, 5), std::vector<i64>(5, 54925401));
}

TEST_F(I8254Test, CountAndStatusAreQemus)
{
    pit.set_gate(2, true);
    program(2, 2, 1000);
    run_for(100'000);
    EXPECT_EQ(latched(2), 0x371);
    EXPECT_EQ(status(2), 0x34);
}

TEST_F(I8254Test, SleepingHostLosesNoEdge)
{
    program(0, 2, 1193);
    clock.set_now(10'000'000'000);
    clock.run_timers();
    EXPECT_EQ(edge[0].rises.size(), 10001u);
}

TEST_F(I8254Test, TerminalCountOnce)
{
    program(0, 0, 100);
    EXPECT_FALSE(pit.level(0));
    run_clocks(99);
    EXPECT_EQ(latched(0), 1);
    EXPECT_EQ(edge[0].level, 0);
    run_clocks(2);
    EXPECT_EQ(edge[0].level, 1);
    run_clocks(200000);
    EXPECT_EQ(edge[0].rises.size(), 1u);
}

TEST_F(I8254Test, Mode0GatePausesAndFirstByteStops)
{
    pit.set_gate(2, true);
    program(2, 0, 1000);
    run_clocks(300);
    pit.set_gate(2, false);
    const u16 held = latched(2);
    EXPECT_NEAR(held, 700, 1);
    run_clocks(5000);
    EXPECT_EQ(latched(2), held);
    pit.set_gate(2, true);
    run_clocks(600);
    EXPECT_FALSE(pit.level(2));
    out(0x42, 10);
    run_clocks(500);
    EXPECT_FALSE(pit.level(2)) << "waits for the second byte";
    out(0x42, 0);
    run_clocks(11);
    EXPECT_TRUE(pit.level(2));
}

TEST_F(I8254Test, OneShotWaitsForItsTriggerAndCanBeRetriggered)
{
    program(2, 1, 50);
    EXPECT_TRUE(bit(status(2), 6)) << "null count until the trigger";
    run_clocks(100);
    EXPECT_TRUE(pit.level(2));
    pit.set_gate(2, true);
    EXPECT_FALSE(pit.level(2));
    EXPECT_FALSE(bit(status(2), 6));
    run_clocks(40);
    pit.set_gate(2, false);
    pit.set_gate(2, true);
    run_clocks(40);
    EXPECT_FALSE(pit.level(2));
    run_clocks(11);
    EXPECT_TRUE(pit.level(2));
    EXPECT_EQ(edge[2].rises.size(), 1u);
}

TEST_F(I8254Test, NewRateWaitsForTheEndOfThePeriod)
{
    program(0, 2, 1000);
    run_clocks(1500);
    write_count(0, 100);
    EXPECT_TRUE(bit(status(0), 6));
    run_clocks(400);
    EXPECT_EQ(edge[0].rises.size(), 1u);
    run_clocks(202);
    EXPECT_EQ(edge[0].rises.size(), 3u); // at 1000, 2000, 2100
    EXPECT_FALSE(bit(status(0), 6));
}

TEST_F(I8254Test, SquareWaveOfAnOddCountIsHighOneClockLonger)
{
    program(0, 3, 5);
    run_clocks(20);
    ASSERT_GE(edge[0].rises.size(), 2u);
    const i64 high = edge[0].falls[1] - edge[0].rises[0], low = edge[0].rises[0] - edge[0].falls[0];
    EXPECT_EQ(ns_to_ticks(high + 1, I8254::CLK_HZ), 3);
    EXPECT_EQ(ns_to_ticks(low + 1, I8254::CLK_HZ), 2);
}

TEST_F(I8254Test, SquareWaveTakesANewCountAtTheHalf)
{
    program(0, 3, 1000);
    run_clocks(100);
    write_count(0, 200);
    run_clocks(501);
    EXPECT_EQ(edge[0].falls.size(), 1u); // at 500 as before
    EXPECT_EQ(edge[0].rises.size(), 1u); // at 600
}

TEST_F(I8254Test, StrobesAreOneClockLow)
{
    program(0, 4, 20);
    run_clocks(100);
    ASSERT_EQ(edge[0].falls.size(), 1u);
    EXPECT_EQ(ns_to_ticks(edge[0].falls[0], I8254::CLK_HZ), 20);
    EXPECT_EQ(ns_to_ticks(edge[0].rises[0], I8254::CLK_HZ), 21);
    program(2, 5, 20);
    run_clocks(100);
    EXPECT_TRUE(edge[2].falls.empty());
    pit.set_gate(2, true);
    run_clocks(100);
    EXPECT_EQ(edge[2].falls.size(), 1u);
}

TEST_F(I8254Test, BcdCountsInDecimal)
{
    program(0, 0, 0x1000, true);
    run_clocks(1);
    EXPECT_EQ(latched(0), 0x999);
    run_clocks(1000);
    EXPECT_EQ(latched(0), 0x9999);
    program(0, 2, 0, true);
    run_clocks(1);
    EXPECT_EQ(latched(0), 0x9999);
}

TEST_F(I8254Test, LatchHoldsUntilItIsRead)
{
    program(0, 0, 0x1234);
    out(0x43, 0x00);
    run_clocks(0x34);
    out(0x43, 0x00);
    EXPECT_EQ(in(0x40), 0x34);
    EXPECT_EQ(in(0x40), 0x12);
    EXPECT_EQ(in(0x40), 0x00) << "unlatched again";
    EXPECT_EQ(in(0x40), 0x12);
}

TEST_F(I8254Test, ReadBackGivesStatusFirst)
{
    program(0, 0, 0x1234);
    out(0x43, 0xc2);
    EXPECT_EQ(in(0x40), 0x30);
    EXPECT_EQ(in(0x40), 0x34);
    EXPECT_EQ(in(0x40), 0x12);
}

TEST_F(I8254Test, Snapshot)
{
    program(0, 2, 1193);
    run_for(1'234'567);
    write_count(0, 77);
    out(0x43, 0xc2);
    Bench other;
    other.clock.set_now(clock.now());
    I8254 fresh(other.clock, other.io);
    Probe out0;
    fresh.out[0].connect(out0.in());
    snapshot_round_trip(pit, fresh);
    other.run_for(10'000'000);
    EXPECT_GT(out0.edges, 100);
}

} // namespace
} // namespace tabpc
