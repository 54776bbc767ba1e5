// QMP: drives and their media. See qmp_command.h.
#include "control/qmp_command.h"

namespace tabpc {

namespace {

// A drive is named by its id or, as before QEMU 2.8, by "device".
std::string drive_name(const Json& a)
{
    const std::string id = text(a, "id");
    return id.empty() ? text(a, "device") : id;
}

QmpReply device_not_found(const std::string& name)
{
    return QmpReply::error("DeviceNotFound", "Device '" + name + "' not found");
}

QmpReply query_block(QmpContext& c, const Json&)
{
    Json list = Json::array();
    for (const DriveStatus& d : c.machine.drives()) {
        Json drive = Json::object({{"device", d.config->id},
                                   {"type", "unknown"},
                                   {"removable", d.removable},
                                   {"locked", d.locked}});
        if (d.has_tray) drive.set("tray_open", d.tray_open);
        if (d.inserted) {
            drive.set("io-status", "ok");
            drive.set("inserted", Json::object({{"file", d.file},
                                                {"drv", "raw"},
                                                {"ro", d.read_only},
                                                {"encrypted", false},
                                                {"backing_file_depth", d.config->snapshot ? 1 : 0},
                                                {"image", Json::object({{"filename", d.file},
                                                                        {"format", "raw"},
                                                                        {"virtual-size", d.length}})}}));
        }
        list.push(std::move(drive));
    }
    return list;
}

QmpReply eject(QmpContext& c, const Json& a)
{
    const std::string name = drive_name(a);
    for (const DriveStatus& d : c.machine.drives()) {
        if (d.config->id != name) continue;
        if (!d.removable) return error("Device '%s' is not removable", name.c_str());
        return c.machine.eject(name, yes(a, "force"));
    }
    return device_not_found(name);
}

QmpReply blockdev_change_medium(QmpContext& c, const Json& a)
{
    const std::string name = drive_name(a), mode = text(a, "read-only-mode"), format = text(a, "format");
    if (!format.empty() && format != "raw") return error("Invalid parameter '%s'", format.c_str());
    std::optional<bool> read_only;
    if (mode == "read-only") read_only = true;
    else if (mode == "read-write") read_only = false;
    else if (!mode.empty() && mode != "retain") return error("Invalid parameter '%s'", mode.c_str());

    for (const DriveStatus& d : c.machine.drives()) {
        if (d.config->id != name) continue;
        if (!d.removable) return error("Device '%s' is not removable", name.c_str());
        return c.machine.change_medium(name, text(a, "filename"), read_only, yes(a, "force"));
    }
    return device_not_found(name);
}

QmpReply change(QmpContext& c, const Json& a)
{
    return blockdev_change_medium(
        c, Json::object({{"device", text(a, "device")}, {"filename", text(a, "target")}}));
}

} // namespace

void module_init_qapi_block(Modules<QmpCommand>& m)
{
    m.add("query-block", {"", query_block});
    m.add("eject", {"device:str? id:str? force:bool?", eject});
    m.add("blockdev-change-medium", {"device:str? id:str? filename:str format:str? read-only-mode:str? force:bool?",
                                     blockdev_change_medium});
    m.add("change", {"device:str target:str arg:str?", change});
}

} // namespace tabpc
