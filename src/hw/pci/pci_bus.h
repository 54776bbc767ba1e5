// A conventional PCI bus (PCI Local Bus Specification 2.1): the devices on it by devfn and the four interrupt lines they
// share. There is one bus; bridges to further ones are left out.
#pragma once
#include "core/ioport.h"
#include "core/irq.h"
#include "core/memory.h"

namespace tabpc {

class PciDevice;

constexpr u8 pci_devfn(int slot, int function) { return static_cast<u8>(slot << 3 | function); }
constexpr int pci_slot(u8 devfn) { return devfn >> 3; }

class PciBus {
public:
    // What BARs are mapped into.
    PciBus(IoSpace& io, PhysMap& memory) : io(io), memory(memory) {}
    PciBus(const PciBus&) = delete;

    IoSpace& io;
    PhysMap& memory;

    IrqLine pirq[4]; // PIRQA-D: the interrupt router connects itself here

    // Configuration cycles. `address` is as in CONFADD: bus 23:16, devfn 15:8, register 7:0. Nobody reads all ones.
    u32 config_read(u32 address, int size);
    void config_write(u32 address, u32 value, int size);

    PciDevice* device(u8 devfn) const { return devices_[devfn]; }
    // A level of some device's pin changed: drive the line that the slot's pins lead to.
    void update_pirq(int n);
    // Boards turn the four pins by one per slot, so that every slot's INTA# comes out on another line.
    static int pirq_of(u8 devfn, int pin) { return (pci_slot(devfn) + pin - 1) & 3; } // pin 0 is INTA#

private:
    friend class PciDevice;
    void add(PciDevice& device);
    void remove(PciDevice& device);

    std::array<PciDevice*, 256> devices_{};
};

} // namespace tabpc
