// How host time becomes guest time: DESIGN 6's policies for slices of execution.
//   realtime: at the border of a slice the guest's clock is aimed at the host's; inside it interpolates by instructions.
//     A guest that fell behind catches up at most four times as fast as time goes; what is beyond 250 ms (a tab that
//     slept, a debugger) is dropped. A halted guest's clock goes from deadline to deadline, never beyond the host's time.
//   icount: time is instructions. A halted guest's clock goes to the next deadline, after waiting for as long as that is
//     in host time (sleep=on) or at once (sleep=off). Nothing the guest can see depends on the host.
#pragma once
#include "core/clock.h"
#include <optional>

namespace tabpc {

class GuestTime {
public:
    static constexpr i64 SLICE_NS = 1'000'000;

    GuestTime(VirtualClock& clock, std::optional<int> icount_shift, bool icount_sleep);

    // The guest stood still for a reason of its own (stop, snapshot): it goes on from where it is.
    void restart() { aimed_ = false; }
    // Sets the clock's rate for the slice that begins at this host time.
    void begin_slice(i64 host_ns);
    // How many instructions a slice should have: about a millisecond's worth.
    u64 slice_instructions() const { return slice_; }
    // The slice that began last ended at this host time because its instructions were used up.
    void measure(i64 host_ns);

    // The CPUs are halted. Moves the clock on as far as it may go by now; true: a timer is due. False: nothing to do
    // before idle_until().
    bool advance_halted();
    i64 idle_until() const; // host time; Clock::NEVER

private:
    VirtualClock& clock_;
    const std::optional<int> icount_shift_;
    const bool icount_sleep_;
    bool aimed_ = false;
    i64 host_ns_ = 0;  // of the slice's beginning
    i64 offset_ = 0;   // host time minus guest time
    i64 wake_ns_ = -1; // icount: host time until which the halted guest waits; -1: it does not
    u64 slice_ = 100'000;
    u64 slice_start_ = 0;              // instructions
    double instructions_per_ns_ = 0.1; // measured
};

} // namespace tabpc
