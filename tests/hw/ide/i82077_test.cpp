// The floppy controller driven through 3f1-3f7, with the board's real DMA controller.
#include "hw/ide/i82077.h"
#include "hw/ide/ide_board.h"
#include "hw/isa/i8257.h"

namespace tabpc {
namespace {

using namespace fdc;

constexpr u16 BASE = 0x3f0;
constexpr size_t SECTORS = 2880; // 1.44M
constexpr u8 RQM = MSR_RQM, DIO = MSR_DIO, BUSY = MSR_BUSY;

struct Board {
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    VirtualClock clock;
    int irq = 0;
    BlockBackend a{"floppy0"};
    I8257Pair dma{io, memory};
    I82077 fdc{clock,
               io,
               BASE,
               {[](void* o, int, int level) { static_cast<Board*>(o)->irq = level; }, this, 0},
               dma};

    explicit Board(size_t sectors = SECTORS)
    {
        memory.map_ram(0, 1 << 20, *ram.allocate("pc.ram", 1 << 20), 0, 0, "ram");
        a.insert(std::make_unique<MemoryNode>(disk_pattern(sectors)));
        fdc.attach(0, a, FloppyDrive::D35_1440K);
        out(DOR, 0x1c);
        out(DIR_CCR, 0);       // 500 kb/s
        send({0x03, 0xdf, 2}); // SPECIFY: DMA
    }
    std::span<const u8> medium() { return static_cast<MemoryNode*>(a.node())->bytes(); }
    std::vector<u8> medium(size_t sector, size_t n)
    {
        return {medium().begin() + static_cast<ptrdiff_t>(sector * 512),
                medium().begin() + static_cast<ptrdiff_t>((sector + n) * 512)};
    }
    u8 in(Register r) { return static_cast<u8>(io.read(static_cast<u16>(BASE + r), 1)); }
    void out(Register r, u8 v) { io.write(static_cast<u16>(BASE + r), v, 1); }
    void settle()
    {
        while (clock.deadline() != Clock::NEVER) {
            clock.set_now(std::max(clock.now(), clock.deadline()));
            const i64 before = clock.deadline();
            clock.run_timers();
            if (clock.deadline() == before) break;
        }
    }
    void send(std::initializer_list<u8> bytes)
    {
        for (u8 v : bytes) {
            EXPECT_EQ(in(MSR_DSR) & (RQM | DIO), RQM);
            out(FIFO, v);
        }
    }
    std::vector<u8> results()
    {
        std::vector<u8> v;
        while ((in(MSR_DSR) & (RQM | DIO | BUSY)) == (RQM | DIO | BUSY)) v.push_back(in(FIFO));
        return v;
    }
    std::vector<u8> sense_interrupt()
    {
        send({0x08});
        return results();
    }
    void seek(u8 cylinder)
    {
        send({0x0f, 0, cylinder});
        settle();
        sense_interrupt();
    }
    // Channel 2 for `bytes` at `address`; mode 46h writes memory, 4Ah reads it.
    void program_dma(u8 mode, u32 address, u32 bytes)
    {
        io.write(0x0c, 0, 1);
        io.write(0x0b, mode, 1);
        io.write(0x04, address & 0xff, 1);
        io.write(0x04, address >> 8 & 0xff, 1);
        io.write(0x81, address >> 16, 1);
        io.write(0x05, (bytes - 1) & 0xff, 1);
        io.write(0x05, (bytes - 1) >> 8, 1);
        io.write(0x0a, 2, 1); // unmask
    }
    std::vector<u8> memory_bytes(PhysAddr at, size_t n)
    {
        std::vector<u8> v(n);
        memory.dma_read(at, v);
        return v;
    }
};

TEST(I82077, RegistersAfterReset)
{
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    VirtualClock clock;
    I8257Pair dma{io, memory};
    I82077 fdc{clock, io, BASE, {}, dma};
    EXPECT_EQ(io.read(0x3f2, 1), 0x0cu);
    EXPECT_EQ(io.read(0x3f4, 1), 0x80u);
    EXPECT_EQ(io.read(0x3f7, 1), 0x80u);
    EXPECT_EQ(io.read(0x3f0, 1), 0xffu) << "not decoded";
    EXPECT_EQ(io.read(0x3f6, 1), 0xffu) << "belongs to IDE";
}

TEST(I82077, ResetInterruptsAndTellsOfFourDrives)
{
    Board b;
    b.out(DOR, 0x18);
    EXPECT_EQ(b.in(MSR_DSR), 0);
    b.out(DOR, 0x1c);
    EXPECT_EQ(b.irq, 0) << "it takes a moment";
    b.settle();
    EXPECT_EQ(b.irq, 1);
    EXPECT_EQ(b.in(MSR_DSR), RQM);
    for (u8 n = 0; n < 4; n++)
        EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{static_cast<u8>(0xc0 | n), 0}));
    EXPECT_EQ(b.irq, 0);
    EXPECT_EQ(b.sense_interrupt(), std::vector<u8>{0x80}) << "nothing more";

