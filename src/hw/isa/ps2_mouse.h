// PS/2 mouse (IBM PS/2 Hardware Interface Technical Reference, "Mouse") with Microsoft's wheel (IntelliMouse, id 3) and
// five-button (Explorer, id 4) extensions. Reports come at most at the sample rate and never while the guest has not
// taken the last one; movement adds up meanwhile and is split over as many reports as it needs.
#pragma once
#include "core/clock.h"
#include "core/device.h"
#include "hw/isa/ps2.h"
#include <initializer_list>

namespace tabpc {

enum class MouseButton : u8 { Left, Right, Middle, Side, Extra };

class Ps2Mouse final : public Device, public Ps2Device {
public:
    explicit Ps2Mouse(VirtualClock& clock);

    // From the user. dx grows to the right, dy downwards (screen), dz towards the user (wheel down).
    void move(int dx, int dy, int dz);
    void button(MouseButton b, bool down);
    // A report with nothing to tell: makes a vmmouse driver look at port 5658h (as QEMU does).
    void fake_event();

    void receive(u8 v) override;
    bool has_data() const override { return !replies_.empty() || !packets_.empty(); }
    u8 send() override;

    void reset() override;
    void serialize(Archive& ar) override;

private:
    void set_defaults();
    void command(u8 v);
    void set_rate(u8 v);
    void reply(std::initializer_list<u8> bytes);
    void report(); // now, or when the sample rate allows
    void make_packet(bool stream);
    void sample(); // the timer
    bool streaming() const { return enabled_ && !remote_ && !wrap_; }
    bool moved() const { return dx_ || dy_ || dz_ || changed_; }

    VirtualClock& clock_;
    Timer timer_;
    BoundedQueue<u8, 8> replies_;
    BoundedQueue<u8, 16> packets_;
    bool enabled_ = false, remote_ = false, wrap_ = false, scaling_ = false;
    u8 resolution_ = 2, rate_ = 100;
    u8 id_ = 0;        // 0, 3 or 4
    u8 rates_[3] = {}; // the last sample rates set: the knock that opens the extensions
    u8 pending_ = 0;   // command that waits for its argument
    u8 last_sent_ = 0;
    u8 buttons_ = 0;
    bool changed_ = false; // there is something to report besides movement
    i32 dx_ = 0, dy_ = 0, dz_ = 0;
    i64 next_sample_ns_ = 0;
};

} // namespace tabpc
