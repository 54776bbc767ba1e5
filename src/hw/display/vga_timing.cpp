// See vga_timing.h.
#include "hw/display/vga_timing.h"

namespace tabpc::vga {

Timing Timing::of(const Registers& r)
{
    Timing t; // VGA text at 70 Hz, which stands as long as the registers make no picture
    const u32 h_total = r.cr[HORIZONTAL_TOTAL] + 5u, h_display = r.cr[HORIZONTAL_DISPLAY_END] + 1u;
    const u32 v_total = r.vertical_total(), v_display = r.vertical_display_end() + 1,
              v_sync = r.vertical_retrace_start();
    if (h_display >= h_total || v_display > v_sync || v_sync >= v_total || h_total < 32 || v_total < 128)
        return t;

    t.dot_hz = bits(r.misc, 3, 2) == 1 ? 28'322'000 : 25'175'000;
    t.char_dots = r.char_dots() * (r.sr[CLOCKING_MODE] & SR1_DOT_CLOCK_HALF ? 2 : 1);
    t.h_total = h_total;
    t.h_display = h_display;
    t.v_total = v_total;
    t.v_display = v_display;
    t.v_sync = v_sync;
    // The end register holds the low four bits of the line at which retrace ends.
    t.v_sync_lines = ((r.cr[VERTICAL_RETRACE_END] - v_sync - 1) & 0xf) + 1;
    return t;
}

Timing::Beam Timing::at(i64 now_ns) const
{
    const u32 dot = static_cast<u32>(ns_to_ticks(now_ns, dot_hz) % frame_dots());
    const u32 line_dots = char_dots * h_total;
    const u32 after_sync = dot / line_dots;
    const u32 line = (after_sync + v_sync) % v_total;
    return {after_sync < v_sync_lines, line < v_display && dot % line_dots < h_display * char_dots};
}

} // namespace tabpc::vga