    b.out(MSR_DSR, 0x80); // the other way
    b.settle();
    EXPECT_EQ(b.irq, 1);
}

TEST(I82077, DmaGateDisconnectsTheInterrupt)
{
    Board b;
    b.out(DOR, 0x10);
    b.out(DOR, 0x14);
    b.settle();
    EXPECT_EQ(b.irq, 0);
    b.out(DOR, 0x1c);
    EXPECT_EQ(b.irq, 1);
}

TEST(I82077, SeekAndRecalibrate)
{
    Board b;
    b.send({0x0f, 0x04, 20});
    EXPECT_EQ(b.in(MSR_DSR), RQM | 1) << "drive 0 is busy, the controller is not";
    EXPECT_EQ(b.irq, 0);
    b.settle();
    EXPECT_EQ(b.irq, 1);
    EXPECT_EQ(b.in(MSR_DSR), RQM);
    EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{0x24, 20}));
    EXPECT_EQ(b.irq, 0);

    b.send({0xcf, 0, 3}); // relative, inwards
    b.settle();
    EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{0x20, 23}));
    b.send({0x8f, 0, 5});
    b.settle();
    EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{0x20, 18}));

    b.send({0x04, 0});
    EXPECT_EQ(b.results(), std::vector<u8>{0x28}) << "ready, two sides";
    b.send({0x07, 0});
    b.settle();
    EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{0x20, 0}));
    b.send({0x04, 0});
    EXPECT_EQ(b.results(), std::vector<u8>{0x38}) << "at track 0";
    b.send({0x07, 1});
    b.settle();
    EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{0x71, 0})) << "there is no drive 1";
}

TEST(I82077, SeeksOfTwoDrivesOverlap)
{
    Board b;
    BlockBackend second("floppy1");
    b.fdc.attach(1, second, FloppyDrive::D35_1440K);
    b.send({0x0f, 0, 10});
    b.send({0x0f, 1, 5});
    EXPECT_EQ(b.in(MSR_DSR), RQM | 3);
    b.settle();
    EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{0x20, 10}));
    EXPECT_EQ(b.irq, 1) << "the second one's";
    EXPECT_EQ(b.sense_interrupt(), (std::vector<u8>{0x21, 5}));
    EXPECT_EQ(b.irq, 0);
    b.fdc.reset();
}

TEST(I82077, ReadsUntilTerminalCount)
{
    Board b;
    b.seek(1);
    b.program_dma(0x46, 0x20000, 1024);
    b.send({0xe6, 0, 1, 0, 3, 2, 18, 0x1b, 0xff});
    EXPECT_EQ(b.in(MSR_DSR), BUSY);
    b.settle();
    EXPECT_EQ(b.irq, 1);
    EXPECT_EQ(b.in(MSR_DSR), RQM | DIO | BUSY);
    EXPECT_EQ(b.results(), (std::vector<u8>{0, 0, 0, 1, 0, 5, 2}));
    EXPECT_EQ(b.irq, 0);
    EXPECT_EQ(b.memory_bytes(0x20000, 1024), b.medium(36 + 2, 2));
    EXPECT_EQ(b.memory_bytes(0x20400, 1), std::vector<u8>{0});
}

