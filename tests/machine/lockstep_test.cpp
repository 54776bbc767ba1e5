// Whole guests, interpreted and translated side by side: registers, flags, modes and instruction counts are the same at the
// end of every slice, whatever was translated when. In wasm the translated side runs generated code, natively the
// reference interpreter of the IR.
#include "lockstep.h"
#include <gtest/gtest.h>

using namespace tabpc;

namespace {

void run(Lockstep& p, int slices)
{
    for (int k = 0; k < slices; k++) {
        p.slice();
        if (p.same()) continue;
        p.show();
        FAIL() << "in slice " << k;
    }
    const auto& stats = p.m[1]->pc().cpu().stats;
    EXPECT_GT(stats.translated, stats.interpreted / 4) << "hardly anything was translated";
}

class SharedGuest : public testing::TestWithParam<const char*> {};

} // namespace

TEST(LockstepGuests, Post)
{
    Lockstep p;
    ASSERT_TRUE(p.create(boot_disk({0xeb, 0xfe}))); // jmp $
    run(p, 60);
}

TEST_P(SharedGuest, IsTheSame)
{
    const std::string path = std::string("../shared/guests/") + GetParam() + ".img";
    const std::vector<u8> image = bytes_of_file(path);
    if (image.empty()) GTEST_SKIP() << path << " is not there";
    Lockstep p;
    ASSERT_TRUE(p.create(image));
    run(p, 150);
}
INSTANTIATE_TEST_SUITE_P(LockstepGuests, SharedGuest,
                         testing::Values("freedos-1440k", "elks-1440k", "mikeos", "floppybird", "tetros"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase(name, '-');
                             return name;
                         });
