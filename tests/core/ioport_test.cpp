// The port space: MACHINE.md 1.9's conventions. What a device sees is written to a log: "r60/1", "w60/1=ab".
#include "core/ioport.h"
#include <cstdio>
#include <gtest/gtest.h>

namespace tabpc {
namespace {

struct Probe {
    std::string log;
    u32 answer = 0x44332211;

    u32 read(u16 port, int size)
    {
        note("r%x/%d ", port, size, 0);
        return answer;
    }
    void write(u16 port, u32 value, int size) { note("w%x/%d=%x ", port, size, value); }
    std::string take() { return std::exchange(log, {}); }

private:
    void note(const char* format, u16 port, int size, u32 value)
    {
        char text[40];
        std::snprintf(text, sizeof text, format, unsigned{port}, size, value);
        log += text;
    }
};

class IoSpaceTest : public testing::Test {
protected:
    IoSpace::Id map(u16 base, u32 count, Probe& probe, int max_size = 1)
    {
        return io.map<&Probe::read, &Probe::write>(base, count, &probe, "probe", max_size);
    }
    IoSpace io;
    Probe a, b;
};

TEST_F(IoSpaceTest, NobodyReadsAllOnesAndIgnoresWrites)
{
    EXPECT_EQ(io.read(0x80, 1), 0xffu);
    EXPECT_EQ(io.read(0x80, 2), 0xffffu);
    EXPECT_EQ(io.read(0x80, 4), 0xffffffffu);
    io.write(0x80, 0x12345678, 4);
}

TEST_F(IoSpaceTest, AnswerIsCutToTheSizeOfTheAccess)
{
    map(0x60, 4, a, 4);
    EXPECT_EQ(io.read(0x60, 1), 0x11u);
    EXPECT_EQ(io.read(0x60, 2), 0x2211u);
    EXPECT_EQ(io.read(0x60, 4), 0x44332211u);
    io.write(0x60, 0xaabbccdd, 1);
    io.write(0x60, 0xaabbccdd, 2);
    EXPECT_EQ(a.take(), "r60/1 r60/2 r60/4 w60/1=dd w60/2=ccdd ");
}

TEST_F(IoSpaceTest, WideAccessIsSplitAtTheDevicesWidth)
{
    map(0x60, 4, a, 1);
    map(0x70, 4, b, 2);
    EXPECT_EQ(io.read(0x60, 4), 0x11111111u);
    EXPECT_EQ(a.take(), "r60/1 r61/1 r62/1 r63/1 ");
    io.write(0x60, 0xaabb, 2);
    EXPECT_EQ(a.take(), "w60/1=bb w61/1=aa ");
    EXPECT_EQ(io.read(0x70, 4), 0x22112211u);
    io.write(0x70, 0xaabbccdd, 4);
    EXPECT_EQ(b.take(), "r70/2 r72/2 w70/2=ccdd w72/2=aabb ");
}

TEST_F(IoSpaceTest, SplitAccessReachesTheNeighbours)
{
    map(0x61, 1, a);
    map(0x63, 1, b);
    EXPECT_EQ(io.read(0x60, 4), 0x11ff11ffu) << "60 and 62 are nobody's";
    io.write(0x60, 0xaabbccdd, 4);
    EXPECT_EQ(a.take(), "r61/1 w61/1=cc ");
    EXPECT_EQ(b.take(), "r63/1 w63/1=aa ");
}

TEST_F(IoSpaceTest, AccessAtTheTopWrapsAround)
{
    map(0xffff, 1, a);
    map(0x0000, 1, b);
    EXPECT_EQ(io.read(0xffff, 2), 0x1111u);
    EXPECT_EQ(a.take() + b.take(), "rffff/1 r0/1 ");
}

TEST_F(IoSpaceTest, LaterRangeAnswersWhereTwoOverlap)
{
    map(0xcf8, 4, a, 4);
    const IoSpace::Id reset_control = map(0xcf9, 1, b);
    io.write(0xcf9, 6, 1);
    io.write(0xcf8, 0x80000000, 4);
    EXPECT_EQ(b.take(), "wcf9/1=6 ");
    EXPECT_EQ(a.take(), "wcf8/4=80000000 ") << "the first port decides who gets an access as wide as the device takes";
    io.unmap(reset_control);
    io.write(0xcf9, 6, 1);
    EXPECT_EQ(a.take(), "wcf9/1=6 ") << "what lay beneath answers again";
}

TEST_F(IoSpaceTest, UnmapLeavesNobodyAndItsIdIsUsedAgain)
{
    const IoSpace::Id id = map(0x60, 1, a);
    io.unmap(id);
    EXPECT_EQ(io.read(0x60, 1), 0xffu);
    io.unmap(id); // twice, or nobody, does no harm
    io.unmap(IoSpace::NONE);
    EXPECT_EQ(map(0x300, 8, b), id);
    EXPECT_EQ(io.ranges()[id].base, 0x300);
    EXPECT_EQ(io.ranges()[id].count, 8u);
    EXPECT_EQ(io.ranges()[id].name, "probe");
}

// Mapping order, not id order, decides: the second range takes a freed, lower id.
TEST_F(IoSpaceTest, ReusedIdIsStillTheLatest)
{
    const IoSpace::Id first = map(0x10, 1, a);
    const IoSpace::Id under = map(0x60, 1, a);
    io.unmap(first);
    ASSERT_LT(map(0x60, 1, b), under);
    const IoSpace::Id other = map(0x99, 1, a);
    io.unmap(other); // repaints everything
    io.read(0x60, 1);
    EXPECT_EQ(b.take(), "r60/1 ");
    EXPECT_EQ(a.take(), "");
}

TEST_F(IoSpaceTest, WriteMayUnmapItsOwnRange)
{
    struct Suicide {
        IoSpace& io;
        IoSpace::Id id = IoSpace::NONE;
        int writes = 0;
        u32 read(u16, int) { return 0; }
        void write(u16, u32, int)
        {
            writes++;
            io.unmap(id);
        }
    } device{io};
    device.id = io.map<&Suicide::read, &Suicide::write>(0x60, 4, &device, "gone", 1);
    io.write(0x60, 0x01020304, 4);
    EXPECT_EQ(device.writes, 1) << "the other three bytes find nobody";
}

TEST_F(IoSpaceTest, ReadOnlyAndWriteOnlyHandlers)
{
    io.map(0x60, 1, {&a, [](void*, u16, int) -> u32 { return 0x5a; }, nullptr, 1}, "read only");
    io.map(0x61, 1, {&a, nullptr, [](void* p, u16, u32 v, int) { static_cast<Probe*>(p)->answer = v; }, 1}, "write only");
    EXPECT_EQ(io.read(0x60, 2), 0xff5au);
    io.write(0x60, 0x7788, 2);
    EXPECT_EQ(a.answer, 0x77u);
}

} // namespace
} // namespace tabpc