TEST(I82077, MultiTrackGoesOnAtTheOtherSide)
{
    Board b;
    b.program_dma(0x46, 0x20000, 36 * 512);
    b.send({0xe6, 0, 0, 0, 1, 2, 18, 0x1b, 0xff});
    b.settle();
    EXPECT_EQ(b.results(), (std::vector<u8>{0x04, 0, 0, 1, 0, 1, 2}));
    EXPECT_EQ(b.memory_bytes(0x20000, 36 * 512), b.medium(0, 36));
}

TEST(I82077, WritesSectors)
{
    Board b;
    std::vector<u8> data(700, 0x5a);
    b.memory.dma_write(0x20000, data);
    b.program_dma(0x4a, 0x20000, 700); // TC in the middle of a sector
    b.send({0xc5, 4, 0, 1, 7, 2, 18, 0x1b, 0xff});
    b.settle();
    EXPECT_EQ(b.results()[0], 0x04);
    data.resize(1024, 0);
    EXPECT_EQ(b.medium(18 + 6, 2), data) << "the rest of the sector is zeros";
}

TEST(I82077, WithoutDmaBytesGoThroughTheFifo)
{
    Board b;
    b.send({0x03, 0xdf, 3});
    b.send({0x46, 0, 0, 0, 2, 2, 3, 0x1b, 0xff});
    std::vector<u8> data;
    b.settle();
    EXPECT_EQ(b.irq, 1) << "asks for service";
    while (b.in(MSR_DSR)&MSR_NONDMA) {
        EXPECT_EQ(b.in(MSR_DSR), RQM | DIO | BUSY | MSR_NONDMA);
        for (int i = 0; i < 512; i++) data.push_back(b.in(FIFO));
        b.settle();
    }
    EXPECT_EQ(data, b.medium(1, 2));
    EXPECT_EQ(b.results(), (std::vector<u8>{0, 0, 0, 1, 0, 1, 2})) << "EOT: the next cylinder's first sector";

    b.send({0x45, 0, 0, 0, 2, 2, 2, 0x1b, 0xff});
    b.settle();
    for (int i = 0; i < 512; i++) b.out(FIFO, 0x77);
    b.settle();
    EXPECT_EQ(b.results()[0], 0);
    EXPECT_EQ(b.medium(1, 1), std::vector<u8>(512, 0x77));
}

TEST(I82077, MaskedChannelHoldsTheTransfer)
{
    Board b;
    b.program_dma(0x46, 0x20000, 512);
    b.io.write(0x0a, 6, 1);
    b.send({0xe6, 0, 0, 0, 1, 2, 18, 0x1b, 0xff});
    b.settle();
    EXPECT_EQ(b.irq, 0);
    EXPECT_EQ(b.in(MSR_DSR), BUSY);
    b.io.write(0x0a, 2, 1);
    EXPECT_EQ(b.memory_bytes(0x20000, 1), std::vector<u8>{0}) << "not inside the port write";
    b.settle();
    EXPECT_EQ(b.irq, 1);
    EXPECT_EQ(b.memory_bytes(0x20000, 512), b.medium(0, 1));
}

