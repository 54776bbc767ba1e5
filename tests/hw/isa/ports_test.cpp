// The small ports: 61h, 80h, 92h, F0h, the parallel port, the debug ports, and VMware's backdoor.
#include "hw/isa/debug_ports.h"
#include "hw/isa/i8254.h"
#include "hw/isa/parallel.h"
#include "hw/isa/port61.h"
#include "hw/isa/port80.h"
#include "hw/isa/port92.h"
#include "hw/isa/portf0.h"
#include "hw/isa/probe.h"
#include "hw/isa/vmmouse.h"
#include "hw/isa/vmport.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

struct Collector final : CharSink {
    std::string text;
    void write(std::span<const u8> bytes) override { text.append(bytes.begin(), bytes.end()); }
};

struct PortsTest : testing::Test, Bench {};

struct SpeakerTest : PortsTest {
    I8254 pit{clock, io};
    Port61 speaker{clock, io, Port61::timer2(pit)};
    std::vector<std::pair<bool, i64>> changes;

    SpeakerTest()
    {
        speaker.gate2.connect(
            {[](void* o, int, int level) { static_cast<I8254*>(o)->set_gate(2, level); }, &pit, 0});
        pit.out[2].connect(speaker.out2());
        speaker.on_speaker(
            [](void* o, bool level, i64 at) {
                static_cast<std::vector<std::pair<bool, i64>>*>(o)->emplace_back(level, at);
            },
            &changes);
        pit.reset();
        speaker.reset();
    }
    void tone(u8 mode, u16 count)
    {
        out(0x43, 0xb0 | mode << 1), out(0x42, count & 0xff), out(0x42, count >> 8);
    }
};

