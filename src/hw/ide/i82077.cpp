// See i82077.h: registers, phases and interrupts.
#include "hw/ide/i82077.h"
#include <algorithm>
#include <cassert>

namespace tabpc {

using namespace fdc;

I82077::Drive::Drive(I82077& f, VirtualClock& clock, int n)
    : fdc(f), number(n), seek(clock, timer_callback<&Drive::seek_done, Drive>(), this)
{}

I82077::I82077(VirtualClock& clock, IoSpace& io, u16 base, IrqInput irq, IsaDma& dma,
               const FloppyTiming& timing)
    : clock_(clock), timing_(timing), base_(base),
      dma_(dma), drive_{Drive(*this, clock, 0), Drive(*this, clock, 1), Drive(*this, clock, 2),
                        Drive(*this, clock, 3)},
      timer_(clock, timer_callback<&I82077::end_step, I82077>(), this)
{
    irq_.connect(irq);
    dreq_.connect(dma.dreq(DMA_CHANNEL));
    dma.dack(DMA_CHANNEL).connect(irq_input<&I82077::set_dack>(this));
    io.map<&I82077::read, &I82077::write>(static_cast<u16>(base + SRB), 5, this, "fdc");
    io.map<&I82077::read, &I82077::write>(static_cast<u16>(base + DIR_CCR), 1, this, "fdc");
    reset();
}

void I82077::attach(int n, BlockBackend& backend, FloppyDrive type)
{
    Drive& d = drive_[static_cast<size_t>(n)];
    d.backend = &backend;
    d.type = type;
    backend.set_listener(&d);
    d.medium_changed();
}

void I82077::Drive::medium_leaving()
{
    if (fdc.job_.done() || &fdc.addressed() != this) return;
    fdc.job_.cancel();
    fdc.host_finished(IoStatus::Failed);
}

void I82077::Drive::medium_changed()
{
    changed = true;
    auto format = floppy_geometry(backend->length());
    medium = backend->inserted() && format ? *format : FloppyGeometry{};
}

void I82077::reset()
{
    for (Drive& d : drive_) {
        d.seek.cancel();
        d.cylinder = d.pcn = d.seek_st0 = 0;
        d.seeking = d.interrupt = false;
        d.changed = true;
    }
    dor_ = DOR_NRESET | DOR_DMAGATE; // as QEMU's, which a BIOS finds running
    tdr_ = dsr_ = 0;
    dsr_ = static_cast<u8>(FloppyRate::Kbps250);
    specify_[0] = specify_[1] = 0;
    locked_ = false;
    software_reset();
    timer_.cancel();
    step_ = Step::None;
}

// Ends whatever runs. Bit 2 of DOR, bit 7 of DSR, RESET#.
void I82077::stop()
{
    job_.cancel();
    timer_.cancel();
    dreq_.lower();
    late_ = waits_for_dack_ = terminal_count_ = interrupt_ = false;
    phase_ = Phase::Command;
    step_ = Step::None;
    command_.clear();
    result_.clear();
    reset_polls_ = 0;
    for (Drive& d : drive_) {
        d.seek.cancel();
        d.seeking = d.interrupt = false;
    }
    update_irq();
}

void I82077::software_reset()
{
    stop();
    if (!locked_) {
        config_ = NO_FIFO;
        precompensation_ = 0;
    }
    perpendicular_ &= 0xfc;
    for (Drive& d : drive_) d.pcn = 0;
    step_ = Step::Reset;
    timer_.schedule(clock_.now() + timing_.reset_ns);
}

// DMAGATE disconnects the pin from the bus.
void I82077::update_irq()
{
    bool level = interrupt_;
    for (const Drive& d : drive_) level |= d.interrupt;
    const bool pio = phase_ == Phase::Execution && (specify_[1] & 1) && (msr() & MSR_RQM);
    level = (level || pio) && (dor_ & DOR_DMAGATE);
    if (level == irq_level_) return;
    irq_level_ = level;
    irq_.set(level);
}

u8 I82077::msr() const
{
    if (!(dor_ & DOR_NRESET) || step_ == Step::Reset) return 0;
    u8 v = 0;
    for (const Drive& d : drive_)
        if (d.seeking) v |= static_cast<u8>(1 << d.number);
    switch (phase_) {
    case Phase::Command: return v | MSR_RQM | (command_.empty() ? 0 : MSR_BUSY);
    case Phase::Result: return v | MSR_RQM | MSR_DIO | MSR_BUSY;
    case Phase::Execution:
        v |= MSR_BUSY;
        if (!(specify_[1] & 1)) return v;
        v |= MSR_NONDMA;
        if (step_ == Step::ToHost) v |= MSR_RQM | MSR_DIO;
        if (step_ == Step::FromHost) v |= MSR_RQM;
        return v;
    }
    return v;
}

u32 I82077::read(u16 port, int)
{
    switch (port - base_) {
    case SRB: return 0xc0 | (dor_ & 1 ? 0x20 : 0) | (dor_ >> 4 & 3); // drive select, motors
    case DOR: return dor_;
    case TDR: return tdr_;
    case MSR_DSR: return msr();
    case FIFO: return read_fifo();
    case DIR_CCR: return !selected().present() || selected().changed ? DIR_CHANGE : 0;
    default: return 0xff;
    }
}

void I82077::write(u16 port, u32 value, int)
{
    const u8 v = static_cast<u8>(value);
    switch (port - base_) {
    case DOR: return write_dor(v);
    case TDR: tdr_ = v & 3; return;
    case MSR_DSR:
        dsr_ = v & static_cast<u8>(~DSR_RESET);
        if (v & DSR_RESET) software_reset(); // clears itself
        return;
    case FIFO: return write_fifo(v);
    case DIR_CCR: dsr_ = static_cast<u8>((dsr_ & ~DSR_RATE) | (v & DSR_RATE)); return;
    default: return;
    }
}

void I82077::write_dor(u8 v)
{
    const bool was_held = !(dor_ & DOR_NRESET);
    dor_ = v;
    if (!(v & DOR_NRESET)) stop();
    else if (was_held) software_reset();
    update_irq();
}

void I82077::write_fifo(u8 v)
{
    if (!(msr() & MSR_RQM) || (msr() & MSR_DIO)) return;
    if (phase_ == Phase::Execution) { // non-DMA
        buffer_[at_++] = v;
        if (at_ == buffer_.size()) buffer_moved();
        return update_irq();
    }
    command_.push_back(v);
    const Row& row = find_command(command_[0]);
    if (command_.size() <= row.parameters) return;
    dsr_ &= static_cast<u8>(~DSR_POWER_DOWN);
    interrupt_ = false;
    command_.resize(9); // every handler may look at all of them
    (this->*row.execute)();
    update_irq();
}

u8 I82077::read_fifo()
{
    if (!(msr() & MSR_RQM) || !(msr() & MSR_DIO)) return 0;
    u8 v;
    if (phase_ == Phase::Execution) {
        v = buffer_[at_++];
        if (at_ == buffer_.size()) buffer_moved();
    } else {
        v = result_.back();
        result_.pop_back();
        interrupt_ = false;
        if (result_.empty()) finish_command({});
    }
    update_irq();
    return v;
}

// To the result phase, or without results to the next command.
void I82077::finish_command(std::initializer_list<u8> result)
{
    result_.assign(std::rbegin(result), std::rend(result));
    phase_ = result_.empty() ? Phase::Command : Phase::Result;
    command_.clear();
}

void I82077::Drive::serialize(Archive& ar) { ar(cylinder, pcn, seek_st0, seeking, interrupt, changed, seek); }

void I82077::serialize(Archive& ar)
{
    assert(!ar.saving() || job_.done());
    ar.section("i82077", 1);
    if (ar.loading()) {
        job_.cancel();
        late_ = false;
    }
    ar(dor_, tdr_, dsr_, specify_, config_, precompensation_, perpendicular_, locked_, phase_, step_,
       interrupt_, irq_level_, reset_polls_, command_, result_, kind_, buffer_, at_, dack_, waits_for_dack_,
       terminal_count_, cylinder_, head_, record_, side_, io_status_, timer_);
    for (Drive& d : drive_) d.serialize(ar);
    if (!ar.loading()) return;
    // A damaged file must not leave a phase without its bytes.
    const bool executes = phase_ == Phase::Execution;
    if (phase_ > Phase::Result || (phase_ == Phase::Result && result_.empty()) ||
        buffer_.size() > 64 * 1024 ||
        (executes && (command_.size() != 9 || buffer_.empty() || at_ >= buffer_.size())))
        return stop();
    if (phase_ == Phase::Command && command_.size() > 8) command_.clear();
}

} // namespace tabpc
