// The three clocks, alarm sources and the main loop that joins them: MACHINE.md 1.5 and 1.6.
#include "core/alarm.h"
#include <functional>
#include <gtest/gtest.h>
#include <string>

namespace tabpc {
namespace {

// Host times that the test moves.
struct Host {
    i64 monotonic = 0, date = 0;
    HostedClock realtime{[](void* h) { return static_cast<Host*>(h)->monotonic; }, this};
    HostedClock host{[](void* h) { return static_cast<Host*>(h)->date; }, this};
};

class AlarmTest : public testing::Test {
protected:
    AlarmTest()
    {
        loop.add(virtual_clock);
        loop.add(host.realtime);
        loop.add(host.host);
        alarm.start();
    }
    // A timer that appends its letter to the log.
    struct Letter {
        Letter(AlarmTest& t, char c, Clock& clock)
            : test(t), letter(c), timer(clock, timer_callback<&Letter::fire, Letter>(), this)
        {}
        void fire() { test.log += letter; }
        AlarmTest& test;
        char letter;
        Timer timer;
    };

    Host host;
    VirtualClock virtual_clock;
    ManualAlarm alarm;
    MainLoop loop{alarm};
    std::string log;
};

TEST_F(AlarmTest, ClocksRunInTheirOrder)
{
    Letter h(*this, 'h', host.host), r(*this, 'r', host.realtime), v(*this, 'v', virtual_clock);
    for (Letter* l : {&h, &r, &v}) l->timer.schedule(10);
    host.monotonic = host.date = 10;
    virtual_clock.set_now(10);
    loop.run_all_timers();
    EXPECT_EQ(log, "vrh");
}

// Stop freezes guest time; realtime goes on. cont() goes on where guest time was.
TEST_F(AlarmTest, StopFreezesTheVirtualClockAlone)
{
    Letter v(*this, 'v', virtual_clock), r(*this, 'r', host.realtime);
    v.timer.schedule(100);
    r.timer.schedule(100);
    virtual_clock.set_enabled(false);
    host.monotonic = 150;
    virtual_clock.set_now(150);
    loop.run_all_timers();
    EXPECT_EQ(log, "r");
    virtual_clock.set_enabled(true);
    loop.run_all_timers();
    EXPECT_EQ(log, "rv");
}

TEST_F(AlarmTest, DateMayJumpBack)
{
    host.date = 1'000'000;
    Letter h(*this, 'h', host.host);
    h.timer.schedule(1'000'100);
    host.date = 500;
    loop.run_all_timers();
    EXPECT_EQ(log, "");
    EXPECT_EQ(loop.next_deadline(), 999'600);
    host.date = 2'000'000;
    EXPECT_EQ(loop.next_deadline(), 0) << "overdue, not negative";
    loop.run_all_timers();
    EXPECT_EQ(log, "h");
}

TEST_F(AlarmTest, IsArmedForTheNearestDeadlineOfAllClocks)
{
    EXPECT_EQ(loop.next_deadline(), Clock::NEVER);
    Letter v(*this, 'v', virtual_clock), r(*this, 'r', host.realtime), h(*this, 'h', host.host);
    host.monotonic = 1000;
    host.date = 5'000'000;
    v.timer.schedule(300);
    EXPECT_EQ(alarm.armed_for(), 300);
    r.timer.schedule(1100);
    EXPECT_EQ(alarm.armed_for(), 100) << "becomes the nearest";
    h.timer.schedule(5'000'200);
    EXPECT_EQ(alarm.armed_for(), 100) << "does not";
    h.timer.schedule(5'000'050);
    EXPECT_EQ(alarm.armed_for(), 50);
    host.date += 10;
    loop.run_all_timers();
    EXPECT_EQ(alarm.armed_for(), 50) << "it has not gone off: it is still armed";
}

TEST_F(AlarmTest, PendingUntilTheClocksAreRunThenArmedOnce)
{
    Letter r(*this, 'r', host.realtime), s(*this, 's', host.realtime);
    r.timer.schedule(10);
    s.timer.schedule(30);
    EXPECT_FALSE(alarm.pending());
    host.monotonic = 10;
    alarm.fire();
    EXPECT_TRUE(alarm.pending());
    EXPECT_TRUE(alarm.expired());
    EXPECT_EQ(alarm.armed_for(), Clock::NEVER) << "it goes off once";

    Letter now(*this, 'n', host.realtime);
    now.timer.schedule(5);
    EXPECT_EQ(alarm.armed_for(), Clock::NEVER) << "the clocks are about to be run";
    loop.run_all_timers();
    EXPECT_EQ(log, "nr");
    EXPECT_FALSE(alarm.pending());
    EXPECT_FALSE(alarm.expired());
    EXPECT_EQ(alarm.armed_for(), 20) << "for what is left";
}

TEST_F(AlarmTest, StoppedSourceNeverGoesOff)
{
    alarm.stop();
    Letter r(*this, 'r', host.realtime);
    r.timer.schedule(10);
    EXPECT_EQ(alarm.armed_for(), Clock::NEVER);
    alarm.fire();
    EXPECT_FALSE(alarm.pending());
    alarm.start();
    alarm.rearm(loop.next_deadline());
    EXPECT_EQ(alarm.armed_for(), 10);
    alarm.fire();
    alarm.stop();
    EXPECT_FALSE(alarm.pending()) << "stopping forgets what went off";
}

TEST(HostAlarm, GoesOffWhenAPollFindsTheTimeReached)
{
    Host host;
    HostAlarm alarm("perf", host.realtime);
    EXPECT_EQ(alarm.name(), "perf");
    EXPECT_EQ(alarm.timeout(), Clock::NEVER);
    alarm.start();
    host.monotonic = 1000;
    alarm.rearm(50);
    EXPECT_EQ(alarm.timeout(), 50);
    host.monotonic = 1049;
    EXPECT_FALSE(alarm.poll());
    EXPECT_EQ(alarm.timeout(), 1);
    host.monotonic = 1070;
    EXPECT_EQ(alarm.timeout(), 0);
    EXPECT_FALSE(alarm.pending()) << "not before somebody polls";
    EXPECT_TRUE(alarm.poll());
    EXPECT_TRUE(alarm.poll()) << "until it is acknowledged";
    alarm.acknowledge();
    EXPECT_FALSE(alarm.poll());
    EXPECT_TRUE(alarm.expired()) << "and then needs arming";
    alarm.rearm(10);
    EXPECT_FALSE(alarm.expired());
    host.monotonic = 1080;
    EXPECT_TRUE(alarm.poll());
}

// What a loop that runs a guest does. Without the alarm it would never leave.
TEST(HostAlarm, BoundsALoopThatPollsIt)
{
    Host host;
    HostAlarm alarm("perf", host.realtime);
    const auto slices = [&] {
        alarm.rearm(8'000'000);
        int n = 0;
        for (; n < 100 && !alarm.poll(); n++) host.monotonic += 1'000'000;
        alarm.acknowledge();
        return n;
    };
    EXPECT_EQ(slices(), 100) << "not started";
    alarm.start();
    EXPECT_EQ(slices(), 8);
    EXPECT_EQ(slices(), 8);
    alarm.stop();
    EXPECT_EQ(slices(), 100);
}

} // namespace
} // namespace tabpc
