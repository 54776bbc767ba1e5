// See gd5446.h: banks, packed-pixel memory, the picture and the cursor.
#include "hw/display/gd5446.h"

namespace tabpc {

using namespace vga;

namespace {

constexpr u8 SR_MODE = 0x07, SR_CURSOR_ATTRIBUTES = 0x12, SR_CURSOR_PATTERN = 0x13, SR_CONFIGURATION = 0x17;
constexpr u8 GR_OFFSET_0 = 0x09, GR_OFFSET_1 = 0x0a, GR_MODE_EXTENSIONS = 0x0b;
constexpr u8 CR_INTERLACE = 0x1a, CR_EXTENDED_DISPLAY = 0x1b, CR_OVERLAY = 0x1d;

// GRB
constexpr u8 DUAL_BANKS = 0x01, BY_8 = 0x02, EXTENDED_WRITE_MODES = 0x04, WORDS = 0x10, BANKS_OF_16K = 0x20;

} // namespace

bool Gd5446::packed() const { return r_.sr[SR_MODE] & 1; }

bool Gd5446::by_eight() const { return packed_address(1) != 1; }

bool Gd5446::expands() const
{
    return packed() && (r_.gr[GR_MODE_EXTENSIONS] & EXTENDED_WRITE_MODES) &&
           (r_.gr[GRAPHICS_MODE] & 7) >= 4 && (r_.gr[GRAPHICS_MODE] & 7) <= 5;
}

void Gd5446::derive()
{
    const u8 extensions = r_.gr[GR_MODE_EXTENSIONS];
    const unsigned shift = extensions & BANKS_OF_16K ? 14 : 12;
    const u32 low = u32(r_.gr[GR_OFFSET_0]) << shift;
    set_banks(low, extensions & DUAL_BANKS ? u32(r_.gr[GR_OFFSET_1]) << shift : low + 0x8000);
    set_address_mask(r_.cr[CR_EXTENDED_DISPLAY] & 2 ? static_cast<u32>(vram_.size / 4) - 1 : 0xffff);
    const bool legacy = (r_.sr[SR_CONFIGURATION] & 0x44) == 0x04;
    phys_.set_enabled(legacy_mmio_, legacy, legacy);
    registers_changed();
    if (linear_is_plain() == linear_plain_) return;
    linear_plain_ = linear_is_plain();
    if (linear_changed_) linear_changed_(linear_changed_opaque_);
}

bool Gd5446::window_is_linear() const { return packed() ? linear_is_plain() : Vga::window_is_linear(); }

u32 Gd5446::packed_address(u32 at) const
{
    const u8 extensions = packed() ? r_.gr[GR_MODE_EXTENSIONS] : 0;
    if ((extensions & (EXTENDED_WRITE_MODES | WORDS)) == (EXTENDED_WRITE_MODES | WORDS)) at <<= 4;
    else if (extensions & BY_8) at <<= 3;
    return at & static_cast<u32>(vram_.size - 1);
}

// Write mode 4 sets the pixels of one bits to the foreground colour, mode 5 the others to the background colour as well.
void Gd5446::write_packed(u32 at, u8 value)
{
    u32 to = packed_address(at);
    if (!expands()) {
        vram_.host[to] = value;
        return vram_written(to);
    }
    const bool words = r_.gr[GR_MODE_EXTENSIONS] & WORDS, both = (r_.gr[GRAPHICS_MODE] & 7) == 5;
    const u8 foreground[2] = {r_.gr[0x01], r_.gr[0x11]}, background[2] = {r_.gr[0x00], r_.gr[0x10]};
    for (int bit = 7; bit >= 0; bit--) {
        const bool on = value >> bit & 1;
        for (int byte = 0; byte < (words ? 2 : 1); byte++, to++) {
            if (!on && !both) continue;
            const u32 wrapped = to & static_cast<u32>(vram_.size - 1);
            vram_.host[wrapped] = on ? foreground[byte] : background[byte];
            vram_written(wrapped);
        }
    }
}

u8 Gd5446::read_byte(u32 at) { return packed() ? vram_.host[packed_address(at)] : Vga::read_byte(at); }

void Gd5446::write_byte(u32 at, u8 value)
{
    if (packed()) write_packed(at, value);
    else Vga::write_byte(at, value);
}

u64 Gd5446::linear_read(u64 offset, int size)
{
    u64 v = 0;
    for (int i = 0; i < size; i++)
        v |= u64(vram_.host[packed_address(static_cast<u32>(offset) + i)]) << (8 * i);
    return v;
}

void Gd5446::linear_write(u64 offset, u64 value, int size)
{
    for (int i = 0; i < size; i++)
        write_packed(static_cast<u32>(offset) + i, static_cast<u8>(value >> (8 * i)));
}

// SeaBIOS's tables of the packed-pixel modes leave the screen-off bit of SR1 set, which QEMU ignores.
bool Gd5446::blanked() const { return !r_.displaying() || (r_.screen_off() && !packed()); }

ScanMode Gd5446::scan_mode() const
{
    ScanMode m = Vga::scan_mode();
    if (m.format == ScanMode::BLANK) return m;
    const u8 extended = r_.cr[CR_EXTENDED_DISPLAY];
    m.offset |= u32(extended & 0x10) << 5;
    m.start += u32(extended & 0x01) << 16 | u32(extended & 0x0c) << 15 | u32(r_.cr[CR_OVERLAY] & 0x80) << 12;
    if (!packed() || !r_.graphics()) return m;

    switch (r_.sr[SR_MODE] & 0x0e) {
    case 0x02:
    case 0x06:
        m.format = (hidden_dac_ & 0x0f) == 0 && (hidden_dac_ & 0x80) ? ScanMode::RGB_555 : ScanMode::RGB_565;
        break;
    case 0x04: m.format = ScanMode::RGB_888; break;
    case 0x08: m.format = ScanMode::RGBX_8888; break;
    default: m.format = ScanMode::PACKED_256; break;
    }
    m.width = m.columns * 8;
    if (r_.cr[CR_INTERLACE] & 1) m.height *= 2;
    m.dot_repeat = 1;
    m.pan = 0;
    m.addressing = ScanMode::LINEAR;
    m.row_scan_bits = 0;
    m.start *= 4; // bytes
    m.offset *= 4;
    m.address_mask = static_cast<u32>(vram_.size) - 1;
    return m;
}

// The patterns are in the last 16 KiB of video memory: 32 x 32 as two planes of 128 bytes, 64 x 64 with the planes' rows
// side by side. The first plane inverts where it is alone.
HardwareCursor Gd5446::hardware_cursor() const
{
    HardwareCursor c;
    const u8 attributes = r_.sr[SR_CURSOR_ATTRIBUTES];
    if (!(attributes & 1)) return c;
    const bool large = attributes & 4;
    c.visible = true;
    c.size = large ? 64 : 32;
    c.x = u32(r_.sr[0x10]) << 3 | cursor_x_low_;
    c.y = u32(r_.sr[0x11]) << 3 | cursor_y_low_;
    c.color = {cursor_dac_.color(0), cursor_dac_.color(15)};
    c.pixel.resize(c.size * c.size);
    const u8 select = r_.sr[SR_CURSOR_PATTERN] & (large ? 0x3c : 0x3f);
    const u8* pattern = vram_.host + vram_.size - 0x4000 + select * 256;
    const u32 row_bytes = large ? 16 : 4, second_plane = large ? 8 : 128;
    for (u32 y = 0; y < c.size; y++)
        for (u32 x = 0; x < c.size; x++) {
            const u8* at = pattern + y * row_bytes + x / 8;
            const u32 shift = 7 - x % 8;
            c.pixel[y * c.size + x] =
                static_cast<u8>((at[0] >> shift & 1) | (at[second_plane] >> shift & 1) << 1);
        }
    return c;
}

} // namespace tabpc
