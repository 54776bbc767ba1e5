// See cirrus_vga.h.
#include "hw/display/cirrus_vga.h"
#include <utility>

namespace tabpc {

namespace {

constexpr u64 APERTURE_SIZE = 32u << 20, BLT_APERTURE = 16u << 20;
constexpr u8 PREFETCHABLE = 8;

} // namespace

CirrusVga::CirrusVga(PciBus& bus, u8 devfn, VirtualClock& clock, RamBlock& vram, RamBlock* rom)
    : PciDevice(bus, devfn, {.vendor = 0x1013, .device = 0x00b8, .class_code = 0x030000}),
      vga_(clock, bus.io, bus.memory, vram)
{
    add_mmio_bar(0, APERTURE_SIZE,
                 mmio_handler<&CirrusVga::aperture_read, &CirrusVga::aperture_write>(this, 8), "cirrus-lfb");
    add_mmio_bar(1, PAGE_SIZE_4K, mmio_handler<&Gd5446::mmio_read, &Gd5446::mmio_write>(&vga_),
                 "cirrus-mmio");
    config_[PCI_BASE_ADDRESS_0] |= PREFETCHABLE;
    if (rom) add_rom(*rom, "vga.rom");
    vga_.on_linear_changed([](void* self) { static_cast<CirrusVga*>(self)->map_linear(); }, this);
}

CirrusVga::~CirrusVga() { bus_.memory.unmap(linear_); }

void CirrusVga::reset()
{
    PciDevice::reset();
    vga_.reset();
}

void CirrusVga::serialize(Archive& ar)
{
    ar.section("cirrus-vga", 1);
    serialize_config(ar);
    vga_.serialize(ar);
}

void CirrusVga::bar_moved(int n, std::optional<u64>)
{
    if (n == 0) map_linear();
}

void CirrusVga::map_linear()
{
    bus_.memory.unmap(std::exchange(linear_, PhysMap::NONE));
    const auto address = bar_address(0);
    if (!address || !vga_.linear_is_plain()) return;
    RamBlock& vram = vga_.vram();
    linear_ = bus_.memory.map_ram(*address, vram.size, vram, 0, -1,
                                  "vga.vram"); // a BAR's priority; the later one wins
}

// The upper half feeds the BitBLT engine, which is not there.
u64 CirrusVga::aperture_read(u64 offset, int size)
{
    return offset < BLT_APERTURE ? vga_.linear_read(offset, size) : all_ones(size);
}

void CirrusVga::aperture_write(u64 offset, u64 value, int size)
{
    if (offset < BLT_APERTURE) vga_.linear_write(offset, value, size);
}

} // namespace tabpc
