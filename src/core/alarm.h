// Alarm sources (QEMU's qemu_alarm_timer) and the main loop that uses one: what brings a program that runs a guest back
// to its clocks. In one thread nothing can interrupt the guest, so a source never calls into a running machine: it goes
// off by being polled, or between two slices, and pending() is what the loop looks at.
//     perf     goes off when a poll finds the time reached: bounds what one call of the host may take
//     timeout  the host sleeps for at most as long as the source is armed for (poll(2), setTimeout)
//     manual   goes off when told to: tests
// The page's animation frame (raf) and its timers arm themselves on the JavaScript side, web/src/alarm.ts.
#pragma once
#include "core/clock.h"
#include <string_view>
#include <vector>

namespace tabpc {

class AlarmSource {
public:
    explicit AlarmSource(std::string_view name) : name_(name) {}
    AlarmSource(const AlarmSource&) = delete;
    virtual ~AlarmSource() = default;

    std::string_view name() const { return name_; }
    void start() { running_ = true; }
    void stop(); // disarmed, until it is started again
    // Go off once, `ns` from now, instead of whenever it was going to; Clock::NEVER: not at all.
    void rearm(i64 ns);

    // Went off, and nobody has looked at the clocks since: a loop that runs a guest leaves it.
    bool pending() const { return pending_; }
    void acknowledge() { pending_ = false; }
    // Went off and has not been armed again.
    bool expired() const { return expired_; }

protected:
    virtual void arm(i64 ns) = 0;
    void go_off();

private:
    std::string_view name_;
    bool running_ = false, pending_ = false, expired_ = false;
};

// perf and timeout: a time on the host's monotonic clock.
class HostAlarm final : public AlarmSource {
public:
    HostAlarm(std::string_view name, const Clock& realtime) : AlarmSource(name), realtime_(realtime) {}
    // Cheap enough to be called after every slice. Returns pending().
    bool poll();
    i64 timeout() const; // how long the host may sleep before it polls, ns; or Clock::NEVER

private:
    void arm(i64 ns) override;
    const Clock& realtime_;
    i64 due_ = Clock::NEVER;
};

class ManualAlarm final : public AlarmSource {
public:
    ManualAlarm() : AlarmSource("manual") {}
    void fire() { go_off(); }
    i64 armed_for() const { return armed_for_; }

private:
    void arm(i64 ns) override { armed_for_ = ns; }
    i64 armed_for_ = Clock::NEVER;
};

// Keeps an alarm armed for the nearest deadline of several clocks, and runs their timers.
class MainLoop {
public:
    explicit MainLoop(AlarmSource& alarm) : alarm_(alarm) {}
    MainLoop(const MainLoop&) = delete;
    ~MainLoop();

    // Clocks are run in the order they are added in: virtual, realtime, host.
    void add(Clock& clock);
    i64 next_deadline() const; // ns from now, >= 0; Clock::NEVER
    void run_all_timers();

private:
    void earlier_deadline();

    AlarmSource& alarm_;
    std::vector<Clock*> clocks_;
};

} // namespace tabpc
