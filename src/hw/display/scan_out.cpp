// See scan_out.h: the frame and graphics modes. Text is in scan_text.cpp.
#include "hw/display/scan_out.h"
#include "hw/display/scan_line.h"
#include <algorithm>
#include <utility>

namespace tabpc::vga {

void ScanOut::update(const ScanMode& m, const Palette& palette, u64 frame, const HardwareCursor& cursor)
{
    surface_.generation++;
    // A blank screen keeps the size it had; before the first mode is set it has that of a text screen.
    const u32 width = m.format != ScanMode::BLANK ? m.width : surface_.width ? surface_.width : 720;
    const u32 height = m.format != ScanMode::BLANK ? m.height : surface_.height ? surface_.height : 400;
    ScanMode layout = m; // text cells remember the cursor themselves
    layout.cursor = 0;
    layout.cursor_on = false;
    bool all = std::exchange(redraw_, false) || layout != shown_ || palette != shown_palette_;
    if (width != surface_.width || height != surface_.height) {
        surface_.resize(width, height);
        all = true;
    }
    shown_ = layout;
    shown_palette_ = palette;

    if (m.format == ScanMode::TEXT) {
        draw_text(m, palette, all, frame);
    } else if (m.format != ScanMode::BLANK) {
        draw_graphics(m, palette, all, cursor);
    } else if (all) {
        std::fill(surface_.pixels.begin(), surface_.pixels.end(), rgba(0, 0, 0));
        surface_.touch(0, height);
    }
    shown_cursor_ = cursor;
}

ScanOut::Source ScanOut::source(const ScanMode& m, const LineWalker::Line& line, u32 pixels) const
{
    const u32 bytes = line_bytes(m, pixels);
    const u32 first = m.address(line.counter, line.row_scan);
    if (m.addressing == ScanMode::LINEAR) {
        if (first + bytes <= vram_.size) return {first, bytes, true, first, first + bytes};
        return {first, bytes, false, 0, static_cast<u32>(vram_.size)};
    }
    const u32 last = m.address(line.counter + bytes / 4 - 1, line.row_scan);
    if (last >= first) return {4 * first, bytes, last == first + bytes / 4 - 1, 4 * first, 4 * last + 4};
    return {4 * first, bytes, false, 0, 4 * (m.address_mask + 1)}; // wraps round
}

bool ScanOut::dirty(const Source& s) const
{
    for (u64 at = align_down(s.from, PAGE_SIZE_4K); at < s.to; at += PAGE_SIZE_4K)
        if (!(phys_.ram().flags(vram_.offset + at) & RamList::VGA_CLEAN)) return true;
    return false;
}

const u8* ScanOut::gather(const ScanMode& m, const LineWalker::Line& line, const Source& s)
{
    if (s.contiguous) return vram_.host + s.first;
    gathered_.resize(s.bytes);
    if (m.addressing == ScanMode::LINEAR) {
        const u32 before_end = static_cast<u32>(vram_.size) - s.first;
        std::memcpy(gathered_.data(), vram_.host + s.first, before_end);
        std::memcpy(gathered_.data() + before_end, vram_.host, s.bytes - before_end);
    } else {
        for (u32 i = 0; i < s.bytes; i += 4)
            std::memcpy(&gathered_[i], vram_.host + 4 * m.address(line.counter + i / 4, line.row_scan), 4);
    }
    return gathered_.data();
}

void ScanOut::draw_line(const ScanMode& m, const Palette& palette, u32 y, const LineWalker::Line& line,
                        const Source& s)
{
    const u8* from = gather(m, line, s);
    const u32 pan = line.below_split && m.pan_top_only ? 0 : m.pan;
    if (pan == 0) return decode_line(m, from, m.pixels(), palette, surface_.row(y));
    scratch_.resize(size_t(m.pixels() + 16) * m.dot_repeat);
    decode_line(m, from, m.pixels() + pan, palette, scratch_.data());
    std::memcpy(surface_.row(y), scratch_.data() + pan * m.dot_repeat, size_t(m.width) * 4);
}

void ScanOut::draw_cursor(const HardwareCursor& c, u32 y)
{
    u32* to = surface_.row(y);
    const u8* pixel = &c.pixel[size_t(y - c.y) * c.size];
    for (u32 x = 0; x < c.size && c.x + x < surface_.width; x++) {
        u32& p = to[c.x + x];
        if (pixel[x] == HardwareCursor::INVERTED) p ^= 0x00ffffff;
        if (pixel[x] >= HardwareCursor::COLOR_0) p = c.color[pixel[x] - HardwareCursor::COLOR_0];
    }
}

void ScanOut::draw_graphics(const ScanMode& m, const Palette& palette, bool all, const HardwareCursor& cursor)
{
    const bool cursor_changed = cursor != shown_cursor_;
    u32 seen_from = ~0u, seen_to = 0; // memory that is clean from now on

    LineWalker walk(m);
    LineWalker::Line above{};
    bool above_drawn = false, above_plain = false; // plain: no cursor on it
    for (u32 y = 0; y < m.height; y++, walk.next()) {
        const LineWalker::Line line = walk.line();
        const bool repeats = y > 0 && line == above;
        const bool plain = !cursor.covers(y);
        const bool forced = all || (cursor_changed && (!plain || shown_cursor_.covers(y)));
        const Source s = source(m, line, m.pixels() + m.pan);
        const bool draw = forced || (repeats ? above_drawn : dirty(s));
        if (draw) {
            if (repeats && above_drawn && above_plain)
                std::memcpy(surface_.row(y), surface_.row(y - 1), size_t(m.width) * 4);
            else draw_line(m, palette, y, line, s);
            if (!plain) draw_cursor(cursor, y);
            surface_.touch(y);
            seen_from = std::min(seen_from, s.from);
            seen_to = std::max(seen_to, s.to);
        }
        above = line;
        above_drawn = draw;
        above_plain = plain;
    }
    if (seen_from < seen_to) phys_.mark_clean(vram_.offset + seen_from, seen_to - seen_from);
}

} // namespace tabpc::vga
