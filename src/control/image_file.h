// Screenshots as files: PNG (W3C specification, second edition) and PPM (Netpbm P6).
#pragma once
#include "hw/display/surface.h"
#include <string_view>

namespace tabpc {

std::vector<u8> png_file(const Surface& picture);
std::vector<u8> ppm_file(const Surface& picture);

// A zlib stream (RFC 1950) of the bytes, compressed with a fixed Huffman code (RFC 1951, 3.2.6): small code, and small
// enough files for screens.
std::vector<u8> zlib_compress(std::span<const u8> data);

} // namespace tabpc
