// QMP's commands ("QEMU QMP Reference Manual"), one row each. See qmp.h.
#include "control/image_file.h"
#include "control/qmp.h"
#include "machine/modules.h"
#include <algorithm>

namespace tabpc {

std::span<const QmpCommands::Command> QmpCommands::table()
{
    using Q = QmpCommands;
    static constexpr Command TABLE[] = {
        {"blockdev-change-medium",
         "device:str? id:str? filename:str format:str? read-only-mode:str? force:bool?",
         &Q::blockdev_change_medium},
        {"change", "device:str target:str arg:str?", &Q::change},
        {"cont", "", &Q::cont},
        {"eject", "device:str? id:str? force:bool?", &Q::eject},
        {"human-monitor-command", "command-line:str cpu-index:int?", &Q::human_monitor_command},
        {"inject-nmi", "", &Q::inject_nmi},
        {"input-send-event", "device:str? head:int? events:list", &Q::input_send_event},
        {"memsave", "val:int size:int filename:str cpu-index:int?", &Q::memsave},
        {"pmemsave", "val:int size:int filename:str", &Q::pmemsave},
        {"query-block", "", &Q::query_block},
        {"query-commands", "", &Q::query_commands},
        {"query-cpus-fast", "", &Q::query_cpus_fast},
        {"query-kvm", "", &Q::query_kvm},
        {"query-machines", "", &Q::query_machines},
        {"query-name", "", &Q::query_name},
        {"query-status", "", &Q::query_status},
        {"query-uuid", "", &Q::query_uuid},
        {"query-version", "", &Q::query_version},
        {"quit", "", &Q::quit},
        {"screendump", "filename:str device:str? head:int? format:str?", &Q::screendump},
        {"send-key", "keys:list hold-time:int?", &Q::send_key},
        {"stop", "", &Q::stop},
        {"system_powerdown", "", &Q::system_powerdown},
        {"system_reset", "", &Q::system_reset},
        {"x-screen-text", "", &Q::x_screen_text},
        {"x-stats", "", &Q::x_stats},
    };
    return TABLE;
}

namespace {

// What the table says of one argument; takes it off the front of the list.
struct Parameter {
    std::string_view name, type;
    bool optional;
};
Parameter next_parameter(std::string_view& list)
{
    std::string_view word = list.substr(0, list.find(' '));
    list.remove_prefix(std::min(word.size() + 1, list.size()));
    const bool optional = word.ends_with('?');
    if (optional) word.remove_suffix(1);
    const size_t colon = word.find(':');
    return {word.substr(0, colon), word.substr(colon + 1), optional};
}

Result<> check_type(const Json& v, const Parameter& p)
{
    const bool good = p.type == "str"    ? v.string() != nullptr
                      : p.type == "int"  ? v.integer() != nullptr
                      : p.type == "bool" ? v.boolean() != nullptr
                      : p.type == "list" ? v.items() != nullptr
                                         : true;
    if (good) return {};
    const char* expected = p.type == "str"    ? "string"
                           : p.type == "int"  ? "integer"
                           : p.type == "bool" ? "boolean"
                                              : "array";
    return error("Invalid parameter type for '%s', expected: %s", std::string(p.name).c_str(), expected);
}

std::string text(const Json& a, std::string_view name)
{
    const Json* v = a.find(name);
    return v && v->string() ? *v->string() : "";
}
i64 number(const Json& a, std::string_view name, i64 otherwise)
{
    const Json* v = a.find(name);
    return v && v->integer() ? *v->integer() : otherwise;
}
bool yes(const Json& a, std::string_view name)
{
    const Json* v = a.find(name);
    return v && v->boolean() && *v->boolean();
}

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

const char* state_name(RunState s)
{
    static constexpr const char* NAMES[] = {"prelaunch", "running", "paused", "shutdown"};
    return NAMES[static_cast<int>(s)];
}

} // namespace

QmpReply QmpCommands::execute(const std::string& command, const Json& arguments)
{
    const auto rows = table();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Command& c) { return c.name == command; });
    if (row == rows.end())
        return QmpReply::error("CommandNotFound", "The command " + command + " has not been found");

    std::vector<std::string_view> known;
    for (std::string_view list = row->arguments; !list.empty();) {
        const Parameter p = next_parameter(list);
        known.push_back(p.name);
        const Json* v = arguments.find(p.name);
        if (!v) {
            if (p.optional) continue;
            return tabpc::error("Parameter '%s' is missing", std::string(p.name).c_str());
        }
        if (auto good = check_type(*v, p); !good) return good;
    }
    for (const auto& [name, value] : *arguments.members())
        if (std::find(known.begin(), known.end(), name) == known.end())
            return tabpc::error("Parameter '%s' is unexpected", name.c_str());
    return (this->*row->handler)(arguments);
}

// ---- queries

QmpReply QmpCommands::query_status(const Json&)
{
    const RunState s = machine_.state();
    return Json::object(
        {{"running", s == RunState::Running}, {"singlestep", false}, {"status", state_name(s)}});
}

QmpReply QmpCommands::query_version(const Json&) { return qmp_version(); }

