// QMP: keys and the mouse. See qmp_command.h.
#include "control/qmp_command.h"
#include <algorithm>

namespace tabpc {

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

QmpReply send_key(QmpContext& c, const Json& a)
{
    std::vector<QKeyCode> keys;
    for (const Json& v : *a.find("keys")->items()) {
        auto key = key_value(v);
        if (!key) return Error{key.error()};
        keys.push_back(*key);
    }
    if (keys.size() > 16) return error("too many keys at once");
    c.machine.send_keys(keys, static_cast<int>(std::clamp<i64>(number(a, "hold-time", 100), 1, 60'000)));
    return {};
}

Result<> input_event(QmpContext& c, const Json& event)
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
        c.machine.key(*key, yes(*data, "down"));
        return {};
    }
    if (type == "btn") {
        const std::string button = text(*data, "button");
        const bool down = yes(*data, "down");
        if (button == "left") c.machine.mouse_button(MouseButton::Left, down);
        else if (button == "right") c.machine.mouse_button(MouseButton::Right, down);
        else if (button == "middle") c.machine.mouse_button(MouseButton::Middle, down);
        else if (button == "wheel-up") {
            if (down) c.machine.mouse_wheel(-1);
        } else if (button == "wheel-down") {
            if (down) c.machine.mouse_wheel(1);
        } else return error("Invalid parameter '%s'", button.c_str());
        return {};
    }
    if (type == "rel" && (axis == "x" || axis == "y")) {
        const int by = static_cast<int>(std::clamp<i64>(value, -32768, 32767));
        c.machine.mouse_move(axis == "x" ? by : 0, axis == "y" ? by : 0);
        return {};
    }
    if (type == "abs" && (axis == "x" || axis == "y")) {
        (axis == "x" ? c.pointer_x : c.pointer_y) = static_cast<int>(std::clamp<i64>(value, 0, 0x7fff));
        c.machine.mouse_position(c.pointer_x, c.pointer_y);
        return {};
    }
    return error("an event is of type key, btn, rel or abs");
}

QmpReply input_send_event(QmpContext& c, const Json& a)
{
    for (const Json& event : *a.find("events")->items())
        if (auto r = input_event(c, event); !r) return r;
    return {};
}

} // namespace

void module_init_qapi_input(Modules<QmpCommand>& m)
{
    m.add("send-key", {"keys:list hold-time:int?", send_key});
    m.add("input-send-event", {"device:str? head:int? events:list", input_send_event});
}

} // namespace tabpc
