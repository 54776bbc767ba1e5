// Port F0h: how a PC reports x87 errors (82371SB, "Coprocessor Error Register"). FERR# raises IRQ 13; a write
// to the port lowers it and asserts IGNNE#, so that the handler may use the x87, until FERR# is gone.
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"

namespace tabpc {

class PortF0 final : public Device {
public:
    IrqLine irq13, ignne;

    explicit PortF0(IoSpace& io) { io.map<&PortF0::read, &PortF0::write>(0xf0, 2, this, "ioportF0"); }

    void set_ferr(int level)
    {
        if (ferr_ == (level != 0)) return;
        ferr_ = level != 0;
        if (ferr_) irq13.raise();
        else ignne.lower();
    }

    void reset() override
    {
        ferr_ = false;
        irq13.lower();
        ignne.lower();
    }
    void serialize(Archive& ar) override
    {
        ar.section("ioportF0", 1);
        ar(ferr_);
    }

private:
    u32 read(u16, int) { return 0xff; }
    void write(u16, u32, int)
    {
        irq13.lower();
        if (ferr_) ignne.raise();
    }

    bool ferr_ = false;
};

} // namespace tabpc
