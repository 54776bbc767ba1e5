// The way of a timer interrupt, PIT -> PIC -> CPU (MACHINE.md 1.4 to 1.6): a hot loop of two blocks runs in slices of a
// budget, and is left at the instruction at which the PIT's edge is due. The handler writes to a port that notes the time.
#include "../engine/engine.h"
#include "cpu/cpu.h"
#include "hw/isa/i8254.h"
#include "hw/isa/i8259.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace tabpc {
namespace {

constexpr i64 NS_PER_INSTRUCTION = 10;
constexpr u16 RELOAD = 1193; // about 1 kHz

class TimerInterrupt : public testing::Test {
protected:
    TimerInterrupt()
    {
        RamBlock* ram = list_.allocate("ram", 1 << 20);
        memory.map_ram(0, 1 << 20, *ram, 0, 0, "ram");
        pic.intr.connect({[](void* c, int, int level) { static_cast<Cpu*>(c)->set_intr(level); }, &cpu, 0});
        pit.out[0].connect(pic.in(0));
        io.map<&TimerInterrupt::read, &TimerInterrupt::note>(0x99, 1, this, "note");
        clock.rebase(0, u64(NS_PER_INSTRUCTION) << 32);
        clock.on_earlier_deadline([](void* c) { static_cast<Cpu*>(c)->request_exit(); }, &cpu);
        for (const auto& [port, value] : {std::pair{0x20, 0x11}, {0x21, 0x08}, {0x21, 0x04}, {0x21, 0x01}, {0x21, 0xfe}})
            io.write(static_cast<u16>(port), static_cast<u32>(value), 1);
        io.write(0x43, 0x34, 1); // counter 0, LSB and MSB, mode 2
        io.write(0x40, RELOAD & 0xff, 1);
        io.write(0x40, RELOAD >> 8, 1);

        load(0x1000, {0x40, 0xeb, 0x00,   // a: INC AX; JMP b
                      0x43, 0xeb, 0xfa}); // b: INC BX; JMP a
        load(0x2000, {0xe6, 0x99, 0xb0, 0x20, 0xe6, 0x20, 0xcf}); // OUT 99, AL; EOI; IRET
        memory.dma_store<u32>(8 * 4, 0x2000);
        CpuState& s = cpu.s;
        s.seg[CS].base = s.seg[CS].selector = 0;
        s.rip = 0x1000;
        s.set_reg32(ESP, 0x8000);
        s.eflags |= eflags::IF;
        cpu.mode_changed();
        run(50); // OUT goes high as mode 2 is set: an interrupt that does not count
        times.clear();
    }
    void load(PhysAddr at, std::vector<u8> bytes) { memory.dma_write(at, bytes); }
    u32 read(u16, int) { return 0; }
    void note(u16, u32, int) { times.push_back(clock.now()); }

    // As the machine's slices do: no further than the next deadline.
    void run(u64 instructions, bool timers = true)
    {
        const u64 end = clock.instructions() + instructions;
        while (clock.instructions() < end) {
            cpu.run(std::min(end - clock.instructions(), timers ? clock.instructions_until(clock.deadline()) : end));
            if (timers) clock.run_timers();
        }
    }

    VirtualClock clock;
    RamList list_;
    PhysMap memory{list_};
    IoSpace io;
    I8259Pair pic{io};
    Cpu cpu{clock, memory, io, CpuWires{this, &acknowledge, nullptr, nullptr, nullptr}};
    test::AttachedEngine engine{cpu};
    I8254 pit{clock, io};
    std::vector<i64> times;
    bool drop_before_acknowledge = false;

private:
    static u8 acknowledge(void* opaque)
    {
        auto& t = *static_cast<TimerInterrupt*>(opaque);
        if (t.drop_before_acknowledge) t.pic.in(0).set(0);
        return t.pic.acknowledge();
    }
};

TEST_F(TimerInterrupt, LatencyIsAFewInstructions)
{
    run(10'000'000); // 100 ms
    ASSERT_GE(times.size(), 98u);
    for (size_t n = 0; n < times.size(); n++) {
        // OUT rises every RELOAD clocks; the first is counted from the clock that loads the counter.
        const i64 edge = ticks_to_ns(static_cast<i64>(n + 1) * RELOAD + 1, I8254::CLK_HZ);
        const i64 late = times[n] - edge;
        ASSERT_GE(late, 0) << "interrupt " << n;
        ASSERT_LE(late, 4 * NS_PER_INSTRUCTION) << "interrupt " << n;
    }
}

TEST_F(TimerInterrupt, WithoutItsDeadlinesTheLoopIsNeverLeft)
{
    run(10'000'000, false);
    EXPECT_TRUE(times.empty());
}

TEST_F(TimerInterrupt, RequestEndsTheRunAfterTheBlock)
{
    struct Leaver {
        Cpu& cpu;
        u32 read(u16, int) { return 0; }
        void write(u16, u32, int) { cpu.request_exit(); }
    } leaver{cpu};
    io.map<&Leaver::read, &Leaver::write>(0x98, 1, &leaver, "leave");
    load(0x1000, {0xe6, 0x98, 0x43, 0x43, 0xeb, 0xfa}); // OUT 98, AL; INC BX twice; JMP
    cpu.s.rip = 0x1000;
    const u64 before = clock.instructions();
    cpu.run(1000);
    EXPECT_EQ(clock.instructions() - before, 1u) << "right behind the OUT";
}

// The line falls before the CPU acknowledges: the spurious vector, 7, not the timer's.
TEST_F(TimerInterrupt, LineThatDropsIsSpurious)
{
    memory.dma_store<u32>(15 * 4, 0x2000);
    memory.dma_store<u32>(8 * 4, 0x3000);
    load(0x3000, {0xeb, 0xfe});
    drop_before_acknowledge = true;
    run(100'100); // one edge
    EXPECT_EQ(times.size(), 1u);
}

TEST_F(TimerInterrupt, MaskedOrWithIfClearItWaits)
{
    cpu.s.eflags &= ~u32{eflags::IF};
    run(1'000'000);
    EXPECT_TRUE(times.empty());
    cpu.s.eflags |= eflags::IF;
    run(1'000);
    EXPECT_EQ(times.size(), 1u) << "ten edges are one request";
    io.write(0x21, 0xff, 1);
    run(1'000'000);
    EXPECT_EQ(times.size(), 1u);
}

} // namespace
} // namespace tabpc
