// Wires: MACHINE.md 1.4. What reaches an input is written to a log: "n:level".
#include "core/irq.h"
#include <gtest/gtest.h>
#include <string>

namespace tabpc {
namespace {

struct Probe {
    std::string log;
    void level(int n, int level) { log += std::to_string(n) + ":" + std::to_string(level) + " "; }
    IrqInput input(int n = 0) { return irq_input<&Probe::level>(this, n); }
    std::string take() { return std::exchange(log, {}); }
};

TEST(IrqLine, SetRaiseLowerPulse)
{
    Probe probe;
    IrqLine line;
    line.connect(probe.input(5));
    line.set(1);
    line.set(1);
    EXPECT_EQ(probe.take(), "5:1 5:1 ") << "a wire keeps no state: every call arrives";
    line.lower();
    line.raise();
    EXPECT_EQ(probe.take(), "5:0 5:1 ");
    line.pulse();
    EXPECT_EQ(probe.take(), "5:1 5:0 ") << "exactly up, then down";
    line.set(7);
    EXPECT_EQ(probe.take(), "5:7 ") << "the level is handed on as it is";
}

TEST(IrqLine, UnconnectedIsLegal)
{
    IrqLine line;
    line.raise();
    line.lower();
    line.pulse();
    line.target().set(1);
    IrqInput{}.set(1);
}

TEST(IrqInputs, EachHasItsNumber)
{
    Probe probe;
    IrqInputs<16> inputs([](void* p, int n, int level) { static_cast<Probe*>(p)->level(n, level); }, &probe);
    for (int n = 0; n < 16; n++) {
        IrqLine line;
        line.connect(inputs[n]);
        line.raise();
        EXPECT_EQ(probe.take(), std::to_string(n) + ":1 ");
    }
}

TEST(IrqInputs, InterceptSeesAndStillForwards)
{
    Probe probe, observer;
    IrqInputs<4> inputs([](void* p, int n, int level) { static_cast<Probe*>(p)->level(n, level); }, &probe);
    IrqLine line;
    line.connect(inputs[2]);
    line.raise();
    EXPECT_EQ(probe.take(), "2:1 ");

    std::string order;
    inputs.intercept([](void* o, int n, int level) { static_cast<Probe*>(o)->level(n, level); }, &observer);
    line.lower();
    EXPECT_EQ(observer.take(), "2:0 ") << "wires made before the observer came are seen as well";
    EXPECT_EQ(probe.take(), "2:0 ");

    inputs.intercept(nullptr, nullptr);
    line.raise();
    EXPECT_EQ(observer.take(), "");
    EXPECT_EQ(probe.take(), "2:1 ");
}

TEST(IrqInputs, ObserverComesFirst)
{
    Probe both;
    IrqInputs<1> inputs([](void* p, int, int level) { static_cast<Probe*>(p)->level(1, level); }, &both);
    inputs.intercept([](void* p, int, int level) { static_cast<Probe*>(p)->level(0, level); }, &both);
    inputs[0].set(1);
    EXPECT_EQ(both.take(), "0:1 1:1 ");
}

TEST(IrqSplitter, DrivesBothInOrder)
{
    Probe probe;
    IrqSplitter split(probe.input(1), probe.input(2));
    IrqLine line;
    line.connect(split.input());
    line.raise();
    line.lower();
    EXPECT_EQ(probe.take(), "1:1 2:1 1:0 2:0 ");
    IrqSplitter half({}, probe.input(3));
    half.input().set(1);
    EXPECT_EQ(probe.take(), "3:1 ") << "one side unconnected";
}

TEST(IrqOr, IsHighWhileAnyInputIs)
{
    Probe probe;
    IrqOr gate;
    gate.out.connect(probe.input());
    gate.input(0).set(1);
    EXPECT_EQ(probe.take(), "0:1 ");
    gate.input(31).set(1);
    gate.input(0).set(1);
    EXPECT_EQ(probe.take(), "") << "it is high already";
    gate.input(0).set(0);
    EXPECT_EQ(probe.take(), "");
    EXPECT_EQ(gate.levels(), u32(1) << 31);
    gate.input(31).set(0);
    EXPECT_EQ(probe.take(), "0:0 ");
    gate.input(31).set(0);
    EXPECT_EQ(probe.take(), "");
}

} // namespace
} // namespace tabpc
