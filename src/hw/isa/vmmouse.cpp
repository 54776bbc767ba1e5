// See vmmouse.h.
#include "hw/isa/vmmouse.h"
#include <algorithm>

namespace tabpc {

namespace {

enum Request : u32 {
    READ_ID = 0x45414552,
    DISABLE = 0xf5,
    REQUEST_RELATIVE = 0x4c455252,
    REQUEST_ABSOLUTE = 0x53424152
};
constexpr u32 VERSION_ID = 0x3442554a;
enum : u32 { BUTTON_MIDDLE = 0x08, BUTTON_RIGHT = 0x10, BUTTON_LEFT = 0x20, RELATIVE_PACKET = 0x10000 };
constexpr size_t EVENT_WORDS = 4;

} // namespace

void VmMouse::reset()
{
    disable();
    absolute_ = false;
}

void VmMouse::disable()
{
    status_ = DISABLED;
    queue_.clear();
}

void VmMouse::move_to(int x, int y, int dz, u8 buttons)
{
    if (!absolute()) return;
    push_event(0, std::clamp(x, 0, 0x7fff) * 2, std::clamp(y, 0, 0x7fff) * 2, dz, buttons);
}

void VmMouse::move(int dx, int dy, int dz, u8 buttons)
{
    if (enabled() && !absolute_) push_event(RELATIVE_PACKET, dx, -dy, dz, buttons);
}

void VmMouse::push_event(u32 flags, int x, int y, int dz, u8 buttons)
{
    if (queue_.size() + EVENT_WORDS > QUEUE) return;
    if (buttons & 1) flags |= BUTTON_LEFT;
    if (buttons & 2) flags |= BUTTON_RIGHT;
    if (buttons & 4) flags |= BUTTON_MIDDLE;
    for (u32 word : {flags, static_cast<u32>(x), static_cast<u32>(y), static_cast<u32>(dz)})
        queue_.push_back(word);
    poll.pulse();
}

void VmMouse::status(VmportRegs& r)
{
    r.eax = static_cast<u32>(status_) << 16 | static_cast<u32>(queue_.size());
}

void VmMouse::data(VmportRegs& r)
{
    const u32 words = r.ebx;
    if (words == 0 || words > EVENT_WORDS || words > queue_.size())
        return disable(); // the driver is out of step
    u32* const to[EVENT_WORDS] = {&r.eax, &r.ebx, &r.ecx, &r.edx};
    for (u32 i = 0; i < words; i++) {
        *to[i] = queue_.front();
        queue_.pop_front();
    }
}

void VmMouse::command(VmportRegs& r)
{
    switch (r.ebx) {
    case READ_ID:
        if (queue_.size() < QUEUE) queue_.push_back(VERSION_ID);
        status_ = 0;
        break;
    case REQUEST_ABSOLUTE: absolute_ = true; break;
    case REQUEST_RELATIVE: absolute_ = false; break;
    case DISABLE: disable(); break;
    default: break;
    }
}

void VmMouse::serialize(Archive& ar)
{
    ar.section("vmmouse", 1);
    ar(status_, absolute_);
    u32 words = static_cast<u32>(queue_.size());
    ar(words);
    if (words > QUEUE) {
        ar.fail("section vmmouse holds a longer queue than the device has");
        words = 0;
    }
    if (ar.loading()) queue_.resize(words);
    for (u32 i = 0; i < words && i < queue_.size(); i++) ar(queue_[i]);
}

} // namespace tabpc
