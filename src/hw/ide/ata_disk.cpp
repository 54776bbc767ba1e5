// See ata_disk.h. IDENTIFY and SMART data are in ata_disk_identify.cpp.
#include "hw/ide/ata_disk.h"
#include <algorithm>
#include <utility>

namespace tabpc {

using namespace ata;

AtaDisk::AtaDisk(Host& host, int number, VirtualClock& clock, BlockBackend& backend, const IdeTiming& timing,
                 const DiskConfig& config)
    : IdeDevice(host, number, clock, backend, timing), config_(config)
{
    reset();
}

void AtaDisk::reset()
{
    heads_ = config_.heads ? config_.heads : 16;
    track_ = config_.sectors ? config_.sectors : 63;
    multiple_ = 0;
    mode_ = {};
    write_cache_ = smart_ = true;
    IdeDevice::reset();
}

void AtaDisk::software_reset()
{
    power_ = Power::Active;
    lba_ = count_ = 0;
    IdeDevice::software_reset();
}

void AtaDisk::set_signature()
{
    task_.count = task_.low = 1;
    task_.mid = task_.high = 0;
}

void AtaDisk::execute(u8 opcode)
{
    if (power_ == Power::Asleep) return; // until a reset
    count_ = 0;
    const u32 multiple = std::max(multiple_, 1u);
    if ((opcode & 0xf0) == RECALIBRATE || (opcode & 0xf0) == SEEK) return schedule_finish();

    switch (opcode) {
    case READ_SECTORS:
    case READ_SECTORS_NORETRY: return start_read(false, Way::Pio, 1);
    case READ_SECTORS_EXT: return start_read(true, Way::Pio, 1);
    case READ_MULTIPLE: return multiple_ ? start_read(false, Way::Pio, multiple) : fail(ABRT);
    case READ_MULTIPLE_EXT: return multiple_ ? start_read(true, Way::Pio, multiple) : fail(ABRT);
    case READ_DMA:
    case READ_DMA_NORETRY: return start_read(false, Way::Dma, 1);
    case READ_DMA_EXT: return start_read(true, Way::Dma, 1);

    case WRITE_SECTORS:
    case WRITE_SECTORS_NORETRY:
    case WRITE_VERIFY: return start_write(false, Way::Pio, 1);
    case WRITE_SECTORS_EXT: return start_write(true, Way::Pio, 1);
    case WRITE_MULTIPLE: return multiple_ ? start_write(false, Way::Pio, multiple) : fail(ABRT);
    case WRITE_MULTIPLE_EXT: return multiple_ ? start_write(true, Way::Pio, multiple) : fail(ABRT);
    case WRITE_DMA:
    case WRITE_DMA_NORETRY: return start_write(false, Way::Dma, 1);
    case WRITE_DMA_EXT: return start_write(true, Way::Dma, 1);

    case READ_VERIFY_SECTORS:
    case READ_VERIFY_SECTORS_NORETRY: return verify(false);
    case READ_VERIFY_SECTORS_EXT: return verify(true);
    case FLUSH_CACHE:
    case FLUSH_CACHE_EXT: return flush_medium();

    case IDENTIFY_DEVICE: return identify();
    case SET_FEATURES: return set_features();
    case SET_MULTIPLE_MODE:
        if (task_.count > MAX_MULTIPLE || (task_.count & (task_.count - 1))) return fail(ABRT);
        multiple_ = task_.count;
        return finish();
    case INITIALIZE_DEVICE_PARAMETERS:
        if (task_.count == 0) return fail(ABRT);
        heads_ = (device_ & 15) + 1;
        track_ = task_.count;
        return finish();
    case READ_NATIVE_MAX_ADDRESS: return native_max(false);
    case READ_NATIVE_MAX_ADDRESS_EXT: return native_max(true);
    case SMART: return smart();

    case STANDBY:
    case STANDBY_OLD:
    case STANDBY_IMMEDIATE:
    case STANDBY_IMMEDIATE_OLD: return set_power(Power::Standby);
    case IDLE:
    case IDLE_OLD:
    case IDLE_IMMEDIATE:
    case IDLE_IMMEDIATE_OLD: return set_power(Power::Idle);
    case SLEEP:
    case SLEEP_OLD: return set_power(Power::Asleep);
    case CHECK_POWER_MODE:
    case CHECK_POWER_MODE_OLD:
        task_.count = power_ == Power::Standby ? 0x00 : power_ == Power::Idle ? 0x80 : 0xff;
        return finish();
    default: return fail(ABRT);
    }
}

// Addresses.

bool AtaDisk::address(bool ext)
{
    ext_ = ext;
    if (ext) {
        lba_ = u64(previous_.high) << 40 | u64(previous_.mid) << 32 | u64(previous_.low) << 24 |
               u64(task_.high) << 16 | u64(task_.mid) << 8 | task_.low;
        count_ = u32(previous_.count) << 8 | task_.count;
        if (count_ == 0) count_ = 65536;
    } else {
        count_ = task_.count ? task_.count : 256;
        const u32 cylinder = u32(task_.high) << 8 | task_.mid;
        const u32 head = device_ & 15;
        if (device_ & LBA) lba_ = head << 24 | cylinder << 8 | task_.low;
        else if (task_.low >= 1 && task_.low <= track_ && head < heads_)
            lba_ = (u64(cylinder) * heads_ + head) * track_ + task_.low - 1;
        else lba_ = sectors(); // no such sector
    }
    if (lba_ < sectors() && count_ <= sectors() - lba_) {
        power_ = Power::Active;
        return true;
    }
    fail(IDNF);
    return false;
}

void AtaDisk::store_address()
{
    if (ext_) {
        task_.low = static_cast<u8>(lba_);
        task_.mid = static_cast<u8>(lba_ >> 8);
        task_.high = static_cast<u8>(lba_ >> 16);
        previous_.low = static_cast<u8>(lba_ >> 24);
        previous_.mid = static_cast<u8>(lba_ >> 32);
        previous_.high = static_cast<u8>(lba_ >> 40);
        task_.count = static_cast<u8>(count_);
        previous_.count = static_cast<u8>(count_ >> 8);
        return;
    }
    u32 head, cylinder;
    if (device_ & LBA) {
        task_.low = static_cast<u8>(lba_);
        cylinder = static_cast<u32>(lba_ >> 8);
        head = static_cast<u32>(lba_ >> 24);
    } else {
        task_.low = static_cast<u8>(lba_ % track_ + 1);
        cylinder = static_cast<u32>(lba_ / track_ / heads_);
        head = static_cast<u32>(lba_ / track_ % heads_);
    }
    task_.mid = static_cast<u8>(cylinder);
    task_.high = static_cast<u8>(cylinder >> 8);
    device_ = static_cast<u8>((device_ & 0xf0) | (head & 15));
    task_.count = static_cast<u8>(count_);
}

// When a command ends, the address is that of the last sector it had to do with.
void AtaDisk::advance(u32 sectors)
{
    count_ -= std::min(sectors, count_);
    lba_ += count_ ? sectors : sectors - 1;
    store_address();
}

// Transfers. The buffer holds a chunk of the command; a DRQ block is a part of it.

void AtaDisk::start_read(bool ext, Way way, u32 block_sectors)
{
    if (!address(ext)) return;
    way_ = way;
    block_sectors_ = block_sectors;
    read_chunk();
}

void AtaDisk::read_chunk()
{
    fill_from_medium(lba_ * 512, std::min<size_t>(size_t(count_) * 512, MAX_BUFFER));
    if (way_ == Way::Dma) send_by_dma();
    else send_by_pio(block_sectors_ * 512);
}

void AtaDisk::buffer_sent()
{
    if (count_ == 0) return finish(false); // IDENTIFY and SMART data
    advance(static_cast<u32>(buffer_.size() / 512));
    if (count_) return read_chunk();
    finish(way_ == Way::Dma); // by PIO, the interrupt came with the last block
}

void AtaDisk::start_write(bool ext, Way way, u32 block_sectors)
{
    if (!address(ext)) return;
    if (backend_.read_only()) return fail(ABRT);
    way_ = way;
    block_sectors_ = block_sectors;
    write_chunk(false); // no interrupt for the first block
}

void AtaDisk::write_chunk(bool interrupt)
{
    if (way_ == Way::Dma) receive_by_dma(std::min<size_t>(size_t(count_) * 512, MAX_BUFFER));
    else receive_by_pio(std::min(count_, block_sectors_) * 512, interrupt);
}

void AtaDisk::buffer_received() { store_on_medium(lba_ * 512); }

void AtaDisk::buffer_stored()
{
    if (count_ == 0) return finish(); // a flush
    advance(static_cast<u32>(buffer_.size() / 512));
    if (count_) return write_chunk(true);
    finish();
}

void AtaDisk::io_failed(IoStatus status)
{
    store_address();
    fail(status == IoStatus::Failed ? UNC : ABRT);
}

void AtaDisk::verify(bool ext)
{
    if (!address(ext)) return;
    advance(count_);
    schedule_finish();
}

void AtaDisk::native_max(bool ext)
{
    count_ = 0;
    ext_ = ext;
    if (!ext) device_ |= LBA;
    lba_ = std::min<u64>(sectors(), ext ? u64(1) << 48 : u64(1) << 28) - 1;
    const u8 count = task_.count;
    store_address();
    task_.count = count;
    finish();
}

void AtaDisk::set_power(Power power)
{
    power_ = power;
    finish();
}

void AtaDisk::serialize_command(Archive& ar)
{
    ar(heads_, track_, multiple_, mode_.value, power_, write_cache_, smart_, lba_, count_, block_sectors_,
       way_, ext_);
    if (!ar.loading()) return;
    heads_ = std::clamp(heads_, 1u, 16u);
    track_ = std::clamp(track_, 1u, 255u);
    multiple_ = std::min(multiple_, MAX_MULTIPLE);
    block_sectors_ = std::clamp(block_sectors_, 1u, MAX_MULTIPLE);
}

} // namespace tabpc
