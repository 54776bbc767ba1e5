// QEMU's ACPI hot-plug ports, which its DSDT drives: PCI slots at ae00 (docs/specs/acpi_pci_hotplug), the bitmap of
// present CPUs at af00 (docs/specs/acpi_cpu_hotplug, the legacy interface). There is one bus, number 0.
#pragma once
#include "core/ioport.h"
#include "core/irq.h"
#include "core/snapshot.h"

namespace tabpc {

class PciHotplug {
public:
    static constexpr int SLOTS = 32;

    PciHotplug(IoSpace& io, u32 removable_slots, int cpus);

    IrqLine event;        // pulses when a slot's state changed: GPE0 bit 1
    IrqLine eject[SLOTS]; // the guest lets go of a slot

    void device_added(int slot);
    void removal_requested(int slot);

    void reset() { up_ = down_ = selected_bus_ = 0; }
    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(up_, down_, selected_bus_);
    }

private:
    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    u32 read_cpus(u16 port, int size);
    void write_cpus(u16, u32, int) {}

    const u32 removable_;
    const int cpus_;
    u32 up_ = 0, down_ = 0, selected_bus_ = 0;
};

} // namespace tabpc
