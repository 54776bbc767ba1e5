// See pci_hotplug.h.
#include "hw/pci/pci_hotplug.h"
#include "base/bits.h"
#include <algorithm>
#include <utility>

namespace tabpc {

namespace {
constexpr u16 PCI_BASE = 0xae00, CPU_BASE = 0xaf00;
enum Register {
    UP = 0x00,
    DOWN = 0x04,
    EJECT = 0x08,
    REMOVABLE = 0x0c,
    SELECT_BUS = 0x10,
    ACPI_INDEX = 0x14
};
} // namespace

PciHotplug::PciHotplug(IoSpace& io, u32 removable_slots, int cpus) : removable_(removable_slots), cpus_(cpus)
{
    io.map<&PciHotplug::read, &PciHotplug::write>(PCI_BASE, 0x18, this, "acpi-pci-hotplug", 4);
    io.map<&PciHotplug::read_cpus, &PciHotplug::write_cpus>(CPU_BASE, 0x20, this, "acpi-cpu-hotplug");
}

void PciHotplug::device_added(int slot)
{
    up_ |= 1u << slot;
    event.pulse();
}

void PciHotplug::removal_requested(int slot)
{
    down_ |= 1u << slot;
    event.pulse();
}

// Double words only. A bus that does not exist has no slots.
u32 PciHotplug::read(u16 port, int size)
{
    const int reg = port - PCI_BASE;
    if (size != 4 || reg % 4) return ~0u;
    if (selected_bus_ && reg != SELECT_BUS) return 0;
    switch (reg) {
    case UP: return std::exchange(up_, 0u); // read to clear
    case DOWN: return down_;
    case REMOVABLE: return removable_;
    case SELECT_BUS: return selected_bus_;
    default: return 0; // EJECT: no further features; ACPI_INDEX: none
    }
}

void PciHotplug::write(u16 port, u32 value, int size)
{
    const int reg = port - PCI_BASE;
    if (size != 4) return;
    if (reg == SELECT_BUS) selected_bus_ = value;
    if (reg != EJECT || selected_bus_) return;
    for (int slot = 0; slot < SLOTS; slot++) {
        if (!bit(value & removable_, static_cast<unsigned>(slot))) continue;
        down_ &= ~(1u << slot);
        eject[slot].pulse();
    }
}

u32 PciHotplug::read_cpus(u16 port, int)
{
    const int left = cpus_ - 8 * (port - CPU_BASE);
    return (1u << std::clamp(left, 0, 8)) - 1;
}

} // namespace tabpc
