// The option words that make drives and devices: -fda … -cdrom, -drive, -device. See config.h; the device models are
// in device_models.cpp.
#include "block/open_image.h"
#include "machine/modules.h"
#include "machine/option_parser.h"
#include <algorithm>

namespace tabpc {

using Interface = DriveConfig::Interface;

namespace {
constexpr int drives_on(Interface i) { return i == Interface::Floppy ? 2 : 4; }
} // namespace

Result<> OptionParser::add_drive(DriveConfig drive)
{
    if (drive.interface != Interface::None) {
        if (drive.index < 0) { // the first free place
            drive.index = 0;
            while (config_.drive(drive.interface, drive.index)) drive.index++;
        }
        if (drive.index >= drives_on(drive.interface))
            return error("there are %d %s drives, index 0 to %d", drives_on(drive.interface),
                         drive.interface == Interface::Floppy ? "floppy" : "IDE",
                         drives_on(drive.interface) - 1);
        if (config_.drive(drive.interface, drive.index))
            return error("there is a drive with index %d already", drive.index);
        if (drive.id.empty()) { // QEMU's names
            if (drive.interface == Interface::Floppy) drive.id = "floppy" + std::to_string(drive.index);
            else
                drive.id = "ide" + std::to_string(drive.index / 2) + (drive.cdrom ? "-cd" : "-hd") +
                           std::to_string(drive.index % 2);
        }
    } else if (drive.id.empty()) {
        return error("if=none needs an id, so that -device can name the drive");
    }
    for (const DriveConfig& other : config_.drives)
        if (other.id == drive.id) return error("the id '%s' is taken", drive.id.c_str());
    config_.drives.push_back(std::move(drive));
    return {};
}

Result<> OptionParser::image(Interface interface, int index, const std::string& file, bool cdrom)
{
    DriveConfig d;
    d.interface = interface;
    d.index = index;
    d.file = file;
    d.cdrom = cdrom;
    d.read_only = cdrom;
    return add_drive(std::move(d));
}

template <int Index>
Result<> OptionParser::hard_disk(const std::string& value)
{
    if (value.empty()) return error("needs an image file");
    return image(Interface::Ide, Index, value);
}

template <int Index>
Result<> OptionParser::floppy(const std::string& value)
{
    if (value.empty()) return error("needs an image file");
    return image(Interface::Floppy, Index, value);
}

template Result<> OptionParser::hard_disk<0>(const std::string&);
template Result<> OptionParser::hard_disk<1>(const std::string&);
template Result<> OptionParser::hard_disk<2>(const std::string&);
template Result<> OptionParser::hard_disk<3>(const std::string&);
template Result<> OptionParser::floppy<0>(const std::string&);
template Result<> OptionParser::floppy<1>(const std::string&);

Result<> OptionParser::cdrom(const std::string& value)
{
    if (value.empty()) return error("needs an image file");
    return image(Interface::Ide, 2, value, true);
}

Result<> OptionParser::snapshot(const std::string&)
{
    snapshot_ = true;
    return {};
}

Result<> OptionParser::drive(const std::string& value)
{
    auto list = KeyValueList::parse(value);
    if (!list) return Error{list.error()};
    DriveConfig d;
    d.file = list->take("file").value_or("");
    d.id = list->take("id").value_or("");
    d.serial = list->take("serial").value_or("");

    const std::string interface = list->take("if").value_or("ide");
    if (interface == "ide") d.interface = Interface::Ide;
    else if (interface == "floppy") d.interface = Interface::Floppy;
    else if (interface == "none") d.interface = Interface::None;
    else return error("if=%s: the interfaces are ide, floppy and none", interface.c_str());

    if (list->take("bus")) return error("bus= is not known here; use index=");
    if (auto index = list->take("index")) {
        auto n = parse_number(*index, 3);
        if (!n) return error("index=%s %s", index->c_str(), n.error().c_str());
        d.index = static_cast<int>(*n);
    }
    const std::string media = list->take("media").value_or("disk");
    if (media != "disk" && media != "cdrom") return error("media=%s: disk or cdrom", media.c_str());
    d.cdrom = media == "cdrom";
    if (d.cdrom && d.interface == Interface::Floppy) return error("a floppy drive cannot be media=cdrom");

    const std::string format = list->take("format").value_or("raw");
    if (const BlockDriver* known = module_call_init<BlockDriver>().find(format); !known || !known->open_format)
        return error("format=%s: there is no such image format; there are: %s", format.c_str(), image_formats().c_str());
    auto snapshot = list->take_bool("snapshot", false);
    if (!snapshot) return Error{snapshot.error()};
    d.snapshot = *snapshot;
    auto alias = list->take_bool("read-only", d.cdrom);
    if (!alias) return Error{alias.error()};
    auto read_only = list->take_bool("readonly", *alias);
    if (!read_only) return Error{read_only.error()};
    d.read_only = *read_only;
    for (const char* key : {"cache", "aio", "discard", "detect-zeroes", "rerror", "werror"}) list->take(key);
    if (auto r = list->finish(); !r) return r;
    return add_drive(std::move(d));
}

Result<> OptionParser::device(const std::string& value)
{
    auto list = KeyValueList::parse(value, "driver");
    if (!list) return Error{list.error()};
    const std::string driver = list->take("driver").value_or("");
    const auto& models = module_call_init<DeviceModel>();
    if (const DeviceModel* model = models.find(driver)) return model->configure(*this, driver, *list);
    return error("'%s' is not a valid device model name; there are: %s", driver.c_str(), models.names().c_str());
}

} // namespace tabpc