QmpReply QmpCommands::query_commands(const Json&)
{
    Json list = Json::array({Json::object({{"name", "qmp_capabilities"}})});
    for (const Command& c : table()) list.push(Json::object({{"name", c.name}}));
    return list;
}

QmpReply QmpCommands::query_block(const Json&)
{
    Json list = Json::array();
    for (const DriveStatus& d : machine_.drives()) {
        Json drive = Json::object({{"device", d.config->id},
                                   {"type", "unknown"},
                                   {"removable", d.removable},
                                   {"locked", d.locked}});
        if (d.removable) drive.set("tray_open", d.tray_open);
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

QmpReply QmpCommands::query_machines(const Json&)
{
    Json list = Json::array();
    const auto& types = module_call_init<MachineType>();
    for (const auto& m : types)
        list.push(Json::object({{"name", std::string(m.name)},
                                {"is-default", &m == &*types.begin()},
                                {"cpu-max", m.entry.max_cpus},
                                {"hotpluggable-cpus", false},
                                {"deprecated", false}}));
    return list;
}

QmpReply QmpCommands::query_cpus_fast(const Json&)
{
    return Json::array({Json::object({{"cpu-index", 0}, {"target", "i386"}, {"thread-id", 0}})});
}

QmpReply QmpCommands::query_kvm(const Json&)
{
    return Json::object({{"enabled", false}, {"present", false}});
}

QmpReply QmpCommands::query_name(const Json&)
{
    Json reply = Json::object();
    if (const std::string& name = machine_.config().name; !name.empty()) reply.set("name", name);
    return reply;
}

QmpReply QmpCommands::query_uuid(const Json&)
{
    const std::string& uuid = machine_.config().uuid;
    return Json::object({{"UUID", uuid.empty() ? "00000000-0000-0000-0000-000000000000" : uuid}});
}

// ---- running

QmpReply QmpCommands::stop(const Json&)
{
    machine_.stop();
    return {};
}

QmpReply QmpCommands::cont(const Json&)
{
    if (machine_.state() == RunState::Shutdown)
        return QmpReply(tabpc::error("Resetting the Virtual Machine is required"));
    machine_.resume();
    return {};
}

QmpReply QmpCommands::quit(const Json&)
{
    machine_.quit("host-qmp-quit");
    return {};
}

QmpReply QmpCommands::system_reset(const Json&)
{
    machine_.system_reset();
    return {};
}

QmpReply QmpCommands::system_powerdown(const Json&)
{
    machine_.system_powerdown();
    return {};
}

QmpReply QmpCommands::inject_nmi(const Json&)
{
    machine_.inject_nmi();
    return {};
}

// ---- input

namespace {

// QMP's KeyValue: {"type": "qcode", "data": "a"} or {"type": "number", "data": 30}.
Result<QKeyCode> key_value(const Json& v)
{
    const std::string type = text(v, "type");
    const Json* data = v.find("data");
    if (type == "qcode" && data && data->string()) {
        if (const auto key = qcode_by_name(*data->string())) return *key;
        return error("Invalid parameter '%s'", data->string()->c_str());
    }
    if (type == "number" && data && data->integer()) {
        if (const auto key = qcode_by_number(static_cast<u32>(*data->integer() & 0xffff))) return *key;
        return error("there is no key with number %lld", static_cast<long long>(*data->integer()));
    }
    return error("a key is {\"type\": \"qcode\"|\"number\", \"data\": …}");
}

} // namespace

QmpReply QmpCommands::send_key(const Json& a)
{
    std::vector<QKeyCode> keys;
    for (const Json& v : *a.find("keys")->items()) {
        auto key = key_value(v);
        if (!key) return Error{key.error()};
        keys.push_back(*key);
    }
    if (keys.size() > 16) return tabpc::error("too many keys at once");
    machine_.send_keys(keys, static_cast<int>(std::clamp<i64>(number(a, "hold-time", 100), 1, 60'000)));
    return {};
}

Result<> QmpCommands::input_event(const Json& event)
{
    const std::string type = text(event, "type");
    const Json* data = event.find("data");
    if (!data || !data->members()) return error("Parameter 'data' is missing");
    const i64 value = number(*data, "value", 0);
    const std::string axis = text(*data, "axis");
    if (type == "key") {
        const Json* k = data->find("key");
        if (!k) return error("Parameter 'key' is missing");
        auto key = key_value(*k);
        if (!key) return Error{key.error()};
        machine_.key(*key, yes(*data, "down"));
        return {};
    }
    if (type == "btn") {
        const std::string button = text(*data, "button");
        const bool down = yes(*data, "down");
        if (button == "left") machine_.mouse_button(MouseButton::Left, down);
        else if (button == "right") machine_.mouse_button(MouseButton::Right, down);
        else if (button == "middle") machine_.mouse_button(MouseButton::Middle, down);
        else if (button == "wheel-up") {
            if (down) machine_.mouse_wheel(-1);
        } else if (button == "wheel-down") {
            if (down) machine_.mouse_wheel(1);
        } else return error("Invalid parameter '%s'", button.c_str());
        return {};
    }
    if (type == "rel" && (axis == "x" || axis == "y")) {
        const int by = static_cast<int>(std::clamp<i64>(value, -32768, 32767));
        machine_.mouse_move(axis == "x" ? by : 0, axis == "y" ? by : 0);
        return {};
    }
    if (type == "abs" && (axis == "x" || axis == "y")) {
        (axis == "x" ? pointer_x_ : pointer_y_) = static_cast<int>(std::clamp<i64>(value, 0, 0x7fff));
        machine_.mouse_position(pointer_x_, pointer_y_);
        return {};
    }
    return error("an event is of type key, btn, rel or abs");
}

QmpReply QmpCommands::input_send_event(const Json& a)
{
    for (const Json& event : *a.find("events")->items())
        if (auto r = input_event(event); !r) return r;
    return {};
}

// ---- files

QmpReply QmpCommands::screendump(const Json& a)
{
    Display* display = machine_.display();
    if (!display) return tabpc::error("There is no console to take a screendump from");
    const std::string file = text(a, "filename"), format = text(a, "format");
    if (!format.empty() && format != "png" && format != "ppm")
        return tabpc::error("Invalid parameter '%s'", format.c_str());
    const Surface& picture = display->update();
    return machine_.write_file(file, format == "png" ? png_file(picture) : ppm_file(picture));
}

QmpReply QmpCommands::save(const Json& a, bool physical)
{
    const i64 size = number(a, "size", 0);
    if (size < 0 || size > i64(1) << 30) return tabpc::error("size must be between 0 and 1 GiB");
    std::vector<u8> bytes(static_cast<size_t>(size));
    u64 at = static_cast<u64>(number(a, "val", 0));
    for (size_t done = 0; done < bytes.size();) { // page by page: linear pages lie anywhere
        const size_t n = std::min<size_t>(bytes.size() - done, PAGE_SIZE_4K - (at & PAGE_MASK_4K));
        const PhysAddr from = physical ? at : machine_.translate(at);
        if (from == ~PhysAddr(0))
            return tabpc::error("Invalid addr 0x%016llx/size %lld specified",
                                static_cast<unsigned long long>(at), static_cast<long long>(size));
        machine_.memory().dma_read(from, std::span(bytes).subspan(done, n));
        done += n;
        at += n;
    }
    return machine_.write_file(text(a, "filename"), bytes);
}

QmpReply QmpCommands::memsave(const Json& a) { return save(a, false); }
QmpReply QmpCommands::pmemsave(const Json& a) { return save(a, true); }

// ---- drives

QmpReply QmpCommands::eject(const Json& a)
{
    const std::string name = drive_name(a);
    for (const DriveStatus& d : machine_.drives()) {
        if (d.config->id != name) continue;
        if (!d.removable) return tabpc::error("Device '%s' is not removable", name.c_str());
        return machine_.eject(name, yes(a, "force"));
    }
    return device_not_found(name);
}

QmpReply QmpCommands::blockdev_change_medium(const Json& a)
{
    const std::string name = drive_name(a), mode = text(a, "read-only-mode"), format = text(a, "format");
    if (!format.empty() && format != "raw") return tabpc::error("Invalid parameter '%s'", format.c_str());
    std::optional<bool> read_only;
    if (mode == "read-only") read_only = true;
    else if (mode == "read-write") read_only = false;
    else if (!mode.empty() && mode != "retain") return tabpc::error("Invalid parameter '%s'", mode.c_str());

    for (const DriveStatus& d : machine_.drives()) {
        if (d.config->id != name) continue;
        if (!d.removable) return tabpc::error("Device '%s' is not removable", name.c_str());
        return machine_.change_medium(name, text(a, "filename"), read_only);
    }
    return device_not_found(name);
}

QmpReply QmpCommands::change(const Json& a)
{
    return blockdev_change_medium(
        Json::object({{"device", text(a, "device")}, {"filename", text(a, "target")}}));
}

// ---- the rest

QmpReply QmpCommands::human_monitor_command(const Json& a)
{
    return Json(monitor_.execute(text(a, "command-line")));
}

QmpReply QmpCommands::x_screen_text(const Json&)
{
    Json lines = Json::array();
    TextScreen::Cursor cursor;
    if (Display* display = machine_.display()) {
        const TextScreen screen = display->text_screen();
        for (const std::string& line : screen.lines) lines.push(line);
        cursor = screen.cursor;
    }
    return Json::object(
        {{"lines", std::move(lines)},
         {"cursor",
          Json::object({{"row", cursor.row}, {"column", cursor.column}, {"visible", cursor.visible}})}});
}

QmpReply QmpCommands::x_stats(const Json&)
{
    const MachineStats s = machine_.stats();
    return Json::object({{"instructions", s.instructions},
                         {"interpreted", s.interpreted},
                         {"translated", s.translated},
                         {"helpers", s.helpers},
                         {"modules", s.modules},
                         {"bytes", s.bytes},
                         {"blocks", s.blocks},
                         {"tlb-fills", s.tlb_fills},
                         {"code-writes", s.code_writes},
                         {"virtual-ns", s.virtual_ns}});
}

} // namespace tabpc
