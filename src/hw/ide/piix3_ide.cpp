// See piix3_ide.h.
#include "hw/ide/piix3_ide.h"

namespace tabpc {

namespace {
constexpr int IDETIM = 0x40; // IDE timing, two bytes a channel; bit 15: the channel is decoded
}

PIIX3Ide::PIIX3Ide(PciBus& bus, u8 devfn, VirtualClock& clock, IrqInput irq14, IrqInput irq15,
                   const IdeTiming& timing)
    : PciDevice(bus, devfn, {.vendor = 0x8086, .device = 0x7010, .class_code = 0x010180}),
      primary(clock, bus.io, bus.memory, {"ide0", 0x1f0, 0x3f6, irq14}, timing),
      secondary(clock, bus.io, bus.memory, {"ide1", 0x170, 0x376, irq15}, timing)
{
    add_io_bar(4, 16,
               {this,
                [](void* o, u16 p, int s) -> u32 { return static_cast<PIIX3Ide*>(o)->bmdma_read(p, s); },
                [](void* o, u16 p, u32 v, int s) { static_cast<PIIX3Ide*>(o)->bmdma_write(p, v, s); }, 4},
               "piix3-bmdma");
    st<u16>(&config_[PCI_STATUS], 0x0280); // medium DEVSEL#, fast back-to-back
    reset();
}

void PIIX3Ide::reset()
{
    PciDevice::reset();
    std::fill(config_.begin() + IDETIM, config_.end(),
              u8(0)); // QEMU decodes the channels from the start, so do we
    config_written(0, 256);
    primary.reset();
    secondary.reset();
}

// Eight registers a channel. A PCI function decodes its ports by their low bits: BARs are aligned to their size.
u32 PIIX3Ide::bmdma_read(u16 port, int size)
{
    BusMaster& channel = (port & 8 ? secondary : primary).bus_master();
    return channel.read(port & 7, size);
}

void PIIX3Ide::bmdma_write(u16 port, u32 value, int size)
{
    BusMaster& channel = (port & 8 ? secondary : primary).bus_master();
    channel.write(port & 7, value, size);
}

void PIIX3Ide::config_written(int, int)
{
    primary.bus_master().set_enabled(bus_master());
    secondary.bus_master().set_enabled(bus_master());
}

void PIIX3Ide::serialize(Archive& ar)
{
    ar.section("piix3-ide", 1);
    serialize_config(ar);
    primary.serialize(ar);
    secondary.serialize(ar);
}

} // namespace tabpc
