// Types for the operator (send-key, sendkey): presses keys, holds them for a while of guest time, releases them in
// reverse. Combinations queue up; the next begins when the one before is released and the guest has taken its bytes.
#pragma once
#include "core/clock.h"
#include "hw/isa/ps2_keyboard.h"
#include <deque>
#include <span>

namespace tabpc {

class KeySender {
public:
    KeySender(VirtualClock& clock, Ps2Keyboard& keyboard)
        : clock_(clock), keyboard_(keyboard),
          timer_(clock, timer_callback<&KeySender::step, KeySender>(), this)
    {}

    void send(std::span<const QKeyCode> keys, i64 hold_ns)
    {
        if (queue_.size() >= MAX_QUEUED) return; // nobody types that far ahead
        for (const QKeyCode k : keys) queue_.push_back({k, true, 0});
        if (!queue_.empty() && !keys.empty()) queue_.back().then_ns = hold_ns;
        for (size_t n = keys.size(); n-- > 0;) queue_.push_back({keys[n], false, n == 0 ? GAP_NS : 0});
        if (!timer_.pending()) timer_.schedule(clock_.now());
    }
    void clear()
    {
        queue_.clear();
        timer_.cancel();
    }

private:
    static constexpr size_t MAX_QUEUED = 4096;
    static constexpr i64 GAP_NS = 2'000'000;
    struct Event {
        QKeyCode key;
        bool down;
        i64 then_ns; // pause behind it
    };

    void step()
    {
        const i64 at = timer_.deadline();
        if (keyboard_.queued() > 8 && waited_ < 500) { // a guest that does not listen: give it a second
            waited_++;
            return timer_.schedule(at + GAP_NS);
        }
        waited_ = 0;
        while (!queue_.empty()) {
            const Event e = queue_.front();
            queue_.pop_front();
            keyboard_.key(e.key, e.down);
            if (e.then_ns) return timer_.schedule(at + e.then_ns);
        }
    }

    VirtualClock& clock_;
    Ps2Keyboard& keyboard_;
    std::deque<Event> queue_;
    int waited_ = 0;
    Timer timer_;
};

} // namespace tabpc
