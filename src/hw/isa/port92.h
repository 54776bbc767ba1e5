// Port 92h, the PS/2's system control port A: fast A20 and fast reset.
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"

namespace tabpc {

class Port92 final : public Device {
public:
    IrqLine a20;
    IrqLine reset_request; // pulsed

    explicit Port92(IoSpace& io) { io.map<&Port92::read, &Port92::write>(0x92, 1, this, "port92"); }

    void reset() override
    {
        value_ = 0;
        a20.lower();
    }
    void serialize(Archive& ar) override
    {
        ar.section("port92", 1);
        ar(value_);
    }

private:
    enum : u8 { FAST_RESET = 1, A20 = 2 };

    u32 read(u16, int) { return value_; }
    void write(u16, u32 v, int)
    {
        const bool resets = v & FAST_RESET && !(value_ & FAST_RESET);
        value_ = static_cast<u8>(v);
        a20.set(!!(v & A20));
        if (resets) reset_request.pulse();
    }

    u8 value_ = 0;
};

} // namespace tabpc
