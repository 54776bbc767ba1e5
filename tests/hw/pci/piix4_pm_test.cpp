// Power management as a BIOS sets it up and an ACPI guest uses it; SMBus; hot-plug ports.
#include "hw/pci/piix4_pm.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

constexpr u16 PM = 0x600, SMB = 0xb100, GPE = 0xafe0;

struct Pin {
    int level = 0, edges = 0;
    IrqInput input()
    {
        return {[](void* o, int, int level) {
                    auto& p = *static_cast<Pin*>(o);
                    p.level = level;
                    p.edges += level;
                },
                this, 0};
    }
};

struct Board {
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    PciBus bus{io, memory};
    VirtualClock clock;
    PIIX4PM pm{bus, pci_devfn(1, 3), clock, {}};
    Pin sci, smi, power_off, suspend;

    Board()
    {
        pm.sci.connect(sci.input());
        pm.smi.connect(smi.input());
        pm.power_off.connect(power_off.input());
        pm.suspend.connect(suspend.input());
    }
    u32 config(int at, int size) { return bus.config_read(address(at), size); }
    void set_config(int at, u32 v, int size) { bus.config_write(address(at), v, size); }
    static u32 address(int at) { return u32(pci_devfn(1, 3)) << 8 | static_cast<u32>(at); }

    void enable_pm() // what SeaBIOS does
    {
        set_config(0x40, PM | 1, 4);
        set_config(0x80, 1, 1);
    }
    void pass(i64 ns)
    {
        const i64 end = clock.now() + ns;
        while (clock.deadline() <= end) {
            clock.set_now(clock.deadline());
            clock.run_timers();
        }
        clock.set_now(end);
    }
    u32 in(u16 port, int size = 1) { return io.read(port, size); }
    void out(u16 port, u32 v, int size = 1) { io.write(port, v, size); }
};

TEST(Piix4Pm, IdentityAndResetValues)
{
    Board b;
    EXPECT_EQ(b.config(0, 4), 0x71138086u);
    EXPECT_EQ(b.config(8, 4), 0x06800003u);
    EXPECT_EQ(b.config(6, 2), 0x0280u);
    EXPECT_EQ(b.config(0x3d, 1), 1u);
    EXPECT_EQ(b.config(0x40, 4), 1u);
    EXPECT_EQ(b.config(0x90, 4), 0xb101u);
    EXPECT_EQ(b.config(0xd2, 1), 0x09u);
}

TEST(Piix4Pm, PortsAreDecodedOnceEnabled)
{
    Board b;
    b.set_config(0x40, 0xffffffff, 4);
    EXPECT_EQ(b.config(0x40, 4), 0xffc1u);
    b.set_config(0x40, PM, 4);
    EXPECT_EQ(b.config(0x40, 4), PM | 1u);
    EXPECT_EQ(b.in(PM, 2), 0xffffu);
    b.set_config(0x80, 1, 1);
    EXPECT_EQ(b.in(PM, 2), 0u);
    b.set_config(0x40, 0xb000, 4);
    EXPECT_EQ(b.in(PM, 2), 0xffffu);
    EXPECT_EQ(b.in(0xb000, 2), 0u);
}

