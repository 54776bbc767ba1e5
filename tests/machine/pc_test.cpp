// The board with the real firmware: it POSTs, boots, resets, powers off, and refuses what cannot be.
#include "test_host.h"
#include <algorithm>
#include <gtest/gtest.h>

using namespace tabpc;

namespace {

// mov ax,0e00+letter; mov bx,7; int 10h
#define PRINT(letter)    0xb8, letter, 0x0e, 0xbb, 0x07, 0x00, 0xcd, 0x10
#define EXIT_WITH(value) 0xb0, value, 0xe6, 0xf4 // mov al,value; out f4,al
#define HANG             0xfa, 0xf4              // cli; hlt

const std::vector<std::string> DEBUG_EXIT = {"-device", "isa-debug-exit,iobase=0xf4,iosize=1"};

std::vector<std::string> words(std::initializer_list<std::string> list)
{
    std::vector<std::string> all = DEBUG_EXIT;
    all.insert(all.end(), list);
    return all;
}

} // namespace

TEST(Pc, PostReachesTheBootSector)
{
    TestMachine m(words({"-hda", "disk"}));
    m.host.files["disk"] = boot_disk({PRINT('H'), PRINT('i'), PRINT('!'), EXIT_WITH(21)}, 1 << 20);
    ASSERT_TRUE(m.create()) << m.refusal;
    EXPECT_TRUE(m.run_until([&] { return m.pc().ended(); }));
    EXPECT_EQ(m.pc().exit_status(), 43); // value << 1 | 1
    EXPECT_TRUE(m.shows("SeaBIOS")) << m.screen();
    EXPECT_TRUE(m.shows("Hi!")) << m.screen();
    // POST within half a second of the guest's time, as the guest of a fast host sees it.
    EXPECT_LT(m.pc().clock().now(), 500'000'000);
}

TEST(Pc, PostWithEachCard)
{
    for (const char* card : {"std", "cirrus", "none"}) {
        TestMachine m(words({"-hda", "disk", "-vga", card}));
        m.host.files["disk"] = boot_disk({PRINT('Y'), EXIT_WITH(1)}, 1 << 20);
        ASSERT_TRUE(m.create()) << m.refusal;
        EXPECT_TRUE(m.run_until([&] { return m.pc().ended(); })) << card;
        EXPECT_EQ(m.pc().display() != nullptr, std::string_view(card) != "none");
        if (m.pc().display()) { EXPECT_TRUE(m.shows("Y")) << m.screen(); }
    }
}

TEST(Pc, IcountRunsAreEqual)
{
    u64 instructions[2];
    for (u64& n : instructions) {
        TestMachine m(words({"-hda", "disk", "-icount", "shift=3", "-rtc", "base=2020-01-01,clock=vm"}));
        m.host.files["disk"] = boot_disk({EXIT_WITH(1)}, 1 << 20);
        ASSERT_TRUE(m.create()) << m.refusal;
        m.now_ns += &n == &instructions[0] ? 0 : 12345; // the host's time makes no difference
        EXPECT_TRUE(m.run_until([&] { return m.pc().ended(); }));
        n = m.pc().clock().instructions();
    }
    EXPECT_EQ(instructions[0], instructions[1]);
}

TEST(Pc, SystemPowerdownPressesThePowerButton)
{
    TestMachine m(words({"-hda", "disk"}));
    m.host.files["disk"] = boot_disk({PRINT('W'), 0xba, 0x01, 0x06, // mov dx,601: PM1_STS, upper half
                                      0xec, 0xa8, 0x01, 0x74, 0xfb, // in al,dx; test al,PWRBTN_STS; jz in
                                      EXIT_WITH(1)},
                                     1 << 20);
    ASSERT_TRUE(m.create()) << m.refusal;
    EXPECT_TRUE(m.run_until([&] { return m.shows("W"); })) << m.screen();
    EXPECT_FALSE(m.pc().ended());
    m.pc().system_powerdown();
    EXPECT_TRUE(m.run_until([&] { return m.pc().ended(); }));
}

TEST(Pc, ResetsAllWays)
{
    const struct {
        const char* what;
        std::vector<u8> code;
    } ways[] = {
        {"i8042", {0xb0, 0xfe, 0xe6, 0x64}},
        {"port 92", {0xb0, 0x01, 0xe6, 0x92}},
        {"reset control", {0xba, 0xf9, 0x0c, 0xb0, 0x06, 0xee}},
        {"triple fault", {0x0f, 0x01, 0x1e, 0x40, 0x7c, 0xcc}}, // lidt [7c40], where there are zeros; int3
    };
    for (const auto& way : ways) {
        TestMachine m(words({"-hda", "disk", "-no-reboot"}));
        auto disk = boot_disk({}, 1 << 20);
        std::copy(way.code.begin(), way.code.end(), disk.begin());
        m.host.files["disk"] = disk;
        ASSERT_TRUE(m.create()) << m.refusal;
        EXPECT_TRUE(m.run_until([&] { return m.pc().ended(); })) << way.what;
        EXPECT_EQ(m.pc().exit_status(), 0);
    }
}

