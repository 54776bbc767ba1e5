// See guest_time.h.
#include "machine/guest_time.h"
#include <algorithm>

namespace tabpc {

namespace {
constexpr i64 MAX_LAG_NS = 250'000'000;
constexpr u64 MIN_SLICE = 10'000, MAX_SLICE = 4'000'000; // instructions
} // namespace

GuestTime::GuestTime(VirtualClock& clock, std::optional<int> icount_shift, bool icount_sleep)
    : clock_(clock), icount_shift_(icount_shift), icount_sleep_(icount_sleep)
{
    if (icount_shift_) clock_.rebase(clock_.now(), u64(1) << (32 + *icount_shift_));
}

void GuestTime::begin_slice(i64 host_ns)
{
    host_ns_ = host_ns;
    slice_start_ = clock_.instructions();
    slice_ = std::clamp(static_cast<u64>(instructions_per_ns_ * SLICE_NS), MIN_SLICE, MAX_SLICE);
    const i64 now = clock_.now();
    if (!aimed_) {
        offset_ = host_ns - now;
        wake_ns_ = -1;
        aimed_ = true;
    }
    if (icount_shift_) return;

    offset_ = std::max(offset_, host_ns - now - MAX_LAG_NS);
    const i64 goal = host_ns + SLICE_NS - offset_; // where the guest's clock should stand at the end
    const i64 advance = std::clamp(goal - now, SLICE_NS / 8, SLICE_NS * 4);
    clock_.rebase(now, static_cast<u64>((static_cast<unsigned __int128>(advance) << 32) / slice_));
}

void GuestTime::measure(i64 host_ns)
{
    const i64 took = host_ns - host_ns_;
    const u64 retired = clock_.instructions() - slice_start_;
    if (took < SLICE_NS / 50 || retired == 0) return; // too short to tell
    const double speed = static_cast<double>(retired) / static_cast<double>(took);
    instructions_per_ns_ += (std::min(speed, 10.0) - instructions_per_ns_) / 8;
}

bool GuestTime::advance_halted()
{
    const i64 now = clock_.now(), deadline = clock_.deadline();
    if (icount_shift_) {
        if (deadline == Clock::NEVER) return false;
        if (icount_sleep_ && deadline > now) {
            if (wake_ns_ < 0) wake_ns_ = host_ns_ + (deadline - now);
            if (host_ns_ < wake_ns_) return false;
        }
        wake_ns_ = -1;
        clock_.set_now(std::max(now, deadline));
        return true;
    }
    const i64 target = host_ns_ - offset_; // what the host's time is to the guest
    if (std::min(deadline, target) > now) clock_.set_now(std::min(deadline, target));
    return deadline <= std::max(now, target);
}

i64 GuestTime::idle_until() const
{
    if (icount_shift_) return wake_ns_ < 0 ? Clock::NEVER : wake_ns_;
    const i64 deadline = clock_.deadline();
    return deadline == Clock::NEVER ? Clock::NEVER : deadline + offset_;
}

} // namespace tabpc
