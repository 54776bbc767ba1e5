// See atapi_cdrom.h: the PACKET protocol, media and data. Replies of the other commands are in atapi_replies.cpp.
#include "hw/ide/atapi_cdrom.h"
#include <algorithm>
#include <cstring>
#include <utility>

namespace tabpc {

using namespace ata;
using namespace mmc;

AtapiCdrom::AtapiCdrom(Host& host, int number, VirtualClock& clock, BlockBackend& backend,
                       const IdeTiming& timing, const CdromConfig& config)
    : IdeDevice(host, number, clock, backend, timing), config_(config)
{
    backend_.set_listener(this);
    backend_.set_tray(this);
    reset();
}

AtapiCdrom::~AtapiCdrom()
{
    backend_.set_listener(nullptr);
    backend_.set_tray(nullptr);
}

void AtapiCdrom::reset()
{
    IdeDevice::reset();
    status_ = DRDY | DSC; // as QEMU's drive after RESET#; and it has no unit attention then
    mode_ = {};
    sense_ = NO_SENSE;
    unit_attention_ = tray_open_ = locked_ = false;
    event_ = Event::None;
}

void AtapiCdrom::software_reset()
{
    phase_ = Phase::Reply;
    count_ = 0;
    expand_ = identify_ = false;
    IdeDevice::software_reset();
}

void AtapiCdrom::set_signature()
{
    task_.count = task_.low = 1;
    task_.mid = 0x14;
    task_.high = 0xeb;
}

// Media.

void AtapiCdrom::medium_changed()
{
    unit_attention_ = ready();
    event_ = ready() ? Event::NewMedia : Event::MediaRemoval;
}

void AtapiCdrom::request_eject(bool force)
{
    event_ = Event::EjectRequest;
    if (force) locked_ = false;
}

void AtapiCdrom::move_tray(bool open)
{
    if (tray_open_ == open) return;
    cancel_medium_io();
    tray_open_ = open;
    medium_changed();
    backend_.tray_moved(open);
}

// ATA commands.

void AtapiCdrom::execute(u8 opcode)
{
    switch (opcode) {
    case PACKET:
        if (task_.features & 2) return fail(ABRT); // overlapped
        dma_ = task_.features & 1;
        byte_limit_ = static_cast<u16>(task_.high << 8 | task_.mid) & 0xfffe;
        if (byte_limit_ == 0) byte_limit_ = 0xfffe;
        phase_ = Phase::Packet;
        return receive_by_pio(packet_.size(), false);
    case IDENTIFY_PACKET_DEVICE: return identify();
    case DEVICE_RESET: return software_reset();
    case IDENTIFY_DEVICE: // how a host tells the two kinds apart
    case READ_SECTORS: set_signature(); return fail(ABRT);
    case SET_FEATURES:
        if (task_.features == 0x03 && !mode_.set(task_.count)) return fail(ABRT);
        return finish();
    case CHECK_POWER_MODE: task_.count = 0xff; return finish();
    case STANDBY_IMMEDIATE:
    case IDLE_IMMEDIATE:
    case SLEEP:
    case FLUSH_CACHE: return finish();
    default: return fail(ABRT);
    }
}

void AtapiCdrom::identify()
{
    IdentifyData id;
    id.word(0, 0x85c0); // ATAPI, CD-ROM, removable, DRQ within 50 us, 12-byte packets
    id.text(10, 10, config_.serial);
    id.word(20, 3);
    id.word(21, 512);
    id.word(22, 4);
    id.text(23, 4, config_.version);
    id.text(27, 20, config_.model);
    id.word(48, 1);
    id.word(49, 1 << 11 | 1 << 9 | 1 << 8); // IORDY, LBA, DMA
    id.word(53, 1 << 2 | 1 << 1);           // words 88 and 64-70 are valid
    id.word(62, 0x07 | mode_.selected(2));
    id.word(63, 0x07 | mode_.selected(4));
    id.word(64, 0x03);
    id.word(65, 0xb4); // cycle times, ns
    id.word(66, 0xb4);
    id.word(67, 0x12c);
    id.word(68, 0xb4);
    id.word(71, 30); // PACKET to bus release, SERVICE to BSY clear: ns
    id.word(72, 30);
    id.word(80, 0x001e);          // ATA-1 to ATA-4
    id.word(82, 1 << 9 | 1 << 4); // DEVICE RESET, PACKET
    id.word(83, 1 << 14);
    id.word(85, 1 << 9 | 1 << 4);
    id.word(87, 1 << 14);
    id.word(88, 0x3f | mode_.selected(8));
    id.copy_to(buffer_);
    phase_ = Phase::Reply;
    dma_ = false;
    byte_limit_ = 512;
    identify_ = true;
    send();
}

// The PACKET protocol. Interrupt reason: COD alone asks for the packet, IO alone announces data, both end the command.

void AtapiCdrom::block_presented(size_t bytes, bool to_host)
{
    if (identify_) return; // an ATA command: its task file stays
    task_.count = to_host ? IO : COD;
    if (!to_host) return;
    task_.mid = static_cast<u8>(bytes);
    task_.high = static_cast<u8>(bytes >> 8);
}

void AtapiCdrom::buffer_received()
{
    std::copy_n(buffer_.begin(), std::min(buffer_.size(), packet_.size()), packet_.begin());
    packet();
}

void AtapiCdrom::buffer_sent()
{
    if (std::exchange(identify_, false)) return finish(false);
    if (phase_ == Phase::Sectors && count_) return read_chunk();
    complete();
}

void AtapiCdrom::complete()
{
    phase_ = Phase::Reply;
    task_.count = IO | COD;
    schedule_finish();
}

void AtapiCdrom::check_condition(Sense sense)
{
    sense_ = sense;
    count_ = 0;
    expand_ = false;
    phase_ = Phase::Reply;
    task_.count = IO | COD;
    fail(static_cast<u8>(sense.key << 4 | ABRT));
}

void AtapiCdrom::io_failed(IoStatus)
{
    check_condition(ready() ? UNRECOVERED_READ_ERROR : MEDIUM_NOT_PRESENT);
}

void AtapiCdrom::reply(std::span<const u8> bytes, u32 allocation)
{
    const size_t n = std::min<size_t>(bytes.size(), allocation);
    if (n == 0) return complete();
    buffer_.assign(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(n));
    phase_ = Phase::Reply;
    send();
}

void AtapiCdrom::send()
{
    if (dma_) send_by_dma();
    else send_by_pio(byte_limit_);
}

void AtapiCdrom::packet()
{
    const u8* p = packet_.data();
    const u8 op = p[0];
    // These answer whatever the medium does.
    switch (op) {
    case REQUEST_SENSE: return request_sense();
    case INQUIRY: return inquiry();
    case GET_CONFIGURATION: return get_configuration();
    case GET_EVENT_STATUS_NOTIFICATION: return get_event_status();
    default: break;
    }
    if (std::exchange(unit_attention_, false)) return check_condition(MEDIUM_CHANGED);
    sense_ = NO_SENSE;

    switch (op) {
    case START_STOP_UNIT: return start_stop();
    case PREVENT_ALLOW_MEDIUM_REMOVAL: locked_ = p[4] & 1; return complete();
    case MODE_SENSE_10: return mode_sense();
    case MECHANISM_STATUS: return mechanism_status();
    case SET_CD_SPEED: return complete();
    case TEST_UNIT_READY:
    case READ_CAPACITY:
    case READ_10:
    case READ_12:
    case READ_CD:
    case READ_TOC:
    case SEEK_10:
    case READ_DISC_INFORMATION: break;
    default: return check_condition(INVALID_OPERATION);
    }
    if (!ready()) return check_condition(tray_open_ ? TRAY_OPEN : MEDIUM_NOT_PRESENT);

    switch (op) {
    case READ_CAPACITY: {
        u8 r[8];
        put_be32(r, sectors() - 1);
        put_be32(r + 4, SECTOR);
        return reply(r, sizeof r);
    }
    case READ_10: return read(be32(p + 2), be16(p + 7), SECTOR);
    case READ_12: return read(be32(p + 2), be32(p + 6), SECTOR);
    case READ_CD: return read_cd();
    case READ_TOC: return read_toc();
    case READ_DISC_INFORMATION: return read_disc_information();
    case SEEK_10: return be32(p + 2) < sectors() ? complete() : check_condition(BLOCK_OUT_OF_RANGE);
    default: return complete(); // TEST UNIT READY
    }
}

// Sectors.

void AtapiCdrom::read(u32 lba, u32 count, u32 sector_bytes)
{
    if (lba > sectors() || count > sectors() - lba) return check_condition(BLOCK_OUT_OF_RANGE);
    if (count == 0) return complete();
    phase_ = Phase::Sectors;
    lba_ = lba;
    count_ = count;
    sector_bytes_ = sector_bytes;
    read_chunk();
}

void AtapiCdrom::read_chunk()
{
    const u32 n = std::min<u32>(count_, MAX_BUFFER / sector_bytes_);
    fill_from_medium(u64(lba_) * SECTOR, n * SECTOR);
    expand_ = sector_bytes_ == RAW_SECTOR;
    lba_ += n;
    count_ -= n;
    send();
}

void AtapiCdrom::read_cd()
{
    const u32 lba = be32(&packet_[2]), count = be32(&packet_[5]) & 0xffffff;
    const u8 type = packet_[1] >> 2 & 7;
    if (type > 2) return check_condition(INVALID_FIELD); // any or mode 1: the track is nothing else
    switch (packet_[9] & 0xf8) {
    case 0x00: return complete(); // no field asked for
    case 0x10: return read(lba, count, SECTOR);
    case 0xf8: return read(lba, count, RAW_SECTOR);
    default: return check_condition(INVALID_FIELD);
    }
}

// User data to raw mode 1 sectors, from the last to the first so that they can share the buffer: sync, address in BCD
// MSF, mode, data, and zeros where the error correction was.
void AtapiCdrom::buffer_filled()
{
    if (!std::exchange(expand_, false)) return;
    const size_t n = std::min<size_t>(buffer_.size() / SECTOR, MAX_BUFFER / RAW_SECTOR);
    const auto bcd = [](u32 v) { return static_cast<u8>(v / 10 % 10 << 4 | v % 10); };
    buffer_.resize(n * RAW_SECTOR);
    for (size_t i = n; i-- > 0;) {
        u8* raw = &buffer_[i * RAW_SECTOR];
        const u32 frame = lba_ - static_cast<u32>(n - i) + 150;
        std::memmove(raw + 16, &buffer_[i * SECTOR], SECTOR);
        std::memset(raw + 16 + SECTOR, 0, RAW_SECTOR - 16 - SECTOR);
        std::memset(raw, 0xff, 12);
        raw[0] = raw[11] = 0;
        raw[12] = bcd(frame / 75 / 60);
        raw[13] = bcd(frame / 75 % 60);
        raw[14] = bcd(frame % 75);
        raw[15] = 1;
    }
}

void AtapiCdrom::serialize_command(Archive& ar)
{
    ar(packet_, phase_, dma_, byte_limit_, lba_, count_, sector_bytes_, expand_, identify_, mode_.value,
       sense_, event_, unit_attention_, tray_open_, locked_);
    if (!ar.loading()) return;
    byte_limit_ = std::max<u16>(byte_limit_, 2);
    if (sector_bytes_ != RAW_SECTOR) sector_bytes_ = SECTOR;
}

} // namespace tabpc
