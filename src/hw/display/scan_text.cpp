// See scan_out.h: text modes. A character is plane 0, its attribute plane 1, its shape in plane 2 (32 bytes each).
#include "hw/display/cp437.h"
#include "hw/display/scan_out.h"
#include <algorithm>

namespace tabpc::vga {

namespace {

constexpr u32 CURSOR_HERE = 1u << 16, BLINKED_OFF = 1u << 17; // in a cell, over character and attribute

u32 cell_at(const ScanMode& m, const RamBlock& vram, u32 counter)
{
    return ld<u16>(vram.host + 4 * m.address(counter, 0));
}

// The part of a character row that is on the screen.
struct Band {
    u32 y, lines;   // in the picture
    u32 first_line; // of the characters (each shown twice in double scan)
    u32 counter;
    bool below_split;
};

template <class F>
void for_each_band(const ScanMode& m, F f)
{
    LineWalker walk(m);
    for (u32 y = 0; y < m.height;) {
        Band band{y, 0, walk.line().row_scan, walk.line().counter, walk.line().below_split};
        const auto inside = [&] {
            const LineWalker::Line& l = walk.line();
            return l.counter == band.counter && l.below_split == band.below_split &&
                   l.row_scan >= band.first_line;
        };
        u32 last = band.first_line;
        do {
            last = walk.line().row_scan;
            walk.next();
            y++;
            band.lines++;
        } while (y < m.height && inside() && walk.line().row_scan >= last);
        f(band);
    }
}

// Where a character is drawn; x may lie outside on either side when the screen is panned.
struct Cell {
    int x;
    u32 foreground, background;
    const u8* glyph; // of the font copy
    u8 code, attribute;
    bool cursor;
};

void draw_cell(Surface& s, const ScanMode& m, const Band& band, const Cell& c)
{
    const u32 repeat_y = m.double_scan ? 2 : 1, dots = m.char_dots;
    const bool clipped = c.x < 0 || c.x + dots * m.dot_repeat > s.width;
    for (u32 i = 0; i < band.lines; i++) {
        const u32 line = band.first_line + i / repeat_y;
        u32 bits = u32(c.glyph[line & 31]) << 1;
        if (m.line_graphics && (c.code & 0xe0) == 0xc0)
            bits |= (bits >> 1) & 1; // the ninth dot repeats the eighth
        if (line == m.underline && (c.attribute & 7) == 1) bits = 0x1ff;
        if (c.cursor && line >= m.cursor_start && line <= m.cursor_end) bits = 0x1ff;
        u32* row = s.row(band.y + i);
        const auto color = [&](u32 dot) { return bits & (0x100u >> dot) ? c.foreground : c.background; };
        if (!clipped && m.dot_repeat == 1) {
            for (u32 dot = 0; dot < dots; dot++) row[c.x + dot] = color(dot);
            continue;
        }
        int x = c.x;
        for (u32 dot = 0; dot < dots; dot++)
            for (u32 r = 0; r < m.dot_repeat; r++, x++)
                if (x >= 0 && x < static_cast<int>(s.width)) row[x] = color(dot);
    }
}

} // namespace

bool ScanOut::fonts_changed(const ScanMode& m)
{
    bool changed = false;
    for (size_t f = 0; f < fonts_.size(); f++) {
        const u8* plane_2 = vram_.host + 4 * m.font[f] + 2;
        for (u32 i = 0; i < fonts_[f].size(); i++) {
            const u8 v = plane_2[4 * i];
            changed |= fonts_[f][i] != v;
            fonts_[f][i] = v;
        }
    }
    return changed;
}

void ScanOut::draw_text(const ScanMode& m, const Palette& palette, bool all, u64 frame)
{
    all |= fonts_changed(m);
    const bool cursor_phase = !(frame & 8), blink_phase = frame & 16; // 16 and 32 frames for on and off
    const u32 shown_columns = m.columns + 1;                          // one more where panned

    size_t index = 0;
    for_each_band(m, [&](const Band& band) {
        const u32 pan = band.below_split && m.pan_top_only ? 0 : m.pan;
        bool drawn = false;
        if (cells_.size() < index + shown_columns) cells_.resize(index + shown_columns);
        for (u32 column = 0; column < m.columns + (pan != 0); column++) {
            const u32 counter = band.counter + column;
            u32 cell = cell_at(m, vram_, counter);
            const u8 code = static_cast<u8>(cell), attribute = static_cast<u8>(cell >> 8);
            if (m.cursor_on && cursor_phase && (counter & 0xffff) == m.cursor) cell |= CURSOR_HERE;
            if (m.blink && (attribute & 0x80) && blink_phase) cell |= BLINKED_OFF;
            u32& shown = cells_[index + column];
            if (!all && shown == cell) continue;
            shown = cell;
            drawn = true;

            const u32 background = palette.attribute[(attribute >> 4) & (m.blink ? 7 : 15)];
            const u32 foreground = cell & BLINKED_OFF ? background : palette.attribute[attribute & 15];
            const int x = static_cast<int>(column * m.char_dots) - static_cast<int>(pan);
            const Cell c{x * m.dot_repeat,
                         foreground,
                         background,
                         &fonts_[attribute >> 3 & 1][code * 32],
                         code,
                         attribute,
                         (cell & CURSOR_HERE) != 0};
            draw_cell(surface_, m, band, c);
        }
        if (drawn) surface_.touch(band.y, band.lines);
        index += shown_columns;
    });
}

TextScreen read_text(const ScanMode& m, const RamBlock& vram)
{
    TextScreen text;
    if (m.format != ScanMode::TEXT) return text;
    text.columns = m.columns;
    for_each_band(m, [&](const Band& band) {
        const u32 to_cursor = (m.cursor - band.counter) & 0xffff;
        if (to_cursor < m.columns)
            text.cursor = {static_cast<u32>(text.lines.size()), to_cursor, m.cursor_on};
        std::string& line = text.lines.emplace_back();
        size_t length = 0; // without trailing blanks
        for (u32 column = 0; column < m.columns; column++) {
            const char16_t c = CP437[cell_at(m, vram, band.counter + column) & 0xff];
            if (c < 0x80) {
                line += static_cast<char>(c);
            } else if (c < 0x800) {
                line += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
            } else {
                line += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
                         static_cast<char>(0x80 | (c & 0x3f))};
            }
            if (c != u' ') length = line.size();
        }
        line.resize(length);
    });
    return text;
}

} // namespace tabpc::vga
