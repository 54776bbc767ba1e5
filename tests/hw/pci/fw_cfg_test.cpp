// fw_cfg as SeaBIOS reads it: by port, then by DMA.
#include "hw/pci/fw_cfg.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

struct Board {
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    FwCfg cfg{io, memory};

    Board() { memory.map_ram(0, 1 << 20, *ram.allocate("pc.ram", 1 << 20), 0, 0, "ram"); }

    std::string text(u16 key, int n)
    {
        io.write(0x510, key, 2);
        std::string s;
        while (n--) s += static_cast<char>(io.read(0x511, 1));
        return s;
    }
    // Runs a descriptor at 1000h and returns its control word.
    u32 dma(u32 control, u32 length, u64 address)
    {
        memory.dma_store(0x1000, __builtin_bswap32(control));
        memory.dma_store(0x1004, __builtin_bswap32(length));
        memory.dma_store(0x1008, __builtin_bswap64(address));
        io.write(0x514, 0, 4);
        io.write(0x518, __builtin_bswap32(0x1000), 4);
        return __builtin_bswap32(memory.dma_load<u32>(0x1000));
    }
    std::string memory_text(PhysAddr at, size_t n)
    {
        std::string s(n, 0);
        memory.dma_read(at, {reinterpret_cast<u8*>(s.data()), n});
        return s;
    }
};

std::vector<u8> bytes(std::string_view s) { return {s.begin(), s.end()}; }

TEST(FwCfg, SignaturesAndId)
{
    Board b;
    EXPECT_EQ(b.text(FW_CFG_SIGNATURE, 5), std::string("QEMU\0", 5)) << "beyond the end: zeros";
    EXPECT_EQ(b.text(FW_CFG_ID, 4), std::string("\3\0\0\0", 4));
    EXPECT_EQ(b.io.read(0x514, 4), 0x554d4551u);
    EXPECT_EQ(b.io.read(0x518, 4), 0x47464320u);
}

TEST(FwCfg, SelectorTakesWordsOnly)
{
    Board b;
    b.io.write(0x510, FW_CFG_ID, 2);
    b.io.write(0x510, FW_CFG_SIGNATURE, 1);
    EXPECT_EQ(b.io.read(0x511, 1), 3u);
}

TEST(FwCfg, NumbersAreLittleEndian)
{
    Board b;
    b.cfg.add_u64(FW_CFG_RAM_SIZE, 0x123456789a);
    b.cfg.add_u16(FW_CFG_NB_CPUS, 2);
    EXPECT_EQ(b.text(FW_CFG_RAM_SIZE, 8), std::string("\x9a\x78\x56\x34\x12\0\0\0", 8));
    EXPECT_EQ(b.text(FW_CFG_NB_CPUS, 2), std::string("\2\0", 2));
}

TEST(FwCfg, DirectoryNamesFiles)
{
    Board b;
    EXPECT_TRUE(b.cfg.add_file("etc/e820", bytes("12345")));
    EXPECT_TRUE(b.cfg.add_file("bootorder", bytes("/pci")));
    EXPECT_TRUE(b.cfg.add_file("etc/e820", bytes("abc"))) << "replaces";
    EXPECT_FALSE(b.cfg.add_file(std::string(56, 'x'), {}));
    const std::string dir = b.text(FW_CFG_FILE_DIR, 4 + 2 * 64);
    EXPECT_EQ(dir.substr(0, 4), std::string("\0\0\0\2", 4));
    EXPECT_EQ(dir.substr(4, 17), std::string("\0\0\0\3\0\x20\0\0etc/e820\0", 17));
    EXPECT_EQ(dir.substr(68, 17), std::string("\0\0\0\4\0\x21\0\0bootorder", 17));
    EXPECT_EQ(b.text(0x20, 3), "abc");
    EXPECT_EQ(b.text(0x21, 4), "/pci");
}

TEST(FwCfg, DmaReadsSkipsAndFillsWithZeros)
{
    Board b;
    b.cfg.add(FW_CFG_CMDLINE_DATA, bytes("console=ttyS0"));
    b.memory.dma_store<u32>(0x2004, 0xffffffff);
    EXPECT_EQ(b.dma(u32(FW_CFG_CMDLINE_DATA) << 16 | 8 | 4, 8, 0), 0u); // select, skip
    EXPECT_EQ(b.dma(2, 8, 0x2000), 0u);
    EXPECT_EQ(b.memory_text(0x2000, 8), std::string("ttyS0\0\0\0", 8));
}

TEST(FwCfg, DmaWritesToWritableItemsOnly)
{
    Board b;
    b.cfg.add_file("fixed", bytes("abcd"));
    b.cfg.add_file("open", bytes("abcd"), true);
    b.memory.dma_store<u32>(0x2000, 0x58585858);
    EXPECT_EQ(b.dma(0x20 << 16 | 8 | 16, 4, 0x2000), 1u);
    EXPECT_EQ(b.dma(0x21 << 16 | 8 | 16, 4, 0x2000), 0u);
    EXPECT_EQ(b.dma(16, 1, 0x2000), 1u) << "beyond the end";
    EXPECT_EQ(b.text(0x20, 4), "abcd");
    EXPECT_EQ(b.text(0x21, 4), "XXXX");
}

TEST(FwCfg, SnapshotRoundTrip)
{
    Board b, fresh;
    b.cfg.add_file("open", bytes("abcd"), true);
    fresh.cfg.add_file("open", bytes("zzzz"), true);
    b.text(0x20, 2);
    snapshot_round_trip(b.cfg, fresh.cfg);
    EXPECT_EQ(fresh.io.read(0x511, 1), u32('c'));
}

} // namespace
} // namespace tabpc
