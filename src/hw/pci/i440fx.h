// Intel 82441FX host bridge (data sheet 290549): configuration mechanism #1, the PAM registers that turn C0000-FFFFF
// between shadow RAM and the ROMs behind it, SMRAM at A0000. DRAM timing, ECC and the row boundaries are left out.
#pragma once
#include "hw/pci/pci_device.h"

namespace tabpc {

class I440FX final : public PciDevice {
public:
    // `ram` is the memory at address 0. The board maps it up to A0000 and from 100000; what lies between is mapped here.
    I440FX(PciBus& bus, RamBlock& ram);

    // SMIACT#: the CPU is in system-management mode.
    IrqInput smiact() { return irq_input<&I440FX::set_smiact>(this); }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    // The priority of shadow RAM and SMRAM in the memory map: over ROMs and the display.
    static constexpr int SHADOW_PRIORITY = 2;
    static constexpr int PAM0 = 0x59, PAM6 = 0x5f, SMRAM = 0x72;
    enum Smram : u8 { D_OPEN = 0x40, D_CLS = 0x20, D_LCK = 0x10, G_SMRAME = 0x08, C_BASE_SEG = 0x02 };

    u32 confadd_read(u16 port, int size);
    void confadd_write(u16 port, u32 value, int size);
    u32 confdata_read(u16 port, int size);
    void confdata_write(u16 port, u32 value, int size);
    void config_written(int at, int size) override;
    void set_smiact(int, int level);
    void update_memory();

    u32 confadd_ = 0;
    bool smiact_ = false;
    std::array<PhysMap::Id, 13>
        segment_; // F0000 (64 KiB), then C0000-EFFFF by 16 KiB: the order of the PAM fields
    PhysMap::Id smram_;
};

} // namespace tabpc
