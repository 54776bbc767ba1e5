// See vga.h: ports and registers.
#include "hw/display/vga.h"
#include <cassert>

namespace tabpc {

using namespace vga;

namespace {

// Bits that exist.
constexpr std::array<u8, 5> SR_MASK = {0x03, 0x3d, 0x0f, 0x3f, 0x0e};
constexpr std::array<u8, 9> GR_MASK = {0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff};
constexpr std::array<u8, 5> AR_MASK = {0xef, 0xff, 0x3f, 0x0f, 0x0f}; // from 10
constexpr u8 CRTC_LAST = 0x18;

} // namespace

Vga::Vga(VirtualClock& clock, IoSpace& io, PhysMap& phys, RamBlock& vram)
    : clock_(clock), io_(io), phys_(phys), vram_(vram), scan_(phys, vram)
{
    assert(vram.size >= 0x40000 && !(vram.size & (vram.size - 1)));
    const auto map = [&](u16 base, u32 count) {
        return io.map<&Vga::port_read, &Vga::port_write>(base, count, this, "vga");
    };
    port_ids_ = {map(0x3b4, 2), map(0x3ba, 1), map(0x3c0, 16), map(0x3d4, 2), map(0x3da, 1)};
    window_id_ = phys.map_mmio(WINDOW, WINDOW_SIZE,
                               mmio_handler<&Vga::window_read, &Vga::window_write>(this, 8), 1, "vga-lowmem");
    registers_changed();
}

Vga::~Vga()
{
    map_linear(false);
    phys_.unmap(window_id_);
    for (auto id : port_ids_) io_.unmap(id);
}

void Vga::reset()
{
    r_ = {};
    dac_ = {};
    latch_ = 0;
    set_address_mask(0xffff);
    set_banks(0, 0x8000);
    timing_ = {};
    registers_changed();
    scan_.redraw();
}

void Vga::serialize(Archive& ar)
{
    ar.section("vga", 1);
    ar(r_, dac_, latch_);
    if (!ar.loading()) return;
    timing_ = Timing::of(r_);
    registers_changed();
    scan_.redraw();
}

// The CRTC and input status 1 are at 3Bx on a monochrome display and at 3Dx on a colour one.
bool Vga::decodes(u16 port) const
{
    if (port >= 0x3c0 && port <= 0x3cf) return true;
    return r_.color() ? port >= 0x3d0 : port < 0x3c0;
}

u32 Vga::port_read(u16 port, int)
{
    if (!decodes(port)) return 0xff;
    switch (port) {
    case 0x3c0: return r_.ar_index;
    case 0x3c1: return (r_.ar_index & 0x1f) < r_.ar.size() ? r_.ar[r_.ar_index & 0x1f] : 0;
    case 0x3c2: return 0; // input status 0: no retrace interrupt, no switch closed
    case 0x3c4: return r_.sr_index;
    case 0x3c5: return sr_read(r_.sr_index);
    case 0x3c6: return dac_.mask();
    case 0x3c7: return dac_.state();
    case 0x3c8: return dac_.write_index();
    case 0x3c9: return dac_.read_data();
    case 0x3ca: return r_.feature;
    case 0x3cc: return r_.misc;
    case 0x3ce: return r_.gr_index;
    case 0x3cf: return gr_read(r_.gr_index);
    case 0x3b4:
    case 0x3d4: return r_.cr_index;
    case 0x3b5:
    case 0x3d5: return cr_read(r_.cr_index);
    case 0x3ba:
    case 0x3da: return input_status_1();
    default: return 0;
    }
}

void Vga::port_write(u16 port, u32 value, int)
{
    if (!decodes(port)) return;
    const u8 v = static_cast<u8>(value);
    switch (port) {
    case 0x3c0: return ar_write(v);
    case 0x3c2:
        r_.misc = v & 0xef;
        timing_ = Timing::of(r_);
        return registers_changed();
    case 0x3c4: r_.sr_index = v; return;
    case 0x3c5: return sr_write(r_.sr_index, v);
    case 0x3c6: return dac_.set_mask(v);
    case 0x3c7: return dac_.set_read_index(v);
    case 0x3c8: return dac_.set_write_index(v);
    case 0x3c9: return dac_.write_data(dac_.eight_bit() ? v : v & 0x3f);
    case 0x3ce: r_.gr_index = v; return;
    case 0x3cf: return gr_write(r_.gr_index, v);
    case 0x3b4:
    case 0x3d4: r_.cr_index = v; return;
    case 0x3b5:
    case 0x3d5: return cr_write(r_.cr_index, v);
    case 0x3ba:
    case 0x3da: r_.feature = v & 0x10; return;
    default: return;
    }
}

u8 Vga::input_status_1()
{
    r_.ar_data = false;
    const Timing::Beam beam = timing_.at(clock_.now());
    return static_cast<u8>(beam.vertical_retrace << 3 | !beam.display_enable);
}

void Vga::ar_write(u8 value)
{
    r_.ar_data = !r_.ar_data;
    if (r_.ar_data) {
        r_.ar_index = value & 0x3f;
        return;
    }
    const u8 index = r_.ar_index & 0x1f;
    if (index < ATTRIBUTE_MODE) r_.ar[index] = value & 0x3f;
    else if (index < r_.ar.size()) r_.ar[index] = value & AR_MASK[index - ATTRIBUTE_MODE];
}

u8 Vga::sr_read(u8 index) const
{
    index &= 7;
    return index < SR_MASK.size() ? r_.sr[index] : 0;
}

void Vga::sr_write(u8 index, u8 value)
{
    index &= 7;
    if (index >= SR_MASK.size()) return;
    r_.sr[index] = value & SR_MASK[index];
    if (index == CLOCKING_MODE) timing_ = Timing::of(r_);
    registers_changed();
}

u8 Vga::gr_read(u8 index) const
{
    index &= 0xf;
    return index < GR_MASK.size() ? r_.gr[index] : 0;
}

void Vga::gr_write(u8 index, u8 value)
{
    index &= 0xf;
    if (index >= GR_MASK.size()) return;
    r_.gr[index] = value & GR_MASK[index];
    registers_changed();
}

u8 Vga::cr_read(u8 index) const { return index <= CRTC_LAST ? r_.cr[index] : 0; }

void Vga::cr_write(u8 index, u8 value)
{
    if (index > CRTC_LAST) return;
    if (index <= CRTC_OVERFLOW &&
        (r_.cr[VERTICAL_RETRACE_END] & 0x80)) { // protected, but for line compare bit 8
        if (index != CRTC_OVERFLOW) return;
        value = (r_.cr[CRTC_OVERFLOW] & 0xef) | (value & 0x10);
    }
    r_.cr[index] = value;
    if (index <= CRTC_OVERFLOW || (index >= VERTICAL_RETRACE_START && index <= VERTICAL_DISPLAY_END))
        timing_ = Timing::of(r_);
}

const Surface& Vga::update()
{
    Palette palette;
    for (u32 i = 0; i < 256; i++) palette.dac[i] = dac_.color(static_cast<u8>(i));
    for (u32 i = 0; i < 16; i++) {
        const u8 a = r_.ar[i & r_.ar[COLOR_PLANE_ENABLE]], select = r_.ar[COLOR_SELECT];
        const bool p54 = r_.ar[ATTRIBUTE_MODE] & AR10_P54_SELECT;
        palette.attribute[i] =
            palette.dac[p54 ? (a & 0x0f) | (select & 0x0f) << 4 : (a & 0x3f) | (select & 0x0c) << 4];
    }
    scan_.update(scan_mode(), palette, timing_.frame(clock_.now()), hardware_cursor());
    return scan_.surface();
}

TextScreen Vga::text_screen() const { return read_text(scan_mode(), vram_); }

} // namespace tabpc
