// See gd5446.h: registers. Memory and picture are in gd5446_memory.cpp.
#include "hw/display/gd5446.h"

namespace tabpc {

using namespace vga;

namespace {

constexpr u8 SR_UNLOCK = 0x06, SR_CURSOR_X = 0x10, SR_CURSOR_Y = 0x11, SR_CURSOR_ATTRIBUTES = 0x12;
constexpr u8 CR_ATTRIBUTE_STATE = 0x24, CR_ATTRIBUTE_INDEX = 0x26, CR_ID = 0x27, CR_LAST = 0x27;
constexpr u8 ID_GD5446 = 0xb8;

} // namespace

Gd5446::Gd5446(VirtualClock& clock, IoSpace& io, PhysMap& phys, RamBlock& vram) : Vga(clock, io, phys, vram)
{
    legacy_mmio_ = phys.map_mmio(0xb8000, 0x100,
                                 mmio_handler<&Gd5446::legacy_mmio_read, &Gd5446::legacy_mmio_write>(this), 3,
                                 "cirrus-mmio");
    reset();
}

Gd5446::~Gd5446() { phys_.unmap(legacy_mmio_); }

void Gd5446::reset()
{
    hidden_dac_ = mask_reads_ = cursor_x_low_ = cursor_y_low_ = 0;
    cursor_dac_ = {};
    blitter_ = {};
    Vga::reset();
    r_.sr[SR_UNLOCK] = 0x0f; // locked
    r_.sr[0x0f] = 0x98;      // 4 MiB of 64-bit DRAM
    r_.sr[0x15] = 0x04;      // likewise
    r_.sr[0x17] = 0x20;      // PCI
    r_.sr[0x1f] = 0x2d;      // memory clock
    r_.gr[0x18] = 0x0f;
    derive();
}

void Gd5446::serialize(Archive& ar)
{
    Vga::serialize(ar);
    ar.section("gd5446", 1);
    ar(hidden_dac_, mask_reads_, cursor_x_low_, cursor_y_low_, cursor_dac_, blitter_);
    if (ar.loading()) derive();
}

// The hidden DAC register is at 3C6 for the access that follows four reads of it; any other DAC access starts again.
u32 Gd5446::port_read(u16 port, int size)
{
    if (port == 0x3c6) {
        if (mask_reads_ < 4) {
            mask_reads_++;
            return dac_.mask();
        }
        mask_reads_ = 0;
        return hidden_dac_;
    }
    if (port >= 0x3c7 && port <= 0x3c9) mask_reads_ = 0;
    if (port == 0x3c9 && (r_.sr[SR_CURSOR_ATTRIBUTES] & 2)) return cursor_dac_.read_data();
    return Vga::port_read(port, size);
}

void Gd5446::port_write(u16 port, u32 value, int size)
{
    const u8 v = static_cast<u8>(value);
    const bool hidden = mask_reads_ >= 4;
    if (port >= 0x3c6 && port <= 0x3c9) mask_reads_ = 0;
    if (port == 0x3c6 && hidden) {
        hidden_dac_ = v;
        return;
    }
    if (port == 0x3c7) cursor_dac_.set_read_index(v & 15);
    if (port == 0x3c8) cursor_dac_.set_write_index(v & 15);
    if (port == 0x3c9 && (r_.sr[SR_CURSOR_ATTRIBUTES] & 2)) return cursor_dac_.write_data(v & 0x3f);
    Vga::port_write(port, value, size);
}

u8 Gd5446::sr_read(u8 index) const
{
    index &= 0x1f;
    return index <= MEMORY_MODE ? Vga::sr_read(index) : r_.sr[index];
}

void Gd5446::sr_write(u8 index, u8 value)
{
    const u8 low = index & 0x1f;
    if (low <= MEMORY_MODE) return Vga::sr_write(low, value);
    switch (low) {
    case SR_UNLOCK: r_.sr[low] = (value & 0x17) == 0x12 ? 0x12 : 0x0f; return;
    case SR_CURSOR_X: cursor_x_low_ = index >> 5; break;
    case SR_CURSOR_Y: cursor_y_low_ = index >> 5; break;
    }
    r_.sr[low] = value;
    derive();
}

u8 Gd5446::gr_read(u8 index) const
{
    index &= 0x3f;
    if (index >= CirrusBlitter::FIRST && index <= CirrusBlitter::LAST) return blitter_.read(index);
    return index > CirrusBlitter::LAST ? 0xff : r_.gr[index];
}

void Gd5446::gr_write(u8 index, u8 value)
{
    index &= 0x3f;
    if (index > CirrusBlitter::LAST) return;
    if (index >= CirrusBlitter::FIRST) return blitter_.write(index, value);
    // Eight bits where the colours of write modes 4 and 5 are, and three bits of write mode.
    if (index <= BIT_MASK && index != SET_RESET && index != ENABLE_SET_RESET && index != GRAPHICS_MODE)
        Vga::gr_write(index, value);
    else r_.gr[index] = index == GRAPHICS_MODE ? value & 0x7f : value;
    derive();
}

u8 Gd5446::cr_read(u8 index) const
{
    if (index == CR_ATTRIBUTE_STATE) return r_.ar_data ? 0x80 : 0;
    if (index == CR_ATTRIBUTE_INDEX) return r_.ar_index & 0x3f;
    if (index == CR_ID) return ID_GD5446;
    return index <= CR_LAST ? r_.cr[index] : 0xff;
}

void Gd5446::cr_write(u8 index, u8 value)
{
    if (index <= LINE_COMPARE) return Vga::cr_write(index, value);
    if (index > 0x1d) return;
    r_.cr[index] = value;
    derive();
}

// Bytes of the MMIO page, one at a time.
u64 Gd5446::mmio_read(u64 offset, int size)
{
    u64 v = 0;
    for (int i = 0; i < size; i++) {
        const u32 at = static_cast<u32>(offset) + i;
        u8 byte = 0xff;
        if (at < 0x20) {
            byte = static_cast<u8>(port_read(static_cast<u16>(0x3c0 + at), 1));
        } else if (at >= 0x100) {
            const u8 index = CirrusBlitter::mmio_index(at - 0x100);
            if (index != 0xff) byte = gr_read(index);
        }
        v |= u64(byte) << (8 * i);
    }
    return v;
}

void Gd5446::mmio_write(u64 offset, u64 value, int size)
{
    for (int i = 0; i < size; i++) {
        const u32 at = static_cast<u32>(offset) + i;
        const u8 byte = static_cast<u8>(value >> (8 * i));
        if (at < 0x20) {
            port_write(static_cast<u16>(0x3c0 + at), byte, 1);
        } else if (at >= 0x100) {
            const u8 index = CirrusBlitter::mmio_index(at - 0x100);
            if (index != 0xff) gr_write(index, byte);
        }
    }
}

// SR17 bit 2 shows the BitBLT's registers at B8000, where bit 6 does not move them to the frame buffer's end.
u64 Gd5446::legacy_mmio_read(u64 offset, int size) { return mmio_read(0x100 + offset, size); }

void Gd5446::legacy_mmio_write(u64 offset, u64 value, int size) { mmio_write(0x100 + offset, value, size); }

void Gd5446::on_linear_changed(void (*notify)(void*), void* opaque)
{
    linear_changed_ = notify;
    linear_changed_opaque_ = opaque;
}

} // namespace tabpc
