// See pci_bus.h.
#include "hw/pci/pci_bus.h"
#include "base/bits.h"
#include "hw/pci/pci_device.h"
#include <cassert>

namespace tabpc {

u32 PciBus::config_read(u32 address, int size)
{
    PciDevice* d = bits(address, 23, 16) == 0 ? devices_[bits(address, 15, 8)] : nullptr;
    return d ? d->config_read(static_cast<u8>(address), size) : static_cast<u32>(all_ones(size));
}

void PciBus::config_write(u32 address, u32 value, int size)
{
    PciDevice* d = bits(address, 23, 16) == 0 ? devices_[bits(address, 15, 8)] : nullptr;
    if (d) d->config_write(static_cast<u8>(address), value, size);
}

void PciBus::add(PciDevice& device)
{
    assert(!devices_[device.devfn()] && "two PCI devices at one devfn");
    devices_[device.devfn()] = &device;
}

void PciBus::remove(PciDevice& device)
{
    devices_[device.devfn()] = nullptr;
    if (device.asserts_irq()) update_pirq(pirq_of(device.devfn(), device.pin()));
}

void PciBus::update_pirq(int n)
{
    bool level = false;
    for (const PciDevice* d : devices_) level |= d && d->asserts_irq() && pirq_of(d->devfn(), d->pin()) == n;
    pirq[n].set(level);
}

} // namespace tabpc