TEST_F(SpeakerTest, ReadsAreQemus)
{
    out(0x61, 0x01);
    tone(2, 1000);
    run_for(100'000);
    EXPECT_EQ(in(0x61), 0x11);
    out(0x61, 0x00);
    EXPECT_EQ(in(0x61), 0x00);
    out(0x61, 0xff);
    EXPECT_EQ(in(0x61), 0x13);
}

TEST_F(SpeakerTest, RefreshTogglesOnEveryRead) { EXPECT_EQ((in(0x61) ^ in(0x61)) & 0x10, 0x10); }

TEST_F(SpeakerTest, Out2EndsACalibrationLoop)
{
    out(0x61, 0x01);
    tone(0, 1193);
    EXPECT_EQ(in(0x61) & 0x20, 0);
    run_for(1'000'000);
    EXPECT_EQ(in(0x61) & 0x20, 0x20);
}

TEST_F(SpeakerTest, ListenerHearsEachEdgeAtItsTimeHoweverLateTheHost)
{
    out(0x61, 0x03);
    tone(3, 1000);
    changes.clear();
    clock.set_now(10'000'000);
    clock.run_timers();
    ASSERT_GE(changes.size(), 20u);
    for (size_t i = 1; i < 20; i++) {
        EXPECT_NE(changes[i].first, changes[i - 1].first);
        EXPECT_NEAR(static_cast<double>(changes[i].second - changes[i - 1].second), 500e9 / 1193182, 1);
    }
    out(0x61, 0x00);
    EXPECT_FALSE(speaker.speaker());
}

TEST_F(SpeakerTest, Snapshot)
{
    out(0x61, 0x03);
    in(0x61);
    Bench other;
    Port61 fresh(other.clock, other.io, {});
    snapshot_round_trip(speaker, fresh);
}

TEST_F(PortsTest, Port92)
{
    Port92 port(io);
    Probe a20, reset_pin;
    port.a20.connect(a20.in());
    port.reset_request.connect(reset_pin.in());
    EXPECT_EQ(in(0x92), 0);
    out(0x92, 0x02);
    EXPECT_EQ(a20.level, 1);
    EXPECT_EQ(in(0x92), 0x02);
    out(0x92, 0x03);
    out(0x92, 0x03);
    EXPECT_EQ(reset_pin.edges, 1);
    Port92 fresh(io);
    snapshot_round_trip(port, fresh);
}

TEST_F(PortsTest, Port80)
{
    Port80 post(io);
    out(0x80, 0x42);
    EXPECT_EQ(post.code(), 0x42);
    EXPECT_EQ(in(0x80), 0xff);
    Port80 fresh(io);
    snapshot_round_trip(post, fresh);
}

TEST_F(PortsTest, CoprocessorErrors)
{
    PortF0 port(io);
    Probe irq13, ignne;
    port.irq13.connect(irq13.in());
    port.ignne.connect(ignne.in());
    out(0xf0, 0);
    EXPECT_EQ(ignne.level, 0) << "without an error the port does nothing";
    port.set_ferr(1);
    EXPECT_EQ(irq13.level, 1);
    EXPECT_EQ(ignne.level, 0);
    out(0xf0, 0);
    EXPECT_EQ(irq13.level, 0);
    EXPECT_EQ(ignne.level, 1);
    port.set_ferr(0);
    EXPECT_EQ(ignne.level, 0);
    PortF0 fresh(io);
    snapshot_round_trip(port, fresh);
}

TEST_F(PortsTest, DebugPorts)
{
    Collector log;
    int status = -1;
    IsaDebugcon con(io, 0x402, log);
    IsaDebugExit exit(
        io, 0xf4, 4, [](void* o, int s) { *static_cast<int*>(o) = s; }, &status);
    EXPECT_EQ(in(0x402), 0xe9);
    out(0x402, 'x');
    EXPECT_EQ(log.text, "x");
    io.write(0xf4, 0x10, 4);
    EXPECT_EQ(status, 0x21);
}

struct ParallelTest : PortsTest {
    ParallelPort port{clock, io, 0x378};
    Collector printer;
    Probe irq;
    ParallelTest()
    {
        port.connect(&printer);
        port.irq.connect(irq.in());
        port.reset();
    }
};

TEST_F(ParallelTest, ResetValuesAreQemus)
{
    EXPECT_EQ(in(0x378), 0xff);
    EXPECT_EQ(in(0x379), 0xd9);
    EXPECT_EQ(in(0x37a), 0xcc);
}

TEST_F(ParallelTest, StrobePrintsAndAcknowledges)
{
    out(0x37a, 0x1c);
    out(0x378, 'P');
    out(0x37a, 0x1d);
    EXPECT_EQ(printer.text, "P");
    EXPECT_EQ(in(0x379) & 0xc0, 0x40) << "busy";
    out(0x37a, 0x1c);
    run_for(5000);
    EXPECT_EQ(in(0x379) & 0xc0, 0x00) << "acknowledging";
    run_for(5000);
    EXPECT_EQ(irq.level, 1);
    EXPECT_EQ(in(0x379) & 0xc0, 0xc0);
    EXPECT_EQ(irq.level, 0);
    out(0x37a, 0x04);
    out(0x37a, 0x05);
    EXPECT_EQ(printer.text, "P") << "not selected";
}

TEST_F(ParallelTest, Snapshot)
{
    out(0x378, 'S'), out(0x37a, 0x1d);
    Bench other;
    other.clock.set_now(clock.now());
    ParallelPort fresh(other.clock, other.io, 0x378);
    snapshot_round_trip(port, fresh);
}

struct FakeCpu final : VmportCpu {
    VmportRegs r;
    VmportRegs vmport_registers() override { return r; }
    void set_vmport_registers(const VmportRegs& v) override { r = v; }
};

struct VmPortTest : PortsTest {
    FakeCpu cpu;
    VmPort port{io, &cpu, 32 << 20};
    VmMouse mouse;
    Probe poll;

    VmPortTest()
    {
        port.add(VmMouse::DATA, vmport_command<&VmMouse::data>(&mouse));
        port.add(VmMouse::STATUS, vmport_command<&VmMouse::status>(&mouse));
        port.add(VmMouse::COMMAND, vmport_command<&VmMouse::command>(&mouse));
        mouse.poll.connect(poll.in());
        mouse.reset();
    }
    u32 call(u32 command, u32 ebx = 0)
    {
        cpu.r = {VmPort::MAGIC, ebx, command, 0};
        return io.read(0x5658, 4);
    }
    void request(u32 what) { call(VmMouse::COMMAND, what); }
};

TEST_F(VmPortTest, VersionAndRamSize)
{
    EXPECT_EQ(call(0x0a), 6u);
    EXPECT_EQ(cpu.r.ebx, 0x564d5868u);
    EXPECT_EQ(call(0x14), 32u << 20);
}

TEST_F(VmPortTest, WithoutTheMagicNothingHappens)
{
    cpu.r = {0x1234, 7, 0x0a, 0};
    EXPECT_EQ(io.read(0x5658, 4), 0x1234u);
    EXPECT_EQ(cpu.r.ebx, 7u);
    port.set_cpu(nullptr);
    EXPECT_EQ(io.read(0x5658, 4), 0xffffffffu);
}

TEST_F(VmPortTest, AbsolutePointer)
{
    EXPECT_EQ(call(VmMouse::STATUS), 0xffff0000u);
    mouse.move_to(1, 1, 0, 0);
    EXPECT_EQ(poll.edges, 0);
    request(0x45414552);
    EXPECT_EQ(call(VmMouse::STATUS), 1u);
    EXPECT_EQ(call(VmMouse::DATA, 1), 0x3442554au);
    EXPECT_FALSE(mouse.absolute());
    request(0x53424152);
    EXPECT_TRUE(mouse.absolute());
    mouse.move_to(0x7fff, 0x4000, 1, 0x03);
    EXPECT_EQ(poll.edges, 1);
    EXPECT_EQ(call(VmMouse::STATUS), 4u);
    EXPECT_EQ(call(VmMouse::DATA, 4), 0x30u);
    EXPECT_EQ(cpu.r.ebx, 0xfffeu);
    EXPECT_EQ(cpu.r.ecx, 0x8000u);
    EXPECT_EQ(cpu.r.edx, 1u);
    call(VmMouse::DATA, 4);
    EXPECT_FALSE(mouse.enabled()) << "reading what is not there switches the device off";
}

TEST_F(VmPortTest, QueueIsBounded)
{
    request(0x45414552);
    for (int i = 0; i < 1000; i++) mouse.move(1, 2, 0, 0);
    EXPECT_EQ(call(VmMouse::STATUS), 1021u);
    VmMouse fresh;
    snapshot_round_trip(mouse, fresh);
}

} // namespace
} // namespace tabpc
