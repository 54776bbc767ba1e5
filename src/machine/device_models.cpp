// The device models of -device: what they do to the configuration.
#include "machine/modules.h"
#include "machine/option_parser.h"
#include <algorithm>

namespace tabpc {

namespace {

using Interface = DriveConfig::Interface;

// A drive given with if=none, or an empty one, on its bus.
Result<> configure_drive(OptionParser& options, const std::string& model, KeyValueList& list)
{
    MachineConfig& config = options.parsed.config;
    const std::string id = list.take("drive").value_or("");
    list.take("id");
    list.take("bootindex");
    const auto serial = list.take("serial");
    const auto bus = list.take("bus");
    auto unit = list.take_number("unit", model == "floppy" ? 0 : 99, 99);
    if (!unit) return Error{unit.error()};
    if (auto r = list.finish(); !r) return r;

    DriveConfig d;
    if (!id.empty()) {
        const auto i = std::find_if(config.drives.begin(), config.drives.end(),
                                    [&](const DriveConfig& o) { return o.id == id; });
        if (i == config.drives.end()) return error("there is no -drive with id=%s before it", id.c_str());
        if (i->interface != Interface::None)
            return error("the drive '%s' is in use; give it if=none", id.c_str());
        d = std::move(*i);
        config.drives.erase(i);
    } else if (model == "ide-hd") {
        return error("needs drive=ID");
    }
    d.interface = model == "floppy" ? Interface::Floppy : Interface::Ide;
    if (model == "ide-cd") d.cdrom = d.read_only = true;
    if (serial) d.serial = *serial;
    if (d.interface == Interface::Floppy) {
        d.index = static_cast<int>(*unit);
    } else if (bus) {
        if (*bus != "ide.0" && *bus != "ide.1") return error("bus=%s: ide.0 or ide.1", bus->c_str());
        const int base = *bus == "ide.1" ? 2 : 0;
        const int free_unit = config.drive(Interface::Ide, base) ? 1 : 0;
        if (*unit != 99 && *unit > 1) return error("unit=%d: 0 or 1", static_cast<int>(*unit));
        d.index = base + (*unit == 99 ? free_unit : static_cast<int>(*unit));
    }
    return options.add_drive(std::move(d));
}

Result<> configure_debug_exit(OptionParser& options, const std::string&, KeyValueList& list)
{
    auto& d = options.parsed.config.debug_exit.emplace();
    auto port = list.take_number("iobase", d.port, 0xffff);
    if (!port) return Error{port.error()};
    auto size = list.take_number("iosize", d.size, 4);
    if (!size) return Error{size.error()};
    if (*size == 0) return error("iosize: 1 to 4");
    d.port = static_cast<u16>(*port);
    d.size = static_cast<u8>(*size);
    return list.finish();
}

Result<> configure_debugcon(OptionParser& options, const std::string&, KeyValueList& list)
{
    auto& d = options.parsed.config.debugcon.emplace();
    auto port = list.take_number("iobase", d.port, 0xffff);
    if (!port) return Error{port.error()};
    d.port = static_cast<u16>(*port);
    if (auto to = list.take("chardev")) {
        auto c = parse_chardev(*to);
        if (!c) return Error{c.error()};
        d.chardev = c.take();
    }
    return list.finish();
}

template <VgaCard Card> Result<> configure_card(OptionParser& options, const std::string&, KeyValueList& list)
{
    options.parsed.config.vga = Card;
    return list.finish();
}

} // namespace

void module_init_ide_hd(Modules<DeviceModel>& m)
{
    m.add("ide-hd", {"drive=ID[,bus=ide.0|ide.1][,unit=0|1][,serial=TEXT]", configure_drive});
}
void module_init_ide_cd(Modules<DeviceModel>& m)
{
    m.add("ide-cd", {"[drive=ID][,bus=ide.0|ide.1][,unit=0|1]", configure_drive});
}
void module_init_floppy(Modules<DeviceModel>& m)
{
    m.add("floppy", {"[drive=ID][,unit=0|1]", configure_drive});
}
void module_init_vga(Modules<DeviceModel>& m)
{
    m.add("VGA", {"", configure_card<VgaCard::Std>});
}
void module_init_cirrus_vga(Modules<DeviceModel>& m)
{
    m.add("cirrus-vga", {"", configure_card<VgaCard::Cirrus>});
}
void module_init_isa_debug_exit(Modules<DeviceModel>& m)
{
    m.add("isa-debug-exit", {"[iobase=PORT][,iosize=1..4]", configure_debug_exit});
}
void module_init_isa_debugcon(Modules<DeviceModel>& m)
{
    m.add("isa-debugcon", {"[iobase=PORT][,chardev=stdio|file:PATH]", configure_debugcon});
}

} // namespace tabpc
