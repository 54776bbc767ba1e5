// What the scan-out needs to know of a card's registers to draw its picture, and the addresses of the picture's lines.
// Two of these that are equal, with equal palettes, show equal pictures of equal memory.
#pragma once
#include "base/types.h"
#include <array>

namespace tabpc::vga {

struct ScanMode {
    enum Format : u8 {
        BLANK,
        TEXT,
        PLANAR_16,   // four bit planes
        INTERLEAVED, // the CGA's: two bits a pixel, alternating between planes 0 and 1
        PACKED_256,  // a byte a pixel, in the order of the planes
        RGB_555,     // these four: little-endian pixels one after another
        RGB_565,
        RGB_888,
        RGBX_8888
    };
    // How the CRTC's counter becomes the address of a byte in each plane; LINEAR: it counts bytes of all memory.
    enum Addressing : u8 { BYTE, WORD, WORD_MA13, DWORD, LINEAR };

    Format format = BLANK;
    u32 width = 0, height = 0; // of the picture
    u32 columns = 0;           // text: characters; else dwords of memory in a line
    u8 dot_repeat = 1;         // picture pixels for a pixel
    bool big_endian = false;   // RGB_555 and wider

    Addressing addressing = BYTE;
    u32 start = 0, offset = 0; // of the counter: at the top, and from a row to the next
    u32 address_mask = 0xffff;
    u8 row_scan_bits = 0; // bit 0: row scan bit 0 stands for address bit 13, bit 1: row scan bit 1 for 14

    u32 line_compare = ~0u;   // after this line the start address is 0
    u8 char_height = 1;       // lines until the counter moves on by `offset`
    bool double_scan = false; // each of them twice
    u8 preset_row_scan = 0;
    u8 pan = 0; // pixels to the left
    bool pan_top_only = false;

    // Text only.
    u8 char_dots = 8;
    std::array<u32, 2> font{}; // addresses in plane 2, by attribute bit 3
    bool blink = false, line_graphics = false;
    u8 underline = 0xff; // line of a character
    u8 cursor_start = 0, cursor_end = 0;
    u32 cursor = 0;
    bool cursor_on = false;

    bool operator==(const ScanMode&) const = default;

    u32 pixels() const { return width / dot_repeat; }

    // Where the memory of a counter value is: a plane's byte, or LINEAR's byte.
    u32 address(u32 counter, u32 row_scan) const
    {
        u32 n = counter;
        switch (addressing) {
        case BYTE:
        case LINEAR: break;
        case WORD: n = counter << 1 | ((counter >> 15) & 1); break;
        case WORD_MA13: n = counter << 1 | ((counter >> 13) & 1); break;
        case DWORD: n = counter << 2 | ((counter >> 12) & 3); break;
        }
        if (row_scan_bits & 1) n = (n & ~0x2000u) | (row_scan & 1) << 13;
        if (row_scan_bits & 2) n = (n & ~0x4000u) | (row_scan & 2) << 13;
        return n & address_mask;
    }
};

// The colours of one moment: of each pixel value, and of each attribute through the palette registers.
struct Palette {
    std::array<u32, 256> dac{};
    std::array<u32, 16> attribute{};

    bool operator==(const Palette&) const = default;
};

// Goes down the picture as the CRTC's counters do.
class LineWalker {
public:
    struct Line {
        u32 counter;  // at the left edge
        u32 row_scan; // line of the character row
        bool below_split;
        bool operator==(const Line&) const = default;
    };

    explicit LineWalker(const ScanMode& m)
        : m_(m), line_{m.start, m.preset_row_scan, false}, last_row_scan_(m.char_height - 1u)
    {}
    const Line& line() const { return line_; }
    void next()
    {
        if (y_++ == m_.line_compare) {
            line_ = {0, 0, true};
            repeated_ = false;
            return;
        }
        if (m_.double_scan && !repeated_) {
            repeated_ = true;
            return;
        }
        repeated_ = false;
        if (line_.row_scan++ >= last_row_scan_) {
            line_.row_scan = 0;
            line_.counter += m_.offset;
        }
    }

private:
    const ScanMode& m_;
    Line line_;
    u32 last_row_scan_;
    u32 y_ = 0;
    bool repeated_ = false;
};

} // namespace tabpc::vga
