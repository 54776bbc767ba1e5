// See pci_device.h.
#include "hw/pci/pci_device.h"
#include <bit>
#include <cassert>
#include <utility>

namespace tabpc {

namespace {
// Below RAM: a BAR that a guest has put over RAM, or has not placed yet, does not hide it.
constexpr int BAR_PRIORITY = -1;
} // namespace

PciDevice::PciDevice(PciBus& bus, u8 devfn, const PciIdentity& id) : bus_(bus), devfn_(devfn)
{
    st<u16>(&config_[PCI_VENDOR_ID], id.vendor);
    st<u16>(&config_[PCI_DEVICE_ID], id.device);
    config_[PCI_REVISION_ID] = id.revision;
    config_[PCI_CLASS_PROG] = static_cast<u8>(id.class_code);
    st<u16>(&config_[PCI_CLASS_PROG + 1], static_cast<u16>(id.class_code >> 8));
    config_[PCI_HEADER_TYPE] = id.multifunction ? 0x80 : 0;
    st<u16>(&config_[PCI_SUBSYSTEM_VENDOR_ID], id.subsystem_vendor);
    st<u16>(&config_[PCI_SUBSYSTEM_ID], id.subsystem);
    config_[PCI_INTERRUPT_PIN] = id.interrupt_pin;

    st<u16>(&write_mask_[PCI_COMMAND], PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
                                           PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE);
    st<u16>(&w1c_mask_[PCI_STATUS], 0xf900); // parity, SERR#, aborts
    write_mask_[PCI_CACHE_LINE_SIZE] = 0xff;
    write_mask_[PCI_INTERRUPT_LINE] = 0xff;
    std::fill(write_mask_.begin() + 0x40, write_mask_.end(), u8(0xff)); // the device's own registers
    bus_.add(*this);
}

PciDevice::~PciDevice()
{
    for (Bar& b : bars_) map(b, std::nullopt);
    bus_.remove(*this);
}

void PciDevice::reset()
{
    set_irq(false);
    st<u16>(&config_[PCI_COMMAND], 0);
    config_[PCI_STATUS + 1] &= static_cast<u8>(~w1c_mask_[PCI_STATUS + 1]);
    config_[PCI_CACHE_LINE_SIZE] = 0;
    config_[PCI_INTERRUPT_LINE] = 0;
    for (int n = 0; n <= ROM; n++)
        if (bars_[n].kind != Bar::NONE)
            st<u32>(&config_[bar_register(n)], config_[bar_register(n)] & type_bits(n));
    update_mappings();
}

u32 PciDevice::config_read(u8 at, int size)
{
    u32 v = 0;
    for (int i = 0; i < size; i++) v |= u32(at + i < 256 ? config_[at + i] : 0xff) << (8 * i);
    return v;
}

void PciDevice::config_write(u8 at, u32 value, int size)
{
    const bool asserted = asserts_irq();
    for (int i = at; i < at + size && i < 256; i++, value >>= 8) {
        const u8 v = static_cast<u8>(value);
        config_[i] = static_cast<u8>((config_[i] & ~write_mask_[i]) | (v & write_mask_[i]));
        config_[i] &= static_cast<u8>(~(v & w1c_mask_[i]));
    }
    if (at < PCI_ROM_ADDRESS + 4) update_mappings();
    if (asserts_irq() != asserted) bus_.update_pirq(PciBus::pirq_of(devfn_, pin()));
    config_written(at, size);
}

void PciDevice::config_written(int, int) {}
void PciDevice::bar_moved(int, std::optional<u64>) {}

void PciDevice::set_irq(bool level)
{
    if (irq_level_ == level) return;
    irq_level_ = level;
    config_[PCI_STATUS] =
        static_cast<u8>((config_[PCI_STATUS] & ~0x08) | (level ? 0x08 : 0)); // interrupt status
    bus_.update_pirq(PciBus::pirq_of(devfn_, pin()));
}

void PciDevice::add_io_bar(int n, u32 size, IoHandler handler, std::string name)
{
    Bar b{.kind = Bar::IO, .size = size, .io = handler, .name = std::move(name)};
    add_bar(n, std::move(b));
}

void PciDevice::add_mmio_bar(int n, u64 size, MmioHandler handler, std::string name)
{
    Bar b{.kind = Bar::MMIO, .size = size, .mmio = handler, .name = std::move(name)};
    add_bar(n, std::move(b));
}

void PciDevice::add_ram_bar(int n, u64 size, RamBlock& block, std::string name)
{
    Bar b{.kind = Bar::RAM_BAR, .size = size, .block = &block, .name = std::move(name)};
    add_bar(n, std::move(b));
    config_[bar_register(n)] |= 8; // prefetchable: reads have no side effects
}

void PciDevice::add_rom(RamBlock& block, std::string name)
{
    Bar b{.kind = Bar::ROM_BAR, .size = block.size, .block = &block, .name = std::move(name)};
    add_bar(ROM, std::move(b));
}

void PciDevice::add_bar(int n, Bar bar)
{
    assert(std::has_single_bit(bar.size) && bars_[n].kind == Bar::NONE);
    const u32 mask = static_cast<u32>(~(bar.size - 1));
    const u8 at = bar_register(n);
    st<u32>(&write_mask_[at], bar.kind == Bar::ROM_BAR ? mask | 1 : mask);
    config_[at] = bar.kind == Bar::IO ? 1 : 0;
    bars_[n] = std::move(bar);
}

std::optional<u64> PciDevice::decode(int n) const
{
    const Bar& b = bars_[n];
    const u32 value = ld<u32>(&config_[bar_register(n)]);
    const u64 address = value & ~(b.size - 1);
    const bool io = b.kind == Bar::IO;
    if (!(command() & (io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY))) return std::nullopt;
    if (b.kind == Bar::ROM_BAR && !(value & 1)) return std::nullopt;
    // Zero is "not placed yet"; all ones is a guest asking for the size with decoding left on.
    const u64 last = address + b.size - 1;
    if (address == 0 || last >= (io ? 0x10000u : 0xffffffffu)) return std::nullopt;
    return address;
}

void PciDevice::map(Bar& b, std::optional<u64> address)
{
    if (b.io_id) bus_.io.unmap(std::exchange(b.io_id, IoSpace::NONE));
    if (!address && b.memory_id) bus_.memory.unmap(std::exchange(b.memory_id, PhysMap::NONE));
    b.mapped = address;
    if (!address) return;

    if (b.memory_id) bus_.memory.move(b.memory_id, *address);
    else if (b.kind == Bar::IO)
        b.io_id = bus_.io.map(static_cast<u16>(*address), static_cast<u32>(b.size), b.io, b.name);
    else if (b.kind == Bar::MMIO)
        b.memory_id = bus_.memory.map_mmio(*address, b.size, b.mmio, BAR_PRIORITY, b.name);
    else if (b.kind == Bar::RAM_BAR)
        b.memory_id = bus_.memory.map_ram(*address, b.size, *b.block, 0, BAR_PRIORITY, b.name);
    else b.memory_id = bus_.memory.map_rom(*address, b.size, *b.block, 0, BAR_PRIORITY, b.name);
}

void PciDevice::update_mappings()
{
    for (int n = 0; n <= ROM; n++) {
        Bar& b = bars_[n];
        if (b.kind == Bar::NONE) continue;
        const auto address = decode(n);
        if (address == b.mapped) continue;
        map(b, address);
        bar_moved(n, address);
    }
}

void PciDevice::serialize_config(Archive& ar)
{
    ar(config_, irq_level_);
    if (!ar.loading()) return;
    update_mappings();
    config_written(0, 256);
}

} // namespace tabpc