TEST(Pc, ARebootStartsAgain)
{
    // Counts the boots in a CMOS cell that nobody uses; resets once, ends at the second.
    TestMachine m(words({"-hda", "disk"}));
    m.host.files["disk"] =
        boot_disk({0xb0,        0x7f, 0xe6, 0x70, 0xe4, 0x71, 0xfe, 0xc0, 0x88, 0xc4, // ah = cmos[7f] + 1
                   0xb0,        0x7f, 0xe6, 0x70, 0x88, 0xe0, 0xe6, 0x71,             // cmos[7f] = ah
                   0x3c,        0x02, 0x74, 0x06,                                     // cmp al,2; je exit
                   0xb0,        0xfe, 0xe6, 0x64, 0xeb, 0xfe,                         // reset; jmp $
                   EXIT_WITH(5)},
                  1 << 20);
    ASSERT_TRUE(m.create()) << m.refusal;
    EXPECT_TRUE(m.run_until([&] { return m.pc().ended(); })) << m.screen();
    EXPECT_EQ(m.pc().exit_status(), 11);
}

TEST(Pc, HaltedGuestIsIdle)
{
    TestMachine m(words({"-hda", "disk"}));
    m.host.files["disk"] = boot_disk({0xf4, 0xeb, 0xfd}, 1 << 20); // hlt; jmp back
    ASSERT_TRUE(m.create()) << m.refusal;
    m.run_until([&] { return m.pc().cpu().s.rip == 0x7c01 || m.pc().cpu().s.rip == 0x7c03; }, 5);
    const u64 before = m.pc().clock().instructions();
    m.run(1);
    EXPECT_LT(m.pc().clock().instructions() - before, 20'000u); // 18 timer ticks and little else
    EXPECT_EQ(m.last.kind, SliceResult::Idle);
}

TEST(Pc, StopHoldsTheGuestsTime)
{
    TestMachine m(words({"-hda", "disk", "-S"}));
    m.host.files["disk"] = boot_disk({0xeb, 0xfe}, 1 << 20);
    ASSERT_TRUE(m.create()) << m.refusal;
    EXPECT_EQ(m.pc().state(), RunState::Prelaunch);
    m.run(1);
    EXPECT_EQ(m.pc().clock().instructions(), 0u);
    m.pc().resume();
    m.run(0.1);
    m.pc().stop();
    const i64 stopped = m.pc().clock().now();
    m.run(10);
    EXPECT_EQ(m.pc().clock().now(), stopped);
    m.pc().resume();
    m.run(0.1);
    EXPECT_LT(m.pc().clock().now() - stopped, 200'000'000); // the ten seconds are gone, not caught up
}

namespace {

struct TrayEvents final : MachineEventListener {
    std::string seen; // "open", "closed"
    void machine_event(const MachineEvent& e) override
    {
        if (e.kind == MachineEvent::TrayMoved)
            seen += std::string(e.device) + (e.tray_open ? " open " : " closed ");
    }
};

// A packet without data, to the CD-ROM that is secondary master.
void cdrom_packet(TestMachine& m, u8 opcode, u8 argument)
{
    IoSpace& io = m.pc().io();
    io.write(0x176, 0xa0, 1);
    io.write(0x177, 0xa0, 1); // PACKET
    m.run(0.05);
    for (const u32 word : {u32{opcode}, 0u, u32{argument}, 0u, 0u, 0u}) io.write(0x170, word, 2);
    m.run(0.05);
}

} // namespace

TEST(Pc, TrayOfTheCdrom)
{
    constexpr u8 TEST_UNIT_READY = 0, START_STOP = 0x1b, PREVENT_ALLOW = 0x1e, EJECT = 2;
    TestMachine m(words({"-hda", "disk", "-cdrom", "cd"}));
    m.host.files["disk"] = boot_disk({PRINT('!'), HANG}, 1 << 20);
    m.host.files["cd"] = m.host.files["other"] = std::vector<u8>(1 << 20);
    ASSERT_TRUE(m.create()) << m.refusal;
    ASSERT_TRUE(m.run_until([&] { return m.shows("!"); }));
    TrayEvents events;
    m.pc().set_event_listener(&events);
    const auto moved = [&] { return std::exchange(events.seen, ""); };
    const auto drive = [&](std::string_view id) {
        const auto all = m.pc().drives();
        return *std::find_if(all.begin(), all.end(),
                             [&](const DriveStatus& d) { return d.config->id == id; });
    };
    const auto cd = [&] { return drive("ide1-cd0"); };
    EXPECT_TRUE(cd().has_tray);
    EXPECT_FALSE(drive("floppy0").has_tray);

    cdrom_packet(m, PREVENT_ALLOW, 1);
    EXPECT_TRUE(cd().locked);
    const char* const locked =
        "Device 'ide1-cd0' is locked and force was not specified, wait for tray to open and try again";
    auto refused = m.pc().eject("ide1-cd0", false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), locked);
    refused = m.pc().change_medium("ide1-cd0", "other", {}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), locked);
    EXPECT_EQ(cd().file, "cd");
    EXPECT_EQ(moved(), "");

    EXPECT_TRUE(m.pc().change_medium("ide1-cd0", "other", {}, true));
    EXPECT_FALSE(cd().locked);
    EXPECT_EQ(cd().file, "other");
    EXPECT_EQ(moved(), "ide1-cd0 open ide1-cd0 closed ");
    cdrom_packet(m, TEST_UNIT_READY, 0); // takes the unit attention
    cdrom_packet(m, START_STOP, EJECT);  // by the guest: the medium lies in the open tray
    EXPECT_TRUE(cd().tray_open && cd().inserted);
    EXPECT_EQ(moved(), "ide1-cd0 open ");
    EXPECT_TRUE(m.pc().eject("ide1-cd0", false));
    EXPECT_TRUE(cd().tray_open && !cd().inserted);
    EXPECT_EQ(moved(), "") << "it was open";
    EXPECT_TRUE(m.pc().change_medium("ide1-cd0", "cd", {}, false));
    EXPECT_EQ(moved(), "ide1-cd0 closed ");
    m.pc().set_event_listener(nullptr);
}

