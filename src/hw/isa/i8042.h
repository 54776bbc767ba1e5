// Intel 8042 as the PC's keyboard controller (IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary
// Device Controller"): ports 60h and 64h between the CPU and two PS/2 devices, the A20 gate and the reset line.
// A byte becomes available as soon as the one before it is read; left out: passwords, and the time bytes take.
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"
#include "hw/isa/ps2.h"

namespace tabpc {

class I8042 final : public Device {
public:
    IrqLine irq;     // keyboard, IRQ 1
    IrqLine aux_irq; // mouse, IRQ 12
    IrqLine a20;
    IrqLine reset_request; // pulsed

    I8042(IoSpace& io, Ps2Device& keyboard, Ps2Device& aux);

    void reset() override;
    void serialize(Archive& ar) override;

private:
    enum Status : u8 {
        OBF = 0x01, // output buffer full
        SYS = 0x04, // self-test passed
        A2 = 0x08,  // the last write was a command
        NOT_LOCKED = 0x10,
        AUX_OBF = 0x20 // the output buffer holds a byte of the auxiliary device
    };
    enum CommandByte : u8 {
        KBD_INT = 0x01,
        AUX_INT = 0x02,
        SYSTEM_FLAG = 0x04,
        KBD_DISABLE = 0x10,
        AUX_DISABLE = 0x20,
        TRANSLATE = 0x40
    };
    enum OutputPort : u8 {
        NOT_RESET = 0x01,
        A20 = 0x02,
        OUT_ONES = 0xcc, // data and clock lines at rest
        KBD_OBF = 0x10,  // the interrupt pins
        AUX_OBF_PIN = 0x20
    };
    static constexpr u16 FROM_AUX = 0x100; // in replies_

    u32 read_data(u16 port, int size);
    void write_data(u16 port, u32 value, int size);
    u32 read_status(u16 port, int size);
    void write_command(u16 port, u32 value, int size);
    void command(u8 v);
    void reply(u16 byte);
    void fetch();                   // fills an empty output buffer
    bool translated(u8 v, u8& out); // false: the byte is swallowed
    void load(u8 byte, bool aux);
    void write_output_port(u8 v);
    void update_irqs();
    u8& command_byte() { return ram_[0]; }
    void device_data(int, int level)
    {
        if (level) fetch();
    }

    Ps2Device& keyboard_;
    Ps2Device& aux_;
    u8 status_ = A2 | NOT_LOCKED;
    u8 output_buffer_ = 0;
    u8 output_port_ = OUT_ONES | NOT_RESET | A20;
    u8 pending_ = 0;            // command whose data byte comes to port 60h
    bool break_prefix_ = false; // translation has swallowed an F0
    u8 ram_[32] = {KBD_INT | AUX_INT};
    BoundedQueue<u16, 16> replies_; // the controller's own answers
    bool irq_level_ = false, aux_irq_level_ = false;
};

} // namespace tabpc
