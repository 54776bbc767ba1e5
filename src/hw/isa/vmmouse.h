// VMware's absolute pointing device (vmmouse), three commands of the backdoor port. It has no interrupt: the PS/2
// mouse's makes the guest's driver look, so `poll` is pulsed for every event.
#pragma once
#include "core/device.h"
#include "core/irq.h"
#include "hw/isa/vmport_command.h"
#include <deque>

namespace tabpc {

class VmMouse final : public Device {
public:
    enum Command : u16 { DATA = 0x27, STATUS = 0x28, COMMAND = 0x29 }; // their numbers at the port

    IrqLine poll;

    // While a guest driver has switched the device on, the host's pointer belongs here, not to the PS/2 mouse.
    bool enabled() const { return status_ == 0; }
    bool absolute() const { return enabled() && absolute_; }

    // From the user. Buttons: bit 0 left, 1 right, 2 middle.
    void move_to(int x, int y, int dz, u8 buttons); // 0..7fff across the screen; only while absolute()
    void move(int dx, int dy, int dz, u8 buttons);  // only while enabled() and not absolute()

    void data(VmportRegs& r);
    void status(VmportRegs& r);
    void command(VmportRegs& r);

    void reset() override;
    void serialize(Archive& ar) override;

private:
    static constexpr size_t QUEUE = 1024; // words
    static constexpr u16 DISABLED = 0xffff;

    void push_event(u32 flags, int x, int y, int dz, u8 buttons);
    void disable();

    u16 status_ = DISABLED;
    bool absolute_ = false;
    std::deque<u32> queue_;
};

} // namespace tabpc
