// See std_vga.h.
#include "hw/display/std_vga.h"
#include "hw/display/edid.h"
#include <algorithm>

namespace tabpc {

namespace {

// What is where in BAR 2, behind the EDID block and zeros.
constexpr u64 VGA_PORTS = 0x400, VGA_PORTS_END = 0x420; // 3C0-3DF
constexpr u64 DISPI = 0x500, DISPI_END = 0x516;         // 16 bits each
constexpr u64 QEXT_SIZE = 0x600, QEXT_BYTE_ORDER = 0x604;
constexpr auto EDID = make_edid();
constexpr u32 BIG_ENDIAN_MAGIC = 0xbebebebe, LITTLE_ENDIAN_MAGIC = 0x1e1e1e1e;

} // namespace

StdVga::StdVga(PciBus& bus, u8 devfn, VirtualClock& clock, RamBlock& vram, RamBlock* rom)
    : PciDevice(bus, devfn, {.vendor = 0x1234, .device = 0x1111, .revision = 2, .class_code = 0x030000}),
      vga_(clock, bus.io, bus.memory, vram)
{
    add_ram_bar(0, vram.size, vram, "vga.vram");
    add_mmio_bar(2, PAGE_SIZE_4K, mmio_handler<&StdVga::mmio_read, &StdVga::mmio_write>(this), "vga.mmio");
    if (rom) add_rom(*rom, "vga.rom");
}

void StdVga::reset()
{
    PciDevice::reset();
    vga_.reset();
}

void StdVga::serialize(Archive& ar)
{
    ar.section("std-vga", 1);
    serialize_config(ar);
    vga_.serialize(ar);
}

u64 StdVga::mmio_read(u64 offset, int size)
{
    if (offset < VGA_PORTS) {
        u64 v = 0;
        for (int i = 0; i < size && offset + i < EDID.size(); i++) v |= u64(EDID[offset + i]) << (8 * i);
        return v;
    }
    if (offset >= VGA_PORTS && offset + size <= VGA_PORTS_END) {
        u64 v = 0;
        for (int i = 0; i < size; i++)
            v |= u64(vga_.port_read(static_cast<u16>(0x3c0 + offset - VGA_PORTS + i), 1)) << (8 * i);
        return v;
    }
    if (offset >= DISPI && offset + size <= DISPI_END) {
        u64 v = 0;
        for (int i = 0; i < size; i++) {
            const u64 at = offset - DISPI + i;
            v |= u64(vga_.dispi_read(static_cast<u16>(at / 2)) >> (8 * (at & 1)) & 0xff) << (8 * i);
        }
        return v;
    }
    if (offset == QEXT_SIZE) return 8;
    if (offset == QEXT_BYTE_ORDER) return vga_.big_endian() ? BIG_ENDIAN_MAGIC : LITTLE_ENDIAN_MAGIC;
    return all_ones(size);
}

void StdVga::mmio_write(u64 offset, u64 value, int size)
{
    if (offset >= VGA_PORTS && offset + size <= VGA_PORTS_END) {
        for (int i = 0; i < size; i++)
            vga_.port_write(static_cast<u16>(0x3c0 + offset - VGA_PORTS + i), value >> (8 * i) & 0xff, 1);
    } else if (offset >= DISPI && offset + size <= DISPI_END && !(offset & 1)) {
        for (int i = 0; i < size; i += 2) // a byte is written as a word, as on the bus of the ports
            vga_.dispi_write(static_cast<u16>((offset - DISPI + i) / 2), static_cast<u16>(value >> (8 * i)));
    } else if (offset == QEXT_BYTE_ORDER) {
        if (value == BIG_ENDIAN_MAGIC) vga_.set_big_endian(true);
        if (value == LITTLE_ENDIAN_MAGIC) vga_.set_big_endian(false);
    }
}

RamBlock* load_video_rom(RamList& ram, std::span<const u8> image)
{
    if (image.empty()) return nullptr;
    u64 size = PAGE_SIZE_4K;
    while (size < image.size()) size *= 2;
    RamBlock* block = ram.allocate("vga.rom", size);
    if (!block) return nullptr;
    std::fill_n(block->host, size, u8(0xff));
    std::copy(image.begin(), image.end(), block->host);
    return block;
}

} // namespace tabpc
