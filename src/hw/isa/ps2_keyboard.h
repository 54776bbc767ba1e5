// PS/2 keyboard (IBM PS/2 Hardware Interface Technical Reference, "Keyboards"): scan code sets 1 to 3, the host's
// commands, a 16-byte buffer. Repetition is the host's: a key pressed again while it is down sends its make code again,
// so a page that stalls does not type a hundred letters. Left out: the shifts that hardware fakes around grey keys.
#pragma once
#include "core/device.h"
#include "hw/isa/keycodes.h"
#include "hw/isa/ps2.h"
#include <bitset>
#include <initializer_list>

namespace tabpc {

class Ps2Keyboard final : public Device, public Ps2Device {
public:
    Ps2Keyboard() { set_defaults(); }

    // From the user: a key goes down (again) or up.
    void key(QKeyCode code, bool down);
    void release_all(); // the window lost the focus
    bool is_down(QKeyCode code) const { return down_[static_cast<size_t>(code)]; }
    // Bytes the guest has not taken; a host that types for the user waits for 0.
    size_t queued() const { return replies_.size() + keys_.size(); }

    u8 leds() const { return leds_; } // bit 0 Scroll Lock, 1 Num Lock, 2 Caps Lock
    void on_leds(void (*notify)(void* opaque, u8 leds), void* opaque)
    {
        notify_leds_ = notify;
        notify_opaque_ = opaque;
    }

    void receive(u8 v) override;
    bool has_data() const override { return !replies_.empty() || !keys_.empty(); }
    u8 send() override;

    void reset() override;
    void serialize(Archive& ar) override;

private:
    enum Set3Type : u8 { TYPEMATIC = 1, BREAK = 2 }; // what a set 3 key sends besides its make code

    void set_defaults();
    void command(u8 v);
    void argument(u8 command, u8 v);
    void reply(std::initializer_list<u8> bytes);
    void enqueue(std::initializer_list<u8> bytes); // all or an overrun
    void enqueue_code(u16 code, bool down);
    void key_set3(u8 code, bool down, bool repeated);
    void print_screen(bool down);
    void pause();
    void set_leds(u8 v);

    static constexpr size_t BUFFER = 16;
    BoundedQueue<u8, 8> replies_;       // go out before keys
    BoundedQueue<u8, BUFFER + 1> keys_; // the last place is for the overrun code
    u8 scan_set_ = 2;
    bool scanning_ = true;
    u8 leds_ = 0;
    u8 typematic_ = 0x2b; // 10.9 characters a second after 500 ms: kept for the guest, the host repeats
    u8 pending_ = 0;      // command that waits for its argument
    u8 last_sent_ = 0;
    std::array<u8, 256> set3_type_{};
    std::bitset<static_cast<size_t>(QKeyCode::MAX)> down_; // the user's fingers, not state
    void (*notify_leds_)(void*, u8) = nullptr;
    void* notify_opaque_ = nullptr;
};

} // namespace tabpc
