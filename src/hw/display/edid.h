// The monitor's description (VESA E-EDID Standard, release A, revision 2: EDID 1.4, one block): what it is called, which
// modes it knows, 1280x800 first, as QEMU's. No extension blocks.
#pragma once
#include "base/types.h"
#include <array>
#include <string_view>

namespace tabpc {

constexpr std::array<u8, 128> make_edid()
{
    std::array<u8, 128> e{};
    size_t at = 0;
    const auto put = [&](auto... bytes) { ((e[at++] = static_cast<u8>(bytes)), ...); };
    const auto standard_timing = [&](u32 width, u32 aspect) { put(width / 8 - 31, aspect << 6); }; // 60 Hz
    constexpr u32 ASPECT_16_10 = 0, ASPECT_4_3 = 1, ASPECT_5_4 = 2, ASPECT_16_9 = 3;

    put(0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00);
    constexpr u32 maker = ('T' - '@') << 10 | ('B' - '@') << 5 | ('P' - '@');
    put(maker >> 8, maker & 0xff, 0x01, 0x00, 0, 0, 0, 0); // product 1, no serial number
    put(0xff, 2026 - 1990, 1, 4);                          // the model's year; EDID 1.4
    // Digital, 8 bits a channel, 34x21 cm, gamma 2.2; sRGB, the first timing is the best.
    put(0xa5, 34, 21, 120, 0x06);
    put(0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54); // sRGB's primaries and white
    put(0x21, 0x08, 0x00);                                           // 640x480, 800x600, 1024x768 at 60 Hz
    standard_timing(1280, ASPECT_16_9);
    standard_timing(1280, ASPECT_5_4);
    standard_timing(1440, ASPECT_16_10);
    standard_timing(1600, ASPECT_16_9);
    standard_timing(1600, ASPECT_4_3);
    standard_timing(1680, ASPECT_16_10);
    standard_timing(1920, ASPECT_16_9);
    standard_timing(1920, ASPECT_16_10);

    // 3.10.2: 1280x800 with CVT's reduced blanking: 71 MHz, 160 dots and 23 lines of it; 339x212 mm; hsync +, vsync -.
    put(7100 & 0xff, 7100 >> 8, 1280 & 0xff, 160, 1280 >> 8 << 4, 800 & 0xff, 23, 800 >> 8 << 4);
    put(48, 32, 3 << 4 | 6, 0, 339 & 0xff, 212, 339 >> 8 << 4, 0, 0, 0x1a);
    // 3.10.3: range limits (50-125 Hz, 30-160 kHz, 300 MHz), name, an empty one.
    put(0, 0, 0, 0xfd, 0, 50, 125, 30, 160, 30, 0x01, '\n', ' ', ' ', ' ', ' ', ' ', ' ');
    put(0, 0, 0, 0xfc, 0);
    for (char c : std::string_view("tabpc monitor")) put(c);
    put(0, 0, 0, 0x10, 0);

    u32 sum = 0;
    for (u8 byte : e) sum += byte;
    e[127] = static_cast<u8>(0x100 - (sum & 0xff));
    return e;
}

} // namespace tabpc