TEST(I82077, WhatIsNotThere)
{
    Board b;
    const auto read = [&](u8 c, u8 h, u8 r, u8 n) {
        b.program_dma(0x46, 0x20000, 512);
        b.send({0x46, 0, c, h, r, n, 18, 0x1b, 0xff});
        b.settle();
        auto result = b.results();
        result.resize(3);
        return result;
    };
    EXPECT_EQ(read(0, 0, 19, 2), (std::vector<u8>{0x40, 0x04, 0})) << "no such sector";
    EXPECT_EQ(read(0, 0, 0, 2), (std::vector<u8>{0x40, 0x04, 0}));
    EXPECT_EQ(read(0, 0, 1, 3), (std::vector<u8>{0x40, 0x04, 0})) << "sectors have 512 bytes";
    EXPECT_EQ(read(0, 1, 1, 2), (std::vector<u8>{0x40, 0x04, 0})) << "the other side";
    EXPECT_EQ(read(5, 0, 1, 2), (std::vector<u8>{0x40, 0x04, 0x10})) << "the heads are elsewhere";
    b.out(DIR_CCR, 2);
    EXPECT_EQ(read(0, 0, 1, 2), (std::vector<u8>{0x40, 0x01, 0})) << "another density";
    b.out(DIR_CCR, 0);
    b.a.eject();
    EXPECT_EQ(read(0, 0, 1, 2), (std::vector<u8>{0x40, 0x01, 0})) << "no disk";
}

TEST(I82077, ImpliedSeekMovesTheHeads)
{
    Board b;
    b.send({0x13, 0, 0x60, 0});
    b.program_dma(0x46, 0x20000, 512);
    b.send({0x46, 0, 40, 0, 1, 2, 18, 0x1b, 0xff});
    b.settle();
    EXPECT_EQ(b.results()[0], 0);
    EXPECT_EQ(b.memory_bytes(0x20000, 512), b.medium(40 * 36, 1));
}

TEST(I82077, WriteProtect)
{
    Board b;
    b.a.set_read_only(true);
    b.program_dma(0x4a, 0x20000, 512);
    b.send({0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff});
    b.settle();
    EXPECT_EQ(b.results()[1], 0x02);
    b.send({0x04, 0});
    EXPECT_EQ(b.results()[0] & 0x40, 0x40);
}

TEST(I82077, ReadIdFormatAndVerify)
{
    Board b;
    b.seek(2);
    b.send({0x4a, 4});
    b.settle();
    const auto id = b.results();
    EXPECT_EQ(id[0], 4);
    EXPECT_EQ(id[3], 2);
    EXPECT_EQ(id[4], 1);
    EXPECT_TRUE(id[5] >= 1 && id[5] <= 18);
    EXPECT_EQ(id[6], 2);

    std::vector<u8> ids;
    for (u8 r = 1; r <= 18; r++) ids.insert(ids.end(), {2, 0, r, 2});
    b.memory.dma_write(0x20000, ids);
    b.program_dma(0x4a, 0x20000, static_cast<u32>(ids.size()));
    const auto before = b.medium(2 * 36 + 18, 1);
    b.send({0x4d, 0, 2, 18, 0x54, 0xf6});
    b.settle();
    EXPECT_EQ(b.results()[0], 0);
    EXPECT_EQ(b.medium(2 * 36, 18), std::vector<u8>(18 * 512, 0xf6));
    EXPECT_EQ(b.medium(2 * 36 + 18, 1), before);

    b.send({0x56, 0, 2, 0, 1, 2, 18, 0x1b, 0});
    b.settle();
    EXPECT_EQ(b.results()[0], 0);
    b.send({0x42, 0, 2, 0, 9, 2, 2, 0x1b, 0}); // READ TRACK: two sectors from the first, whatever R says
    b.program_dma(0x46, 0x30000, 1024);
    b.settle();
    EXPECT_EQ(b.memory_bytes(0x30000, 1024), std::vector<u8>(1024, 0xf6));
}

