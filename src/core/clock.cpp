// See clock.h. The list is sorted and singly linked, as in QEMU: a machine has a dozen timers.
#include "core/clock.h"
#include <cassert>

namespace tabpc {

Clock::~Clock()
{
    assert(!head_ && "timers must go before their clock");
}

i64 Clock::deadline() const
{
    return enabled_ && head_ ? head_->deadline_ : NEVER;
}

void Clock::set_enabled(bool on)
{
    const i64 before = deadline();
    enabled_ = on;
    if (notify_ && deadline() < before) notify_(notify_opaque_);
}

void Clock::on_earlier_deadline(void (*notify)(void*), void* opaque)
{
    notify_ = notify;
    notify_opaque_ = opaque;
}

bool Clock::run_timers()
{
    if (!enabled_) return false;
    const i64 until = now();
    bool fired = false;
    while (head_ && head_->deadline_ <= until) {
        Timer& t = *head_;
        head_ = t.next_;
        t.pending_ = false;
        fired = true;
        t.callback_(t.opaque_);
    }
    return fired;
}

void Clock::insert(Timer& t)
{
    Timer** at = &head_;
    while (*at && (*at)->deadline_ <= t.deadline_) at = &(*at)->next_;
    t.next_ = *at;
    *at = &t;
}

void Clock::remove(Timer& t)
{
    Timer** at = &head_;
    while (*at != &t) at = &(*at)->next_;
    *at = t.next_;
}

void Timer::schedule(i64 deadline_ns)
{
    const i64 before = clock_.deadline();
    cancel();
    if (deadline_ns == Clock::NEVER) return;
    deadline_ = deadline_ns;
    pending_ = true;
    clock_.insert(*this);
    if (clock_.notify_ && clock_.deadline() < before) clock_.notify_(clock_.notify_opaque_);
}

void Timer::cancel()
{
    if (pending_) clock_.remove(*this);
    pending_ = false;
}

void VirtualClock::rebase(i64 ns, u64 rate)
{
    base_ns_ = ns;
    base_instructions_ = instructions_;
    rate_ = rate;
}

u64 VirtualClock::instructions_until(i64 ns) const
{
    if (ns <= now()) return 0;
    if (rate_ == 0) return UINT64_MAX;
    const auto need = static_cast<unsigned __int128>(static_cast<__int128>(ns) - base_ns_) << 32;
    const auto total = (need + rate_ - 1) / rate_; // first n with scale(n) >= ns - base
    const auto left = total - (instructions_ - base_instructions_);
    return left > UINT64_MAX ? UINT64_MAX : static_cast<u64>(left); // NEVER is further than one can count
}

} // namespace tabpc
