// See vga.h: the memory window, the latches and the graphics controller's data path (IBM VGA Technical Reference,
// "Graphics Controller"; FreeVGA "Accessing the VGA Display Memory").
#include "hw/display/vga.h"
#include <utility>

namespace tabpc {

using namespace vga;

namespace {

// Four bits, one a plane, as a mask of the planes' bytes.
constexpr std::array<u32, 16> PLANES = [] {
    std::array<u32, 16> t{};
    for (u32 v = 0; v < 16; v++)
        for (u32 p = 0; p < 4; p++) t[v] |= (v >> p & 1) * (0xffu << (8 * p));
    return t;
}();

constexpr u32 planes_of(u8 v) { return PLANES[v & 15]; }
constexpr u32 all_planes(u8 v) { return v * 0x01010101u; }

} // namespace

void Vga::set_banks(u32 low, u32 high)
{
    const u32 mask = static_cast<u32>(vram_.size) - 1;
    bank_low_ = low & mask;
    bank_high_ = high & mask;
}

void Vga::set_address_mask(u32 mask) { address_mask_ = mask; }

void Vga::registers_changed()
{
    static constexpr struct {
        u32 base, size;
    } MAPS[4] = {{0, 0x20000}, {0, 0x10000}, {0x10000, 0x8000}, {0x18000, 0x8000}};
    const auto& map = MAPS[bits(r_.gr[MISCELLANEOUS], 3, 2)];
    window_base_ = map.base;
    window_size_ = r_.misc & MISC_ENABLE_RAM ? map.size : 0;

    const auto& gr = r_.gr;
    const bool data_unchanged = (gr[GRAPHICS_MODE] & 3) == 0 && gr[ENABLE_SET_RESET] == 0 &&
                                gr[DATA_ROTATE] == 0 && gr[BIT_MASK] == 0xff;
    text_layout_ = data_unchanged && !(r_.sr[MEMORY_MODE] & (SR4_SEQUENTIAL | SR4_CHAIN_4)) &&
                   (gr[MISCELLANEOUS] & GR6_CHAIN_ODD_EVEN) && r_.sr[MAP_MASK] == 3;

    const Linear now{window_size_ && window_is_linear(), window_base_, window_size_, bank_low_, bank_high_};
    if (now == linear_ || (!now.on && !linear_.on)) return;
    map_linear(false);
    linear_ = now;
    map_linear(now.on);
}

void Vga::map_linear(bool on)
{
    if (!on) {
        for (auto& id : linear_ids_) phys_.unmap(std::exchange(id, PhysMap::NONE));
        linear_.on = false;
        return;
    }
    // A bank that runs over the end of memory stays with the handlers, where it wraps round.
    const auto map = [&](u32 base, u32 size, u32 bank) {
        if (u64(bank) + size > vram_.size) return PhysMap::NONE;
        return phys_.map_ram(WINDOW + base, size, vram_, bank, 2, "vga.window");
    };
    if (linear_.base) {
        linear_ids_[0] = map(linear_.base, linear_.size, 0);
    } else if (linear_.high == linear_.low + 0x8000 && linear_.low + linear_.size <= vram_.size) {
        linear_ids_[0] = map(0, linear_.size, linear_.low);
    } else {
        linear_ids_[0] = map(0, 0x8000, linear_.low);
        linear_ids_[1] = map(0x8000, 0x8000, linear_.high);
    }
}

bool Vga::window_is_linear() const
{
    const auto& gr = r_.gr;
    return r_.chain_4() && r_.sr[MAP_MASK] == 0x0f && !(gr[GRAPHICS_MODE] & (3 | GR5_READ_COMPARE)) &&
           gr[ENABLE_SET_RESET] == 0 && gr[DATA_ROTATE] == 0 && gr[BIT_MASK] == 0xff;
}

u64 Vga::window_read(u64 offset, int size)
{
    u64 v = 0;
    for (int i = 0; i < size; i++) {
        const u32 at = static_cast<u32>(offset) + i - window_base_;
        v |= u64(at < window_size_ ? read_byte(window_address(at)) : 0xff) << (8 * i);
    }
    return v;
}

void Vga::window_write(u64 offset, u64 value, int size)
{
    const u32 first = static_cast<u32>(offset) - window_base_;
    if (text_layout_ && size == 2 && !(first & 1) && first < window_size_) { // a character and its attribute
        const u32 at = 4 * (window_address(first) & address_mask_);
        st<u16>(vram_.host + at, static_cast<u16>(value));
        return vram_written(at);
    }
    for (int i = 0; i < size; i++) {
        const u32 at = first + i;
        if (at < window_size_) write_byte(window_address(at), static_cast<u8>(value >> (8 * i)));
    }
}

u32 Vga::window_address(u32 at) const
{
    if (window_base_) return at;
    return (at & 0x17fff) + (at & 0x8000 ? bank_high_ : bank_low_);
}

u8 Vga::read_byte(u32 at)
{
    const u8 mode = r_.gr[GRAPHICS_MODE];
    u32 n = at, plane = r_.gr[READ_MAP_SELECT] & 3;
    if (r_.chain_4()) {
        plane = at & 3;
        n = at >> 2;
    } else {
        if (mode & GR5_ODD_EVEN) plane = (plane & 2) | (at & 1);
        if (r_.gr[MISCELLANEOUS] & GR6_CHAIN_ODD_EVEN) n &= ~1u;
    }
    latch_ = ld<u32>(vram_.host + 4 * (n & address_mask_));
    if (!(mode & GR5_READ_COMPARE)) return static_cast<u8>(latch_ >> (8 * plane));

    // Read mode 1: one bits where the pixel has the colour to compare with, in all planes that one cares for.
    u32 differs = (latch_ ^ planes_of(r_.gr[COLOR_COMPARE])) & planes_of(r_.gr[COLOR_DONT_CARE]);
    differs |= differs >> 16;
    differs |= differs >> 8;
    return static_cast<u8>(~differs);
}

void Vga::write_byte(u32 at, u8 value)
{
    u32 n = at;
    u8 planes = r_.sr[MAP_MASK];
    if (r_.chain_4()) {
        planes &= 1 << (at & 3);
        n = at >> 2;
    } else {
        if (!(r_.sr[MEMORY_MODE] & SR4_SEQUENTIAL)) planes &= at & 1 ? 0b1010 : 0b0101;
        if (r_.gr[MISCELLANEOUS] & GR6_CHAIN_ODD_EVEN) n &= ~1u;
    }
    write_planes(n, write_logic(value), planes);
}

void Vga::write_planes(u32 n, u32 value, u8 planes)
{
    const u32 at = 4 * (n & address_mask_), mask = planes_of(planes);
    st<u32>(vram_.host + at, (ld<u32>(vram_.host + at) & ~mask) | (value & mask));
    vram_written(at);
}

u32 Vga::write_logic(u8 value) const
{
    const auto& gr = r_.gr;
    const u32 set_reset = planes_of(gr[SET_RESET]);
    const unsigned rotate = gr[DATA_ROTATE] & 7;
    const u8 rotated = static_cast<u8>(value >> rotate | value << (8 - rotate));
    u32 data = 0;
    u8 bit_mask = gr[BIT_MASK];
    switch (gr[GRAPHICS_MODE] & 3) {
    case 0: {
        const u32 enable = planes_of(gr[ENABLE_SET_RESET]);
        data = (all_planes(rotated) & ~enable) | (set_reset & enable);
        break;
    }
    case 1: return latch_;
    case 2: data = planes_of(value); break;
    case 3:
        data = set_reset;
        bit_mask &= rotated;
        break;
    }
    switch (bits(gr[DATA_ROTATE], 4, 3)) {
    case 1: data &= latch_; break;
    case 2: data |= latch_; break;
    case 3: data ^= latch_; break;
    }
    const u32 mask = all_planes(bit_mask);
    return (data & mask) | (latch_ & ~mask);
}

} // namespace tabpc
