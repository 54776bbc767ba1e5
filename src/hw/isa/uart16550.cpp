// See uart16550.h. Register and bit names are the data sheet's, table II.
#include "hw/isa/uart16550.h"
#include "base/bits.h"

namespace tabpc {

namespace {

enum Register { RBR_THR, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR };
enum : u8 { IER_ERBFI = 1, IER_ETBEI = 2, IER_ELSI = 4, IER_EDSSI = 8 };
enum : u8 {
    IIR_NONE = 1,
    IIR_MODEM = 0,
    IIR_THRE = 2,
    IIR_RDA = 4,
    IIR_LINE = 6,
    IIR_TIMEOUT = 0x0c,
    IIR_FIFOS = 0xc0
};
enum : u8 { FCR_ENABLE = 1, FCR_CLEAR_RX = 2, FCR_CLEAR_TX = 4 };
enum : u8 { LCR_DLAB = 0x80 };
enum : u8 { MCR_OUT2 = 8, MCR_LOOP = 0x10 };
enum : u8 {
    LSR_DR = 1,
    LSR_OE = 2,
    LSR_ERRORS = 0x1e,
    LSR_BI = 0x10,
    LSR_THRE = 0x20,
    LSR_TEMT = 0x40,
    LSR_FIFO_ERROR = 0x80
};
enum : u8 {
    MSR_DCTS = 1,
    MSR_DDSR = 2,
    MSR_TERI = 4,
    MSR_DDCD = 8,
    MSR_CTS = 0x10,
    MSR_DSR = 0x20,
    MSR_RI = 0x40,
    MSR_DCD = 0x80
};

constexpr i64 BAUD_BASE = 115200; // 1.8432 MHz / 16

} // namespace

Uart16550::Uart16550(VirtualClock& clock, IoSpace& io, u16 base)
    : clock_(clock), transmit_timer_(clock, timer_callback<&Uart16550::transmitted, Uart16550>(), this),
      timeout_timer_(clock, timer_callback<&Uart16550::timed_out, Uart16550>(), this)
{
    io.map<&Uart16550::read, &Uart16550::write>(base, 8, this, "serial");
}

void Uart16550::connect(CharBackend* backend)
{
    if (backend_) backend_->connect(nullptr);
    backend_ = backend;
    if (backend_) backend_->connect(this);
}

void Uart16550::reset()
{
    divisor_ = 12;
    ier_ = fcr_ = lcr_ = scr_ = lsr_errors_ = 0;
    mcr_ = MCR_OUT2; // as QEMU
    msr_ = modem_lines_;
    thre_interrupt_ = timeout_ = shifting_ = false;
    received_.clear();
    to_send_.clear();
    transmit_timer_.cancel();
    timeout_timer_.cancel();
    irq_level_ = false;
    irq.lower();
    if (backend_) backend_->accept_input();
}

u32 Uart16550::read(u16 port, int)
{
    const bool dlab = lcr_ & LCR_DLAB;
    switch (port & 7) {
    case RBR_THR: return dlab ? divisor_ & 0xff : read_rbr();
    case IER: return dlab ? divisor_ >> 8 : ier_;
    case IIR_FCR: return read_iir();
    case LCR: return lcr_;
    case MCR: return mcr_;
    case LSR: return read_lsr();
    case MSR: {
        const u8 v = msr_;
        msr_ &= 0xf0;
        update_irq();
        return v;
    }
    default: return scr_;
    }
}

void Uart16550::write(u16 port, u32 value, int)
{
    const u8 v = static_cast<u8>(value);
    const bool dlab = lcr_ & LCR_DLAB;
    switch (port & 7) {
    case RBR_THR:
        if (!dlab) return write_thr(v);
        divisor_ = static_cast<u16>((divisor_ & 0xff00) | v);
        break;
    case IER:
        if (!dlab) return write_ier(v);
        divisor_ = static_cast<u16>((divisor_ & 0x00ff) | v << 8);
        break;
    case IIR_FCR: return write_fcr(v);
    case LCR: lcr_ = v; break;
    case MCR: return write_mcr(v);
    case SCR: scr_ = v; break;
    default: break; // LSR and MSR are for the factory's tests
    }
}

size_t Uart16550::trigger_level() const
{
    constexpr size_t LEVEL[] = {1, 4, 8, 14};
    return fifo_enabled() ? LEVEL[fcr_ >> 6] : 1;
}

i64 Uart16550::character_ns() const
{
    const int data = 5 + (lcr_ & 3), parity = bit(lcr_, 3);
    const int half_stops = !bit(lcr_, 2) ? 2 : data == 5 ? 3 : 4;
    const i64 divisor = divisor_ ? divisor_ : 65536;
    return (2 * (1 + data + parity) + half_stops) * divisor * 1'000'000'000 / (2 * BAUD_BASE);
}

// Receiver

size_t Uart16550::can_receive() const
{
    if (mcr_ & MCR_LOOP) return 0;
    return fifo_enabled() ? received_.room() : received_.empty();
}

void Uart16550::receive(std::span<const u8> bytes)
{
    for (u8 b : bytes) put_received(b);
    update_irq();
}

void Uart16550::receive_break()
{
    put_received(LSR_BI << 8);
    update_irq();
}

void Uart16550::put_received(u16 character)
{
    if (!fifo_enabled() && !received_.empty()) { // the new character overwrites the old one
        received_.clear();
        lsr_errors_ |= LSR_OE;
    }
    const bool top = received_.empty();
    if (!received_.push(character)) lsr_errors_ |= LSR_OE; // the FIFO keeps what it has
    if (top) top_changed();
    timeout_ = false;
    if (fifo_enabled()) timeout_timer_.schedule(clock_.now() + 4 * character_ns());
}

void Uart16550::top_changed()
{
    if (!received_.empty()) lsr_errors_ |= static_cast<u8>(received_.front() >> 8) & LSR_ERRORS;
}

u8 Uart16550::read_rbr()
{
    if (received_.empty()) return 0;
    const u8 v = static_cast<u8>(received_.pop());
    top_changed();
    timeout_ = false;
    timeout_timer_.schedule(received_.empty() ? Clock::NEVER : clock_.now() + 4 * character_ns());
    update_irq();
    if (backend_) backend_->accept_input();
    return v;
}

void Uart16550::timed_out()
{
    timeout_ = !received_.empty();
    update_irq();
}

u8 Uart16550::read_lsr()
{
    u8 v = lsr_errors_;
    if (!received_.empty()) v |= LSR_DR;
    if (to_send_.empty()) v |= LSR_THRE;
    if (to_send_.empty() && !shifting_) v |= LSR_TEMT;
    if (fifo_enabled() && received_.any([](u16 c) { return c >> 8; })) v |= LSR_FIFO_ERROR;
    lsr_errors_ = 0;
    update_irq();
    return v;
}

// Transmitter

void Uart16550::write_thr(u8 v)
{
    if (!fifo_enabled()) to_send_.clear(); // written over
    to_send_.push(v);
    thre_interrupt_ = false;
    if (!shifting_) transmit(clock_.now());
    update_irq();
}

void Uart16550::transmit(i64 now)
{
    while (!shifting_ && !to_send_.empty()) {
        const u8 v = to_send_.pop();
        if (mcr_ & MCR_LOOP) put_received(v);
        else if (backend_) backend_->write({&v, 1});
        if (to_send_.empty()) thre_interrupt_ = true;
        if (!paced_) continue;
        shifting_ = true;
        transmit_timer_.schedule(now + character_ns());
    }
}

void Uart16550::transmitted()
{
    shifting_ = false;
    transmit(transmit_timer_.deadline());
    update_irq();
}

// Control

void Uart16550::write_ier(u8 v)
{
    const u8 turned_on = v & static_cast<u8>(~ier_);
    ier_ = v & 15;
    if (turned_on & IER_ETBEI && to_send_.empty()) thre_interrupt_ = true;
    update_irq();
}

void Uart16550::write_fcr(u8 v)
{
    if ((v ^ fcr_) & FCR_ENABLE) v |= FCR_CLEAR_RX | FCR_CLEAR_TX;
    if (v & FCR_CLEAR_RX) {
        received_.clear();
        timeout_ = false;
        timeout_timer_.cancel();
    }
    if (v & FCR_CLEAR_TX) {
        if (!to_send_.empty()) thre_interrupt_ = true;
        to_send_.clear();
    }
    fcr_ = v & FCR_ENABLE ? v & 0xc9 : 0;
    update_irq();
    if (backend_) backend_->accept_input();
}

void Uart16550::write_mcr(u8 v)
{
    mcr_ = v & 0x1f;
    update_modem_lines();
    if (backend_) backend_->accept_input();
}

void Uart16550::set_modem_lines(u8 lines)
{
    modem_lines_ = lines & 0xf0;
    update_modem_lines();
}

void Uart16550::update_modem_lines()
{
    u8 lines = modem_lines_;
    if (mcr_ & MCR_LOOP) // DTR to DSR, RTS to CTS, OUT1 to RI, OUT2 to DCD
        lines = static_cast<u8>(bit(mcr_, 0) * MSR_DSR | bit(mcr_, 1) * MSR_CTS | bit(mcr_, 2) * MSR_RI |
                                bit(mcr_, 3) * MSR_DCD);
    const u8 changed = static_cast<u8>(lines ^ msr_);
    u8 deltas = msr_ & 15;
    if (changed & MSR_CTS) deltas |= MSR_DCTS;
    if (changed & MSR_DSR) deltas |= MSR_DDSR;
    if (changed & MSR_DCD) deltas |= MSR_DDCD;
    if (changed & MSR_RI && !(lines & MSR_RI)) deltas |= MSR_TERI;
    msr_ = lines | deltas;
    update_irq();
}

u8 Uart16550::pending_interrupt() const
{
    if (ier_ & IER_ELSI && lsr_errors_) return IIR_LINE;
    if (ier_ & IER_ERBFI && received_.size() >= trigger_level()) return IIR_RDA;
    if (ier_ & IER_ERBFI && timeout_) return IIR_TIMEOUT;
    if (ier_ & IER_ETBEI && thre_interrupt_) return IIR_THRE;
    if (ier_ & IER_EDSSI && msr_ & 15) return IIR_MODEM;
    return IIR_NONE;
}

u8 Uart16550::read_iir()
{
    const u8 v = pending_interrupt();
    if (v == IIR_THRE) {
        thre_interrupt_ = false;
        update_irq();
    }
    return fifo_enabled() ? v | IIR_FIFOS : v;
}

void Uart16550::update_irq()
{
    const bool level = pending_interrupt() != IIR_NONE && mcr_ & MCR_OUT2;
    if (level != irq_level_) irq.set(irq_level_ = level);
}

void Uart16550::serialize(Archive& ar)
{
    ar.section("uart16550", 1);
    ar(divisor_, ier_, fcr_, lcr_, mcr_, scr_, lsr_errors_, msr_, modem_lines_, thre_interrupt_, timeout_,
       irq_level_, shifting_, received_, to_send_, transmit_timer_, timeout_timer_);
}

} // namespace tabpc
