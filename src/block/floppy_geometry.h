// The formats of a floppy disk and which of them an image of a given size has.
#pragma once
#include "base/result.h"
#include "base/types.h"

namespace tabpc {

enum class FloppyDrive : u8 {
    None,
    D525_360K,
    D525_1200K,
    D35_720K,
    D35_1440K,
    D35_2880K
};                                                               // CMOS 10h's codes
enum class FloppyRate : u8 { Kbps500, Kbps300, Kbps250, Mbps1 }; // DSR's codes

struct FloppyGeometry {
    u8 cylinders = 0, heads = 0, sectors = 0; // sectors of 512 bytes on a track
    FloppyDrive drive = FloppyDrive::None;    // the least drive that takes it
    FloppyRate rate = FloppyRate::Kbps500;

    u64 bytes() const { return u64(512) * cylinders * heads * sectors; }
};

// An image of a size no format has is taken as the start of the smallest 3.5" format that holds it (a boot sector alone
// makes a floppy); the rest reads as zeros.
Result<FloppyGeometry> floppy_geometry(u64 image_bytes);

} // namespace tabpc
