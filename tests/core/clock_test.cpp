// Clock, Timer and VirtualClock: MACHINE.md 1.5. Every order of events is written to a log and compared.
#include "core/clock.h"
#include "core/snapshot.h"
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace tabpc {
namespace {

// A timer that does what it is told.
class TestTimer {
public:
    TestTimer(Clock& clock, std::function<void(TestTimer&)> action)
        : timer(clock, timer_callback<&TestTimer::fire, TestTimer>(), this), action_(std::move(action))
    {}
    Timer timer;

private:
    void fire() { action_(*this); }
    std::function<void(TestTimer&)> action_;
};

class ClockTest : public testing::Test {
protected:
    // A timer that writes its name and its deadline.
    TestTimer& logger(char name, i64 deadline)
    {
        auto& t = *timers_.emplace_back(std::make_unique<TestTimer>(
            clock, [this, name](TestTimer& self) { log += name + std::to_string(self.timer.deadline()) + " "; }));
        t.timer.schedule(deadline);
        return t;
    }
    std::string run_at(i64 now)
    {
        log.clear();
        clock.set_now(now);
        clock.run_timers();
        return log;
    }

    VirtualClock clock;
    std::string log;

private:
    std::vector<std::unique_ptr<TestTimer>> timers_;
};

TEST_F(ClockTest, FiresInOrderOfDeadlineAndFifoAtEqualOnes)
{
    logger('a', 20);
    logger('b', 10);
    logger('c', 20);
    logger('d', 10);
    EXPECT_EQ(run_at(30), "b10 d10 a20 c20 ");
    EXPECT_EQ(run_at(30), "");
}

TEST_F(ClockTest, DeadlineIsReachedWhenNowEqualsIt)
{
    logger('a', 100);
    EXPECT_EQ(run_at(99), "");
    EXPECT_EQ(run_at(100), "a100 ");
}

TEST_F(ClockTest, RunTimersTellsWhetherAnyFired)
{
    logger('a', 100);
    EXPECT_FALSE(clock.run_timers());
    clock.set_now(100);
    EXPECT_TRUE(clock.run_timers());
    EXPECT_FALSE(clock.run_timers());
}

TEST_F(ClockTest, SchedulingAgainMovesBehindEqualDeadlines)
{
    TestTimer& a = logger('a', 10);
    logger('b', 20);
    a.timer.schedule(20);
    EXPECT_EQ(run_at(20), "b20 a20 ");
}

TEST_F(ClockTest, CancelledTimerDoesNotFire)
{
    TestTimer& a = logger('a', 10);
    logger('b', 10);
    TestTimer& c = logger('c', 10);
    a.timer.cancel();
    c.timer.schedule(Clock::NEVER);
    EXPECT_FALSE(a.timer.pending());
    EXPECT_FALSE(c.timer.pending());
    a.timer.cancel(); // twice does no harm
    EXPECT_EQ(run_at(10), "b10 ");
}

TEST_F(ClockTest, CallbackMayCancelAnotherThatIsDue)
{
    TestTimer* victim = nullptr;
    TestTimer killer(clock, [&](TestTimer&) { victim->timer.cancel(); });
    killer.timer.schedule(10);
    victim = &logger('v', 10);
    logger('w', 10);
    EXPECT_EQ(run_at(10), "w10 ");
}

TEST_F(ClockTest, TimerMayGoAwayInItsOwnCallback)
{
    std::unique_ptr<TestTimer> t;
    t = std::make_unique<TestTimer>(clock, [&](TestTimer&) {
        log += "gone ";
        t.reset();
    });
    t->timer.schedule(10);
    logger('b', 11);
    EXPECT_EQ(run_at(20), "gone b11 ");
}

TEST_F(ClockTest, RearmedAtOrBeforeNowFiresInTheSamePass)
{
    TestTimer periodic(clock, [&](TestTimer& self) {
        EXPECT_FALSE(self.timer.pending()) << "in the callback it is not in the list";
        log += "p" + std::to_string(self.timer.deadline()) + " ";
        self.timer.schedule(self.timer.deadline() + 10);
    });
    periodic.timer.schedule(10);
    logger('b', 25);
    EXPECT_EQ(run_at(35), "p10 p20 b25 p30 ") << "a late host loses no edge";
    EXPECT_EQ(clock.deadline(), 40);
    EXPECT_EQ(run_at(39), "");
}

TEST_F(ClockTest, NowIsTakenOnce)
{
    TestTimer mover(clock, [&](TestTimer&) { clock.set_now(1000); });
    mover.timer.schedule(10);
    logger('b', 500);
    EXPECT_EQ(run_at(10), "") << "b was not due when the pass began";
    clock.run_timers();
    EXPECT_EQ(log, "b500 ");
}

TEST_F(ClockTest, DisabledClockHoldsItsTimersAndRunsThemWhenEnabled)
{
    logger('a', 10);
    clock.set_enabled(false);
    EXPECT_EQ(clock.deadline(), Clock::NEVER);
    EXPECT_EQ(run_at(50), "");
    clock.set_enabled(true);
    EXPECT_EQ(clock.deadline(), 10);
    EXPECT_EQ(run_at(50), "a10 ");
}

TEST_F(ClockTest, NotifiesOnlyWhenTheNearestDeadlineBecomesEarlier)
{
    int notified = 0;
    clock.on_earlier_deadline([](void* n) { ++*static_cast<int*>(n); }, &notified);
    TestTimer& a = logger('a', 100);
    EXPECT_EQ(notified, 1) << "the first one";
    TestTimer& b = logger('b', 200);
    EXPECT_EQ(notified, 1) << "behind the head";
    b.timer.schedule(150);
    EXPECT_EQ(notified, 1) << "earlier than before, but still behind the head";
    b.timer.schedule(50);
    EXPECT_EQ(notified, 2) << "the new head";
    b.timer.schedule(60);
    EXPECT_EQ(notified, 2) << "still the head, but later";
    logger('c', 60);
    EXPECT_EQ(notified, 2) << "as early as the head";
    a.timer.cancel();
    b.timer.cancel();
    EXPECT_EQ(notified, 2);

    clock.set_enabled(false);
    logger('d', 5);
    EXPECT_EQ(notified, 2) << "a clock that stands still has no deadline";
    clock.set_enabled(true);
    EXPECT_EQ(notified, 3);
    clock.set_enabled(true);
    EXPECT_EQ(notified, 3);
}

TEST_F(ClockTest, TimerIsSavedAsItsDeadline)
{
    struct Vault { // stands in for Archive
        i64 value = 0;
        bool load = false, failed = false;
        bool loading() const { return load; }
        void operator()(i64& v) { load ? v = value : value = v; }
        void fail(const char*) { failed = true; }
    } vault;
    TestTimer& a = logger('a', 70);
    a.timer.serialize(vault);
    a.timer.schedule(5);
    vault.load = true;
    a.timer.serialize(vault);
    EXPECT_EQ(run_at(69), "");
    EXPECT_EQ(run_at(70), "a70 ");

    vault.load = false;
    a.timer.serialize(vault); // not pending
    a.timer.schedule(80);
    vault.load = true;
    a.timer.serialize(vault);
    EXPECT_FALSE(a.timer.pending());
    EXPECT_FALSE(vault.failed);
}

// A snapshot may hold anything; a device that catches up tick by tick must not have centuries of them.
TEST_F(ClockTest, TimerThatIsLongOverdueIsRefused)
{
    constexpr i64 SECOND = 1'000'000'000, NOW = 100 * SECOND;
    clock.set_now(NOW);
    const struct {
        i64 deadline;
        bool good;
    } rows[] = {{NOW - SECOND / 2, true},  {NOW + SECOND, true}, {Clock::NEVER, true},
                {NOW - 2 * SECOND, false}, {INT64_MIN, false},   {Clock::NEVER - 1, false},
                {Clock::FARTHEST, true}};
    TestTimer& a = logger('a', 0);
    for (const auto& r : rows) {
        Archive out = Archive::saver();
        out.section("timer", 1);
        i64 deadline = r.deadline;
        out(deadline);
        const auto bytes = out.take();
        Archive in = Archive::loader(bytes);
        in.section("timer", 1);
        in(a.timer);
        EXPECT_EQ(in.ok(), r.good) << r.deadline;
        EXPECT_EQ(a.timer.pending(), r.good && r.deadline != Clock::NEVER) << r.deadline;
    }
}

// ---- guest time -------------------------------------------------------------------------------------------------------------

TEST(VirtualClock, AdvancesWithInstructions)
{
    VirtualClock clock;
    clock.rebase(1000, u64(5) << 31); // 2.5 ns an instruction
    EXPECT_EQ(clock.now(), 1000);
    clock.set_instructions(1);
    EXPECT_EQ(clock.now(), 1002);
    clock.set_instructions(4);
    EXPECT_EQ(clock.now(), 1010);
}

TEST(VirtualClock, RebaseStartsANewLine)
{
    VirtualClock clock;
    clock.rebase(0, u64(10) << 32);
    clock.set_instructions(100);
    clock.rebase(clock.now(), u64(1) << 32);
    EXPECT_EQ(clock.now(), 1000);
    clock.set_instructions(101);
    EXPECT_EQ(clock.now(), 1001);
    clock.set_now(5000);
    EXPECT_EQ(clock.now(), 5000);
    EXPECT_EQ(clock.rate(), u64(1) << 32);
    clock.set_instructions(103);
    EXPECT_EQ(clock.now(), 5002);
}

TEST(VirtualClock, InstructionsUntilIsExact)
{
    std::mt19937_64 random(1);
    for (int i = 0; i < 200'000; i++) {
        VirtualClock clock;
        clock.set_instructions(random() >> (random() % 40 + 24));
        const u64 rate = (random() >> (random() % 36 + 24)) + 1; // up to 256 ns, down to nearly nothing
        clock.rebase(static_cast<i64>(random() >> (random() % 40 + 16)), rate);
        clock.set_instructions(clock.instructions() + random() % 1'000'000);
        const i64 ns = clock.now() + static_cast<i64>(random() % 2'000'000'000) - 1000;
        const u64 start = clock.instructions(), n = clock.instructions_until(ns);

        clock.set_instructions(start + n);
        ASSERT_GE(clock.now(), ns) << "rate " << rate;
        if (n == 0) continue;
        clock.set_instructions(start + n - 1);
        ASSERT_LT(clock.now(), ns) << "rate " << rate;
    }
}

TEST(VirtualClock, NeverIsFurtherThanOneCanCount)
{
    VirtualClock clock;
    clock.rebase(0, 1); // 2^-32 ns
    EXPECT_EQ(clock.instructions_until(Clock::NEVER), UINT64_MAX);
    clock.rebase(0, 0);
    EXPECT_EQ(clock.instructions_until(1), UINT64_MAX);
    EXPECT_EQ(clock.instructions_until(0), 0u);
}

// The edges of an oscillator: tick k has passed at ticks_to_ns(k), and not a nanosecond before.
TEST(Oscillator, TicksAndNanosecondsAgree)
{
    std::mt19937_64 random(2);
    for (const i64 hz : {32768, 1193182, 3579545, 25175000}) {
        for (int i = 0; i < 20'000; i++) {
            const i64 ticks = static_cast<i64>(random() >> (random() % 40 + 12)) % (hz * 3'000'000'000 / 1000 * 1000);
            const i64 at = ticks_to_ns(ticks, hz);
            ASSERT_EQ(ns_to_ticks(at, hz), ticks);
            if (at > 0) {
                ASSERT_EQ(ns_to_ticks(at - 1, hz), ticks - 1);
            }
        }
    }
}

} // namespace
} // namespace tabpc
