// Image sizes and the formats they mean.
#include "block/floppy_geometry.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {

TEST(FloppyGeometry, EveryUsualSize)
{
    struct {
        int kib, cylinders, heads, sectors;
        FloppyDrive drive;
    } const sizes[] = {
        {160, 40, 1, 8, FloppyDrive::D525_360K},   {180, 40, 1, 9, FloppyDrive::D525_360K},
        {320, 40, 2, 8, FloppyDrive::D525_360K},   {360, 40, 2, 9, FloppyDrive::D525_360K},
        {720, 80, 2, 9, FloppyDrive::D35_720K},    {1200, 80, 2, 15, FloppyDrive::D525_1200K},
        {1440, 80, 2, 18, FloppyDrive::D35_1440K}, {1680, 80, 2, 21, FloppyDrive::D35_1440K},
        {2880, 80, 2, 36, FloppyDrive::D35_2880K},
    };
    for (const auto& s : sizes) {
        auto g = floppy_geometry(u64(s.kib) * 1024);
        ASSERT_TRUE(g) << s.kib;
        EXPECT_EQ(g->cylinders, s.cylinders) << s.kib;
        EXPECT_EQ(g->heads, s.heads) << s.kib;
        EXPECT_EQ(g->sectors, s.sectors) << s.kib;
        EXPECT_EQ(g->drive, s.drive) << s.kib;
    }
}

TEST(FloppyGeometry, OddSizeIsTheStartOfALargerFormat)
{
    EXPECT_EQ(floppy_geometry(512)->sectors, 18) << "a boot sector alone";
    EXPECT_EQ(floppy_geometry(1440 * 1024 + 512)->cylinders, 82);
    EXPECT_EQ(floppy_geometry(2000 * 1024)->sectors, 36);
}

TEST(FloppyGeometry, TooLargeIsRefused)
{
    EXPECT_NE(floppy_geometry(2880 * 1024 + 512).error().find("2.88M"), std::string::npos);
    EXPECT_FALSE(floppy_geometry(0));
}

} // namespace
} // namespace tabpc
