// See scan_line.h. Memory is as vga_memory.cpp lays it out: a dword holds one byte of each plane, plane 0 lowest.
#include "hw/display/scan_line.h"
#include "base/bits.h"
#include "hw/display/surface.h"

namespace tabpc::vga {

namespace {

// Bit 7 - i of a byte as byte i: eight pixels of one plane.
constexpr auto SPREAD = [] {
    std::array<u64, 256> t{};
    for (u32 v = 0; v < 256; v++)
        for (u32 i = 0; i < 8; i++) t[v] |= u64((v >> (7 - i)) & 1) << (8 * i);
    return t;
}();

// Writes each pixel Repeat times; 0 stands for any number.
template <u32 Repeat>
struct Out {
    u32* to;
    u32 repeat;
    void put(u32 color)
    {
        if constexpr (Repeat == 1) {
            *to++ = color;
        } else if constexpr (Repeat == 2) {
            st<u64>(to, u64(color) << 32 | color);
            to += 2;
        } else {
            for (u32 i = 0; i < repeat; i++) *to++ = color;
        }
    }
};

template <class O>
void planar_16(const u8* from, u32 pixels, const Palette& palette, O out)
{
    for (u32 x = 0; x < pixels; x += 8, from += 4) {
        u64 v = SPREAD[from[0]] | SPREAD[from[1]] << 1 | SPREAD[from[2]] << 2 | SPREAD[from[3]] << 3;
        for (u32 i = 0; i < 8; i++, v >>= 8) out.put(palette.attribute[v & 15]);
    }
}

// Planes 0 and 1 give a pixel's bits 1:0, planes 2 and 3 its bits 3:2; the first four pixels come from the even planes.
template <class O>
void interleaved(const u8* from, u32 pixels, const Palette& palette, O out)
{
    for (u32 x = 0; x < pixels; x += 8, from += 4)
        for (u32 plane = 0; plane < 2; plane++)
            for (int shift = 6; shift >= 0; shift -= 2)
                out.put(
                    palette.attribute[((from[plane] >> shift) & 3) | ((from[plane + 2] >> shift) & 3) << 2]);
}

template <class O>
void packed_256(const u8* from, u32 pixels, const Palette& palette, O out)
{
    for (u32 x = 0; x < pixels; x++) out.put(palette.dac[from[x]]);
}

template <class O>
void rgb_555(const u8* from, u32 pixels, bool big_endian, O out)
{
    for (u32 x = 0; x < pixels; x++, from += 2) {
        const u32 v = big_endian ? __builtin_bswap16(ld<u16>(from)) : ld<u16>(from);
        const u32 r = (v >> 10) & 31, g = (v >> 5) & 31, b = v & 31;
        out.put(0xff000000u | (b << 3 | b >> 2) << 16 | (g << 3 | g >> 2) << 8 | (r << 3 | r >> 2));
    }
}

template <class O>
void rgb_565(const u8* from, u32 pixels, bool big_endian, O out)
{
    for (u32 x = 0; x < pixels; x++, from += 2) {
        const u32 v = big_endian ? __builtin_bswap16(ld<u16>(from)) : ld<u16>(from);
        const u32 r = v >> 11, g = (v >> 5) & 63, b = v & 31;
        out.put(0xff000000u | (b << 3 | b >> 2) << 16 | (g << 2 | g >> 4) << 8 | (r << 3 | r >> 2));
    }
}

template <class O>
void rgb_888(const u8* from, u32 pixels, bool big_endian, O out)
{
    const u32 r = big_endian ? 0 : 2, b = 2 - r;
    for (u32 x = 0; x < pixels; x++, from += 3) out.put(rgba(from[r], from[1], from[b]));
}

template <class O>
void rgbx_8888(const u8* from, u32 pixels, bool big_endian, O out)
{
    for (u32 x = 0; x < pixels; x++, from += 4) {
        const u32 v = big_endian ? __builtin_bswap32(ld<u32>(from)) : ld<u32>(from); // 00RRGGBB
        out.put(0xff000000u | (v & 0xff) << 16 | (v & 0xff00) | (v >> 16 & 0xff));
    }
}

template <class O>
void decode(const ScanMode& m, const u8* from, u32 pixels, const Palette& palette, O out)
{
    switch (m.format) {
    case ScanMode::BLANK:
    case ScanMode::TEXT: break;
    case ScanMode::PLANAR_16: return planar_16(from, pixels, palette, out);
    case ScanMode::INTERLEAVED: return interleaved(from, pixels, palette, out);
    case ScanMode::PACKED_256: return packed_256(from, pixels, palette, out);
    case ScanMode::RGB_555: return rgb_555(from, pixels, m.big_endian, out);
    case ScanMode::RGB_565: return rgb_565(from, pixels, m.big_endian, out);
    case ScanMode::RGB_888: return rgb_888(from, pixels, m.big_endian, out);
    case ScanMode::RGBX_8888: return rgbx_8888(from, pixels, m.big_endian, out);
    }
}

} // namespace

u32 line_bytes(const ScanMode& m, u32 pixels)
{
    switch (m.format) {
    case ScanMode::BLANK:
    case ScanMode::TEXT: break;
    case ScanMode::PLANAR_16:
    case ScanMode::INTERLEAVED: return (pixels + 7) / 8 * 4;
    case ScanMode::PACKED_256: return (pixels + 3) / 4 * 4;
    case ScanMode::RGB_555:
    case ScanMode::RGB_565: return pixels * 2;
    case ScanMode::RGB_888: return pixels * 3;
    case ScanMode::RGBX_8888: return pixels * 4;
    }
    return 0;
}

void decode_line(const ScanMode& m, const u8* from, u32 pixels, const Palette& palette, u32* to)
{
    if (m.dot_repeat == 1) decode(m, from, pixels, palette, Out<1>{to, 1});
    else if (m.dot_repeat == 2) decode(m, from, pixels, palette, Out<2>{to, 2});
    else decode(m, from, pixels, palette, Out<0>{to, m.dot_repeat});
}

} // namespace tabpc::vga
