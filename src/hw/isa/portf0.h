// Ports F0h and F1h: a write clears the coprocessor's busy latch, that is IRQ 13, and asserts IGNNE#.
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"

namespace tabpc {

class PortF0 final : public Device {
public:
    IrqLine clear_ferr; // pulsed

    explicit PortF0(IoSpace& io) { io.map<&PortF0::read, &PortF0::write>(0xf0, 2, this, "ioportF0"); }

    void reset() override {}
    void serialize(Archive& ar) override { ar.section("ioportF0", 1); }

private:
    u32 read(u16, int) { return 0xff; }
    void write(u16, u32, int) { clear_ferr.pulse(); }
};

} // namespace tabpc
