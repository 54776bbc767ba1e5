// See port61.h.
#include "hw/isa/port61.h"

namespace tabpc {

Port61::Port61(VirtualClock& clock, IoSpace& io, Timer2 timer2) : clock_(clock), timer2_(timer2)
{
    io.map<&Port61::read, &Port61::write>(0x61, 1, this, "pcspk");
}

void Port61::reset()
{
    control_ = 0;
    refresh_ = false;
    gate2.lower();
    update(clock_.now());
}

u32 Port61::read(u16, int)
{
    refresh_ = !refresh_; // programs that count refresh cycles only look for a change
    const bool out2 = timer2_.level && timer2_.level(timer2_.opaque);
    return static_cast<u32>(control_ | (refresh_ ? REFRESH : 0) | (out2 ? OUT2 : 0));
}

void Port61::write(u16, u32 value, int)
{
    control_ = value & (GATE2 | SPEAKER_DATA);
    gate2.set(!!(control_ & GATE2));
    update(clock_.now());
}

void Port61::set_out2(int, int level)
{
    out2_ = level;
    // The timer may run late; the edge was when it was.
    update(timer2_.changed_at ? timer2_.changed_at(timer2_.opaque) : clock_.now());
}

void Port61::update(i64 at_ns)
{
    const bool level = out2_ && control_ & SPEAKER_DATA;
    if (level == speaker_) return;
    speaker_ = level;
    if (listener_) listener_(listener_opaque_, level, at_ns);
}

void Port61::serialize(Archive& ar)
{
    ar.section("pcspk", 1);
    ar(control_, refresh_, out2_, speaker_);
}

} // namespace tabpc