TEST(I82077, ChangeLineFallsWithTheFirstStep)
{
    Board b;
    EXPECT_EQ(b.in(DIR_CCR), 0x80);
    b.seek(0);
    EXPECT_EQ(b.in(DIR_CCR), 0x80) << "that was no step";
    b.seek(1);
    EXPECT_EQ(b.in(DIR_CCR), 0);
    b.a.eject();
    EXPECT_EQ(b.in(DIR_CCR), 0x80);
    b.seek(2);
    EXPECT_EQ(b.in(DIR_CCR), 0x80) << "no disk";
    b.a.insert(std::make_unique<MemoryNode>(disk_pattern(1440)));
    EXPECT_EQ(b.in(DIR_CCR), 0x80);
    b.seek(3);
    EXPECT_EQ(b.in(DIR_CCR), 0);
}

TEST(I82077, SmallCommands)
{
    Board b;
    b.send({0x10});
    EXPECT_EQ(b.results(), std::vector<u8>{0x90});
    b.send({0x18});
    EXPECT_EQ(b.results(), std::vector<u8>{0x41});
    b.send({0x94});
    EXPECT_EQ(b.results(), std::vector<u8>{0x10});
    b.send({0x13, 0, 0x57, 0x20});
    b.send({0x12, 0x84});
    b.out(MSR_DSR, 0x80);
    b.settle();
    b.seek(3);
    b.send({0x0e});
    EXPECT_EQ(b.results(), (std::vector<u8>{3, 0, 0, 0, 0xdf, 2, 0, 0x84, 0x57, 0x20}))
        << "locked: a reset keeps it";
    b.send({0x1f});
    EXPECT_EQ(b.results(), std::vector<u8>{0x80}) << "no such command";
    EXPECT_EQ(b.irq, 0);
}

TEST(I82077, ResetInTheMiddleOfASlowRead)
{
    Board b;
    b.a.insert(std::make_unique<SlowNode>(disk_pattern(SECTORS)));
    b.program_dma(0x46, 0x20000, 512);
    b.send({0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff});
    b.settle();
    EXPECT_TRUE(b.fdc.waits_for_host());
    b.out(DOR, 0x18);
    EXPECT_EQ(b.a.in_flight(), 0);
    b.out(DOR, 0x1c);
    b.settle();
    EXPECT_EQ(b.in(MSR_DSR), RQM);
}

TEST(I82077, SlowReadCompletesWhenTheHostHasIt)
{
    Board b;
    auto node = std::make_unique<SlowNode>(disk_pattern(SECTORS));
    SlowNode& host = *node;
    b.a.insert(std::move(node));
    b.program_dma(0x46, 0x20000, 512);
    b.send({0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff});
    b.settle();
    EXPECT_EQ(b.irq, 0);
    host.waiting.wake_one();
    b.settle();
    EXPECT_EQ(b.irq, 1);
    EXPECT_EQ(b.memory_bytes(0x20000, 512), disk_pattern(1));
}

TEST(I82077, OtherFormats)
{
    Board b(720); // 360K
    b.out(DIR_CCR, 2);
    b.seek(39);
    b.program_dma(0x46, 0x20000, 512);
    b.send({0x46, 4, 39, 1, 9, 2, 9, 0x2a, 0xff});
    b.settle();
    EXPECT_EQ(b.results()[0], 4);
    EXPECT_EQ(b.memory_bytes(0x20000, 512), b.medium(719, 1));
}

TEST(I82077, SnapshotInTheMiddleOfARead)
{
    Board b, fresh;
    b.seek(7);
    b.send({0x03, 0xdf, 3});
    b.send({0x46, 0, 7, 0, 1, 2, 2, 0x1b, 0xff});
    b.settle();
    for (int i = 0; i < 100; i++) b.in(FIFO);
    snapshot_round_trip(b.fdc, fresh.fdc);
    std::vector<u8> data;
    for (int i = 0; i < 412; i++) data.push_back(fresh.in(FIFO));
    EXPECT_EQ(data, part(disk_pattern(SECTORS), 7 * 36 * 512 + 100, 412));
    snapshot_round_trip(fresh.fdc, b.fdc); // the next sector is on its way
}

} // namespace
} // namespace tabpc
