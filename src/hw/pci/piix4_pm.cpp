// See piix4_pm.h.
#include "hw/pci/piix4_pm.h"
#include <utility>

namespace tabpc {

namespace {
constexpr u16 APMC = 0xb2, GPE0 = 0xafe0;
constexpr u32 BLOCK = 64; // ports of the PM and the SMBus block

// Configuration registers.
constexpr int PMBA = 0x40, DEVACTB = 0x58, DEVRESA = 0x5c, DEVRESB = 0x60, DEVRESC = 0x64, PMREGMISC = 0x80,
              SMBBA = 0x90, SMBHSTCFG = 0xd2;
constexpr u8 APMC_EN = 0x02; // byte 3 of DEVACTB: a write to APMC makes an SMI

// What an operating system writes to APMC, as the FADT tells it.
constexpr u8 ACPI_ENABLE = 0xf1, ACPI_DISABLE = 0xf0;
constexpr u16 GPE_PCI_HOTPLUG = 1 << 1;
} // namespace

PIIX4PM::PIIX4PM(PciBus& bus, u8 devfn, VirtualClock& clock, Config config)
    : PciDevice(
          bus, devfn,
          {.vendor = 0x8086, .device = 0x7113, .revision = 3, .class_code = 0x068000, .interrupt_pin = 1}),
      wiring_(config), pm1_(clock), smbus_(clock), hotplug_(bus.io, config.removable_slots, config.cpus)
{
    for (size_t n = 0; n < spd_.size(); n++) smbus_.attach(static_cast<u8>(0x50 + n), spd_[n]);
    pm1_.changed.connect(irq_input<&PIIX4PM::pm1_changed>(this));
    pm1_.power_off.connect(irq_input<&PIIX4PM::switched_off>(this));
    pm1_.suspend.connect(irq_input<&PIIX4PM::suspended>(this));
    hotplug_.event.connect(irq_input<&PIIX4PM::hotplug_event>(this));
    bus.io.map<&PIIX4PM::apm_read, &PIIX4PM::apm_write>(APMC, 2, this, "apm-io");
    bus.io.map<&PIIX4PM::gpe_read, &PIIX4PM::gpe_write>(GPE0, 4, this, "acpi-gpe0");

    st<u16>(&config_[PCI_STATUS], 0x0280);
    for (const int base : {PMBA, SMBBA}) { // bit 0 is a one: I/O space
        st<u32>(&config_[base], 1);
        st<u32>(&write_mask_[base], 0xffc0);
    }
    reset();
}

void PIIX4PM::reset()
{
    PciDevice::reset();
    st<u32>(&config_[PMBA], 1);
    st<u32>(&config_[DEVACTB], wiring_.smm ? 0 : u32(APMC_EN) << 24);
    config_[DEVRESA + 3] = static_cast<u8>(0x10 | (wiring_.lpt1 ? 0x80 : 0));
    config_[DEVRESB + 3] = 0x60; // keyboard and mouse controller
    config_[DEVRESC + 3] = static_cast<u8>((wiring_.com1 ? 0x08 : 0) | (wiring_.com2 ? 0x90 : 0));
    config_[PMREGMISC] = 0;
    st<u32>(&config_[SMBBA], 0xb101); // QEMU's board has the SMBus running
    config_[SMBHSTCFG] = 0x09;
    map_ports();

    pm1_.reset();
    smbus_.reset();
    hotplug_.reset();
    apmc_ = apms_ = 0;
    gpe_sts_ = gpe_en_ = 0;
    update_sci();
}

void PIIX4PM::config_written(int, int) { map_ports(); }

void PIIX4PM::map_ports()
{
    IoSpace& io = bus_.io;
    const u16 pm = config_[PMREGMISC] & 1 ? ld<u16>(&config_[PMBA]) & 0xffc0 : 0;
    const u16 smbus = config_[SMBHSTCFG] & 1 ? ld<u16>(&config_[SMBBA]) & 0xffc0 : 0;
    if (pm != pm_base_) {
        io.unmap(std::exchange(pm_map_, IoSpace::NONE));
        if (pm) pm_map_ = io.map<&PIIX4PM::pm_read, &PIIX4PM::pm_write>(pm, BLOCK, this, "piix4-pm", 4);
        pm_base_ = pm;
    }
    if (smbus != smbus_base_) {
        io.unmap(std::exchange(smbus_map_, IoSpace::NONE));
        if (smbus)
            smbus_map_ = io.map<&PIIX4PM::smbus_read, &PIIX4PM::smbus_write>(smbus, BLOCK, this, "pm-smbus");
        smbus_base_ = smbus;
    }
}

u32 PIIX4PM::pm_read(u16 port, int size) { return pm1_.read(port - pm_base_, size); }
void PIIX4PM::pm_write(u16 port, u32 value, int size) { pm1_.write(port - pm_base_, value, size); }
u32 PIIX4PM::smbus_read(u16 port, int) { return smbus_.read(port - smbus_base_); }
void PIIX4PM::smbus_write(u16 port, u32 value, int)
{
    smbus_.write(port - smbus_base_, static_cast<u8>(value));
}

u32 PIIX4PM::apm_read(u16 port, int) { return port == APMC ? apmc_ : apms_; }

// ACPI is switched on and off here, where a BIOS would do it in its SMI handler.
void PIIX4PM::apm_write(u16 port, u32 value, int)
{
    const u8 v = static_cast<u8>(value);
    if (port != APMC) {
        apms_ = v;
        return;
    }
    apmc_ = v;
    if (v == ACPI_ENABLE) pm1_.set_sci_enable(true);
    if (v == ACPI_DISABLE) pm1_.set_sci_enable(false);
    if (config_[DEVACTB + 3] & APMC_EN) smi.pulse();
}

u32 PIIX4PM::gpe_read(u16 port, int)
{
    const int n = port - GPE0;
    return (n < 2 ? gpe_sts_ : gpe_en_) >> (8 * (n & 1)) & 0xff;
}

void PIIX4PM::gpe_write(u16 port, u32 value, int)
{
    const int n = port - GPE0, shift = 8 * (n & 1);
    if (n < 2) gpe_sts_ &= static_cast<u16>(~(value << shift));
    else gpe_en_ = static_cast<u16>((gpe_en_ & ~(0xff << shift)) | value << shift);
    update_sci();
}

void PIIX4PM::hotplug_event(int, int level)
{
    if (!level) return;
    gpe_sts_ |= GPE_PCI_HOTPLUG;
    update_sci();
}

void PIIX4PM::pm1_changed(int, int level)
{
    if (level) update_sci();
}

void PIIX4PM::wake(AcpiPm1::Event by)
{
    pm1_.set_event(AcpiPm1::WAK);
    pm1_.set_event(by);
}

void PIIX4PM::update_sci()
{
    const bool level = pm1_.requests_sci() || (gpe_sts_ & gpe_en_);
    if (level == sci_level_) return;
    sci_level_ = level;
    sci.set(level);
}

void PIIX4PM::serialize(Archive& ar)
{
    ar.section("piix4-pm", 1);
    serialize_config(ar);
    ar(pm1_, smbus_, spd_, hotplug_, apmc_, apms_, gpe_sts_, gpe_en_, sci_level_);
}

} // namespace tabpc
