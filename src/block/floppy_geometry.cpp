// See floppy_geometry.h.
#include "block/floppy_geometry.h"

namespace tabpc {

namespace {

using enum FloppyDrive;
using enum FloppyRate;

// Where two formats have one size, the first is meant.
constexpr FloppyGeometry FORMATS[] = {
    {40, 1, 8, D525_360K, Kbps250},   // 160K
    {40, 1, 9, D525_360K, Kbps250},   // 180K
    {40, 2, 8, D525_360K, Kbps250},   // 320K
    {40, 2, 9, D525_360K, Kbps250},   // 360K
    {40, 2, 10, D525_360K, Kbps250},  // 400K
    {80, 2, 8, D35_720K, Kbps250},    // 640K
    {80, 2, 9, D35_720K, Kbps250},    // 720K
    {80, 2, 10, D35_720K, Kbps250},   // 800K
    {82, 2, 10, D35_720K, Kbps250},   // 820K
    {80, 2, 15, D525_1200K, Kbps500}, // 1.2M
    {80, 2, 18, D35_1440K, Kbps500},  // 1.44M
    {82, 2, 18, D35_1440K, Kbps500},  // 1.476M
    {80, 2, 20, D35_1440K, Kbps500},  // 1.6M
    {80, 2, 21, D35_1440K, Kbps500},  // 1.68M, Microsoft's DMF
    {82, 2, 21, D35_1440K, Kbps500},  // 1.722M
    {83, 2, 21, D35_1440K, Kbps500},  // 1.743M
    {80, 2, 22, D35_1440K, Kbps500},  // 1.76M
    {80, 2, 23, D35_1440K, Kbps500},  // 1.84M
    {80, 2, 24, D35_1440K, Kbps500},  // 1.92M
    {80, 2, 36, D35_2880K, Mbps1},    // 2.88M
};

} // namespace

Result<FloppyGeometry> floppy_geometry(u64 bytes)
{
    if (bytes == 0) return error("a floppy image of 0 bytes: it has no format");
    for (const FloppyGeometry& f : FORMATS)
        if (f.bytes() == bytes) return f;
    for (const FloppyGeometry& f : FORMATS)
        if (f.bytes() > bytes && f.drive >= D35_1440K) return f;
    return error("a floppy image of %llu bytes: the largest format, 2.88M, has 2949120. Is it a hard disk or "
                 "a CD-ROM?",
                 static_cast<unsigned long long>(bytes));
}

} // namespace tabpc
