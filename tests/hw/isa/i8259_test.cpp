// The interrupt controllers, seen from their ports, their inputs and the INTA cycle.
#include "hw/isa/i8259.h"
#include "hw/isa/probe.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

struct I8259Test : testing::Test, Bench {
    I8259Pair pic{io};
    Probe intr;

    I8259Test()
    {
        pic.intr.connect(intr.in());
        pic.reset();
        init(0x01);
    }
    void init(u8 icw4, u8 icw4_master = 0)
    {
        for (u16 base : {0x20, 0xa0}) {
            out(base, 0x11);
            out(base + 1, base == 0x20 ? 0x08 : 0x70);
            out(base + 1, base == 0x20 ? 0x04 : 0x02);
            out(base + 1, icw4 | (base == 0x20 ? icw4_master : 0));
        }
    }
    void raise(int n) { pic.in(n).set(1); }
    void lower(int n) { pic.in(n).set(0); }
    u8 irr(u16 port) { return out(port, 0x0a), in(port); }
    u8 isr(u16 port) { return out(port, 0x0b), in(port); }
    void eoi(int n)
    {
        if (n >= 8) out(0xa0, 0x20);
        out(0x20, 0x20);
    }
};

TEST_F(I8259Test, AfterInitialisationNothingIsMaskedAndPollFindsNothing)
{
    EXPECT_EQ(in(0x21), 0);
    EXPECT_EQ(in(0xa1), 0);
    out(0x20, 0x0c);
    EXPECT_EQ(in(0x20), 0);
}

TEST_F(I8259Test, ElcrLeavesTheBoardsOwnLinesEdgeTriggered)
{
    out(0x4d0, 0xff);
    out(0x4d1, 0xff);
    EXPECT_EQ(in(0x4d0), 0xf8);
    EXPECT_EQ(in(0x4d1), 0xde);
}

TEST_F(I8259Test, EdgeGivesOneInterrupt)
{
    raise(4);
    raise(4);
    EXPECT_EQ(intr.level, 1);
    EXPECT_EQ(pic.acknowledge(), 0x0c);
    EXPECT_EQ(intr.level, 0);
    EXPECT_EQ(isr(0x20), 0x10);
    eoi(4);
    EXPECT_FALSE(pic.pending()) << "the line is still high, but an edge counts once";
    lower(4);
    raise(4);
    EXPECT_TRUE(pic.pending());
}

TEST_F(I8259Test, LevelComesAgainAfterEoiWhileTheLineIsHigh)
{
    out(0x4d1, 0x08); // IRQ 11
    raise(11);
    EXPECT_EQ(pic.acknowledge(), 0x73);
    EXPECT_FALSE(pic.pending());
    eoi(11);
    EXPECT_TRUE(pic.pending());
    EXPECT_EQ(pic.acknowledge(), 0x73);
    lower(11);
    eoi(11);
    EXPECT_FALSE(pic.pending());
}

TEST_F(I8259Test, LineThatDropsBeforeIntaIsSpurious)
{
    raise(3);
    lower(3);
    EXPECT_FALSE(pic.pending());
    EXPECT_EQ(pic.acknowledge(), 0x0f);
    EXPECT_EQ(isr(0x20), 0) << "IRQ 7 is not in service";

    raise(10);
    out(0xa1, 0x04); // masked between INTR and INTA: only the master still knows
    raise(12);
    lower(12);
    EXPECT_EQ(pic.acknowledge(), 0x0f);
}

TEST_F(I8259Test, HigherPriorityInterruptsLowerOne)
{
    raise(5);
    EXPECT_EQ(pic.acknowledge(), 0x0d);
    raise(6);
    EXPECT_FALSE(pic.pending());
    raise(1);
    EXPECT_EQ(pic.acknowledge(), 0x09);
    eoi(1);
    EXPECT_EQ(isr(0x20), 0x20);
    eoi(5);
    EXPECT_EQ(pic.acknowledge(), 0x0e);
}

