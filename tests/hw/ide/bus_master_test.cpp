// Bus-master DMA: the registers behind BAR 4 and the walk over descriptor tables.
#include "hw/ide/ide_board.h"

namespace tabpc {
namespace {

using namespace ata;

enum : u8 { ACTIVE = 1, INTERRUPT = 4 };
constexpr u8 READ = 8, WRITE = 0; // RWCON: to memory, from memory
constexpr u8 READY = DRDY | DSC;

struct Board : IdeBoard {
    Board()
    {
        disk.insert(std::make_unique<MemoryNode>(disk_pattern(1000)));
        ide.primary.attach_disk(0, disk);
    }
    u8 dma_status() { return in(BMDMA + 2); }
};

TEST(BusMaster, RegistersKeepWhatTheyShould)
{
    Board b;
    b.io.write(IdeBoard::BMDMA + 4, 0xffffffff, 4);
    EXPECT_EQ(b.io.read(IdeBoard::BMDMA + 4, 4), 0xfffffffcu);
    b.out(IdeBoard::BMDMA + 2, 0x66);
    EXPECT_EQ(b.dma_status(), 0x60);
    b.out(IdeBoard::BMDMA, 0xff & ~1);
    EXPECT_EQ(b.in(IdeBoard::BMDMA), 8);
    b.io.write(IdeBoard::BMDMA + 12, 0x12345678, 4);
    EXPECT_EQ(b.io.read(IdeBoard::BMDMA + 12, 4), 0x12345678u) << "the second channel has its own";
}

TEST(BusMaster, ReadsIntoScatteredMemory)
{
    Board b;
    b.prd({{0x20000, 100}, {0x30000, 924}});
    b.lba(3, 2);
    b.command(READ_DMA);
    EXPECT_EQ(b.alt_status() & BSY, BSY) << "the drive waits for the bus master";
    EXPECT_EQ(b.irq14, 0);
    b.start(READ);
    EXPECT_EQ(b.dma_status(), INTERRUPT);
    EXPECT_EQ(b.irq14, 1);
    EXPECT_EQ(b.in(0x1f7), READY);
    EXPECT_EQ(b.memory_bytes(0x20000, 100), part(disk_pattern(1000), 3 * 512, 100));
    EXPECT_EQ(b.memory_bytes(0x30000, 924), part(disk_pattern(1000), 3 * 512 + 100, 924));
    b.out(IdeBoard::BMDMA, 0);
    b.out(IdeBoard::BMDMA + 2, INTERRUPT);
    EXPECT_EQ(b.dma_status(), 0);
}

TEST(BusMaster, LongTransfersComeInChunks)
{
    Board b;
    b.prd({{0x20000, 0}, {0x30000, 0}, {0x40000, 0x8000}}); // length 0 is 64 KiB
    b.out(0x1f2, 1);
    b.out(0x1f2, 0x40); // 320 sectors
    b.out(0x1f3, 0);
    b.out(0x1f3, 5);
    b.out(0x1f6, 0x40);
    b.command(READ_DMA_EXT);
    b.start(READ);
    EXPECT_EQ(b.dma_status(), INTERRUPT);
    EXPECT_EQ(b.memory_bytes(0x20000, 320 * 512), part(disk_pattern(1000), 5 * 512, 320 * 512));
}

TEST(BusMaster, WritesFromMemory)
{
    Board b;
    const auto data = part(disk_pattern(50), 512 * 40 + 1, 1024);
    b.memory.dma_write(0x20000, data);
    b.prd({{0x20000, 1024}});
    b.lba(8, 2);
    b.command(WRITE_DMA);
    b.start(WRITE);
    EXPECT_EQ(b.dma_status(), INTERRUPT);
    EXPECT_EQ(b.in(0x1f7), READY);
    const auto medium = static_cast<MemoryNode*>(b.disk.node())->bytes();
    EXPECT_TRUE(std::equal(data.begin(), data.end(), medium.begin() + 8 * 512));
}

TEST(BusMaster, TableLongerThanTheTransferStaysActive)
{
    Board b;
    b.prd({{0x20000, 4096}});
    b.lba(0, 1);
    b.command(READ_DMA);
    b.start(READ);
    EXPECT_EQ(b.dma_status(), ACTIVE | INTERRUPT);
    EXPECT_EQ(b.memory_bytes(0x20000 + 512, 1)[0], 0);
}

TEST(BusMaster, TableShorterThanTheTransferEndsItSilently)
{
    Board b;
    b.prd({{0x20000, 512}});
    b.lba(0, 2);
    b.command(READ_DMA);
    b.start(READ);
    EXPECT_EQ(b.dma_status(), 0);
    EXPECT_EQ(b.irq14, 0);
    EXPECT_EQ(b.alt_status(), READY);
    EXPECT_EQ(b.memory_bytes(0x20000, 512), part(disk_pattern(1000), 0, 512)) << "as far as it went";
}

TEST(BusMaster, StopAbandonsTheCommand)
{
    Board b;
    b.prd({{0x20000, 512}});
    b.lba(0, 1);
    b.out(IdeBoard::BMDMA, READ | 1);
    b.out(0x1f7, READ_DMA);
    b.out(IdeBoard::BMDMA, READ);
    b.settle();
    EXPECT_EQ(b.dma_status(), 0);
    EXPECT_EQ(b.alt_status(), READY);
    EXPECT_EQ(b.memory_bytes(0x20000, 512), std::vector<u8>(512, 0));
}

TEST(BusMaster, WithoutTheEnableNothingIsTransferred)
{
    Board b;
    b.bus.config_write(u32(pci_devfn(1, 1)) << 8 | PCI_COMMAND, PCI_COMMAND_IO, 2);
    b.prd({{0x20000, 512}});
    b.lba(0, 1);
    b.command(READ_DMA);
    b.start(READ);
    EXPECT_EQ(b.dma_status(), ACTIVE | INTERRUPT) << "as in QEMU";
    EXPECT_EQ(b.memory_bytes(0x20000, 512), std::vector<u8>(512, 0));
}

TEST(BusMaster, TableOfATinyRegionTerminates)
{
    Board b;
    b.prd({{0x20000, 2}, {0x20002, 3}}, false); // no end of table: what follows are zeros, 64 KiB at 0
    b.lba(0, 1);
    b.command(READ_DMA);
    b.start(READ);
    EXPECT_EQ(b.dma_status(), ACTIVE | INTERRUPT);
    EXPECT_EQ(b.memory_bytes(0x20000, 4), part(disk_pattern(1000), 0, 4)) << "odd lengths are rounded down";
}

TEST(BusMaster, TransferOverItsOwnRegistersIsHarmless)
{
    Board b;
    b.prd({{0xfffffff0, 512}}); // wraps around the end of the bus
    b.lba(0, 1);
    b.command(READ_DMA);
    b.start(READ);
    EXPECT_EQ(b.dma_status(), INTERRUPT);
}

TEST(BusMaster, SnapshotWhileTheDriveWaits)
{
    Board b, fresh;
    b.prd({{0x20000, 512}});
    fresh.prd({{0x20000, 512}});
    b.lba(7, 1);
    b.command(READ_DMA);
    snapshot_round_trip(b.ide, fresh.ide);
    fresh.start(READ);
    EXPECT_EQ(fresh.dma_status(), INTERRUPT);
    EXPECT_EQ(fresh.memory_bytes(0x20000, 512), part(disk_pattern(1000), 7 * 512, 512));
}

} // namespace
} // namespace tabpc
