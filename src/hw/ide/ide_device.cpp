// See ide_device.h.
#include "hw/ide/ide_device.h"
#include <algorithm>
#include <cassert>
#include <utility>

namespace tabpc {

using namespace ata;

IdeDevice::IdeDevice(Host& host, int number, VirtualClock& clock, BlockBackend& backend,
                     const IdeTiming& timing)
    : host_(host), number_(number), backend_(backend), clock_(clock), timing_(timing),
      timer_(clock, timer_callback<&IdeDevice::end_step, IdeDevice>(), this)
{}

// The task file.

u8 IdeDevice::read_register(Register r, bool previous) const
{
    const TaskFile& t = previous ? previous_ : task_;
    switch (r) {
    case ERROR_FEATURES: return error_;
    case SECTOR_COUNT: return t.count;
    case LBA_LOW: return t.low;
    case LBA_MID: return t.mid;
    case LBA_HIGH: return t.high;
    case DEVICE: return device_ | OBSOLETE;
    default: return status_;
    }
}

void IdeDevice::write_register(Register r, u8 v)
{
    const auto push = [v](u8& previous, u8& now) {
        previous = now;
        now = v;
    };
    switch (r) {
    case ERROR_FEATURES: return push(previous_.features, task_.features);
    case SECTOR_COUNT: return push(previous_.count, task_.count);
    case LBA_LOW: return push(previous_.low, task_.low);
    case LBA_MID: return push(previous_.mid, task_.mid);
    case LBA_HIGH: return push(previous_.high, task_.high);
    case DEVICE: device_ = v; return;
    default: return;
    }
}

void IdeDevice::command(u8 opcode)
{
    // Only DEVICE RESET is taken while a command runs, by ATAPI devices alone.
    if ((status_ & (BSY | DRQ)) && opcode != DEVICE_RESET) return;
    set_intrq(false);
    error_ = 0;
    status_ = BSY;
    execute(opcode);
}

void IdeDevice::set_intrq(bool level)
{
    if (intrq_ == level) return;
    intrq_ = level;
    host_.intrq_changed();
}

void IdeDevice::clear_intrq() { set_intrq(false); }

void IdeDevice::hold_reset()
{
    abandon();
    status_ = BSY;
}

void IdeDevice::software_reset()
{
    abandon();
    error_ = 1; // no error detected
    device_ = 0;
    set_signature();
    status_ = status_after_reset();
}

void IdeDevice::reset()
{
    software_reset();
    task_.features = 0;
    previous_ = {};
}

void IdeDevice::abandon()
{
    job_.cancel();
    timer_.cancel();
    late_ = dma_waits_ = false;
    step_ = Step::None;
    at_ = block_end_ = 0;
    set_intrq(false);
    status_ = DRDY | DSC;
}

void IdeDevice::finish(bool interrupt)
{
    step_ = Step::None;
    status_ = DRDY | DSC;
    if (interrupt) set_intrq(true);
}

void IdeDevice::fail(u8 error_bits)
{
    step_ = Step::None;
    error_ = error_bits;
    status_ = DRDY | DSC | ERR;
    set_intrq(true);
}

// The medium. A job writes io_status_ and, when its step is already due, lets the clock call the step again.

void IdeDevice::start_job(Task<void> task, size_t bytes)
{
    medium_ns_ = timing_.per_kib_ns * static_cast<i64>(bytes) / 1024;
    io_status_ = IoStatus::Ok;
    job_ = Job(std::move(task));
}

void IdeDevice::host_finished(IoStatus status)
{
    io_status_ = status;
    if (std::exchange(late_, false)) timer_.schedule(timer_.deadline());
}

Task<void> IdeDevice::read_job(u64 offset) { host_finished(co_await backend_.read(offset, buffer_)); }
Task<void> IdeDevice::write_job(u64 offset) { host_finished(co_await backend_.write(offset, buffer_)); }
Task<void> IdeDevice::flush_job() { host_finished(co_await backend_.flush()); }

void IdeDevice::fill_from_medium(u64 offset, size_t bytes)
{
    assert(bytes <= MAX_BUFFER);
    buffer_.resize(bytes);
    start_job(read_job(offset), bytes);
}

void IdeDevice::store_on_medium(u64 offset)
{
    start_job(write_job(offset), buffer_.size());
    start_step(Step::Stored, timing_.block_ns);
}

void IdeDevice::flush_medium()
{
    start_job(flush_job(), 0);
    start_step(Step::Stored, timing_.command_ns);
}

void IdeDevice::cancel_medium_io()
{
    if (job_.done()) return;
    job_.cancel();
    host_finished(IoStatus::Failed);
}

// Steps.

void IdeDevice::start_step(Step step, i64 delay)
{
    status_ = static_cast<u8>((status_ & ~DRQ) | BSY);
    step_ = step;
    timer_.schedule(clock_.now() + delay + std::exchange(medium_ns_, 0));
}

void IdeDevice::send_by_pio(size_t block, bool interrupt)
{
    block_ = static_cast<u32>(block);
    at_ = block_end_ = 0;
    interrupt_ = interrupt;
    start_step(Step::PioIn, timing_.command_ns);
}

void IdeDevice::send_by_dma() { start_step(Step::DmaIn, timing_.command_ns); }

void IdeDevice::receive_by_pio(size_t bytes, bool interrupt)
{
    buffer_.resize(bytes);
    at_ = 0;
    interrupt_ = interrupt;
    start_step(Step::PioOut, timing_.block_ns);
}

void IdeDevice::receive_by_dma(size_t bytes)
{
    buffer_.resize(bytes);
    start_step(Step::DmaOut, timing_.block_ns);
}

void IdeDevice::end_step()
{
    if (!job_.done()) {
        late_ = true; // the host's data is not there yet: host_finished() comes back here
        return;
    }
    if (io_status_ != IoStatus::Ok) return io_failed(std::exchange(io_status_, IoStatus::Ok));

    if (step_ == Step::DmaIn || (step_ == Step::PioIn && at_ == 0)) buffer_filled();
    const u32 size = static_cast<u32>(buffer_.size());
    switch (step_) {
    case Step::PioIn:
    case Step::PioOut: {
        const bool to_host = step_ == Step::PioIn;
        block_end_ = to_host ? std::min(size, at_ + block_) : size;
        block_presented(block_end_ - at_, to_host);
        status_ = DRDY | DSC | DRQ;
        if (interrupt_) set_intrq(true);
        interrupt_ = true;
        return;
    }
    case Step::DmaIn:
    case Step::DmaOut: {
        BusMaster& dma = host_.bus_master();
        dma_waits_ = !dma.active();
        if (dma_waits_) return;
        const bool to_memory = step_ == Step::DmaIn;
        const size_t done = to_memory ? dma.to_memory(buffer_) : dma.from_memory(buffer_);
        if (done < size)
            return abandon(); // the table is too short: as in QEMU, the command ends without a word
        return to_memory ? buffer_sent() : buffer_received();
    }
    case Step::Stored: return buffer_stored();
    case Step::Finish: return finish();
    case Step::None: return;
    }
}

void IdeDevice::dma_started()
{
    if (std::exchange(dma_waits_, false)) timer_.schedule(clock_.now());
}

void IdeDevice::dma_stopped()
{
    if (step_ == Step::DmaIn || step_ == Step::DmaOut) abandon();
}

// The data register.

u32 IdeDevice::read_data(int size)
{
    if (step_ != Step::PioIn || !(status_ & DRQ)) return 0;
    u32 v = 0;
    const u32 n = std::min<u32>(size == 1 ? 2 : static_cast<u32>(size), block_end_ - at_);
    for (u32 i = 0; i < n; i++) v |= u32(buffer_[at_ + i]) << (8 * i);
    at_ += n;
    if (at_ < block_end_) return v;
    if (at_ < buffer_.size()) {
        start_step(Step::PioIn, timing_.block_ns);
    } else {
        status_ = BSY;
        buffer_sent();
    }
    return v;
}

void IdeDevice::write_data(u32 v, int size)
{
    if (step_ != Step::PioOut || !(status_ & DRQ)) return;
    const u32 n = std::min<u32>(static_cast<u32>(size), block_end_ - at_);
    for (u32 i = 0; i < n; i++) buffer_[at_ + i] = static_cast<u8>(v >> (8 * i));
    at_ += n;
    if (at_ < block_end_) return;
    status_ = BSY;
    buffer_received();
}

void IdeDevice::serialize(Archive& ar)
{
    assert(!ar.saving() || job_.done()); // whoever saves has drained the host's I/O
    if (ar.loading()) {
        job_.cancel();
        late_ = false;
    }
    ar(task_, previous_, device_, error_, status_, buffer_, step_, intrq_, interrupt_, dma_waits_, io_status_,
       medium_ns_, block_, at_, block_end_, timer_);
    serialize_command(ar);
    if (!ar.loading()) return;
    if (buffer_.size() > MAX_BUFFER) buffer_.resize(MAX_BUFFER);
    medium_ns_ = std::clamp<i64>(medium_ns_, 0, 1'000'000'000);
    block_ = std::clamp<u32>(block_, 1, MAX_BUFFER);
    block_end_ = std::min<u32>(block_end_, static_cast<u32>(buffer_.size()));
    at_ = std::min(at_, block_end_);
}

} // namespace tabpc
