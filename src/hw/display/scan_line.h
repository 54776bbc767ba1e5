// From the bytes of a line to its pixels.
#pragma once
#include "hw/display/scan_mode.h"

namespace tabpc::vga {

// Bytes that hold `pixels` pixels, whole dwords where planes are involved.
u32 line_bytes(const ScanMode& m, u32 pixels);

// Writes pixels * m.dot_repeat pixels, rounded up to the pixels of whole dwords.
void decode_line(const ScanMode& m, const u8* from, u32 pixels, const Palette& palette, u32* to);

} // namespace tabpc::vga
