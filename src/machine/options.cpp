// The option words: one row each, and what it does. See config.h.
#include "machine/modules.h"
#include "machine/option_parser.h"
#include <algorithm>
#include <cctype>

namespace tabpc {

std::span<const OptionParser::Option> OptionParser::table()
{
    using P = OptionParser;
    using C = MachineConfig;
    static constexpr Option TABLE[] = {
        {"h", "", "this text", &P::help},
        {"help", "", "", &P::help},
        {"version", "", "the version", &P::version},
        {"machine", "pc[,accel=…]", "the machine type; pc is the only one", &P::machine},
        {"M", "pc", "", &P::machine},
        {"cpu", "MODEL", "accepted; the CPU is what CPUID says", &P::cpu},
        {"accel", "tcg|interpreter", "translate hot code, or interpret it all", &P::accel},
        {"smp", "1", "number of CPUs; one so far", &P::smp},
        {"m", "SIZE", "memory, in MiB or with suffix K, M, G (default 128M)", &P::memory},
        {"vga", "std|cirrus|none", "the display card (default std)", &P::vga},
        {"name", "TEXT", "the machine's name, for the window and the monitor", &P::name},
        {"uuid", "UUID", "the machine's UUID", &P::uuid},

        {"fda", "FILE", "floppy image in drive A", &P::floppy<0>},
        {"fdb", "FILE", "floppy image in drive B", &P::floppy<1>},
        {"hda", "FILE", "disk image: primary master", &P::hard_disk<0>},
        {"hdb", "FILE", "disk image: primary slave", &P::hard_disk<1>},
        {"hdc", "FILE", "disk image: secondary master", &P::hard_disk<2>},
        {"hdd", "FILE", "disk image: secondary slave", &P::hard_disk<3>},
        {"cdrom", "FILE", "ISO image in the CD-ROM drive (secondary master)", &P::cdrom},
        {"drive",
         "[file=FILE][,if=ide|floppy|none][,index=N][,media=disk|cdrom]\n"
         "[,format=raw][,snapshot=on|off][,readonly=on|off][,id=ID]",
         "a drive", &P::drive},
        {"device", "MODEL[,PROPERTY=VALUE…]", "a device:", &P::device},
        {"snapshot", "", "writes to every drive are kept in memory and lost at the end", &P::snapshot},

        {"boot", "[order=]LETTERS[,once=LETTERS][,menu=on][,splash-time=MS]",
         "what to boot: a floppy, c disk, d CD-ROM, n network (default cad)", &P::boot},
        {"no-fd-bootchk", "", "boot a floppy whose sector lacks 55 AA", &P::flag<&C::check_floppy_signature>},
        {"kernel", "FILE", "a Linux bzImage to start", &P::text<&C::kernel>},
        {"initrd", "FILE", "its initial RAM disk", &P::text<&C::initrd>},
        {"append", "TEXT", "its command line", &P::text<&C::append>},
        {"bios", "FILE", "the BIOS image (default bios-256k.bin)", &P::bios},
        {"L", "FOLDER", "where firmware is looked for", &P::firmware_folder},

        {"rtc", "[base=utc|localtime|DATE][,clock=host|vm]", "the date of the real-time clock", &P::rtc},
        {"icount", "shift=N[,sleep=on|off]", "deterministic time: an instruction takes 2^N ns", &P::icount},
        {"S", "", "do not start before 'cont'", &P::flag<&C::start_paused>},
        {"no-reboot", "", "end where the guest would reboot", &P::flag<&C::no_reboot>},
        {"no-shutdown", "", "pause where the guest powers off", &P::flag<&C::no_shutdown>},

        {"display", "none|sdl", "the window (default none)", &P::display},
        {"nographic", "", "no window; first serial port and monitor on this terminal", &P::nographic},
        {"serial", "stdio|mon:stdio|file:PATH|unix:PATH,server=on|null|none", "where a serial port goes",
         &P::serial},
        {"parallel", "file:PATH|null|none", "where the parallel port goes", &P::parallel},
        {"monitor", "stdio|unix:PATH,server=on|none", "where the monitor goes", &P::monitor},
        {"qmp", "unix:PATH,server=on[,wait=off]|stdio", "where QMP goes", &P::qmp},
        {"debugcon", "stdio|file:PATH", "where bytes written to port E9 go", &P::debugcon},

        {"nic", "none", "no network card", &P::network},
        {"net", "none", "the same", &P::network},
        {"nodefaults", "", "no empty floppy and CD-ROM drives, no default ports", &P::no_defaults},
        {"no-user-config", "", "", &P::accept},
        {"nodefconfig", "", "", &P::accept},
        {"trace", "…", "", &P::accept},
        {"global", "DRIVER.PROPERTY=VALUE", "", &P::accept_global},
        {"usb", "", "", &P::accept},
        {"enable-kvm", "", "", &P::accept},
        {"no-hpet", "", "", &P::accept},
    };
    return TABLE;
}

Result<ParsedOptions> parse_options(std::span<const std::string> words)
{
    OptionParser parser;
    if (auto r = parser.read(words); !r) return Error{r.error()};
    if (parser.parsed.action != ParsedOptions::Action::Run) return parser.parsed;
    if (auto r = parser.finish(); !r) return Error{r.error()};
    return parser.parsed;
}

Result<> OptionParser::read(std::span<const std::string> words)
{
    for (size_t i = 0; i < words.size(); i++) {
        const std::string& given = words[i];
        if (!given.starts_with("-") || given == "-") { // QEMU: a bare file is -hda
            if (auto r = hard_disk<0>(given); !r) return r;
            continue;
        }
        const std::string_view word = std::string_view(given).substr(given.starts_with("--") ? 2 : 1);
        const auto rows = table();
        const auto row =
            std::find_if(rows.begin(), rows.end(), [&](const Option& o) { return o.word == word; });
        if (row == rows.end()) return error("%s: invalid option", given.c_str());
        std::string value;
        if (!row->argument.empty()) {
            if (++i == words.size()) return error("%s: requires an argument", given.c_str());
            value = words[i];
        }
        if (auto r = (this->*row->handler)(value); !r)
            return value.empty() ? error("%s: %s", given.c_str(), r.error().c_str())
                                 : error("%s %s: %s", given.c_str(), value.c_str(), r.error().c_str());
        if (parsed.action != ParsedOptions::Action::Run) return {};
    }
    return {};
}

Result<> OptionParser::finish()
{
    if (config_.kernel.empty() && !config_.initrd.empty())
        return error("-initrd only allowed with -kernel option");
    if (config_.kernel.empty() && !config_.append.empty())
        return error("-append only allowed with -kernel option");

    using Interface = DriveConfig::Interface;
    for (DriveConfig& d : config_.drives) {
        if (snapshot_) d.snapshot = true;
    }
    std::erase_if(config_.drives, [](const DriveConfig& d) { return d.interface == Interface::None; });
    if (defaults_) { // what QEMU's pc always has
        if (!config_.drive(Interface::Floppy, 0)) (void)image(Interface::Floppy, 0, "");
        if (!config_.drive(Interface::Ide, 2)) (void)image(Interface::Ide, 2, "", true);
    }
    if (nographic_) {
        config_.display = DisplayKind::None;
        if (config_.serial.empty()) {
            ChardevConfig& port = config_.serial.emplace_back();
            port.kind = ChardevConfig::Kind::Stdio;
            port.mux_monitor = !monitor_given_;
        }
    }
    if (config_.serial.empty() && defaults_) config_.serial.emplace_back();

    int stdio = config_.monitor.kind == ChardevConfig::Kind::Stdio;
    for (const auto* list : {&config_.serial, &config_.parallel, &config_.qmp})
        for (const ChardevConfig& c : *list) stdio += c.kind == ChardevConfig::Kind::Stdio;
    if (stdio > 1) return error("only one of -serial, -parallel, -monitor and -qmp can be on stdio");
    return {};
}

std::string options_help(std::string_view program)
{
    std::string text = "usage: " + std::string(program) + " [options] [disk image]\n\n";
    for (const auto& o : OptionParser::table()) {
        if (o.help.empty()) continue;
        const std::string head = "-" + std::string(o.word) + (o.argument.empty() ? "" : " ");
        const auto indented = [&](std::string_view s, size_t by) {
            std::string out;
            for (char c : s) c == '\n' ? out += "\n" + std::string(by, ' ') : out += c;
            return out;
        };
        text += head + indented(o.argument, head.size()) + "\n        " + indented(o.help, 8) + "\n";
        if (o.word != "device") continue;
        for (const auto& [name, model] : module_call_init<DeviceModel>())
            text += "            " + std::string(name) + (model.properties.empty() ? "" : " ") +
                    std::string(model.properties) + "\n";
    }
    return text;
}

Result<ChardevConfig> parse_chardev(const std::string& text)
{
    using Kind = ChardevConfig::Kind;
    ChardevConfig c;
    if (text == "none" || text == "null" || text == "vc") return c;
    if (text == "stdio" || text == "mon:stdio") {
        c.kind = Kind::Stdio;
        c.mux_monitor = text.starts_with("mon:");
        return c;
    }
    if (text == "page") {
        c.kind = Kind::Page;
        return c;
    }
    if (text.starts_with("file:")) {
        c.kind = Kind::File;
        c.path = text.substr(5);
        if (c.path.empty()) return error("file: needs a path");
        return c;
    }
    if (text.starts_with("unix:")) {
        auto list = KeyValueList::parse(std::string_view(text).substr(5), "path");
        if (!list) return Error{list.error()};
        c.kind = Kind::Unix;
        c.path = list->take("path").value_or("");
        if (c.path.empty()) return error("unix: needs a path");
        auto server = list->take_bool("server", false);
        if (!server) return Error{server.error()};
        c.server = *server;
        auto wait = list->take_bool("wait", c.server);
        if (!wait) return Error{wait.error()};
        c.wait = *wait;
        if (auto r = list->finish(); !r) return Error{r.error()};
        return c;
    }
    return error("'%s' is not one of stdio, file:PATH, unix:PATH, null, none", text.c_str());
}

namespace {

Result<KeyValueList> boot_list(const std::string& value) { return KeyValueList::parse(value, "order"); }

Result<> check_boot_letters(const std::string& letters)
{
    for (size_t i = 0; i < letters.size(); i++) {
        if (letters[i] < 'a' || letters[i] > 'p') return error("Invalid boot device '%c'", letters[i]);
        if (letters.find(letters[i], i + 1) != letters.npos)
            return error("Boot device '%c' was given twice", letters[i]);
    }
    return {};
}

} // namespace

template <auto Field>
Result<> OptionParser::text(const std::string& value)
{
    config_.*Field = value;
    return {};
}

// Toggles away from the default, which for -no-fd-bootchk is true.
template <auto Field>
Result<> OptionParser::flag(const std::string&)
{
    config_.*Field = !(MachineConfig().*Field);
    return {};
}

Result<> OptionParser::help(const std::string&)
{
    parsed.action = ParsedOptions::Action::Help;
    return {};
}

Result<> OptionParser::version(const std::string&)
{
    parsed.action = ParsedOptions::Action::Version;
    return {};
}

Result<> OptionParser::memory(const std::string& value)
{
    auto list = KeyValueList::parse(value, "size");
    if (!list) return Error{list.error()};
    const std::string size = list->take("size").value_or("");
    list->take("maxmem"); // hot-plug is not there; naming it does no harm
    list->take("slots");
    if (auto r = list->finish(); !r) return r;
    auto bytes = parse_size(size, 1 << 20);
    if (!bytes) return error("'%s' %s", size.c_str(), bytes.error().c_str());
    if (*bytes < 1 << 20) return error("a PC needs at least 1M");
    if (*bytes > u64(32) << 30) return error("at most 32G");
    config_.ram_size = align_up(*bytes, 8192); // whole pages
    return {};
}

Result<> OptionParser::smp(const std::string& value)
{
    auto list = KeyValueList::parse(value, "cpus");
    if (!list) return Error{list.error()};
    u64 cpus = 1;
    for (const char* key : {"cpus", "maxcpus", "sockets", "dies", "cores", "threads"}) {
        auto n = list->take_number(key, 1, 255);
        if (!n) return Error{n.error()};
        if (*n == 0) return error("%s cannot be 0", key);
        cpus = std::max(cpus, *n);
    }
    if (auto r = list->finish(); !r) return r;
    if (cpus != 1) return error("this machine has one CPU so far");
    return {};
}

// Names of QEMU's that are nothing here, kvm and the like, leave the default.
Result<> OptionParser::accel(const std::string& value)
{
    const std::string name = value.substr(0, value.find_first_of(",:"));
    if (name == "tcg") config_.accel = Accel::Tcg;
    else if (name == "interpreter") config_.accel = Accel::Interpreter;
    return {};
}

Result<> OptionParser::machine(const std::string& value)
{
    auto list = KeyValueList::parse(value, "type");
    if (!list) return Error{list.error()};
    const std::string type = list->take("type").value_or("pc");
    if (type == "help" || type == "?") return help(type);
    const auto& types = module_call_init<MachineType>();
    if (std::none_of(types.begin(), types.end(), [&](const auto& m) {
            return type == m.name || type.starts_with(m.entry.versions);
        }))
        return error("unsupported machine type '%s'; there are: %s", type.c_str(), types.names().c_str());
    for (const char* key :
         {"accel", "usb", "vmport", "graphics", "kernel-irqchip", "mem-merge", "dump-guest-core"})
        list->take(key);
    return list->finish();
}

Result<> OptionParser::cpu(const std::string& value)
{
    static constexpr std::string_view MODELS[] = {"max",      "base",     "qemu32", "pentium",
                                                  "pentium2", "pentium3", "n270",   "486"};
    const std::string model = value.substr(0, value.find(','));
    if (std::find(std::begin(MODELS), std::end(MODELS), model) != std::end(MODELS)) return {};
    return error("unable to find CPU model '%s'; accepted are max, qemu32, pentium, pentium2, pentium3",
                 model.c_str());
}

Result<> OptionParser::vga(const std::string& value)
{
    if (value == "std") config_.vga = VgaCard::Std;
    else if (value == "cirrus") config_.vga = VgaCard::Cirrus;
    else if (value == "none") config_.vga = VgaCard::None;
    else return error("the cards are std, cirrus and none");
    return {};
}

Result<> OptionParser::boot(const std::string& value)
{
    auto list = boot_list(value);
    if (!list) return Error{list.error()};
    if (auto order = list->take("order")) config_.boot_order = *order;
    if (auto once = list->take("once")) config_.boot_once = *once;
    auto menu = list->take_bool("menu", config_.boot_menu);
    if (!menu) return Error{menu.error()};
    config_.boot_menu = *menu;
    auto splash = list->take_number("splash-time", 0, 65535);
    if (!splash) return Error{splash.error()};
    if (*splash) config_.splash_time_ms = static_cast<int>(*splash);
    list->take("reboot-timeout");
    list->take("strict");
    if (auto r = list->finish(); !r) return r;
    if (auto r = check_boot_letters(config_.boot_order); !r) return r;
    return check_boot_letters(config_.boot_once);
}

Result<> OptionParser::bios(const std::string& value)
{
    if (value.empty()) return error("needs a file");
    config_.bios = value;
    return {};
}

Result<> OptionParser::firmware_folder(const std::string& value)
{
    config_.firmware_folders.push_back(value);
    return {};
}

Result<> OptionParser::rtc(const std::string& value)
{
    auto list = KeyValueList::parse(value);
    if (!list) return Error{list.error()};
    if (auto base = list->take("base")) {
        if (*base == "utc") config_.rtc.base = RtcConfig::Base::Utc;
        else if (*base == "localtime") config_.rtc.base = RtcConfig::Base::LocalTime;
        else {
            auto date = parse_date(*base);
            if (!date) return error("base=%s %s", base->c_str(), date.error().c_str());
            config_.rtc.base = RtcConfig::Base::Date;
            config_.rtc.date = *date;
        }
    }
    if (auto clock = list->take("clock")) {
        if (*clock != "host" && *clock != "vm" && *clock != "rt")
            return error("clock=%s: host, rt or vm", clock->c_str());
        config_.rtc.guest_time = *clock == "vm";
    }
    list->take("driftfix");
    return list->finish();
}

Result<> OptionParser::icount(const std::string& value)
{
    auto list = KeyValueList::parse(value, "shift");
    if (!list) return Error{list.error()};
    const std::string shift = list->take("shift").value_or("auto");
    auto n = shift == "auto" ? Result<u64>(3) : parse_number(shift, 10);
    if (!n) return error("shift=%s %s", shift.c_str(), n.error().c_str());
    config_.icount_shift = static_cast<int>(*n);
    list->take("align");
    auto sleep = list->take_bool("sleep", true);
    if (!sleep) return Error{sleep.error()};
    config_.icount_sleep = *sleep;
    return list->finish();
}

Result<> OptionParser::display(const std::string& value)
{
    const std::string kind = value.substr(0, value.find(','));
    if (kind == "none") config_.display = DisplayKind::None;
    else if (kind == "sdl") config_.display = DisplayKind::Sdl;
    else return error("the displays are none and sdl");
    return {};
}

Result<> OptionParser::nographic(const std::string&)
{
    nographic_ = true;
    return {};
}

Result<> OptionParser::serial(const std::string& value)
{
    if (config_.serial.size() == 2) return error("the machine has two serial ports");
    auto c = parse_chardev(value);
    if (!c) return Error{c.error()};
    config_.serial.push_back(c.take());
    return {};
}

Result<> OptionParser::parallel(const std::string& value)
{
    if (!config_.parallel.empty()) return error("the machine has one parallel port");
    auto c = parse_chardev(value);
    if (!c) return Error{c.error()};
    config_.parallel.push_back(c.take());
    return {};
}

Result<> OptionParser::monitor(const std::string& value)
{
    auto c = parse_chardev(value);
    if (!c) return Error{c.error()};
    config_.monitor = c.take();
    monitor_given_ = true;
    return {};
}

Result<> OptionParser::qmp(const std::string& value)
{
    auto c = parse_chardev(value);
    if (!c) return Error{c.error()};
    if (c->kind == ChardevConfig::Kind::File) return error("QMP needs a way back: unix: or stdio");
    if (c->kind != ChardevConfig::Kind::Null) config_.qmp.push_back(c.take());
    return {};
}

Result<> OptionParser::debugcon(const std::string& value)
{
    auto c = parse_chardev(value);
    if (!c) return Error{c.error()};
    config_.debugcon.emplace().chardev = c.take();
    return {};
}

Result<> OptionParser::network(const std::string& value)
{
    if (value != "none") return error("there is no network card; say none");
    return {};
}

Result<> OptionParser::name(const std::string& value)
{
    auto list = KeyValueList::parse(value, "guest");
    if (!list) return Error{list.error()};
    config_.name = list->take("guest").value_or("");
    return {};
}

std::array<u8, 16> MachineConfig::uuid_bytes() const
{
    std::array<u8, 16> bytes{};
    for (size_t n = 0, at = 0; at + 1 < uuid.size(); n++, at += 2) {
        if (uuid[at] == '-') at++;
        bytes[n] = static_cast<u8>(std::stoi(uuid.substr(at, 2), nullptr, 16));
    }
    return bytes;
}

Result<> OptionParser::uuid(const std::string& value)
{
    bool good = value.size() == 36;
    for (size_t i = 0; good && i < value.size(); i++) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        good = dash ? value[i] == '-' : std::isxdigit(static_cast<unsigned char>(value[i])) != 0;
    }
    if (!good) return error("is not a UUID such as 01234567-89ab-cdef-0123-456789abcdef");
    config_.uuid = value;
    return {};
}

Result<> OptionParser::accept_global(const std::string& value)
{
    const size_t dot = value.find('.'), equals = value.find('=');
    if (dot == value.npos || equals == value.npos || dot > equals)
        return error("must be DRIVER.PROPERTY=VALUE");
    return {};
}

Result<> OptionParser::no_defaults(const std::string&)
{
    defaults_ = false;
    return {};
}

} // namespace tabpc
