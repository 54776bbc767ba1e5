// Intel 82371AB PIIX4, function 3 (data sheet 290562): power management, SMBus and the APM ports, with QEMU's GPE0 block
// at afe0 and its hot-plug ports. Left out: the other general-purpose and device-idle events, throttling.
#pragma once
#include "hw/pci/acpi_pm1.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_hotplug.h"
#include "hw/pci/smbus.h"

namespace tabpc {

class PIIX4PM final : public PciDevice {
public:
    struct Config {
        bool smm = true; // else SMIs look set up already, so that a BIOS leaves them alone
        bool lpt1 = true, com1 = true, com2 = false; // what PMC's device registers show to a DSDT
        u32 removable_slots = 0xfffffff8;            // the bridges and the display stay
        int cpus = 1;
    };

    PIIX4PM(PciBus& bus, u8 devfn, VirtualClock& clock, Config config);

    IrqLine sci;       // to ISA interrupt 9
    IrqLine smi;       // SMI#, a pulse for each write to APMC
    IrqLine power_off; // the guest has switched itself off
    IrqLine suspend;   // the guest sleeps in S3 until wake()

    void press_power_button() { pm1_.set_event(AcpiPm1::PWRBTN); }
    void wake(AcpiPm1::Event by); // before the reset that leaves S3
    PciHotplug& hotplug() { return hotplug_; }
    SpdEeprom& spd(int n) { return spd_[static_cast<size_t>(n)]; }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    u32 pm_read(u16 port, int size);
    void pm_write(u16 port, u32 value, int size);
    u32 smbus_read(u16 port, int size);
    void smbus_write(u16 port, u32 value, int size);
    u32 apm_read(u16 port, int size);
    void apm_write(u16 port, u32 value, int size);
    u32 gpe_read(u16 port, int size);
    void gpe_write(u16 port, u32 value, int size);

    void config_written(int at, int size) override;
    void map_ports();
    void hotplug_event(int, int level);
    void pm1_changed(int, int level);
    void switched_off(int, int level) { power_off.set(level); }
    void suspended(int, int level) { suspend.set(level); }
    void update_sci();

    const Config wiring_;
    AcpiPm1 pm1_;
    SmbusHost smbus_;
    std::array<SpdEeprom, 8> spd_;
    PciHotplug hotplug_;
    IoSpace::Id pm_map_ = IoSpace::NONE, smbus_map_ = IoSpace::NONE;
    u16 pm_base_ = 0, smbus_base_ = 0; // where they are mapped

    u8 apmc_ = 0, apms_ = 0;
    u16 gpe_sts_ = 0, gpe_en_ = 0;
    bool sci_level_ = false;
};

} // namespace tabpc
