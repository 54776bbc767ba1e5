// The real-time clock through ports 70h and 71h.
#include "hw/isa/mc146818.h"
#include "hw/isa/probe.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

constexpr i64 SECOND = 1'000'000'000;
constexpr i64 EPOCH = 1'000'000'000; // 2001-09-09 01:46:40 UTC, a Sunday

struct Mc146818Test : testing::Test, Bench {
    Mc146818 rtc{clock, io, EPOCH};
    Probe irq;
    Mc146818Test()
    {
        rtc.irq.connect(irq.in());
        rtc.reset();
    }
    u8 get(u8 index) { return out(0x70, index), in(0x71); }
    void set(u8 index, u8 v) { out(0x70, index), out(0x71, v); }
    std::vector<int> time() { return {get(0x32), get(9), get(8), get(7), get(4), get(2), get(0)}; }
    void set_time(std::vector<int> t)
    {
        const u8 index[] = {0x32, 9, 8, 7, 4, 2, 0};
        for (size_t i = 0; i < t.size(); i++) set(index[i], static_cast<u8>(t[i]));
    }
};
using Time = std::vector<int>;

TEST_F(Mc146818Test, ShowsTheTimeBaseInBcdAndBinary)
{
    EXPECT_EQ(time(), (Time{0x20, 0x01, 0x09, 0x09, 0x01, 0x46, 0x40}));
    EXPECT_EQ(get(6), 1);
    EXPECT_EQ(get(0x37), 0x20) << "the PS/2 century byte is the same one";
    set(0xb, 0x06);
    run_for(20 * SECOND);
    EXPECT_EQ(time(), (Time{20, 1, 9, 9, 1, 47, 0}));
    EXPECT_EQ(in(0x70), 0xff) << "the index cannot be read";
}

TEST_F(Mc146818Test, ResetValues)
{
    EXPECT_EQ(get(0xa), 0x26);
    EXPECT_EQ(get(0xb), 0x02);
    EXPECT_EQ(get(0xc), 0x00);
    EXPECT_EQ(get(0xd), 0x80);
    set(0xd, 0);
    EXPECT_EQ(get(0xd), 0x80);
}

TEST_F(Mc146818Test, TwelveHourMode)
{
    set(0xb, 0x00);
    EXPECT_EQ(get(4), 0x01);
    set(4, 0x92); // 12 pm
    EXPECT_EQ(get(4), 0x92);
    run_for(13 * 3600 * SECOND);
    EXPECT_EQ(get(4), 0x01);
    EXPECT_EQ(get(7), 0x10);
    set(0xb, 0x02);
    EXPECT_EQ(get(4), 0x01);
}

TEST_F(Mc146818Test, SetStopsTheClockAndKeepsItsPhase)
{
    run_for(SECOND / 4);
    set(0xb, 0x82);
    set_time({0x20, 0x11, 0x02, 0x02, 0x02, 0x04, 0x58});
    run_for(10 * SECOND);
    EXPECT_EQ(time(), (Time{0x20, 0x11, 0x02, 0x02, 0x02, 0x04, 0x58}));
    set(0xb, 0x02);
    EXPECT_EQ(time(), (Time{0x20, 0x11, 0x02, 0x02, 0x02, 0x04, 0x58}));
    run_for(SECOND * 3 / 4 - 1);
    EXPECT_EQ(get(0), 0x58);
    run_for(1);
    EXPECT_EQ(get(0), 0x59);
}

TEST_F(Mc146818Test, DividerResetStartsHalfASecondBeforeTheUpdate)
{
    set(0xa, 0x76);
    set_time({0x19, 0x80, 0x12, 0x31, 0x23, 0x59, 0x59});
    run_for(3 * SECOND);
    EXPECT_EQ(get(0), 0x59);
    set(0xa, 0x26);
    run_for(SECOND / 2 - 1);
    EXPECT_EQ(time(), (Time{0x19, 0x80, 0x12, 0x31, 0x23, 0x59, 0x59}));
    EXPECT_EQ(get(0xa), 0xa6) << "UIP";
    run_for(1);
    EXPECT_EQ(time(), (Time{0x19, 0x81, 0x01, 0x01, 0x00, 0x00, 0x00}));
    EXPECT_EQ(get(0xa), 0x26);
}

TEST_F(Mc146818Test, CenturyAndLeapYear)
{
    set_time({0x19, 0x99, 0x12, 0x31, 0x23, 0x59, 0x59});
    run_for(SECOND);
    EXPECT_EQ(time(), (Time{0x20, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00}));
    set_time({0x20, 0x00, 0x02, 0x28, 0x23, 0x59, 0x59});
    run_for(SECOND);
    EXPECT_EQ(get(7), 0x29);
    set_time({0x21, 0x00, 0x02, 0x28, 0x23, 0x59, 0x59});
    run_for(SECOND);
    EXPECT_EQ(get(8), 0x03);
}

TEST_F(Mc146818Test, DayOfTheWeekCountsOnItsOwn)
{
    set(6, 7);
    run_for(24 * 3600 * SECOND);
    EXPECT_EQ(get(6), 1);
}

