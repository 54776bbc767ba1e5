// QmpCommand: what a module of QMP commands ("QEMU QMP Reference Manual") registers for each of them. The modules are the
// files qapi_*.cpp.
#pragma once
#include "control/json.h"
#include "control/monitor.h"
#include "core/module.h"
#include "machine/machine_control.h"

namespace tabpc {

// What a command answers: a value, or an error of one of QEMU's classes.
struct QmpReply {
    Json value = Json::object();
    const char* error_class = nullptr; // set: an error
    std::string description;

    QmpReply() = default;
    QmpReply(Json v) : value(std::move(v)) {}
    QmpReply(const Error& e) : error_class("GenericError"), description(e.message) {}
    QmpReply(const Result<>& r)
    {
        if (!r) *this = Error{r.error()};
    }
    static QmpReply error(const char* error_class, std::string description);
};

// What commands work on.
struct QmpContext {
    MachineControl& machine;
    Monitor monitor{machine};
    int pointer_x = 0, pointer_y = 0; // absolute events come an axis at a time
};

struct QmpCommand {
    std::string_view arguments; // "name:type name:type? …", type str, int, bool, list or any; ?: optional
    QmpReply (*handler)(QmpContext& context, const Json& arguments); // which are checked
};
template <> const Modules<QmpCommand>& module_call_init<QmpCommand>();

// Arguments by name, or what stands for one that was not given.
std::string text(const Json& arguments, std::string_view name);
i64 number(const Json& arguments, std::string_view name, i64 otherwise);
bool yes(const Json& arguments, std::string_view name);

} // namespace tabpc