TEST(Pc, RegistersForPeopleTellOfA20)
{
    TestMachine m(words({"-hda", "disk", "-S"}));
    m.host.files["disk"] = boot_disk({}, 1 << 20);
    ASSERT_TRUE(m.create()) << m.refusal;
    for (const u32 level : {0u, 1u}) {
        m.pc().io().write(0x64, 0xd1, 1); // write the i8042's output port
        m.pc().io().write(0x60, 0xdd | level << 1, 1);
        m.pc().io().write(0x92, level << 1, 1);
        const std::string expected = "A20=" + std::to_string(level);
        EXPECT_NE(m.pc().registers().find(expected), std::string::npos) << m.pc().registers();
    }
}

TEST(Pc, SaveAndRestoreGoOnTheSame)
{
    std::vector<u8> saved, ram;
    std::string screens[2];
    u64 ends[2];
    const auto make = [](TestMachine& m) {
        m.host.files["disk"] = boot_disk({PRINT('a'), PRINT('b'), PRINT('c'), EXIT_WITH(7)}, 1 << 20);
        return m.create();
    };
    const auto options =
        words({"-hda", "disk", "-icount", "shift=3", "-m", "4M", "-rtc", "base=2020-01-01,clock=vm"});
    TestMachine a(options);
    ASSERT_TRUE(make(a)) << a.refusal;
    a.run(0.05); // in the middle of POST
    Archive out = Archive::saver();
    a.pc().serialize(out);
    saved = out.take();
    std::vector<std::vector<u8>> blocks;
    for (const auto& b : a.pc().memory().ram().blocks()) blocks.emplace_back(b->host, b->host + b->size);
    a.run_until([&] { return a.pc().ended(); });
    screens[0] = a.screen();
    ends[0] = a.pc().clock().instructions();

    TestMachine b(options);
    ASSERT_TRUE(make(b)) << b.refusal;
    Archive in = Archive::loader(saved);
    b.pc().serialize(in);
    ASSERT_TRUE(in.ok()) << in.error();
    for (size_t i = 0; i < blocks.size(); i++) {
        auto& block = *b.pc().memory().ram().blocks()[i];
        ASSERT_EQ(block.size, blocks[i].size());
        std::copy(blocks[i].begin(), blocks[i].end(), block.host);
    }
    b.run_until([&] { return b.pc().ended(); });
    screens[1] = b.screen();
    ends[1] = b.pc().clock().instructions();
    EXPECT_EQ(screens[0], screens[1]);
    EXPECT_EQ(ends[0], ends[1]);
}

TEST(Pc, WhatCannotBeIsRefusedWithASentence)
{
    const struct {
        std::vector<std::string> words;
        const char* sentence;
    } rows[] = {
        {{"-hda", "missing"}, "missing: there is no such file"},
        {{"-bios", "missing"}, "there is no missing"},
        {{"-bios", "small"},
         "small: a BIOS image has a multiple of 64 KiB, up to 16 MiB; this one has 1000 bytes"},
        {{"-kernel", "small"}, "small is not a Linux kernel (bzImage)"},
        {{"-kernel", "missing"}, "missing: there is no such file"},
    };
    for (const auto& r : rows) {
        TestMachine m(r.words);
        m.host.files["small"].resize(1000);
        EXPECT_FALSE(m.create());
        EXPECT_EQ(m.refusal, r.sentence);
    }
}
