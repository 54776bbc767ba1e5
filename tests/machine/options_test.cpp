// The option words of the command line: what each puts into the configuration, and what is said when it is wrong.
#include "machine/config.h"
#include "machine/modules.h"
#include "machine/key_value.h"
#include <gtest/gtest.h>

using namespace tabpc;
using Interface = DriveConfig::Interface;

namespace {

std::vector<std::string> split(std::string_view line)
{
    std::vector<std::string> words;
    for (size_t at = 0; at < line.size();) {
        const size_t end = std::min(line.find(' ', at), line.size());
        if (end > at) words.emplace_back(line.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

MachineConfig config(std::string_view line)
{
    auto parsed = parse_options(split(line));
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error());
    return parsed.ok() ? parsed->config : MachineConfig();
}

std::string refusal(std::string_view line)
{
    auto parsed = parse_options(split(line));
    return parsed.ok() ? "(accepted)" : parsed.error();
}

} // namespace

TEST(Options, NothingGivenIsQemusPc)
{
    const MachineConfig c = config("");
    EXPECT_EQ(c.ram_size, 128u << 20);
    EXPECT_EQ(c.vga, VgaCard::Std);
    EXPECT_EQ(c.bios, "bios-256k.bin");
    ASSERT_EQ(c.drives.size(), 2u); // an empty floppy drive and an empty CD-ROM drive
    EXPECT_EQ(c.drive(Interface::Floppy, 0)->id, "floppy0");
    EXPECT_EQ(c.drive(Interface::Ide, 2)->id, "ide1-cd0");
    EXPECT_TRUE(c.drive(Interface::Ide, 2)->cdrom);
    EXPECT_EQ(config("-nodefaults").drives.size(), 0u);
}

TEST(Options, Sizes)
{
    EXPECT_EQ(config("-m 64").ram_size, 64u << 20);
    EXPECT_EQ(config("-m 64M").ram_size, 64u << 20);
    EXPECT_EQ(config("-m 1G").ram_size, 1u << 30);
    EXPECT_EQ(config("-m 1.5g").ram_size, 1536u << 20);
    EXPECT_EQ(config("-m size=4096k").ram_size, 4u << 20);
}

TEST(Options, Drives)
{
    const MachineConfig c = config("-fda a.img -hda c.img -cdrom d.iso "
                                   "-drive file=x,,y.img,format=raw,if=ide,index=1,snapshot=on,readonly=on");
    EXPECT_EQ(c.drive(Interface::Floppy, 0)->file, "a.img");
    EXPECT_EQ(c.drive(Interface::Ide, 0)->file, "c.img");
    EXPECT_EQ(c.drive(Interface::Ide, 2)->file, "d.iso");
    const DriveConfig* d = c.drive(Interface::Ide, 1);
    ASSERT_TRUE(d);
    EXPECT_EQ(d->file, "x,y.img");
    EXPECT_EQ(d->id, "ide0-hd1");
    EXPECT_TRUE(d->snapshot && d->read_only);
    EXPECT_FALSE(c.drive(Interface::Ide, 0)->snapshot);

    EXPECT_TRUE(config("-hda c.img -snapshot").drive(Interface::Ide, 0)->snapshot);
    EXPECT_EQ(config("disk.img").drive(Interface::Ide, 0)->file, "disk.img");
    const MachineConfig none =
        config("-drive file=d.img,if=none,id=disk -device ide-hd,drive=disk,bus=ide.1,unit=1");
    EXPECT_EQ(none.drive(Interface::Ide, 3)->file, "d.img");
}

TEST(Options, Consoles)
{
    using Kind = ChardevConfig::Kind;
    const MachineConfig c =
        config("-serial stdio -serial file:log -monitor none -qmp unix:/tmp/q,server=on,wait=off");
    ASSERT_EQ(c.serial.size(), 2u);
    EXPECT_EQ(c.serial[0].kind, Kind::Stdio);
    EXPECT_EQ(c.serial[1].path, "log");
    ASSERT_EQ(c.qmp.size(), 1u);
    EXPECT_EQ(c.qmp[0].path, "/tmp/q");
    EXPECT_TRUE(c.qmp[0].server);
    EXPECT_FALSE(c.qmp[0].wait);
    EXPECT_TRUE(config("-nographic").serial[0].mux_monitor);
    EXPECT_EQ(config("-serial none").serial[0].kind, Kind::Null);
}

TEST(Options, TimeAndBoot)
{
    EXPECT_EQ(config("-icount shift=7").icount_shift, 7);
    EXPECT_EQ(config("-rtc base=2000-02-29T12:34:56,clock=vm").rtc.date, 951827696);
    EXPECT_EQ(config("-rtc base=1969-12-31").rtc.date, -86400);
    EXPECT_TRUE(config("-rtc base=2000-01-01,clock=vm").rtc.guest_time);
    EXPECT_EQ(config("-boot d").boot_order, "d");
    EXPECT_EQ(config("-boot order=dc,menu=on").boot_order, "dc");
    EXPECT_FALSE(config("-no-fd-bootchk").check_floppy_signature);
    const MachineConfig k = config("-kernel vmlinuz -initrd initrd -append quiet");
    EXPECT_EQ(k.kernel + k.initrd + k.append, "vmlinuzinitrdquiet");
    EXPECT_EQ(config("-device isa-debug-exit,iobase=0xf4,iosize=4").debug_exit->port, 0xf4);
}

TEST(Options, AcceptedWithoutEffect)
{
    config("-machine pc,accel=tcg -cpu max -accel tcg -smp 1 -nic none -net none -global ide-hd.x=1 -trace "
           "foo -no-user-config");
}

TEST(Options, WhatIsWrongIsSaid)
{
    const struct {
        const char* line;
        const char* sentence;
    } rows[] = {
        {"-foo", "-foo: invalid option"},
        {"-m", "-m: requires an argument"},
        {"-m 64X", "-m 64X: '64X' is not a size such as 64M or 1G"},
        {"-m 0", "-m 0: a PC needs at least 1M"},
        {"-m 99999999999999999999", "-m 99999999999999999999: '99999999999999999999' is too large"},
        {"-vga qxl", "-vga qxl: the cards are std, cirrus and none"},
        {"-device e1000", "-device e1000: 'e1000' is not a valid device model name; there are: ide-hd, ide-cd, floppy, VGA, "
                           "cirrus-vga, isa-debug-exit, isa-debugcon"},
        {"-hda a -drive file=b,index=0", "-drive file=b,index=0: there is a drive with index 0 already"},
        {"-drive file=b,index=9", "-drive file=b,index=9: index=9 must be at most 3"},
        {"-drive file=b,format=vmdk", "-drive file=b,format=vmdk: format=vmdk: there is no such image format; there are: raw"},
        {"-drive file=b,colour=red", "-drive file=b,colour=red: unknown parameter 'colour'"},
        {"-drive file=b,snapshot=maybe",
         "-drive file=b,snapshot=maybe: snapshot=maybe: must be 'on' or 'off'"},
        {"-append x", "-append only allowed with -kernel option"},
        {"-initrd x", "-initrd only allowed with -kernel option"},
        {"-rtc base=2001-02-29",
         "-rtc base=2001-02-29: base=2001-02-29 is not 'utc', 'localtime' or a date such as "
         "2026-01-31T12:00:00"},
        {"-boot order=zz", "-boot order=zz: Invalid boot device 'z'"},
        {"-serial tcp:1", "-serial tcp:1: 'tcp:1' is not one of stdio, file:PATH, unix:PATH, null, none"},
        {"-serial stdio -monitor stdio", "only one of -serial, -parallel, -monitor and -qmp can be on stdio"},
        {"-M q35", "-M q35: unsupported machine type 'q35'; there are: pc"},
        {"-smp 2", "-smp 2: this machine has one CPU so far"},
        {"-nic user", "-nic user: there is no network card; say none"},
        {"-uuid 1", "-uuid 1: is not a UUID such as 01234567-89ab-cdef-0123-456789abcdef"},
    };
    for (const auto& r : rows) EXPECT_EQ(refusal(r.line), r.sentence);
}

TEST(Options, ModulesAreWhatTheListsNameInTheirOrder)
{
    EXPECT_EQ(module_call_init<DeviceModel>().names(),
              "ide-hd, ide-cd, floppy, VGA, cirrus-vga, isa-debug-exit, isa-debugcon");
    EXPECT_EQ(module_call_init<MachineType>().names(), "pc");
    EXPECT_EQ(&module_call_init<DeviceModel>(), &module_call_init<DeviceModel>()) << "registered once";
    EXPECT_EQ(module_call_init<MachineType>().find("ide-hd"), nullptr) << "each type has its own";
    EXPECT_EQ(config("-device cirrus-vga").vga, VgaCard::Cirrus);
    const std::string help = options_help("tabpc");
    for (const auto& m : module_call_init<DeviceModel>()) EXPECT_NE(help.find(m.name), help.npos) << m.name;
}

TEST(Options, HelpListsEveryWordOnce)
{
    const std::string help = options_help("tabpc");
    for (const char* word : {"-m SIZE", "-hda FILE", "-qmp unix", "-kernel FILE", "-icount"})
        EXPECT_NE(help.find(word), help.npos) << word;
    EXPECT_EQ(parse_options(split("--help"))->action, ParsedOptions::Action::Help);
    EXPECT_EQ(parse_options(split("-version -foo"))->action, ParsedOptions::Action::Version);
}