TEST_F(Mc146818Test, AlarmWithDontCare)
{
    get(0xc);
    set(1, 0x42);
    set(3, 0xff);
    set(5, 0xc0);
    set(0xb, 0x22);
    run_for(2 * SECOND - 1);
    EXPECT_EQ(irq.level, 0);
    run_for(1);
    EXPECT_EQ(irq.level, 1);
    EXPECT_EQ(get(0xc) & 0xa0, 0xa0);
    EXPECT_EQ(irq.level, 0);
    EXPECT_EQ(get(0xc), 0);
    run_for(60 * SECOND);
    EXPECT_EQ(irq.edges, 2);
}

TEST_F(Mc146818Test, AlarmThatCannotMatchNeverComes)
{
    set(1, 0x75);
    set(3, 0xff);
    set(5, 0xff);
    set(0xb, 0x22);
    EXPECT_EQ(clock.deadline(), Clock::NEVER);
    run_for(200 * SECOND);
    EXPECT_EQ(get(0xc) & 0x20, 0);
}

TEST_F(Mc146818Test, UpdateEndedInterrupt)
{
    set(0xb, 0x12);
    run_for(SECOND);
    EXPECT_EQ(irq.edges, 1);
    run_for(5 * SECOND);
    EXPECT_EQ(irq.edges, 1) << "not again before register C is read";
    EXPECT_EQ(get(0xc) & 0x90, 0x90);
    run_for(SECOND);
    EXPECT_EQ(irq.edges, 2);
}

TEST_F(Mc146818Test, PeriodicRateIsExactOverAMinute)
{
    set(0xb, 0x42);
    int interrupts = 0;
    while (clock.deadline() <= 60 * SECOND) {
        run_to(clock.deadline());
        if (get(0xc) & 0x40) interrupts++;
    }
    EXPECT_EQ(interrupts, 60 * 1024);
}

TEST_F(Mc146818Test, NewRateCountsFromTheLastTick)
{
    set(0xa, 0x2d); // 8 Hz
    get(0xc);
    set(0xb, 0x42);
    const i64 begin = clock.now();
    for (int i = 0; i < 10; i++) {
        set(0xa, 0x2d);
        run_to(clock.deadline());
        EXPECT_EQ(get(0xc) & 0xc0, 0xc0);
        set(0xa, 0x2f); // 2 Hz
        run_to(clock.deadline());
        EXPECT_EQ(get(0xc) & 0xc0, 0xc0);
    }
    EXPECT_NEAR(static_cast<double>(clock.now() - begin), 10 * 0.625e9, 2);
}

TEST_F(Mc146818Test, FlagsAreSetWithoutInterrupts)
{
    run_for(2 * SECOND);
    EXPECT_EQ(get(0xc), 0x50);
    EXPECT_EQ(irq.edges, 0);
}

TEST_F(Mc146818Test, CmosKeepsWhatTheBoardAndTheGuestStore)
{
    rtc.set_cmos(0x10, 0x40);
    set(0x5f, 0xa5);
    rtc.reset();
    EXPECT_EQ(get(0x10), 0x40);
    EXPECT_EQ(get(0x5f), 0xa5);
}

TEST_F(Mc146818Test, TellsHowFarTheGuestMovedTheClock)
{
    i64 offset = 0;
    rtc.on_change([](void* o, i64 seconds) { *static_cast<i64*>(o) = seconds; }, &offset);
    set(4, 0x02);
    EXPECT_EQ(offset, 3600);
}

// The host was away for ten years: one interrupt, one read of register C, and everything is up to date.
TEST_F(Mc146818Test, CatchesUpAtOnce)
{
    constexpr i64 YEARS = 10 * 365 * 86400 * SECOND;
    for (const u8 index : {1, 3, 5}) set(index, 0xff); // an alarm each second
    set(0xb, 0x72);                                    // PIE, AIE, UIE; 24 hours
    clock.set_now(YEARS + SECOND / 4);
    clock.run_timers();
    EXPECT_EQ(irq.edges, 1);
    EXPECT_EQ(get(0xc), 0xf0) << "PF, AF, UF";
    EXPECT_EQ(irq.level, 0);
    EXPECT_EQ(get(0xc), 0x00) << "nothing is made up for";
    EXPECT_GT(clock.deadline(), clock.now());
    EXPECT_LE(clock.deadline(), clock.now() + SECOND / 1024 + 1) << "the next tick of the 1024 Hz";
    EXPECT_EQ(time(), (Time{0x20, 0x11, 0x09, 0x07, 0x01, 0x46, 0x40})) << "two leap days on the way";
    run_for(SECOND / 1024 + 1);
    EXPECT_EQ(get(0xc), 0xc0) << "IRQF, PF";
    run_to(YEARS + SECOND);
    EXPECT_EQ(get(0xc), 0xf0);
}

TEST_F(Mc146818Test, Snapshot)
{
    set(0xb, 0x72);
    set(6, 3);
    run_for(SECOND * 5 / 3);
    Bench other;
    other.clock.set_now(clock.now());
    Mc146818 fresh(other.clock, other.io, EPOCH + 12345);
    snapshot_round_trip(rtc, fresh);
    EXPECT_EQ(fresh.seconds(), rtc.seconds());
}

} // namespace
} // namespace tabpc
