// See vga.h: what the VGA's own registers say of the picture.
#include "hw/display/vga.h"

namespace tabpc {

using namespace vga;

namespace {

// Where the eight character sets of a map select value are, in plane 2.
constexpr u32 font_address(u32 select) { return (select & 3) * 0x4000 + (select & 4 ? 0x2000 : 0); }

void text_mode(const Registers& r, ScanMode& m)
{
    m.format = ScanMode::TEXT;
    m.char_dots = static_cast<u8>(r.char_dots());
    m.width = m.columns * m.char_dots * m.dot_repeat;
    const u8 select = r.sr[CHARACTER_MAP_SELECT];
    m.font = {font_address(bits(select, 1, 0) | bit(select, 4) << 2),
              font_address(bits(select, 3, 2) | bit(select, 5) << 2)};
    const u8 mode = r.ar[ATTRIBUTE_MODE];
    m.blink = mode & AR10_BLINK;
    m.line_graphics = mode & AR10_LINE_GRAPHICS;
    m.underline = mode & AR10_MONO ? r.cr[UNDERLINE_LOCATION] & 0x1f : 0xff;
    m.cursor_start = r.cr[CURSOR_START] & 0x1f;
    m.cursor_end = r.cr[CURSOR_END] & 0x1f;
    m.cursor = r.cursor_location();
    m.cursor_on =
        !(r.cr[CURSOR_START] & 0x20) && m.cursor_start <= m.cursor_end && m.cursor_start < m.char_height;
    // With nine dots 8 means none, and n that the picture is n + 1 to the left.
    const u8 pan = r.ar[HORIZONTAL_PEL_PANNING];
    m.pan = m.char_dots == 9 ? (pan >= 8 ? 0 : pan + 1) : pan & 7;
}

void graphics_mode(const Registers& r, ScanMode& m)
{
    m.width = m.columns * 8 * m.dot_repeat;
    m.pan = r.ar[HORIZONTAL_PEL_PANNING] & 7;
    m.row_scan_bits = ~r.cr[MODE_CONTROL] & 3;
    const u8 mode = r.gr[GRAPHICS_MODE];
    if (mode & GR5_SHIFT_256) { // two dots a pixel
        m.format = ScanMode::PACKED_256;
        m.dot_repeat *= 2;
        m.pan /= 2;
    } else {
        m.format = mode & GR5_SHIFT_INTERLEAVE ? ScanMode::INTERLEAVED : ScanMode::PLANAR_16;
    }
}

} // namespace

ScanMode Vga::scan_mode() const
{
    ScanMode m;
    if (blanked()) return m;
    const auto& cr = r_.cr;
    m.columns = cr[HORIZONTAL_DISPLAY_END] + 1u;
    m.height = r_.vertical_display_end() + 1;
    m.dot_repeat = r_.sr[CLOCKING_MODE] & SR1_DOT_CLOCK_HALF ? 2 : 1;
    m.start = r_.start_address() + bits(cr[PRESET_ROW_SCAN], 6, 5);
    m.offset = cr[OFFSET] * 2u;
    m.address_mask = address_mask_;
    // Chain-4 memory is packed here, so doubleword addresses count its dwords.
    if (r_.chain_4()) m.addressing = ScanMode::BYTE;
    else if (cr[UNDERLINE_LOCATION] & 0x40) m.addressing = ScanMode::DWORD;
    else if (!(cr[MODE_CONTROL] & CR17_WORD_MODE_OFF))
        m.addressing = cr[MODE_CONTROL] & 0x20 ? ScanMode::WORD : ScanMode::WORD_MA13;
    m.line_compare = r_.line_compare();
    m.char_height = (cr[MAXIMUM_SCAN_LINE] & 0x1f) + 1;
    m.double_scan = cr[MAXIMUM_SCAN_LINE] & 0x80;
    m.preset_row_scan = cr[PRESET_ROW_SCAN] & 0x1f;
    m.pan_top_only = r_.ar[ATTRIBUTE_MODE] & AR10_PAN_TOP_ONLY;
    if (r_.graphics()) graphics_mode(r_, m);
    else text_mode(r_, m);
    return m;
}

} // namespace tabpc
