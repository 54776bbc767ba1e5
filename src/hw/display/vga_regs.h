// The IBM VGA's registers by the names of IBM's VGA Technical Reference (1992), and the values its readers want together.
#pragma once
#include "base/bits.h"
#include <array>

namespace tabpc::vga {

enum SequencerIndex : u8 { RESET, CLOCKING_MODE, MAP_MASK, CHARACTER_MAP_SELECT, MEMORY_MODE };

enum GraphicsIndex : u8 {
    SET_RESET,
    ENABLE_SET_RESET,
    COLOR_COMPARE,
    DATA_ROTATE,
    READ_MAP_SELECT,
    GRAPHICS_MODE,
    MISCELLANEOUS,
    COLOR_DONT_CARE,
    BIT_MASK
};

enum AttributeIndex : u8 {
    PALETTE = 0, // to 0F
    ATTRIBUTE_MODE = 0x10,
    OVERSCAN,
    COLOR_PLANE_ENABLE,
    HORIZONTAL_PEL_PANNING,
    COLOR_SELECT
};

enum CrtcIndex : u8 {
    HORIZONTAL_TOTAL,
    HORIZONTAL_DISPLAY_END,
    START_HORIZONTAL_BLANKING,
    END_HORIZONTAL_BLANKING,
    START_HORIZONTAL_RETRACE,
    END_HORIZONTAL_RETRACE,
    VERTICAL_TOTAL,
    CRTC_OVERFLOW,
    PRESET_ROW_SCAN,
    MAXIMUM_SCAN_LINE,
    CURSOR_START,
    CURSOR_END,
    START_ADDRESS_HIGH,
    START_ADDRESS_LOW,
    CURSOR_LOCATION_HIGH,
    CURSOR_LOCATION_LOW,
    VERTICAL_RETRACE_START,
    VERTICAL_RETRACE_END,
    VERTICAL_DISPLAY_END,
    OFFSET,
    UNDERLINE_LOCATION,
    START_VERTICAL_BLANKING,
    END_VERTICAL_BLANKING,
    MODE_CONTROL,
    LINE_COMPARE
};

// Bits of registers, named where they are used more than once.
inline constexpr u8 MISC_COLOR = 0x01, MISC_ENABLE_RAM = 0x02;
inline constexpr u8 SR1_8_DOTS = 0x01, SR1_DOT_CLOCK_HALF = 0x08, SR1_SCREEN_OFF = 0x20;
inline constexpr u8 SR4_SEQUENTIAL = 0x04, SR4_CHAIN_4 = 0x08;
inline constexpr u8 GR5_READ_COMPARE = 0x08, GR5_ODD_EVEN = 0x10, GR5_SHIFT_INTERLEAVE = 0x20,
                    GR5_SHIFT_256 = 0x40;
inline constexpr u8 GR6_GRAPHICS = 0x01, GR6_CHAIN_ODD_EVEN = 0x02;
inline constexpr u8 AR_INDEX_SCREEN_ON = 0x20; // PAS: the palette belongs to the display, not to the CPU
inline constexpr u8 AR10_MONO = 0x02, AR10_LINE_GRAPHICS = 0x04, AR10_BLINK = 0x08, AR10_PAN_TOP_ONLY = 0x20,
                    AR10_P54_SELECT = 0x80;
inline constexpr u8 CR17_WORD_MODE_OFF = 0x40, CR17_SYNC_ON = 0x80;

struct Registers {
    u8 misc = 0, feature = 0;
    u8 sr_index = 0, gr_index = 0, ar_index = 0, cr_index = 0;
    bool ar_data = false; // the flip-flop of port 3C0: the next write is data
    std::array<u8, 0x20> sr{};
    std::array<u8, 0x40> gr{}, cr{}; // beyond the VGA's own: room for the extensions of SVGA chips
    std::array<u8, 0x15> ar{};

    bool color() const { return misc & MISC_COLOR; }
    bool graphics() const { return gr[MISCELLANEOUS] & GR6_GRAPHICS; }
    bool chain_4() const { return sr[MEMORY_MODE] & SR4_CHAIN_4; }
    // The palette is with the display and the CRTC runs; SR1 can still turn the screen off.
    bool displaying() const { return (ar_index & AR_INDEX_SCREEN_ON) && (cr[MODE_CONTROL] & CR17_SYNC_ON); }
    bool screen_off() const { return sr[CLOCKING_MODE] & SR1_SCREEN_OFF; }
    u32 char_dots() const { return sr[CLOCKING_MODE] & SR1_8_DOTS ? 8 : 9; }

    u32 start_address() const { return u32(cr[START_ADDRESS_HIGH]) << 8 | cr[START_ADDRESS_LOW]; }
    u32 cursor_location() const { return u32(cr[CURSOR_LOCATION_HIGH]) << 8 | cr[CURSOR_LOCATION_LOW]; }
    // Vertical values keep bits 8 and 9 in the overflow and maximum scan line registers.
    u32 vertical(CrtcIndex low, unsigned bit8, unsigned bit9) const
    {
        const u8 o = cr[CRTC_OVERFLOW];
        return cr[low] | u32(bit(o, bit8)) << 8 | u32(bit(o, bit9)) << 9;
    }
    u32 vertical_total() const { return vertical(VERTICAL_TOTAL, 0, 5) + 2; }
    u32 vertical_display_end() const { return vertical(VERTICAL_DISPLAY_END, 1, 6); }
    u32 vertical_retrace_start() const { return vertical(VERTICAL_RETRACE_START, 2, 7); }
    u32 line_compare() const
    {
        return cr[LINE_COMPARE] | u32(bit(cr[CRTC_OVERFLOW], 4)) << 8 |
               u32(bit(cr[MAXIMUM_SCAN_LINE], 6)) << 9;
    }

    template <class Archive>
    void serialize(Archive& ar_)
    {
        ar_(misc, feature, sr_index, gr_index, ar_index, cr_index, ar_data, sr, gr, cr, ar);
    }
};

} // namespace tabpc::vga
