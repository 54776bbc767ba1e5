// Where the VGA's beam is: a pure function of the CRTC's registers and the virtual time, for the bits of input status 1.
// A frame is counted from the start of its vertical retrace.
#pragma once
#include "core/clock.h"
#include "hw/display/vga_regs.h"

namespace tabpc::vga {

struct Timing {
    i64 dot_hz = 25'175'000;
    u32 char_dots = 8;                                // dots of a character clock
    u32 h_total = 100, h_display = 80;                // character clocks
    u32 v_total = 449, v_display = 400, v_sync = 412; // lines
    u32 v_sync_lines = 2;

    static Timing of(const Registers& r);

    i64 frame_dots() const { return i64(char_dots) * h_total * v_total; }
    // Frames since time 0: what blinking counts.
    u64 frame(i64 now_ns) const { return static_cast<u64>(ns_to_ticks(now_ns, dot_hz) / frame_dots()); }

    struct Beam {
        bool vertical_retrace;
        bool display_enable; // inside the picture
    };
    Beam at(i64 now_ns) const;
};

} // namespace tabpc::vga