TEST(Piix4Pm, TimerCountsAt3579545Hz)
{
    Board b;
    b.enable_pm();
    const u32 from = b.in(PM + 8, 4);
    b.pass(1'000'000'000);
    EXPECT_EQ(b.in(PM + 8, 4) - from, 3579545u);
    b.pass(10'000'000'000);
    EXPECT_EQ(b.in(PM + 8, 4), 11u * 3579545 % (1u << 24)) << "24 bits";
}

TEST(Piix4Pm, TimerOverflowInterrupts)
{
    Board b;
    b.enable_pm();
    b.out(PM + 2, 1, 2);
    const i64 overflow = ticks_to_ns(1 << 23, 3579545);
    b.pass(overflow - 1);
    EXPECT_EQ(b.sci.level, 0);
    EXPECT_EQ(b.in(PM, 2), 0u);
    b.pass(1);
    EXPECT_EQ(b.sci.level, 1);
    EXPECT_EQ(b.in(PM, 2), 1u);
    b.out(PM, 1, 2);
    EXPECT_EQ(b.sci.level, 0);
    b.pass(overflow + 1); // the top bit turns back: an event too
    EXPECT_EQ(b.sci.edges, 2);

    b.out(PM + 2, 0, 2);
    b.out(PM, 1, 2);
    EXPECT_EQ(b.clock.deadline(), Clock::NEVER) << "costs nothing while disabled";
    b.pass(overflow + 1);
    EXPECT_EQ(b.in(PM, 2), 1u) << "the status is there all the same";
    b.out(PM + 2, 1, 2);
    EXPECT_EQ(b.sci.level, 1);
}

TEST(Piix4Pm, PowerButtonWakesAHandler)
{
    Board b;
    b.enable_pm();
    b.pm.press_power_button();
    EXPECT_EQ(b.in(PM, 2), 0x100u);
    EXPECT_EQ(b.sci.level, 0) << "not enabled";
    b.out(PM + 2, 0x100, 2);
    EXPECT_EQ(b.sci.level, 1);
    b.out(PM + 1, 1); // byte access
    EXPECT_EQ(b.sci.level, 0);
    EXPECT_EQ(b.in(PM, 2), 0u);
}

TEST(Piix4Pm, SleepTypes)
{
    Board b;
    b.enable_pm();
    b.out(PM + 4, 0x0401, 2);
    EXPECT_EQ(b.in(PM + 4, 2), 0x0401u);
    EXPECT_EQ(b.suspend.edges, 0) << "only SLP_EN acts";
    b.out(PM + 4, 0x2401, 2);
    EXPECT_EQ(b.suspend.edges, 1);
    EXPECT_EQ(b.in(PM + 4, 2), 0x0401u) << "SLP_EN reads as zero";
    EXPECT_EQ(b.power_off.edges, 0);
    b.out(PM + 4, 0x2001, 2);
    EXPECT_EQ(b.power_off.edges, 1);
    b.pm.wake(AcpiPm1::PWRBTN);
    EXPECT_EQ(b.in(PM, 2), 0x8100u);
}

TEST(Piix4Pm, ApmcSwitchesAcpiAndMakesSmis)
{
    Board b;
    b.enable_pm();
    b.out(0xb3, 0x42);
    EXPECT_EQ(b.in(0xb3), 0x42u);
    b.out(0xb2, 0xf1);
    EXPECT_EQ(b.in(0xb2), 0xf1u);
    EXPECT_EQ(b.in(PM + 4, 2), 1u);
    b.out(0xb2, 0xf0);
    EXPECT_EQ(b.in(PM + 4, 2), 0u);
    EXPECT_EQ(b.smi.edges, 0);
    b.set_config(0x5b, 2, 1);
    b.out(0xb2, 0);
    EXPECT_EQ(b.smi.edges, 1);
}

TEST(Smbus, TransactionsTakeTimeAndReadTheModulesEeprom)
{
    Board b;
    const u8 spd[] = {0x80, 0x08, 0x04, 3, 0x11, 0x22, 0x33};
    b.pm.spd(1).load(spd);
    const auto start = [&](u8 protocol, u8 address, u8 command) {
        b.out(SMB + 4, address);
        b.out(SMB + 3, command);
        b.out(SMB + 2, 0x40 | protocol << 2);
        EXPECT_EQ(b.in(SMB), 1u) << "busy";
        b.pass(1'000'000);
        const u32 status = b.in(SMB);
        b.out(SMB, 0xff);
        EXPECT_EQ(b.in(SMB), 0u);
        return status;
    };
    EXPECT_EQ(start(2, 0xa3, 2), 2u);
    EXPECT_EQ(b.in(SMB + 5), 4u);
    EXPECT_EQ(start(3, 0xa3, 0), 2u);
    EXPECT_EQ(b.in(SMB + 5) | b.in(SMB + 6) << 8, 0x0880u);
    EXPECT_EQ(start(5, 0xa3, 3), 2u);
    EXPECT_EQ(b.in(SMB + 5), 3u);
    EXPECT_EQ(b.in(SMB + 2), 5u << 2) << "and the block index is 0";
    EXPECT_EQ(b.in(SMB + 7), 0x11u);
    EXPECT_EQ(b.in(SMB + 7), 0x22u);

    b.out(SMB + 5, 0x99);
    EXPECT_EQ(start(2, 0xa2, 9), 2u); // write a byte
    EXPECT_EQ(start(1, 0xa2, 9), 2u); // set the offset
    EXPECT_EQ(start(1, 0xa3, 0), 2u); // receive
    EXPECT_EQ(b.in(SMB + 5), 0x99u);

    EXPECT_EQ(start(2, 0x61, 0), 4u) << "nobody at 30h";
    EXPECT_EQ(start(7, 0xa3, 0), 4u) << "no such protocol";
}

TEST(Smbus, MovesWithItsBase)
{
    Board b;
    b.set_config(0x90, 0x701, 4);
    EXPECT_EQ(b.in(SMB), 0xffu);
    EXPECT_EQ(b.in(0x700), 0u);
    b.set_config(0xd2, 0, 1);
    EXPECT_EQ(b.in(0x700), 0xffu);
}

TEST(Hotplug, DeviceComesAndGoes)
{
    Board b;
    Pin ejected;
    b.pm.hotplug().eject[5].connect(ejected.input());
    EXPECT_EQ(b.in(0xae0c, 4), 0xfffffff8u);
    EXPECT_EQ(b.in(0xaf00), 1u);
    b.out(GPE + 2, 2);
    b.pm.hotplug().device_added(5);
    EXPECT_EQ(b.sci.level, 1);
    EXPECT_EQ(b.in(GPE), 2u);
    EXPECT_EQ(b.in(0xae00, 4), 0x20u);
    EXPECT_EQ(b.in(0xae00, 4), 0u) << "read to clear";
    b.out(GPE, 2);
    EXPECT_EQ(b.sci.level, 0);

    b.pm.hotplug().removal_requested(5);
    EXPECT_EQ(b.sci.level, 1);
    EXPECT_EQ(b.in(0xae04, 4), 0x20u);
    b.out(0xae08, 0x21, 4); // slot 0 stays
    EXPECT_EQ(ejected.edges, 1);
    EXPECT_EQ(b.in(0xae04, 4), 0u);
    EXPECT_EQ(b.in(0xae08, 4), 0u);
    b.out(0xae10, 1, 4);
    EXPECT_EQ(b.in(0xae0c, 4), 0u) << "there is no bus 1";
}

TEST(Hotplug, GpeRegistersKeepTheirBytes)
{
    Board b;
    b.out(GPE + 2, 0xffff, 2);
    EXPECT_EQ(b.in(GPE + 2), 0xffu);
    EXPECT_EQ(b.in(GPE + 3), 0xffu);
    EXPECT_EQ(b.in(GPE, 2), 0u);
}

TEST(Piix4Pm, SnapshotRoundTrip)
{
    Board b, fresh;
    b.enable_pm();
    b.out(PM + 2, 0x101, 2);
    b.pm.press_power_button();
    b.pm.hotplug().device_added(7);
    b.out(SMB + 4, 0xa1);
    b.out(SMB + 2, 0x48);
    snapshot_round_trip(b.pm, fresh.pm);
    EXPECT_EQ(fresh.in(PM, 2), 0x100u);
    EXPECT_EQ(fresh.sci.edges, 0) << "loading drives no wires";
    fresh.pass(1'000'000);
    EXPECT_EQ(fresh.in(SMB), 2u);
}

} // namespace
} // namespace tabpc
