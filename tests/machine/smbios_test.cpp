// SMBIOS tables: as fw_cfg has them, and as SeaBIOS leaves them for a guest to find. DSP0134, chapters 5 to 7.
#include "machine/smbios.h"
#include "test_host.h"
#include <gtest/gtest.h>
#include <numeric>

namespace tabpc {
namespace {

using Bytes = std::span<const u8>;

struct Structure {
    u8 type = 0;
    u16 handle = 0;
    Bytes fields; // with the header, so that positions are those of the specification
    std::vector<std::string> strings;

    template <class T>
    T at(size_t n) const
    {
        return ld<T>(&fields[n]);
    }
    std::string text(size_t n) const
    {
        const u8 number = fields[n];
        return number && number <= strings.size() ? strings[number - 1] : "";
    }
};

std::vector<Structure> structures(Bytes table)
{
    std::vector<Structure> all;
    for (size_t at = 0; at + 4 < table.size();) {
        Structure& s = all.emplace_back();
        s.type = table[at];
        s.handle = ld<u16>(&table[at + 2]);
        s.fields = table.subspan(at, table[at + 1]);
        for (at += table[at + 1]; table[at];) {
            s.strings.emplace_back(reinterpret_cast<const char*>(&table[at]));
            at += s.strings.back().size() + 1;
        }
        at += s.strings.empty() ? 2 : 1;
    }
    return all;
}

u8 sum(Bytes bytes) { return static_cast<u8>(std::accumulate(bytes.begin(), bytes.end(), 0)); }

class Smbios : public testing::Test {
protected:
    std::vector<Structure> tables(const MachineConfig& config)
    {
        add_smbios_tables(fw_cfg, config);
        anchor = *fw_cfg.file("etc/smbios/smbios-anchor");
        table = *fw_cfg.file("etc/smbios/smbios-tables");
        return structures(table);
    }
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    FwCfg fw_cfg{io, memory};
    std::vector<u8> anchor, table;
};

TEST_F(Smbios, AnchorTellsOfTheTables)
{
    const auto all = tables({});
    ASSERT_EQ(anchor.size(), 31u);
    EXPECT_EQ(std::string(anchor.begin(), anchor.begin() + 4), "_SM_");
    EXPECT_EQ(std::string(anchor.begin() + 16, anchor.begin() + 21), "_DMI_");
    EXPECT_EQ(sum(anchor), 0);
    EXPECT_EQ(sum(Bytes(anchor).subspan(16)), 0);
    EXPECT_EQ(ld<u16>(&anchor[0x16]), table.size());
    EXPECT_EQ(ld<u16>(&anchor[0x1c]), all.size());
    size_t largest = 0;
    std::string types;
    for (const Structure& s : all) {
        size_t size = s.fields.size() + 1 + s.strings.empty();
        for (const std::string& text : s.strings) size += text.size() + 1;
        largest = std::max(largest, size);
        types += std::to_string(s.type) + " ";
    }
    EXPECT_EQ(ld<u16>(&anchor[8]), largest);
    EXPECT_EQ(types, "1 3 4 16 17 19 32 127 ");
}

TEST_F(Smbios, SaysWhatTheMachineIs)
{
    MachineConfig config;
    config.ram_size = u64(4096) << 20;
    config.uuid = "01234567-89ab-cdef-0123-456789abcdef";
    config.cpus = 2;
    const auto all = tables(config);
    ASSERT_EQ(all.size(), 10u);
    EXPECT_EQ(all[0].text(4), "tabpc");
    EXPECT_EQ(all[0].text(5), "Standard PC (i440FX + PIIX, 1996)");
    const std::vector<u8> uuid = {0x67, 0x45, 0x23, 0x01, 0xab, 0x89, 0xef, 0xcd,
                                  0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    EXPECT_EQ(std::vector<u8>(&all[0].fields[8], &all[0].fields[24]), uuid);
    EXPECT_EQ(all[3].type, 4);
    EXPECT_EQ(all[3].text(4), "CPU 1");
    EXPECT_EQ(all[4].type, 16);
    EXPECT_EQ(all[4].at<u32>(7), 4u << 20) << "KiB";
    EXPECT_EQ(all[5].at<u16>(4), all[4].handle) << "the DIMM is of the array";
    EXPECT_EQ(all[5].at<u16>(12), 4096) << "MiB";
    EXPECT_EQ(all[6].at<u32>(4), 0u);
    EXPECT_EQ(all[6].at<u32>(8), (0xc0000000u >> 10) - 1) << "the last KiB below the PCI hole";
    EXPECT_EQ(all[7].at<u32>(4), 4u << 20);
    EXPECT_EQ(all[7].at<u32>(8), (5u << 20) - 1);
}

// Lengths are those of version 2.8's structures: a reader finds the fields it expects.
TEST_F(Smbios, LengthsOfVersion2_8)
{
    const std::map<u8, size_t> lengths = {{1, 27},  {3, 22},  {4, 42},  {16, 23},
                                          {17, 40}, {19, 31}, {32, 11}, {127, 4}};
    for (const Structure& s : tables({}))
        EXPECT_EQ(s.fields.size(), lengths.at(s.type)) << "type " << int(s.type);
}

// SeaBIOS adds type 0 and places it all where guests look: at a multiple of 16 from F0000 on.
TEST(SmbiosInTheMachine, IsFoundByTheGuest)
{
    TestMachine m({"-hda", "disk", "-m", "32M"});
    m.host.files["disk"] = boot_disk({0xfa, 0xf4}, 1 << 20);
    ASSERT_TRUE(m.create()) << m.refusal;
    m.run(2);
    std::vector<u8> area(0x10000);
    m.pc().memory().dma_read(0xf0000, area);
    size_t at = 0;
    while (at < area.size() && std::string(&area[at], &area[at + 4]) != "_SM_") at += 16;
    ASSERT_LT(at, area.size());
    EXPECT_EQ(sum(Bytes(area).subspan(at, 31)), 0);
    std::vector<u8> table(ld<u16>(&area[at + 0x16]));
    m.pc().memory().dma_read(ld<u32>(&area[at + 0x18]), table);
    const auto all = structures(table);
    ASSERT_EQ(all.size(), 9u);
    EXPECT_EQ(all[0].type, 0);
    EXPECT_EQ(all[0].text(4), "SeaBIOS");
    EXPECT_EQ(all[1].text(4), "tabpc");
    EXPECT_EQ(all[4].at<u32>(7), 32u << 10);
}

} // namespace
} // namespace tabpc
