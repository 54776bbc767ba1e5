// The PC's parallel port (IBM Technical Reference, "Parallel Printer Adapter") with a printer that takes every byte and
// hands it to the host. In its 8 ports the EPP ones are there but nothing answers them.
#pragma once
#include "core/chardev.h"
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"

namespace tabpc {

class ParallelPort final : public Device {
public:
    IrqLine irq;

    ParallelPort(VirtualClock& clock, IoSpace& io, u16 base);

    void connect(CharSink* printer) { printer_ = printer; }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    // Status: as the register shows it, so NOT_BUSY and NOT_ACK are high at rest.
    enum Status : u8 { TIMEOUT = 0x01, NOT_ERROR = 0x08, ONLINE = 0x10, NOT_ACK = 0x40, NOT_BUSY = 0x80 };
    enum Control : u8 {
        STROBE = 0x01,
        NOT_INIT = 0x04,
        SELECT = 0x08,
        IRQ_ENABLE = 0x10,
        INPUT = 0x20,
        ONES = 0xc0
    };
    static constexpr u8 AT_REST = NOT_BUSY | NOT_ACK | ONLINE | NOT_ERROR;
    static constexpr i64 PHASE_NS = 5000; // busy, then acknowledge

    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    void write_control(u8 v);
    void next_phase();
    void set_irq(bool level);

    VirtualClock& clock_;
    CharSink* printer_ = nullptr;
    u8 data_ = 0xff;
    u8 status_ = AT_REST | TIMEOUT;
    u8 control_ = ONES | NOT_INIT | SELECT;
    bool irq_level_ = false;
    Timer timer_;
};

} // namespace tabpc
