// An ATAPI CD-ROM or DVD-ROM drive (ATA-6 PACKET feature set, MMC-3): one data track, whose image is the medium.
// Audio, sub-channels and writing are left out.
#pragma once
#include "hw/ide/ide_device.h"
#include "hw/ide/identify.h"
#include "hw/ide/mmc.h"
#include <algorithm>

namespace tabpc {

struct CdromConfig {
    std::string serial = "TP00003";
    std::string model = "TABPC DVD-ROM";
    std::string version = "1.0";
};

class AtapiCdrom final : public IdeDevice, BlockBackend::MediumListener, BlockBackend::Tray {
public:
    AtapiCdrom(Host& host, int number, VirtualClock& clock, BlockBackend& backend, const IdeTiming& timing,
               const CdromConfig& config);
    ~AtapiCdrom() override;

    bool tray_open() const override { return tray_open_; }
    bool tray_locked() const override { return locked_; }
    void move_tray(bool open) override;
    void request_eject(bool force) override;

    void software_reset() override;
    void reset() override;

private:
    static constexpr u32 SECTOR = 2048, RAW_SECTOR = 2352;
    enum class Phase : u8 { Packet, Reply, Sectors };
    enum class Event : u8 { None, EjectRequest, NewMedia, MediaRemoval }; // of the media class

    void execute(u8 opcode) override;
    void set_signature() override;
    u8 status_after_reset() const override { return 0; } // DRDY waits for the first command
    void block_presented(size_t bytes, bool to_host) override;
    void buffer_filled() override;
    void buffer_sent() override;
    void buffer_received() override;
    void buffer_stored() override {}
    void io_failed(IoStatus status) override;
    void serialize_command(Archive& ar) override;
    void medium_leaving() override { cancel_medium_io(); }
    void medium_changed() override;

    u32 sectors() const { return static_cast<u32>(std::min<u64>(backend_.length() / SECTOR, ~u32(0))); }
    bool ready() const { return backend_.inserted() && !tray_open_; }
    bool is_dvd() const { return sectors() > 450'000; } // 100 minutes: no CD is longer
    void identify();

    void packet();
    void complete();
    void check_condition(mmc::Sense sense);
    void reply(std::span<const u8> bytes, u32 allocation);
    void send();

    void request_sense();
    void inquiry();
    void read(u32 lba, u32 count, u32 sector_bytes);
    void read_chunk();
    void read_cd();
    void read_toc();
    void start_stop();
    void mode_sense();
    void get_configuration();
    void get_event_status();
    void read_disc_information();
    void mechanism_status();

    const CdromConfig config_;

    std::array<u8, 12> packet_{};
    Phase phase_ = Phase::Reply;
    bool dma_ = false;
    u16 byte_limit_ = 0; // of a DRQ block
    u32 lba_ = 0, count_ = 0;
    u32 sector_bytes_ = SECTOR;
    bool expand_ = false;   // the buffer holds user data that goes out as raw sectors
    bool identify_ = false; // IDENTIFY PACKET DEVICE, not a packet, sends the buffer

    TransferMode mode_{};
    mmc::Sense sense_{};
    Event event_ = Event::None;
    bool unit_attention_ = false;
    bool tray_open_ = false, locked_ = false;
};

} // namespace tabpc
