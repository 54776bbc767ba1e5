// Intel 82371SB PIIX3, function 1: the IDE controller (data sheet 290550): two channels at their ISA addresses and the
// bus-master registers behind BAR 4. The timing registers hold what is written and do nothing.
#pragma once
#include "hw/ide/ide_channel.h"
#include "hw/pci/pci_device.h"

namespace tabpc {

class PIIX3Ide final : public PciDevice {
public:
    PIIX3Ide(PciBus& bus, u8 devfn, VirtualClock& clock, IrqInput irq14, IrqInput irq15,
             const IdeTiming& timing = {});

    IdeChannel primary, secondary;

    bool waits_for_host() const { return primary.waits_for_host() || secondary.waits_for_host(); }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    u32 bmdma_read(u16 port, int size);
    void bmdma_write(u16 port, u32 value, int size);
    void config_written(int at, int size) override;
};

} // namespace tabpc
