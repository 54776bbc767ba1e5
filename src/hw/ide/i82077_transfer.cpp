// I82077: commands that transfer data (data sheet 290166, 5.1). A step ends at a virtual deadline; memory is touched
// only there, never inside a port access or a DACK.
#include "hw/ide/i82077.h"
#include <algorithm>
#include <utility>

namespace tabpc {

using namespace fdc;

namespace {
// Where the parameters are in a command.
enum Parameter { DRIVE_HEAD = 1, C, H, R, N, EOT };
enum FormatParameter { FORMAT_N = 2, FORMAT_SECTORS, FORMAT_GAP, FORMAT_FILL };
constexpr u32 FORMAT_ID_BYTES = 4; // C, H, R and N of each sector
} // namespace

void I82077::begin_transfer(Kind kind)
{
    Drive& d = addressed();
    kind_ = kind;
    terminal_count_ = false;
    cylinder_ = command_[C];
    head_ = command_[H];
    record_ = command_[R];
    side_ = command_[DRIVE_HEAD] >> 2 & 1;
    if ((config_ & IMPLIED_SEEK) && d.present() && d.cylinder != cylinder_) {
        d.cylinder = d.pcn = cylinder_;
        if (d.medium.sectors) d.changed = false;
    }
    phase_ = Phase::Execution;
    start_sector();
}

// From the index hole on, whatever R says.
void I82077::read_track()
{
    command_[0] &= static_cast<u8>(~MT);
    command_[R] = 1;
    begin_transfer(Kind::Read);
}

void I82077::format_track()
{
    kind_ = Kind::Format;
    terminal_count_ = false;
    side_ = command_[DRIVE_HEAD] >> 2 & 1;
    cylinder_ = addressed().cylinder;
    head_ = side_;
    record_ = command_[FORMAT_SECTORS];
    phase_ = Phase::Execution;
    at_ = 0;
    buffer_.assign(std::max<u32>(1, command_[FORMAT_SECTORS]) * FORMAT_ID_BYTES, 0);
    start_step(Step::Find, timing_.sector_ns);
}

void I82077::read_id()
{
    side_ = command_[DRIVE_HEAD] >> 2 & 1;
    phase_ = Phase::Execution;
    kind_ = Kind::Read;
    command_[N] = SECTOR_CODE;
    cylinder_ = head_ = record_ = 0;
    at_ = 0;
    buffer_.assign(1, 0);
    start_step(Step::Id, timing_.sector_ns);
}

// What keeps any sector of the track from being found, as a bit of ST1: no disk, another density, no such track.
u8 I82077::track_error()
{
    const Drive& d = addressed();
    FloppyRate rate = d.medium.rate;
    if (d.type == FloppyDrive::D525_1200K && rate == FloppyRate::Kbps250)
        rate = FloppyRate::Kbps300; // 360 rpm
    const bool found = d.medium.sectors && (dsr_ & DSR_RATE) == static_cast<u8>(rate) &&
                       d.cylinder < d.medium.cylinders && side_ < d.medium.heads;
    return found ? 0 : ST1_NO_ADDRESS_MARK;
}

u64 I82077::sector_offset(u8 record)
{
    const Drive& d = addressed();
    return u64(SECTOR_BYTES) * ((u64(d.cylinder) * d.medium.heads + side_) * d.medium.sectors + record - 1u);
}

void I82077::start_sector()
{
    at_ = 0;
    buffer_.assign(SECTOR_BYTES, 0);
    const bool reads = kind_ == Kind::Read || kind_ == Kind::Verify;
    if (reads && !track_error() && record_ >= 1 && record_ <= addressed().medium.sectors)
        start_job(read_job(*addressed().backend, sector_offset(record_)));
    start_step(Step::Find, timing_.sector_ns);
}

// Steps.

void I82077::start_step(Step step, i64 delay)
{
    step_ = step;
    timer_.schedule(clock_.now() + delay);
}

void I82077::end_step()
{
    if (!job_.done()) {
        late_ = true; // the host's data is not there yet: host_finished() comes back here
        return;
    }
    if (std::exchange(io_status_, IoStatus::Ok) != IoStatus::Ok)
        return finish_transfer(ST0_ABNORMAL, ST1_DATA_ERROR, ST2_DATA_ERROR);
    switch (step_) {
    case Step::Reset:
        step_ = Step::None;
        if (config_ & NO_POLLING) return;
        reset_polls_ = 4;
        interrupt_ = true;
        return update_irq();
    case Step::Id: return id_found();
    case Step::Find: return track_found();
    case Step::ToHost:
    case Step::FromHost: return exchange();
    case Step::Stored: return sector_done();
    case Step::None: return;
    }
}

// Which sector that is, is a matter of the disk's turning: five times a second.
void I82077::id_found()
{
    if (const u8 st1 = track_error()) return finish_transfer(ST0_ABNORMAL, st1);
    const Drive& d = addressed();
    constexpr i64 TURN_NS = 200'000'000;
    cylinder_ = d.cylinder;
    head_ = side_;
    record_ = static_cast<u8>(1 + clock_.now() % TURN_NS * d.medium.sectors / TURN_NS);
    finish_transfer(0);
}

void I82077::track_found()
{
    const Drive& d = addressed();
    if (const u8 st1 = track_error()) return finish_transfer(ST0_ABNORMAL, st1);
    const bool writes = kind_ == Kind::Write || kind_ == Kind::Format;
    if (writes && d.backend->read_only()) return finish_transfer(ST0_ABNORMAL, ST1_NOT_WRITABLE);
    if (kind_ != Kind::Format) {
        if (cylinder_ != d.cylinder) return finish_transfer(ST0_ABNORMAL, ST1_NO_DATA, ST2_WRONG_CYLINDER);
        if (head_ != side_ || command_[N] != SECTOR_CODE || record_ < 1 || record_ > d.medium.sectors)
            return finish_transfer(ST0_ABNORMAL, ST1_NO_DATA);
    }
    if (kind_ == Kind::Verify) return sector_done();
    step_ = writes ? Step::FromHost : Step::ToHost;
    exchange();
}

// The buffer and the host: byte by byte through the FIFO, or by DMA.
void I82077::exchange()
{
    if (specify_[1] & 1) return update_irq();
    dreq_.raise();
    if (dack_) move_by_dma();
    else waits_for_dack_ = true; // masked, for now
}

void I82077::set_dack(int, int level)
{
    dack_ = level;
    if (level && std::exchange(waits_for_dack_, false)) timer_.schedule(clock_.now());
}

void I82077::move_by_dma()
{
    const auto rest = std::span(buffer_).subspan(at_);
    const auto moved =
        step_ == Step::ToHost ? dma_.write_memory(DMA_CHANNEL, rest) : dma_.read_memory(DMA_CHANNEL, rest);
    at_ += static_cast<u32>(moved.count);
    terminal_count_ = moved.tc;
    if (at_ < buffer_.size() && !moved.tc) {
        waits_for_dack_ = true;
        return;
    }
    dreq_.lower();
    buffer_moved();
}

void I82077::buffer_moved()
{
    if (step_ == Step::ToHost) return sector_done();
    BlockBackend& backend = *addressed().backend;
    if (kind_ == Kind::Format) start_job(format_job(backend));
    else start_job(write_job(backend, sector_offset(record_))); // after an early TC the rest is zeros
    start_step(Step::Stored, timing_.sector_ns);
}

void I82077::sector_done()
{
    if (kind_ == Kind::Format) return finish_transfer(0);
    if (!next_sector() || terminal_count_) return finish_transfer(0);
    start_sector();
}

// Steps C, H and R on; false past the end of the track, with MT of the cylinder. Hardware without TC then reports an
// abnormal end (EN); like QEMU we do not, for in non-DMA mode a PC cannot give TC.
bool I82077::next_sector()
{
    if (record_ != command_[EOT]) {
        record_++;
        return true;
    }
    record_ = 1;
    if (!(command_[0] & MT)) {
        cylinder_++;
        return false;
    }
    head_ ^= 1;
    if (head_ == 0) {
        cylinder_++;
        return false;
    }
    if (!terminal_count_) side_ = 1;
    return true;
}

void I82077::finish_transfer(u8 st0, u8 st1, u8 st2)
{
    dreq_.lower();
    waits_for_dack_ = false;
    step_ = Step::None;
    interrupt_ = true;
    const u8 code = command_[kind_ == Kind::Format ? int(FORMAT_N) : int(N)];
    finish_command({static_cast<u8>(st0 | side_ << 2 | (command_[DRIVE_HEAD] & 3)), st1, st2, cylinder_,
                    head_, record_, code});
    update_irq();
}

// The medium.

void I82077::start_job(Task<void> task)
{
    io_status_ = IoStatus::Ok;
    job_ = Job(std::move(task));
}

void I82077::host_finished(IoStatus status)
{
    io_status_ = status;
    if (std::exchange(late_, false)) timer_.schedule(timer_.deadline());
}

Task<void> I82077::read_job(BlockBackend& backend, u64 offset)
{
    host_finished(co_await backend.read(offset, buffer_));
}

Task<void> I82077::write_job(BlockBackend& backend, u64 offset)
{
    host_finished(co_await backend.write(offset, buffer_));
}

// Fills the sectors whose IDs the host gave. An ID that the image has no place for is not written.
Task<void> I82077::format_job(BlockBackend& backend)
{
    const Drive& d = addressed();
    const std::vector<u8> fill(SECTOR_BYTES, command_[FORMAT_FILL]);
    IoStatus status = IoStatus::Ok;
    for (size_t i = 0; i + FORMAT_ID_BYTES <= at_ && status == IoStatus::Ok; i += FORMAT_ID_BYTES) {
        const u8 *id = &buffer_[i], record = id[2];
        const bool has_place = id[0] == d.cylinder && id[1] == side_ && id[3] == SECTOR_CODE;
        if (!has_place || record < 1 || record > d.medium.sectors) continue;
        status = co_await backend.write(sector_offset(record), fill);
    }
    host_finished(status);
}

} // namespace tabpc
