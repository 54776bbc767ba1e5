// Task, Job and what coroutines wait for each other with. Every order of events is written to a log and compared.
#include "core/coroutine.h"
#include "core/coroutine_sync.h"
#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace tabpc {
namespace {

struct Log {
    std::string text;
    void operator()(std::string_view s) { text += text.empty() ? std::string(s) : " " + std::string(s); }
};

Task<void> wait_once(CoQueue& q, Log& log, std::string name)
{
    log(name + "1");
    co_await q.wait();
    log(name + "2");
}

TEST(Coroutine, RunsUntilItWaitsAndGoesOnWhenWoken)
{
    Log log;
    CoQueue q;
    Job job(wait_once(q, log, "a"));
    EXPECT_FALSE(job.done());
    log("main");
    EXPECT_TRUE(q.wake_one());
    EXPECT_TRUE(job.done());
    EXPECT_EQ(log.text, "a1 main a2");
    EXPECT_FALSE(q.wake_one()) << "nobody waits any more";
}

TEST(Coroutine, TaskDoesNothingUntilAwaited)
{
    Log log;
    CoQueue q;
    {
        auto never = wait_once(q, log, "a");
    }
    EXPECT_EQ(log.text, "");
}

Task<int> nested(CoQueue& q, Log& log, int depth)
{
    if (depth == 0) {
        co_await q.wait();
        co_return 1;
    }
    const int below = co_await nested(q, log, depth - 1);
    log(std::to_string(depth));
    co_return below * 2;
}

TEST(Coroutine, NestedTasksHandValuesUp)
{
    Log log;
    CoQueue q;
    int result = 0;
    const auto top = [](CoQueue& queue, Log& l, int& r) -> Task<void> { r = co_await nested(queue, l, 4); };
    Job job(top(q, log, result));
    EXPECT_EQ(result, 0);
    q.wake_one();
    EXPECT_EQ(result, 16);
    EXPECT_EQ(log.text, "1 2 3 4");
}

// A value that tells when it dies: frames must be destroyed exactly once.
struct Witness {
    explicit Witness(int& alive) : alive_(&alive) { alive++; }
    Witness(const Witness&) = delete;
    ~Witness() { --*alive_; }
    int* alive_;
};

Task<void> hold(CoQueue& q, int& alive)
{
    const Witness w(alive);
    co_await q.wait();
}

TEST(Coroutine, CancelDestroysTheFrameAndLeavesTheQueue)
{
    CoQueue q;
    int alive = 0;
    Job a(hold(q, alive)), b(hold(q, alive)), c(hold(q, alive));
    EXPECT_EQ(alive, 3);
    b.cancel();
    EXPECT_EQ(alive, 2);
    c.cancel(); // the last in the queue
    Job d(hold(q, alive));
    q.wake_all();
    EXPECT_TRUE(a.done() && d.done());
    EXPECT_EQ(alive, 0);
}

TEST(Coroutine, NewJobInPlaceOfAnOldOneCancelsIt)
{
    CoQueue q;
    int alive = 0;
    Job job(hold(q, alive));
    job = Job(hold(q, alive));
    EXPECT_EQ(alive, 1);
    EXPECT_TRUE(q.wake_one());
    EXPECT_FALSE(q.wake_one());
}

TEST(CoQueue, FirstComeFirstServed)
{
    Log log;
    CoQueue q;
    Job a(wait_once(q, log, "a")), b(wait_once(q, log, "b")), c(wait_once(q, log, "c"));
    q.wake_one();
    log("main");
    q.wake_all();
    EXPECT_EQ(log.text, "a1 b1 c1 a2 main b2 c2");
}

TEST(CoQueue, WakeAllWakesNobodyTwice)
{
    int rounds = 0;
    CoQueue q;
    const auto again = [](CoQueue& queue, int& n) -> Task<void> {
        while (true) {
            co_await queue.wait();
            n++;
        }
    };
    Job a(again(q, rounds)), b(again(q, rounds));
    q.wake_all();
    EXPECT_EQ(rounds, 2);
}

Task<void> critical(CoMutex& m, CoQueue& q, Log& log, std::string name)
{
    const auto guard = co_await m.lock();
    log(name + "+");
    co_await q.wait();
    log(name + "-");
}

TEST(CoMutex, OneAtATimeInOrder)
{
    Log log;
    CoMutex m;
    CoQueue q;
    Job a(critical(m, q, log, "a")), b(critical(m, q, log, "b")), c(critical(m, q, log, "c"));
    EXPECT_EQ(log.text, "a+");
    q.wake_one();
    q.wake_one();
    q.wake_one();
    EXPECT_EQ(log.text, "a+ a- b+ b- c+ c-");
    EXPECT_FALSE(m.locked());
}

TEST(CoMutex, CancelledHolderHandsOver)
{
    Log log;
    CoMutex m;
    CoQueue q;
    Job a(critical(m, q, log, "a")), b(critical(m, q, log, "b")), c(critical(m, q, log, "c"));
    b.cancel(); // waits for the lock
    a.cancel(); // holds it
    EXPECT_EQ(log.text, "a+ c+");
    q.wake_one();
    EXPECT_FALSE(m.locked());
}

Task<void> reader(CoRwLock& l, CoQueue& q, Log& log, std::string name)
{
    const auto guard = co_await l.read_lock();
    log(name + "+");
    co_await q.wait();
    log(name + "-");
}
Task<void> writer(CoRwLock& l, CoQueue& q, Log& log, std::string name)
{
    const auto guard = co_await l.write_lock();
    log(name + "+");
    co_await q.wait();
    log(name + "-");
}

TEST(CoRwLock, ReadersTogetherWritersAloneNobodyOvertakes)
{
    Log log;
    CoRwLock l;
    CoQueue q;
    Job r1(reader(l, q, log, "r1")), r2(reader(l, q, log, "r2"));
    Job w(writer(l, q, log, "w"));
    Job r3(reader(l, q, log, "r3")), r4(reader(l, q, log, "r4"));
    EXPECT_EQ(log.text, "r1+ r2+") << "r3 must not starve the writer";
    q.wake_one();
    EXPECT_EQ(log.text, "r1+ r2+ r1-");
    q.wake_one();
    EXPECT_EQ(log.text, "r1+ r2+ r1- r2- w+");
    q.wake_one();
    EXPECT_EQ(log.text, "r1+ r2+ r1- r2- w+ w- r3+ r4+");
    q.wake_all();
}

TEST(CoRwLock, DowngradeLetsReadersIn)
{
    Log log;
    CoRwLock l;
    CoQueue q;
    const auto down = [](CoRwLock& lock, CoQueue& queue, Log& out) -> Task<void> {
        auto guard = co_await lock.write_lock();
        co_await queue.wait();
        guard.downgrade();
        out("down");
        co_await queue.wait();
        out("out");
    };
    Job a(down(l, q, log));
    Job r(reader(l, q, log, "r"));
    Job w(writer(l, q, log, "w"));
    q.wake_one();
    EXPECT_EQ(log.text, "r+ down");
    q.wake_all();
    EXPECT_EQ(log.text, "r+ down r- out w+");
    q.wake_all();
}

TEST(CoRwLock, UpgradeWaitsForTheOtherReaders)
{
    Log log;
    CoRwLock l;
    CoQueue q;
    const auto up = [](CoRwLock& lock, Log& out) -> Task<void> {
        auto guard = co_await lock.read_lock();
        out("read");
        const auto exclusive = co_await lock.upgrade(std::move(guard));
        out("write");
    };
    Job r(reader(l, q, log, "r"));
    Job a(up(l, log));
    EXPECT_EQ(log.text, "r+ read");
    q.wake_one();
    EXPECT_EQ(log.text, "r+ read r- write");
    EXPECT_TRUE(a.done());
}

} // namespace
} // namespace tabpc
