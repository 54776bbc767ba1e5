// See alarm.h.
#include "core/alarm.h"
#include <algorithm>

namespace tabpc {

void AlarmSource::stop()
{
    running_ = pending_ = expired_ = false;
    arm(Clock::NEVER);
}

void AlarmSource::rearm(i64 ns)
{
    if (!running_) return;
    expired_ = false;
    arm(ns);
}

void AlarmSource::go_off()
{
    if (!running_) return;
    arm(Clock::NEVER);
    pending_ = expired_ = true;
}

void HostAlarm::arm(i64 ns) { due_ = ns == Clock::NEVER ? ns : realtime_.now() + ns; }

bool HostAlarm::poll()
{
    if (due_ != Clock::NEVER && realtime_.now() >= due_) go_off();
    return pending();
}

i64 HostAlarm::timeout() const
{
    return due_ == Clock::NEVER ? due_ : std::max<i64>(0, due_ - realtime_.now());
}

MainLoop::~MainLoop()
{
    for (Clock* c : clocks_) c->on_earlier_deadline(nullptr, nullptr);
}

void MainLoop::add(Clock& clock)
{
    clocks_.push_back(&clock);
    clock.on_earlier_deadline([](void* loop) { static_cast<MainLoop*>(loop)->earlier_deadline(); }, this);
}

i64 MainLoop::next_deadline() const
{
    i64 nearest = Clock::NEVER;
    for (const Clock* c : clocks_)
        if (const i64 at = c->deadline(); at != Clock::NEVER) nearest = std::min(nearest, std::max<i64>(0, at - c->now()));
    return nearest;
}

// While the alarm is pending its clocks are going to be run anyway, and it is armed then.
void MainLoop::earlier_deadline()
{
    if (!alarm_.pending()) alarm_.rearm(next_deadline());
}

void MainLoop::run_all_timers()
{
    for (Clock* c : clocks_) c->run_timers();
    alarm_.acknowledge();
    if (alarm_.expired()) alarm_.rearm(next_deadline());
}

} // namespace tabpc
