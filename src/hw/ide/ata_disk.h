// A hard disk on an IDE cable: the general feature set of ATA-6 with 48-bit addresses, power management and SMART.
// Left out: security, host protected area (its size can be read), queued commands, READ/WRITE LONG and FORMAT TRACK.
#pragma once
#include "hw/ide/ide_device.h"
#include "hw/ide/identify.h"

namespace tabpc {

struct DiskConfig {
    std::string serial = "TP00001";
    std::string model = "TABPC HARDDISK";
    std::string version = "1.0";
    u32 cylinders = 0, heads = 0, sectors = 0; // 0: up to 16383 cylinders of 16 heads and 63 sectors
};

class AtaDisk final : public IdeDevice {
public:
    AtaDisk(Host& host, int number, VirtualClock& clock, BlockBackend& backend, const IdeTiming& timing,
            const DiskConfig& config);

    u64 sectors() const { return backend_.length() / 512; }
    void software_reset() override;
    void reset() override;

private:
    static constexpr u32 MAX_MULTIPLE = 16;
    enum class Power : u8 { Active, Idle, Standby, Asleep };
    enum class Way : u8 { Pio, Dma };

    void execute(u8 opcode) override;
    void set_signature() override;
    void buffer_sent() override;
    void buffer_received() override;
    void buffer_stored() override;
    void io_failed(IoStatus status) override;
    void serialize_command(Archive& ar) override;

    bool address(
        bool ext);        // from the task file to lba_ and count_; fails the command if it is not on the disk
    void store_address(); // where the command stands, for the host to read
    void start_read(bool ext, Way way, u32 block_sectors);
    void start_write(bool ext, Way way, u32 block_sectors);
    void read_chunk();
    void write_chunk(bool interrupt);
    void verify(bool ext);
    void advance(u32 sectors);
    void identify();
    void set_features();
    void set_power(Power power);
    void smart();
    void native_max(bool ext);

    const DiskConfig config_;

    u32 heads_ = 16, track_ = 63; // as INITIALIZE DEVICE PARAMETERS has set them
    u32 multiple_ = 0;            // sectors in a DRQ block of READ MULTIPLE; 0: not enabled
    TransferMode mode_{};
    Power power_ = Power::Active;
    bool write_cache_ = true, smart_ = true;

    // The command that runs.
    u64 lba_ = 0;
    u32 count_ = 0; // sectors still to go
    u32 block_sectors_ = 1;
    Way way_ = Way::Pio;
    bool ext_ = false;
};

} // namespace tabpc
