// Clocks and timers (QEMU's vm_clock, rt_clock, host_clock and QEMUTimer). All times are nanoseconds.
// Devices see only the VirtualClock: guest time. It advances with retired instructions inside a slice and is set by the
// host layer at slice borders, so nothing below the host layer reads host time. The other two are HostedClocks, whose
// time the host supplies: realtime goes on while the guest is stopped, host is the date.
#pragma once
#include "base/types.h"

namespace tabpc {

class Timer;

// Something that knows a time and a list of timers due on it.
class Clock {
public:
    static constexpr i64 NEVER = INT64_MAX;
    static constexpr i64 FARTHEST = i64(1) << 60; // 36 years: no clock or deadline of a snapshot is beyond it

    Clock() = default;
    Clock(const Clock&) = delete;
    virtual ~Clock();

    virtual i64 now() const = 0;

    // The nearest deadline, or NEVER. A disabled clock has none: its timers wait until it is enabled again.
    i64 deadline() const;
    bool enabled() const { return enabled_; }
    void set_enabled(bool on);

    // Fires every timer whose deadline is <= now, in order of deadline, FIFO at equal deadlines. `now` is taken once;
    // a callback may schedule again, and a new deadline <= now fires in the same pass. Returns whether any fired.
    bool run_timers();

    // Called when the head of the list becomes earlier than it was: the host's alarm or the CPU's budget must shrink.
    void on_earlier_deadline(void (*notify)(void*), void* opaque);

private:
    friend class Timer;
    void insert(Timer& t);
    void remove(Timer& t);

    Timer* head_ = nullptr;
    bool enabled_ = true;
    void (*notify_)(void*) = nullptr;
    void* notify_opaque_ = nullptr;
};

// A clock whose time comes from outside: the host's monotonic time (realtime) or its date (host, which may jump).
class HostedClock final : public Clock {
public:
    using Source = i64 (*)(void* opaque);

    explicit HostedClock(Source source, void* opaque = nullptr) : source_(source), opaque_(opaque) {}
    i64 now() const override { return source_(opaque_); }

private:
    Source source_;
    void* opaque_;
};

// Guest time. now() = base + instructions retired since the base * ns per instruction.
class VirtualClock final : public Clock {
public:
    i64 now() const override { return base_ns_ + scale(instructions_ - base_instructions_); }

    // Instructions retired since reset. The CPU keeps it exact wherever a device or the guest can read the time.
    u64 instructions() const { return instructions_; }
    void set_instructions(u64 n) { instructions_ = n; }

    // Restart the line at `ns` with `rate` (ns per instruction as 32.32 fixed point): done at slice borders only.
    void rebase(i64 ns, u64 rate);
    // For -qtest and tests: move to `ns` without instructions.
    void set_now(i64 ns) { rebase(ns, rate_); }
    u64 rate() const { return rate_; }

    // How many instructions until now() >= ns; 0 if it already is.
    u64 instructions_until(i64 ns) const;

    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(base_ns_, base_instructions_, instructions_, rate_);
        if (!ar.loading() || (base_ns_ >= 0 && base_ns_ < FARTHEST && base_instructions_ <= instructions_ &&
                              now() >= base_ns_ && now() < FARTHEST))
            return;
        ar.fail("the clock shows a time that cannot be");
        base_ns_ = 0;
        base_instructions_ = instructions_;
    }

private:
    i64 scale(u64 n) const { return static_cast<i64>((static_cast<unsigned __int128>(n) * rate_) >> 32); }

    i64 base_ns_ = 0;
    u64 base_instructions_ = 0;
    u64 instructions_ = 0;
    u64 rate_ = u64(10) << 32; // 10 ns an instruction until the host has measured better
};

// Calls back once at its deadline. The callback works from deadline(), never from now(): a tab that slept ten seconds
// then delivers the same edges.
class Timer {
public:
    using Callback = void (*)(void* opaque);

    Timer(Clock& clock, Callback callback, void* opaque) : clock_(clock), callback_(callback), opaque_(opaque) {}
    Timer(const Timer&) = delete;
    ~Timer() { cancel(); }

    void schedule(i64 deadline_ns); // replaces an earlier deadline; NEVER cancels
    void cancel();
    bool pending() const { return pending_; }
    // While pending: when it will fire. In the callback: when it was due.
    i64 deadline() const { return deadline_; }

    // The clock is restored first. What is long overdue is refused: a device would deliver, one by one, what it has missed.
    template <class Archive> void serialize(Archive& ar)
    {
        constexpr i64 OVERDUE_NS = 1'000'000'000;
        i64 at = pending_ ? deadline_ : Clock::NEVER;
        ar(at);
        if (!ar.loading()) return;
        if (at != Clock::NEVER && (at < clock_.now() - OVERDUE_NS || at > Clock::FARTHEST)) {
            ar.fail("a timer is overdue, or due in a time that cannot be");
            at = Clock::NEVER;
        }
        schedule(at);
    }

private:
    friend class Clock;
    Clock& clock_;
    Callback callback_;
    void* opaque_;
    Timer* next_ = nullptr;
    i64 deadline_ = 0;
    bool pending_ = false;
};

// A timer that calls the member function `Method()` of `device`.
template <auto Method, class T> Timer::Callback timer_callback()
{
    return [](void* o) { (static_cast<T*>(o)->*Method)(); };
}

// ticks of an oscillator of `hz` in `ns`, and the first ns at which `ticks` have passed (exact for centuries).
constexpr i64 ns_to_ticks(i64 ns, i64 hz)
{
    return static_cast<i64>(static_cast<__int128>(ns) * hz / 1'000'000'000);
}
constexpr i64 ticks_to_ns(i64 ticks, i64 hz)
{
    return static_cast<i64>((static_cast<__int128>(ticks) * 1'000'000'000 + hz - 1) / hz);
}

} // namespace tabpc
