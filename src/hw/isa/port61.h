// Port 61h, system control port B: timer 2's gate, the speaker and the refresh toggle (QEMU's pcspk). The speaker is
// the AND of timer 2's OUT and the data bit; a listener is told of each change with its virtual time.
#pragma once
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"

namespace tabpc {

class Port61 final : public Device {
public:
    // What the port asks timer 2: OUT as the guest reads it, and the virtual time of its last change.
    struct Timer2 {
        bool (*level)(void* opaque) = nullptr;
        i64 (*changed_at)(void* opaque) = nullptr;
        void* opaque = nullptr;
    };
    template <class Pit>
    static Timer2 timer2(Pit& pit)
    {
        return {[](void* o) { return static_cast<Pit*>(o)->level(2); },
                [](void* o) { return static_cast<Pit*>(o)->changed_at(2); }, &pit};
    }
    using Listener = void (*)(void* opaque, bool level, i64 at_ns);

    IrqLine gate2; // to timer 2's GATE

    Port61(VirtualClock& clock, IoSpace& io, Timer2 timer2);

    IrqInput out2() { return irq_input<&Port61::set_out2>(this); } // timer 2's OUT, for the sound
    void on_speaker(Listener listener, void* opaque)
    {
        listener_ = listener;
        listener_opaque_ = opaque;
    }
    bool speaker() const { return speaker_; }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    enum : u8 { GATE2 = 1, SPEAKER_DATA = 2, REFRESH = 0x10, OUT2 = 0x20 };

    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    void set_out2(int, int level);
    void update(i64 at_ns);

    VirtualClock& clock_;
    Timer2 timer2_;
    u8 control_ = 0; // GATE2 and SPEAKER_DATA
    bool refresh_ = false;
    bool out2_ = false;
    bool speaker_ = false;
    Listener listener_ = nullptr;
    void* listener_opaque_ = nullptr;
};

} // namespace tabpc
