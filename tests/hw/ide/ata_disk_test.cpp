// A hard disk driven through 1f0-1f7 and 3f6, as a BIOS and a driver do.
#include "block/overlay_node.h"
#include "hw/ide/ide_board.h"

namespace tabpc {
namespace {

using namespace ata;

constexpr size_t SECTORS = 2000;
constexpr u8 READY = DRDY | DSC;

struct Board : IdeBoard {
    explicit Board(size_t sectors = SECTORS)
    {
        disk.insert(std::make_unique<MemoryNode>(disk_pattern(sectors)));
        ide.primary.attach_disk(0, disk);
    }
    std::span<const u8> medium() { return static_cast<MemoryNode*>(disk.node())->bytes(); }
    std::vector<u8> medium(size_t sector, size_t n)
    {
        return {medium().begin() + static_cast<ptrdiff_t>(sector * 512),
                medium().begin() + static_cast<ptrdiff_t>((sector + n) * 512)};
    }
};
u16 word(const std::vector<u8>& v, size_t n) { return static_cast<u16>(v[2 * n] | v[2 * n + 1] << 8); }

TEST(Ide, AbsentDrivesReadZero)
{
    IdeBoard b;
    for (u16 port = 0x1f0; port < 0x1f8; port++) EXPECT_EQ(b.in(port), 0) << port;
    EXPECT_EQ(b.in(0x3f6), 0);
    b.out(0x1f7, READ_SECTORS);
    EXPECT_EQ(b.in(0x1f7), 0);
}

TEST(Ide, SignatureAndStatusAfterReset)
{
    Board b;
    EXPECT_EQ(b.in(0x1f7), 0x50);
    EXPECT_EQ(b.in(0x1f2), 1);
    EXPECT_EQ(b.in(0x1f3), 1);
    EXPECT_EQ(b.in(0x1f4), 0);
    EXPECT_EQ(b.in(0x1f5), 0);
    EXPECT_EQ(b.in(0x1f6), 0xa0);
    b.out(0x1f6, 0xb0);
    EXPECT_EQ(b.in(0x1f7), 0) << "device 1 is absent";
    EXPECT_EQ(b.in(0x1f2), 1) << "device 0 answers for it";
}

TEST(Ide, PciIdentity)
{
    IdeBoard b;
    const u32 at = u32(pci_devfn(1, 1)) << 8;
    EXPECT_EQ(b.bus.config_read(at, 4), 0x70108086u);
    EXPECT_EQ(b.bus.config_read(at + 8, 4), 0x01018000u);
    EXPECT_EQ(b.bus.config_read(at + 6, 2), 0x0280u);
    b.ide.reset();
    EXPECT_EQ(b.bus.config_read(at + 0x20, 4), 1u);
}

TEST(AtaDisk, Identify)
{
    Board b;
    b.command(IDENTIFY_DEVICE);
    EXPECT_EQ(b.alt_status(), READY | DRQ);
    EXPECT_EQ(b.irq14, 1);
    const auto id = b.read_words(256);
    EXPECT_EQ(b.in(0x1f7), READY);
    EXPECT_EQ(word(id, 0), 0x0040);
    EXPECT_EQ(word(id, 1), SECTORS / (16 * 63));
    EXPECT_EQ(word(id, 3), 16);
    EXPECT_EQ(word(id, 6), 63);
    EXPECT_EQ(word(id, 60) | word(id, 61) << 16, int(SECTORS));
    EXPECT_EQ(word(id, 100), SECTORS);
    EXPECT_EQ(word(id, 83) & 1 << 10, 1 << 10) << "48-bit addresses";
    std::string model;
    for (size_t i = 27; i < 47; i++)
        model += {static_cast<char>(word(id, i) >> 8), static_cast<char>(word(id, i))};
    EXPECT_EQ(model, "TABPC HARDDISK                          ");
}

TEST(AtaDisk, LargeDiskIdentity)
{
    IdeBoard b;
    const u64 sectors = u64(1) << 32; // 2 TiB
    b.disk.insert(std::make_unique<NullNode>(sectors * 512));
    b.ide.primary.attach_disk(0, b.disk);
    b.command(IDENTIFY_DEVICE);
    const auto id = b.read_words(256);
    EXPECT_EQ(word(id, 1), 16383);
    EXPECT_EQ(word(id, 60) | u32(word(id, 61)) << 16, 0x0fffffffu);
    EXPECT_EQ(word(id, 102), 1);
}

// A boot sector in a file of its own is a disk; with no cylinder a BIOS would not read it.
TEST(AtaDisk, SmallestDiskHasACylinder)
{
    IdeBoard b;
    b.disk.insert(std::make_unique<NullNode>(512));
    b.ide.primary.attach_disk(0, b.disk);
    b.command(IDENTIFY_DEVICE);
    const auto id = b.read_words(256);
    EXPECT_EQ(word(id, 1), 1);
    EXPECT_EQ(word(id, 54), 1);
    EXPECT_EQ(word(id, 60) | word(id, 61) << 16, 1);
}

TEST(AtaDisk, ReadsSectorsWithOneInterruptEach)
{
    Board b;
    b.lba(5, 3);
    b.out(0x1f7, READ_SECTORS);
    EXPECT_EQ(b.alt_status() & BSY, BSY);
    b.settle();
    std::vector<u8> data;
    for (int n = 1; n <= 3; n++) {
        EXPECT_EQ(b.irq14_edges, n);
        EXPECT_EQ(b.in(0x1f7), READY | DRQ);
        EXPECT_EQ(b.irq14, 0) << "reading the status ends the interrupt";
        const auto sector = b.read_words(256);
        data.insert(data.end(), sector.begin(), sector.end());
    }
    EXPECT_EQ(b.in(0x1f7), READY);
    EXPECT_EQ(b.irq14_edges, 3);
    EXPECT_EQ(data, b.medium(5, 3));
    EXPECT_EQ(b.in(0x1f3), 7) << "the last sector's address";
    EXPECT_EQ(b.in(0x1f2), 0);
}

TEST(AtaDisk, ReadsByCylinderHeadSector)
{
    Board b;
    b.out(0x1f6, 0xa0 | 3);
    b.out(0x1f2, 1);
    b.out(0x1f3, 10);
    b.out(0x1f4, 1);
    b.out(0x1f5, 0);
    b.command(READ_SECTORS);
    EXPECT_EQ(b.read_words(256), b.medium((1 * 16 + 3) * 63 + 9, 1));
    EXPECT_EQ(b.in(0x1f3), 10);

    b.out(0x1f2, 20); // 20 sectors, 4 heads
    b.out(0x1f6, 0xa3);
    b.command(INITIALIZE_DEVICE_PARAMETERS);
    b.out(0x1f6, 0xa1);
    b.out(0x1f2, 1);
    b.out(0x1f3, 20);
    b.out(0x1f4, 2);
    b.command(READ_SECTORS);
    EXPECT_EQ(b.read_words(256), b.medium((2 * 4 + 1) * 20 + 19, 1));
}

TEST(AtaDisk, CountZeroMeans256Sectors)
{
    Board b;
    b.lba(100, 0);
    b.command(READ_SECTORS);
    std::vector<u8> data;
    for (int n = 0; n < 256; n++) {
        const auto sector = b.read_words(256);
        data.insert(data.end(), sector.begin(), sector.end());
    }
    EXPECT_EQ(data, b.medium(100, 256));
    EXPECT_EQ(b.in(0x1f7), READY);
}

TEST(AtaDisk, ReadMultipleHasBlocks)
{
    Board b;
    b.lba(0, 10);
    b.command(READ_MULTIPLE);
    EXPECT_EQ(b.in(0x1f7), READY | ERR) << "not enabled yet";
    EXPECT_EQ(b.in(0x1f1), ABRT);
    b.out(0x1f2, 3);
    b.command(SET_MULTIPLE_MODE);
    EXPECT_EQ(b.in(0x1f7) & ERR, ERR) << "not a power of two";
    b.out(0x1f2, 4);
    b.command(SET_MULTIPLE_MODE);
    EXPECT_EQ(b.in(0x1f7), READY);

    b.irq14_edges = 0;
    b.lba(7, 10);
    b.command(READ_MULTIPLE);
    auto data = b.read_words(4 * 256);
    EXPECT_EQ(b.irq14_edges, 1) << "the line is still up: nobody read the status";
    b.in(0x1f7);
    for (size_t words : {4 * 256, 2 * 256}) {
        const auto more = b.read_words(words);
        data.insert(data.end(), more.begin(), more.end());
    }
    EXPECT_EQ(data, b.medium(7, 10));
    EXPECT_EQ(b.in(0x1f7), READY);
}

TEST(AtaDisk, WritesSectors)
{
    Board b;
    const auto data = disk_pattern(50);
    b.lba(1000, 2);
    b.command(WRITE_SECTORS);
    EXPECT_EQ(b.alt_status(), READY | DRQ);
    EXPECT_EQ(b.irq14, 0) << "the first block is not announced";
    b.write_words(part(data, 512, 512));
    EXPECT_EQ(b.irq14, 1);
    EXPECT_EQ(b.in(0x1f7), READY | DRQ);
    b.write_words(part(data, 0, 512));
    EXPECT_EQ(b.irq14, 1);
    EXPECT_EQ(b.in(0x1f7), READY);
    EXPECT_EQ(b.medium(1000, 1), part(data, 512, 512));
    EXPECT_EQ(b.medium(1001, 1), part(data, 0, 512));
    b.command(FLUSH_CACHE);
    EXPECT_EQ(b.in(0x1f7), READY);
}

TEST(AtaDisk, LongAddressesUseTheRegistersTwice)
{
    IdeBoard b;
    auto node = std::make_unique<OverlayNode>(std::make_unique<NullNode>((u64(1) << 33) * 512));
    b.disk.insert(std::move(node));
    b.ide.primary.attach_disk(0, b.disk);
    const u64 at = 0x123456789;
    b.out(0x1f6, 0x40);
    const auto set = [&](u8 high_count, u8 count) {
        b.out(0x1f2, high_count);
        b.out(0x1f2, count);
        b.out(0x1f3, at >> 24);
        b.out(0x1f3, at & 0xff);
        b.out(0x1f4, at >> 32);
        b.out(0x1f4, at >> 8 & 0xff);
        b.out(0x1f5, 0);
        b.out(0x1f5, at >> 16 & 0xff);
    };
    const auto data = disk_pattern(1);
    set(0, 1);
    b.command(WRITE_SECTORS_EXT);
    b.write_words(data);
    set(0, 1);
    b.command(READ_SECTORS_EXT);
    EXPECT_EQ(b.read_words(256), data);
    EXPECT_EQ(b.in(0x1f3), 0x89);
    b.out(0x3f6, HOB);
    EXPECT_EQ(b.in(0x1f3), 0x23);
    EXPECT_EQ(b.in(0x1f4), 0x01);
    std::vector<u8> sector(512);
    EXPECT_EQ(run(b.disk.read(at * 512, sector)), IoStatus::Ok);
    EXPECT_EQ(sector, data);

    b.command(READ_NATIVE_MAX_ADDRESS_EXT);
    EXPECT_EQ(b.in(0x1f3), 0xff);
    b.out(0x3f6, HOB);
    EXPECT_EQ(b.in(0x1f4), 0x01);
    EXPECT_EQ(b.in(0x1f3), 0xff);
}

TEST(AtaDisk, AddressesBeyondTheEndAreNotFound)
{
    Board b;
    b.lba(SECTORS - 1, 2);
    b.command(READ_SECTORS);
    EXPECT_EQ(b.in(0x1f7), READY | ERR);
    EXPECT_EQ(b.in(0x1f1), IDNF);
    b.lba(SECTORS - 1, 1);
    b.command(READ_SECTORS);
    EXPECT_EQ(b.read_words(256), b.medium(SECTORS - 1, 1));

    b.out(0x1f6, 0xa0);
    b.out(0x1f3, 0); // sectors count from one
    b.command(READ_SECTORS);
    EXPECT_EQ(b.in(0x1f1), IDNF);
}

TEST(AtaDisk, UnknownCommandIsAborted)
{
    Board b;
    b.command(0xff);
    EXPECT_EQ(b.in(0x1f7), READY | ERR);
    EXPECT_EQ(b.in(0x1f1), ABRT);
    EXPECT_EQ(b.irq14_edges, 1);
}

TEST(AtaDisk, ReadOnlyDiskRefusesWrites)
{
    Board b;
    b.disk.set_read_only(true);
    b.lba(0, 1);
    b.command(WRITE_SECTORS);
    EXPECT_EQ(b.in(0x1f7), READY | ERR);
    EXPECT_EQ(b.in(0x1f1), ABRT);
}

TEST(AtaDisk, InterruptsCanBeMasked)
{
    Board b;
    b.out(0x3f6, NIEN);
    b.command(IDENTIFY_DEVICE);
    EXPECT_EQ(b.irq14, 0);
    b.out(0x3f6, 0);
    EXPECT_EQ(b.irq14, 1) << "it was pending";
}

TEST(AtaDisk, SoftwareResetInTheMiddleOfACommand)
{
    Board b;
    b.lba(0, 4);
    b.command(READ_SECTORS);
    b.read_words(100);
    b.out(0x3f6, SRST);
    EXPECT_EQ(b.in(0x1f7), BSY);
    b.out(0x3f6, 0);
    EXPECT_EQ(b.in(0x1f7), READY);
    EXPECT_EQ(b.in(0x1f1), 1);
    EXPECT_EQ(b.in(0x1f2), 1);
    EXPECT_EQ(b.irq14, 0);
    EXPECT_EQ(b.clock.deadline(), Clock::NEVER);
}

TEST(AtaDisk, DiagnosticReportsAndInterrupts)
{
    Board b;
    b.out(0x1f6, 0xb0); // whichever device is selected
    b.command(EXECUTE_DEVICE_DIAGNOSTIC);
    EXPECT_EQ(b.irq14, 1);
    EXPECT_EQ(b.in(0x1f1), 1);
    EXPECT_EQ(b.in(0x1f6), 0xa0);
    EXPECT_EQ(b.in(0x1f7), READY);
}

TEST(AtaDisk, FeaturesPowerAndVerify)
{
    Board b;
    b.out(0x1f1, 0x03);
    b.out(0x1f2, 0x45); // Ultra DMA 5
    b.command(SET_FEATURES);
    EXPECT_EQ(b.in(0x1f7), READY);
    b.command(IDENTIFY_DEVICE);
    EXPECT_EQ(word(b.read_words(256), 88), 0x203f);
    b.out(0x1f1, 0x03);
    b.out(0x1f2, 0x47);
    b.command(SET_FEATURES);
    EXPECT_EQ(b.in(0x1f7), READY | ERR);

    b.command(STANDBY_IMMEDIATE);
    b.command(CHECK_POWER_MODE);
    EXPECT_EQ(b.in(0x1f2), 0);
    b.lba(0, 1);
    b.command(READ_VERIFY_SECTORS);
    EXPECT_EQ(b.in(0x1f7), READY);
    b.command(CHECK_POWER_MODE);
    EXPECT_EQ(b.in(0x1f2), 0xff);
    b.command(READ_NATIVE_MAX_ADDRESS);
    EXPECT_EQ(b.in(0x1f3) | b.in(0x1f4) << 8, int(SECTORS - 1));
    b.command(SEEK);
    EXPECT_EQ(b.in(0x1f7), READY);
    b.command(SLEEP);
    b.command(IDENTIFY_DEVICE);
    EXPECT_EQ(b.in(0x1f7), BSY) << "it sleeps until a reset";
    b.out(0x3f6, SRST);
    b.out(0x3f6, 0);
    EXPECT_EQ(b.in(0x1f7), READY);
}

TEST(AtaDisk, SmartDataAddsUpToZero)
{
    Board b;
    const auto smart = [&](u8 what) {
        b.out(0x1f1, what);
        b.out(0x1f4, 0x4f);
        b.out(0x1f5, 0xc2);
        b.command(SMART);
    };
    smart(0xd0);
    u8 sum = 0;
    for (u8 v : b.read_words(256)) sum += v;
    EXPECT_EQ(sum, 0);
    smart(0xda);
    EXPECT_EQ(b.in(0x1f4), 0x4f) << "healthy";
    EXPECT_EQ(b.in(0x1f7), READY);
    smart(0xd9);
    smart(0xd0);
    EXPECT_EQ(b.in(0x1f7), READY | ERR) << "disabled";
}

TEST(AtaDisk, DataComesWhenTheHostHasIt)
{
    IdeBoard b;
    auto node = std::make_unique<SlowNode>(disk_pattern(10));
    SlowNode& host = *node;
    b.disk.insert(std::move(node));
    b.ide.primary.attach_disk(0, b.disk);
    b.lba(2, 1);
    b.command(READ_SECTORS);
    EXPECT_EQ(b.alt_status() & (BSY | DRQ), BSY) << "the deadline has passed, the guest runs on";
    EXPECT_TRUE(b.ide.waits_for_host());
    EXPECT_EQ(b.irq14, 0);
    host.waiting.wake_one();
    EXPECT_EQ(b.irq14, 0) << "only the clock makes progress";
    b.settle();
    EXPECT_EQ(b.irq14, 1);
    EXPECT_FALSE(b.ide.waits_for_host());
    EXPECT_EQ(b.read_words(256), part(disk_pattern(10), 1024, 512));
}

TEST(AtaDisk, ResetCancelsARequestOfTheHost)
{
    IdeBoard b;
    auto node = std::make_unique<SlowNode>(disk_pattern(10));
    SlowNode& host = *node;
    b.disk.insert(std::move(node));
    b.ide.primary.attach_disk(0, b.disk);
    b.lba(2, 1);
    b.command(READ_SECTORS);
    b.ide.reset();
    EXPECT_EQ(b.disk.in_flight(), 0);
    EXPECT_FALSE(host.waiting.wake_one());
    EXPECT_EQ(b.in(0x1f7), READY);
}

TEST(AtaDisk, HostErrorsReachTheGuest)
{
    IdeBoard b;
    auto node = std::make_unique<SlowNode>(disk_pattern(10));
    SlowNode& host = *node;
    b.disk.insert(std::move(node));
    b.ide.primary.attach_disk(0, b.disk);
    host.answer = IoStatus::Failed;
    b.lba(2, 1);
    b.command(READ_SECTORS);
    host.waiting.wake_one();
    b.settle();
    EXPECT_EQ(b.in(0x1f7), READY | ERR);
    EXPECT_EQ(b.in(0x1f1), UNC);
    EXPECT_EQ(b.in(0x1f3), 2);
}

TEST(AtaDisk, SnapshotInTheMiddleOfARead)
{
    Board b, fresh;
    b.lba(9, 2);
    b.out(0x1f7, READ_SECTORS); // the data is in the buffer, its deadline is to come
    snapshot_round_trip(b.ide, fresh.ide);
    fresh.settle();
    auto data = fresh.read_words(256);
    snapshot_round_trip(fresh.ide, b.ide); // between two sectors
    const auto second = b.read_words(256);
    data.insert(data.end(), second.begin(), second.end());
    EXPECT_EQ(data, b.medium(9, 2));
}

TEST(AtaDisk, SnapshotOfOtherDrivesIsRefused)
{
    Board b;
    IdeBoard none;
    const auto bytes = save(b.ide);
    Archive ar = Archive::loader(bytes);
    none.ide.serialize(ar);
    EXPECT_NE(ar.error().find("other drives"), std::string::npos);
}

} // namespace
} // namespace tabpc
