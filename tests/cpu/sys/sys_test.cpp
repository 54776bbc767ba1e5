// Runs the images of the system tests. Each prints what is wrong, and "done" at its end (kit.inc).
#include "sys_machine.h"
#include <gtest/gtest.h>

namespace tabpc {

namespace {

class SysImage : public testing::TestWithParam<const char*> {};

TEST_P(SysImage, FindsNothingWrong)
{
    SysMachine machine(GetParam());
    EXPECT_EQ(machine.run(), "done\n");
    test::expect_engine_ran(machine.cpu);
}

INSTANTIATE_TEST_SUITE_P(Images, SysImage,
                         testing::Values("segments", "transfers", "interrupts", "tasks", "v86", "system",
                                         "paging", "io", "real", "smm", "pins"),
                         [](const auto& test) { return std::string(test.param); });

TEST(SysShutdown, TripleFault)
{
    SysMachine machine("triple_fault");
    EXPECT_EQ(machine.run(), "before\n");
    EXPECT_TRUE(machine.cpu.shut_down());
}

} // namespace

} // namespace tabpc
