// See parallel.h.
#include "hw/isa/parallel.h"

namespace tabpc {

ParallelPort::ParallelPort(VirtualClock& clock, IoSpace& io, u16 base)
    : clock_(clock), timer_(clock, timer_callback<&ParallelPort::next_phase, ParallelPort>(), this)
{
    io.map<&ParallelPort::read, &ParallelPort::write>(base, 8, this, "parallel");
}

void ParallelPort::reset()
{
    data_ = 0xff;
    status_ = AT_REST | TIMEOUT;
    control_ = ONES | NOT_INIT | SELECT;
    timer_.cancel();
    irq_level_ = false;
    irq.lower();
}

u32 ParallelPort::read(u16 port, int)
{
    switch (port & 7) {
    case 0: return control_ & INPUT ? 0xff : data_; // as an input nothing drives it
    case 1: {
        const u8 v = status_;
        set_irq(false);
        return v;
    }
    case 2: return control_;
    default: return 0xff;
    }
}

void ParallelPort::write(u16 port, u32 value, int)
{
    switch (port & 7) {
    case 0: data_ = static_cast<u8>(value); break;
    case 2: write_control(static_cast<u8>(value | ONES)); break;
    default: break;
    }
}

void ParallelPort::write_control(u8 v)
{
    const bool strobed = v & STROBE && !(control_ & STROBE);
    control_ = v;
    if (!(v & IRQ_ENABLE)) set_irq(false);
    if (!(v & NOT_INIT)) {
        timer_.cancel();
        status_ = AT_REST;
    } else if (strobed && v & SELECT && status_ & NOT_BUSY) {
        status_ &= static_cast<u8>(~NOT_BUSY);
        timer_.schedule(clock_.now() + PHASE_NS);
        if (printer_) printer_->write({&data_, 1});
    }
}

void ParallelPort::next_phase()
{
    if (status_ & NOT_ACK) {
        status_ &= static_cast<u8>(~NOT_ACK);
        timer_.schedule(timer_.deadline() + PHASE_NS);
        return;
    }
    status_ |= NOT_ACK | NOT_BUSY;
    if (control_ & IRQ_ENABLE) set_irq(true);
}

void ParallelPort::set_irq(bool level)
{
    if (level != irq_level_) irq.set(irq_level_ = level);
}

void ParallelPort::serialize(Archive& ar)
{
    ar.section("parallel", 1);
    ar(data_, status_, control_, irq_level_, timer_);
}

} // namespace tabpc
