// See cirrus_blitter.h.
#include "hw/display/cirrus_blitter.h"
#include "base/log.h"

namespace tabpc {

namespace {

enum Index : u8 { BLT_MODE = 0x30, BLT_STATUS = 0x31, BLT_ROP = 0x32 };
enum Status : u8 { BUSY = 0x01, START = 0x02, RESET = 0x04, FIFO_USED = 0x10 };

// From offset 0 of the MMIO registers, by graphics controller index.
constexpr std::array<u8, 0x22> MMIO = {
    0x00, 0x10, 0x12, 0x14, // background colour
    0x01, 0x11, 0x13, 0x15, // foreground colour
    0x20, 0x21, 0x22, 0x23, // width, height
    0x24, 0x25, 0x26, 0x27, // pitches of destination and source
    0x28, 0x29, 0x2a, 0xff, // destination
    0x2c, 0x2d, 0x2e, 0x2f, // source, left edge clipping
    0x30, 0xff, 0x32, 0x33, // mode, raster operation, extensions of the mode
    0x34, 0x35, 0xff, 0xff, // transparent colour
    0x38, 0x39,             // its mask
};

} // namespace

void CirrusBlitter::write(u8 index, u8 value)
{
    if (index == BLT_STATUS) {
        if (value & START)
            log(LogLevel::GuestError, "cirrus: a BitBLT was not done (mode %02x, operation %02x)",
                gr_[BLT_MODE - FIRST], gr_[BLT_ROP - FIRST]);
        value &= static_cast<u8>(~(BUSY | START | RESET | FIFO_USED));
    }
    gr_[index - FIRST] = value;
}

u8 CirrusBlitter::mmio_index(u32 at)
{
    if (at == 0x40) return BLT_STATUS;
    return at < MMIO.size() ? MMIO[at] : 0xff;
}

} // namespace tabpc
