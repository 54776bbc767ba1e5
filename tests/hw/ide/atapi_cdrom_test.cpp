// A CD-ROM driven by packets.
#include "hw/ide/ide_board.h"

namespace tabpc {
namespace {

using namespace ata;
using namespace mmc;

constexpr u32 SECTORS = 200; // of 2048 bytes
constexpr u8 READY = DRDY | DSC;

using Packet = std::array<u8, 12>;

struct Board : IdeBoard {
    explicit Board(bool medium = true)
    {
        if (medium) insert();
        ide.primary.attach_cdrom(0, cd);
    }
    void insert() { cd.insert(std::make_unique<MemoryNode>(disk_pattern(SECTORS * 4), true)); }
    AtapiCdrom& drive() { return static_cast<AtapiCdrom&>(*ide.primary.device(0)); }

    void packet(const Packet& p, u16 limit = 0xfffe, bool dma = false)
    {
        out(0x1f1, dma);
        out(0x1f4, limit & 0xff);
        out(0x1f5, limit >> 8);
        command(PACKET);
        EXPECT_EQ(alt_status(), READY | DRQ);
        EXPECT_EQ(in(0x1f2), COD);
        write_words(p);
    }
    // Takes DRQ blocks as they come, until the command ends.
    std::vector<u8> data()
    {
        std::vector<u8> all;
        while (in(0x1f7) & DRQ) {
            EXPECT_EQ(in(0x1f2), IO);
            const auto block = read_words((in(0x1f4) | in(0x1f5) << 8) / 2);
            all.insert(all.end(), block.begin(), block.end());
        }
        EXPECT_EQ(in(0x1f2), IO | COD);
        return all;
    }
    std::vector<u8> reply(const Packet& p)
    {
        packet(p);
        EXPECT_EQ(alt_status() & ERR, 0);
        return data();
    }
    // The sense key and code after a packet; 0 when it succeeded.
    u32 sense(const Packet& p)
    {
        packet(p);
        if (!(in(0x1f7) & ERR)) return 0;
        const u8 key = in(0x1f1) >> 4;
        const auto s = reply({REQUEST_SENSE, 0, 0, 0, 18});
        EXPECT_EQ(s[2], key);
        return u32(s[2]) << 8 | s[12];
    }
};
const std::vector<u8>& medium()
{
    static const auto bytes = disk_pattern(SECTORS * 4);
    return bytes;
}

TEST(AtapiCdrom, SignatureAndIdentity)
{
    Board b;
    EXPECT_EQ(b.in(0x1f7), 0x50) << "after RESET#";
    b.command(IDENTIFY_DEVICE);
    EXPECT_EQ(b.in(0x1f7), READY | ERR);
    EXPECT_EQ(b.in(0x1f4), 0x14);
    EXPECT_EQ(b.in(0x1f5), 0xeb);
    b.command(IDENTIFY_PACKET_DEVICE);
    const auto id = b.read_words(256);
    EXPECT_EQ(id[0] | id[1] << 8, 0x85c0);
    EXPECT_EQ(b.in(0x1f7), READY);
    b.command(DEVICE_RESET);
    EXPECT_EQ(b.in(0x1f7), 0);
    EXPECT_EQ(b.in(0x1f5), 0xeb);
}

TEST(AtapiCdrom, ReadsInBlocksOfTheLimit)
{
    Board b;
    b.packet({READ_10, 0, 0, 0, 0, 10, 0, 0, 3}, 2048);
    b.irq14_edges = 0;
    EXPECT_EQ(b.in(0x1f4) | b.in(0x1f5) << 8, 2048);
    EXPECT_EQ(b.data(), part(medium(), 10 * 2048, 3 * 2048));
    EXPECT_EQ(b.irq14_edges, 3) << "two more blocks and the end";
}

TEST(AtapiCdrom, LongReadGoesByChunks)
{
    Board b;
    b.packet({READ_12, 0, 0, 0, 0, 1, 0, 0, 0, 199}, 0xf800);
    EXPECT_EQ(b.data(), part(medium(), 2048, 199 * 2048));
}

TEST(AtapiCdrom, ReadsByDma)
{
    Board b;
    b.prd({{0x20000, 4096}});
    b.packet({READ_10, 0, 0, 0, 0, 5, 0, 0, 2}, 0, true);
    b.start(8);
    EXPECT_EQ(b.in(IdeBoard::BMDMA + 2), 4);
    EXPECT_EQ(b.in(0x1f2), IO | COD);
    EXPECT_EQ(b.in(0x1f7), READY);
    EXPECT_EQ(b.memory_bytes(0x20000, 4096), part(medium(), 5 * 2048, 4096));
}

TEST(AtapiCdrom, RawSectors)
{
    Board b;
    const auto raw = b.reply({READ_CD, 0, 0, 0, 0, 75, 0, 0, 60, 0xf8});
    ASSERT_EQ(raw.size(), 60u * 2352) << "more than one chunk";
    for (size_t i : {0, 54, 55, 59}) {
        const auto sector = part(raw, i * 2352, 2352);
        EXPECT_EQ(sector[0], 0);
        EXPECT_EQ(sector[1], 0xff);
        const u32 frame = static_cast<u32>(75 + i + 150);
        EXPECT_EQ(sector[13], frame / 75 % 60);
        EXPECT_EQ(sector[14], (frame % 75) / 10 * 16 + frame % 75 % 10);
        EXPECT_EQ(sector[15], 1);
        EXPECT_EQ(part(sector, 16, 2048), part(medium(), (75 + i) * 2048, 2048));
    }
    EXPECT_EQ(b.reply({READ_CD, 0, 0, 0, 0, 3, 0, 0, 1, 0x10}), part(medium(), 3 * 2048, 2048));
}

TEST(AtapiCdrom, CapacityAndToc)
{
    Board b;
    EXPECT_EQ(b.reply({READ_CAPACITY}), (std::vector<u8>{0, 0, 0, SECTORS - 1, 0, 0, 8, 0}));
    EXPECT_EQ(b.reply({READ_TOC, 0, 0, 0, 0, 0, 0, 0, 100}),
              (std::vector<u8>{0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x14, 0xaa, 0, 0, 0, 0, SECTORS}));
    const auto msf = b.reply({READ_TOC, 2, 0, 0, 0, 0, 0, 0, 100});
    EXPECT_EQ(part(msf, 16, 4), (std::vector<u8>{0, 0, (SECTORS + 150) / 75, (SECTORS + 150) % 75}));
    EXPECT_EQ(b.reply({READ_TOC, 0, 1, 0, 0, 0, 0, 0, 100}).size(), 12u);
    EXPECT_EQ(b.reply({READ_TOC, 0, 2, 0, 0, 0, 0, 0, 100}).size(), 4u + 4 * 11);
    EXPECT_EQ(b.reply({READ_TOC, 0, 0, 0, 0, 0, 0, 0, 6}).size(), 6u) << "cut at the allocation length";
}

TEST(AtapiCdrom, InquiryAndModes)
{
    Board b;
    const auto inquiry = b.reply({INQUIRY, 0, 0, 0, 36});
    EXPECT_EQ(inquiry[0], 5);
    EXPECT_EQ(inquiry[1], 0x80);
    EXPECT_EQ(std::string(inquiry.begin() + 8, inquiry.begin() + 29), "TABPC   TABPC DVD-ROM");
    const auto modes = b.reply({MODE_SENSE_10, 0, 0x2a, 0, 0, 0, 0, 0, 100});
    EXPECT_EQ(modes.size(), 28u);
    EXPECT_EQ(modes[8], 0x2a);
    EXPECT_EQ(b.sense({MODE_SENSE_10, 0, 0x05, 0, 0, 0, 0, 0, 100}), 0x524u);
    EXPECT_EQ(b.sense({MODE_SENSE_10, 0, 0xea, 0, 0, 0, 0, 0, 100}), 0x539u);
    const auto configuration = b.reply({GET_CONFIGURATION, 0, 0, 0, 0, 0, 0, 1, 0});
    EXPECT_EQ(configuration[7], 8) << "a CD-ROM";
    EXPECT_EQ(be32(configuration.data()) + 4, configuration.size());
    EXPECT_EQ(b.reply({MECHANISM_STATUS, 0, 0, 0, 0, 0, 0, 0, 0, 8}).size(), 8u);
    EXPECT_EQ(b.reply({READ_DISC_INFORMATION, 0, 0, 0, 0, 0, 0, 0, 34}).size(), 34u);
}

TEST(AtapiCdrom, ErrorsHaveSense)
{
    Board b;
    EXPECT_EQ(b.sense({0xfe}), 0x520u);
    EXPECT_EQ(b.sense({READ_10, 0, 0, 0, 0, SECTORS - 1, 0, 0, 2}), 0x521u);
    EXPECT_EQ(b.sense({READ_12, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), 0x521u);
    EXPECT_EQ(b.sense({TEST_UNIT_READY}), 0u);
    Board none(false);
    EXPECT_EQ(none.sense({TEST_UNIT_READY}), 0x23au);
    EXPECT_EQ(none.sense({READ_10, 0, 0, 0, 0, 0, 0, 0, 1}), 0x23au);
}

TEST(AtapiCdrom, NewMediumIsAnnouncedOnce)
{
    Board b(false);
    b.insert();
    EXPECT_EQ(b.reply({GET_EVENT_STATUS_NOTIFICATION, 1, 0, 0, 0x10, 0, 0, 0, 8})[4], 2) << "new media";
    EXPECT_EQ(b.reply({GET_EVENT_STATUS_NOTIFICATION, 1, 0, 0, 0x10, 0, 0, 0, 8})[4], 0);
    EXPECT_EQ(b.sense({TEST_UNIT_READY}), 0x628u);
    EXPECT_EQ(b.sense({TEST_UNIT_READY}), 0u);
    b.cd.eject();
    EXPECT_EQ(b.sense({TEST_UNIT_READY}), 0x23au);
}

TEST(AtapiCdrom, TrayAndLock)
{
    Board b;
    b.packet({PREVENT_ALLOW_MEDIUM_REMOVAL, 0, 0, 0, 1});
    EXPECT_TRUE(b.drive().tray_locked());
    EXPECT_EQ(b.sense({START_STOP_UNIT, 0, 0, 0, 2}), 0x553u);
    b.cd.tray()->request_eject(false);
    EXPECT_FALSE(b.drive().tray_open());
    EXPECT_EQ(b.reply({GET_EVENT_STATUS_NOTIFICATION, 1, 0, 0, 0x10, 0, 0, 0, 8})[4], 1) << "eject request";
    b.packet({PREVENT_ALLOW_MEDIUM_REMOVAL});
    b.packet({START_STOP_UNIT, 0, 0, 0, 2});
    EXPECT_TRUE(b.drive().tray_open());
    EXPECT_EQ(b.sense({TEST_UNIT_READY}), 0x23au);
    b.packet({START_STOP_UNIT, 0, 0, 0, 3});
    EXPECT_EQ(b.sense({TEST_UNIT_READY}), 0x628u);
    EXPECT_EQ(b.sense({TEST_UNIT_READY}), 0u);
}

TEST(AtapiCdrom, MediumTakenAwayDuringARead)
{
    Board b(false);
    b.cd.insert(std::make_unique<SlowNode>(disk_pattern(SECTORS * 4)));
    b.sense({TEST_UNIT_READY}); // takes the unit attention
    b.packet({READ_10, 0, 0, 0, 0, 0, 0, 0, 1});
    EXPECT_EQ(b.alt_status() & BSY, BSY);
    b.cd.eject();
    b.settle();
    EXPECT_EQ(b.in(0x1f7), READY | ERR);
    EXPECT_EQ(b.in(0x1f1) >> 4, 2) << "not ready";
}

TEST(AtapiCdrom, SnapshotInTheMiddleOfARead)
{
    Board b, fresh;
    b.packet({READ_10, 0, 0, 0, 0, 10, 0, 0, 3}, 2048);
    snapshot_round_trip(b.ide, fresh.ide);
    EXPECT_EQ(fresh.data(), part(medium(), 10 * 2048, 3 * 2048));
}

} // namespace
} // namespace tabpc
