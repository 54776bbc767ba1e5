// Draws what a card shows into a Surface, only what changed: graphics by the dirty pages of the memory behind each line,
// text by comparing character cells with those last drawn. It holds no state of the machine: the picture is that of the
// moment of the call, so changes of palette or start address in the middle of a frame are not seen.
#pragma once
#include "core/memory.h"
#include "hw/display/display.h"
#include "hw/display/scan_mode.h"

namespace tabpc::vga {

// A sprite over a graphics picture.
struct HardwareCursor {
    enum Pixel : u8 { TRANSPARENT, INVERTED, COLOR_0, COLOR_1 };
    bool visible = false;
    u32 x = 0, y = 0, size = 0;
    std::array<u32, 2> color{};
    std::vector<u8> pixel; // size * size

    bool operator==(const HardwareCursor&) const = default;
    bool covers(u32 line) const { return visible && line >= y && line - y < size; }
};

class ScanOut {
public:
    ScanOut(PhysMap& phys, const RamBlock& vram) : phys_(phys), vram_(vram) {}

    // `frame` counts vertical retraces and drives blinking.
    void update(const ScanMode& m, const Palette& palette, u64 frame, const HardwareCursor& cursor = {});
    void redraw() { redraw_ = true; } // at the next update, everything
    const Surface& surface() const { return surface_; }

private:
    // A line's place in video memory.
    struct Source {
        u32 first, bytes;
        bool contiguous;
        u32 from, to; // what to look at for changes
    };
    Source source(const ScanMode& m, const LineWalker::Line& line, u32 pixels) const;
    bool dirty(const Source& s) const;
    const u8* gather(const ScanMode& m, const LineWalker::Line& line, const Source& s);
    void draw_graphics(const ScanMode& m, const Palette& palette, bool all, const HardwareCursor& cursor);
    void draw_line(const ScanMode& m, const Palette& palette, u32 y, const LineWalker::Line& line,
                   const Source& s);
    void draw_cursor(const HardwareCursor& c, u32 y);

    void draw_text(const ScanMode& m, const Palette& palette, bool all, u64 frame);
    bool fonts_changed(const ScanMode& m);

    PhysMap& phys_;
    const RamBlock& vram_;
    Surface surface_;
    ScanMode shown_;
    Palette shown_palette_;
    HardwareCursor shown_cursor_;
    bool redraw_ = true;
    std::vector<u8> gathered_; // a line whose bytes are not contiguous
    std::vector<u32> scratch_; // a line before panning
    std::vector<u32> cells_;   // text: what was drawn
    std::array<std::array<u8, 256 * 32>, 2> fonts_{};
};

// The text on the screen, whatever the picture: for viewers that want characters.
TextScreen read_text(const ScanMode& m, const RamBlock& vram);

} // namespace tabpc::vga