TEST_F(I8259Test, SlavesSecondRequestReachesTheMaster)
{
    raise(14);
    raise(15);
    EXPECT_EQ(pic.acknowledge(), 0x76);
    EXPECT_EQ(isr(0x20), 0x04);
    EXPECT_EQ(isr(0xa0), 0x40);
    eoi(14);
    EXPECT_EQ(pic.acknowledge(), 0x77);
}

TEST_F(I8259Test, SlaveThatStillHasARequestAfterIntaRaisesItsIntAgain)
{
    out(0xa0, 0x11), out(0xa1, 0x70), out(0xa1, 0x02), out(0xa1, 0x03); // automatic EOI
    raise(14);
    raise(15);
    EXPECT_EQ(pic.acknowledge(), 0x76);
    out(0x20, 0x20);
    EXPECT_TRUE(pic.pending());
    EXPECT_EQ(pic.acknowledge(), 0x77);
}

TEST_F(I8259Test, SpecialFullyNestedMasterLetsTheSlaveNest)
{
    raise(12);
    EXPECT_EQ(pic.acknowledge(), 0x74);
    raise(8);
    EXPECT_FALSE(pic.pending());
    eoi(12);
    lower(12), lower(8);

    init(0x01, 0x10);
    raise(12);
    EXPECT_EQ(pic.acknowledge(), 0x74);
    raise(8);
    EXPECT_EQ(pic.acknowledge(), 0x70);
    raise(5);
    EXPECT_FALSE(pic.pending()) << "what is below the slave still waits";
}

TEST_F(I8259Test, AutoEoiLeavesNothingInService)
{
    init(0x03);
    raise(6);
    EXPECT_EQ(pic.acknowledge(), 0x0e);
    EXPECT_EQ(isr(0x20), 0);
}

TEST_F(I8259Test, RotationMovesTheLowestPriority)
{
    out(0x20, 0xc3); // set priority: 3 is lowest, 4 highest
    raise(3), raise(1), raise(6);
    EXPECT_EQ(pic.acknowledge(), 0x0e);
    out(0x20, 0xa0); // rotate on non-specific EOI: 6 becomes lowest
    EXPECT_EQ(pic.acknowledge(), 0x09);
    out(0x20, 0xe1); // rotate on specific EOI: 1 becomes lowest
    EXPECT_EQ(isr(0x20), 0);
    EXPECT_EQ(pic.acknowledge(), 0x0b);
}

TEST_F(I8259Test, SpecialMaskModeFreesLowerLevels)
{
    raise(2 + 1);
    EXPECT_EQ(pic.acknowledge(), 0x0b);
    raise(5);
    EXPECT_FALSE(pic.pending());
    out(0x21, 0x08);
    EXPECT_FALSE(pic.pending());
    out(0x20, 0x68);
    EXPECT_EQ(pic.acknowledge(), 0x0d);
    out(0x20, 0x20);
    EXPECT_EQ(isr(0x20), 0x08) << "a masked level survives the non-specific EOI";
    out(0x20, 0x63);
    EXPECT_EQ(isr(0x20), 0);
}

TEST_F(I8259Test, PollAcknowledges)
{
    raise(4);
    out(0x20, 0x0c);
    EXPECT_EQ(in(0x20), 0x84);
    EXPECT_EQ(isr(0x20), 0x10);
    EXPECT_FALSE(pic.pending());
}

TEST_F(I8259Test, Icw1ForgetsEdges)
{
    raise(4);
    EXPECT_EQ(irr(0x20), 0x10);
    init(0x01);
    EXPECT_EQ(irr(0x20), 0);
}

TEST_F(I8259Test, InterceptedInputStillWorks)
{
    int seen = -1;
    pic.inputs().intercept([](void* o, int n, int level) { *static_cast<int*>(o) = n * 10 + level; }, &seen);
    raise(9);
    EXPECT_EQ(seen, 91);
    EXPECT_TRUE(pic.pending());
}

TEST_F(I8259Test, Snapshot)
{
    raise(14), raise(4), out(0x21, 0x11), out(0x20, 0x68);
    Bench other;
    I8259Pair fresh(other.io);
    snapshot_round_trip(pic, fresh);
    EXPECT_EQ(fresh.acknowledge(), 0x76);
}

} // namespace
} // namespace tabpc
