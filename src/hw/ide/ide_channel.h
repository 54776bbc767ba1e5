// An IDE cable: eight command ports and one control port in front of up to two devices (ATA-6 chapters 5 to 9). Both
// devices hear every register write; the selected one answers.
#pragma once
#include "core/ioport.h"
#include "core/irq.h"
#include "hw/ide/ata_disk.h"
#include "hw/ide/atapi_cdrom.h"

namespace tabpc {

class IdeChannel final : public Device, IdeDevice::Host, BusMaster::Listener {
public:
    struct Wiring {
        const char* name; // "ide0"
        u16 command_base; // 1f0 or 170
        u16 control_port; // 3f6 or 376
        IrqInput irq;     // 14 or 15
    };

    IdeChannel(VirtualClock& clock, IoSpace& io, PhysMap& memory, const Wiring& wiring,
               const IdeTiming& timing);

    // Drives are there when the machine starts; the media of a CD-ROM come and go.
    void attach_disk(int n, BlockBackend& backend, const DiskConfig& config = {});
    void attach_cdrom(int n, BlockBackend& backend, const CdromConfig& config = {});
    IdeDevice* device(int n) { return device_[n].get(); }

    BusMaster& bus_master() override { return bus_master_; }
    bool waits_for_host() const;

    void reset() override;
    void serialize(Archive& ar) override;

private:
    u32 command_read(u16 port, int size);
    void command_write(u16 port, u32 value, int size);
    u32 control_read(u16 port, int size);
    void control_write(u16 port, u32 value, int size);

    IdeDevice* selected() { return device_[selected_].get(); }
    void execute_diagnostic();
    void intrq_changed() override;
    void dma_started() override;
    void dma_stopped() override;

    VirtualClock& clock_;
    const IdeTiming timing_;
    const std::string name_;
    IrqLine irq_;
    BusMaster bus_master_;
    std::array<std::unique_ptr<IdeDevice>, 2> device_;

    u8 selected_ = 0;
    u8 control_ = 0;
    bool intrq_ = false; // the level on the wire
};

} // namespace tabpc
