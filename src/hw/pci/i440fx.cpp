// See i440fx.h.
#include "hw/pci/i440fx.h"

namespace tabpc {

I440FX::I440FX(PciBus& bus, RamBlock& ram)
    : PciDevice(bus, pci_devfn(0, 0),
                {.vendor = 0x8086, .device = 0x1237, .revision = 2, .class_code = 0x060000})
{
    segment_[0] = bus.memory.map_ram(0xf0000, 0x10000, ram, 0xf0000, SHADOW_PRIORITY, "pam-f0000");
    for (unsigned n = 1; n < segment_.size(); n++) {
        const PhysAddr base = 0xc0000 + (n - 1) * 0x4000;
        segment_[n] = bus.memory.map_ram(base, 0x4000, ram, base, SHADOW_PRIORITY, "pam");
    }
    smram_ = bus.memory.map_ram(0xa0000, 0x20000, ram, 0xa0000, SHADOW_PRIORITY, "smram");

    for (int n = PAM0; n <= PAM6; n++) write_mask_[n] = 0x33; // RE and WE; the cache attributes are left out
    write_mask_[PAM0] = 0x30;                                 // the low half is the first 512 KiB, always RAM
    bus.io.map<&I440FX::confadd_read, &I440FX::confadd_write>(0xcf8, 4, this, "pci-conf-idx", 4);
    bus.io.map<&I440FX::confdata_read, &I440FX::confdata_write>(0xcfc, 4, this, "pci-conf-data", 4);
    reset();
}

void I440FX::reset()
{
    PciDevice::reset();
    confadd_ = 0;
    for (int n = PAM0; n <= PAM6; n++) config_[n] = 0;
    config_[SMRAM] = C_BASE_SEG;
    write_mask_[SMRAM] = D_OPEN | D_CLS | D_LCK | G_SMRAME;
    update_memory();
}

// CONFADD exists as a double word only; narrower cycles belong to the ISA bus.
u32 I440FX::confadd_read(u16 port, int size) { return port == 0xcf8 && size == 4 ? confadd_ : ~0u; }

void I440FX::confadd_write(u16 port, u32 value, int size)
{
    if (port == 0xcf8 && size == 4) confadd_ = value;
}

// QEMU keeps CONFADD's low two bits, and guests have come to write the byte's number there: it is or-ed to the port's.
u32 I440FX::confdata_read(u16 port, int size)
{
    if (!bit(confadd_, 31)) return ~0u;
    return bus_.config_read((confadd_ & 0xffffff) | (port & 3), size);
}

void I440FX::confdata_write(u16 port, u32 value, int size)
{
    if (bit(confadd_, 31)) bus_.config_write((confadd_ & 0xffffff) | (port & 3), value, size);
}

void I440FX::config_written(int at, int size)
{
    if (config_[SMRAM] & D_LCK) { // until the next RESET#
        config_[SMRAM] &= static_cast<u8>(~D_OPEN);
        write_mask_[SMRAM] = D_CLS;
    }
    if (at <= SMRAM && at + size > PAM0) update_memory();
}

void I440FX::set_smiact(int, int level)
{
    smiact_ = level;
    update_memory();
}

void I440FX::update_memory()
{
    for (unsigned n = 0; n < segment_.size(); n++) {
        const u8 pam = config_[PAM0 + (n + 1) / 2];
        const u8 field = n % 2 == 0 ? pam >> 4 : pam; // odd segments have the low half of their register
        bus_.memory.set_enabled(segment_[n], bit(field, 0), bit(field, 1));
    }
    const bool smram = (config_[SMRAM] & D_OPEN) || (smiact_ && (config_[SMRAM] & G_SMRAME));
    bus_.memory.set_enabled(smram_, smram, smram);
}

void I440FX::serialize(Archive& ar)
{
    ar.section("i440fx", 1);
    ar(confadd_, smiact_);
    if (ar.loading()) write_mask_[SMRAM] = D_OPEN | D_CLS | D_LCK | G_SMRAME;
    serialize_config(ar);
}

} // namespace tabpc
