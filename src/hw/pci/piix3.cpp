// See piix3.h.
#include "hw/pci/piix3.h"
#include <algorithm>

namespace tabpc {

namespace {
// Interrupts that cannot be shared with PCI: timer, keyboard, cascade, clock and coprocessor.
constexpr u16 RESERVED_IRQS = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 8 | 1 << 13;
} // namespace

PIIX3::PIIX3(PciBus& bus, u8 devfn, std::span<const IrqInput, ISA_IRQS> isa_irq)
    : PciDevice(bus, devfn,
                {.vendor = 0x8086, .device = 0x7000, .class_code = 0x060100, .multifunction = true})
{
    std::copy(isa_irq.begin(), isa_irq.end(), isa_irq_.begin());
    for (int n = 0; n < 4; n++) bus.pirq[n].connect(irq_input<&PIIX3::set_pirq>(this, n));
    bus.io.map<&PIIX3::rcr_read, &PIIX3::rcr_write>(0xcf9, 1, this, "piix3-reset-control");
    reset();
}

void PIIX3::reset()
{
    PciDevice::reset();
    rcr_ = 0;
    // The data sheet's defaults; the bridge passes all cycles and DEVSEL# timing is medium.
    std::fill(config_.begin() + 0x40, config_.end(), u8(0));
    st<u16>(&config_[PCI_COMMAND], PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    st<u16>(&config_[PCI_STATUS], 0x0200);
    config_[0x4c] = 0x4d; // ISA I/O recovery
    config_[0x4e] = 0x03; // X-bus chip selects: keyboard and clock
    for (int n = 0; n < 4; n++) config_[PIRQRC + n] = ROUTING_OFF;
    config_[0x69] = 0x02;                 // top of memory
    config_[0x70] = 0x80;                 // MBIRQ0
    config_[0x76] = config_[0x77] = 0x0c; // motherboard DMA: off
    config_[0x78] = 0x02;                 // chip select
    config_[0xa0] = 0x08;                 // SMI control
    config_[0xa8] = 0x0f;                 // fast-off timer
    update_irqs();
}

u32 PIIX3::rcr_read(u16, int) { return rcr_; }

void PIIX3::rcr_write(u16, u32 value, int)
{
    rcr_ = value & SRST; // RCPU is a pulse
    if (value & RCPU) reset_request.pulse();
}

void PIIX3::config_written(int at, int size)
{
    if (at < PIRQRC + 4 && at + size > PIRQRC) update_irqs();
}

void PIIX3::set_pirq(int n, int level)
{
    pirq_[n] = level;
    update_irqs();
}

void PIIX3::update_irqs()
{
    u16 levels = 0;
    for (int n = 0; n < 4; n++) {
        const u8 route = config_[PIRQRC + n];
        if (pirq_[n] && !(route & ROUTING_OFF)) levels |= static_cast<u16>(1 << (route & 15));
    }
    levels &= static_cast<u16>(~RESERVED_IRQS);
    const u16 changed = levels ^ driven_;
    driven_ = levels;
    for (int n = 0; n < ISA_IRQS; n++)
        if (bit(changed, n)) isa_irq_[n].set(bit(levels, n));
}

void PIIX3::serialize(Archive& ar)
{
    ar.section("piix3", 1);
    ar(pirq_, driven_, rcr_);
    serialize_config(ar);
}

} // namespace tabpc
