// What the i8042 knows of the device on a PS/2 port: bytes in both directions, nothing of keys or mice.
#pragma once
#include "core/irq.h"
#include "hw/isa/bounded_queue.h"

namespace tabpc {

class Ps2Device {
public:
    IrqLine data; // raised when a byte waits to be sent

    virtual void receive(u8 v) = 0; // from the host
    virtual bool has_data() const = 0;
    virtual u8 send() = 0; // only when has_data()

protected:
    ~Ps2Device() = default;
};

} // namespace tabpc
