// National Semiconductor PC16550D UART. Characters take the time the divisor and frame give them on their way out;
// coming in they arrive as fast as the guest takes them. The interrupt pin is gated by MCR.OUT2 as on the PC's serial
// cards. Left out: parity and framing errors, which a byte stream cannot have, and the character a break delays.
#pragma once
#include "core/chardev.h"
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"
#include "hw/isa/bounded_queue.h"

namespace tabpc {

class Uart16550 final : public Device, public CharInput {
public:
    IrqLine irq;

    Uart16550(VirtualClock& clock, IoSpace& io, u16 base);

    void connect(CharBackend* backend);
    // Without pacing a character is sent the moment it is written.
    void set_paced(bool paced) { paced_ = paced; }
    // DCD, RI, DSR, CTS in bits 7:4, as MSR shows them.
    void set_modem_lines(u8 lines);
    void receive_break();
    // DTR, RTS, OUT1, OUT2 in bits 3:0.
    u8 modem_outputs() const { return mcr_ & 15; }

    size_t can_receive() const override;
    void receive(std::span<const u8> bytes) override;

    void reset() override;
    void serialize(Archive& ar) override;

private:
    static constexpr size_t FIFO = 16;

    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    u8 read_rbr();
    u8 read_iir();
    u8 read_lsr();
    void write_thr(u8 v);
    void write_ier(u8 v);
    void write_fcr(u8 v);
    void write_mcr(u8 v);

    bool fifo_enabled() const { return fcr_ & 1; }
    size_t trigger_level() const;
    i64 character_ns() const;
    void put_received(u16 character); // bits 12:8: LSR's error bits for it
    void top_changed();               // LSR shows the errors of the character on top
    void transmit(i64 now);           // from THR or FIFO into the shift register
    void transmitted();
    void timed_out();
    void update_modem_lines();
    u8 pending_interrupt() const; // IIR bits 3:0
    void update_irq();

    VirtualClock& clock_;
    CharBackend* backend_ = nullptr;
    bool paced_ = true;

    u16 divisor_ = 12; // 9600 baud
    u8 ier_ = 0, fcr_ = 0, lcr_ = 0, mcr_ = 8, scr_ = 0;
    u8 lsr_errors_ = 0; // OE PE FE BI until LSR is read
    u8 msr_ = 0xb0;
    u8 modem_lines_ = 0xb0;
    bool thre_interrupt_ = false;
    bool timeout_ = false;
    bool irq_level_ = false;
    bool shifting_ = false; // the transmitter shift register is not empty
    BoundedQueue<u16, FIFO> received_;
    BoundedQueue<u8, FIFO> to_send_;
    Timer transmit_timer_;
    Timer timeout_timer_;
};

} // namespace tabpc
