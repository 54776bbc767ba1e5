// QMP's commands: the modules, and the check of a command's arguments. See qmp_command.h.
#include "control/qmp_command.h"
#include "control/qmp.h"
#include <algorithm>

namespace tabpc {

template <> const Modules<QmpCommand>& module_call_init<QmpCommand>()
{
#define MODULE(name) void module_init_##name(Modules<QmpCommand>&);
#include "control/qapi_modules.inc"
#undef MODULE
    static const Modules<QmpCommand> modules{
#define MODULE(name) module_init_##name,
#include "control/qapi_modules.inc"
#undef MODULE
    };
    return modules;
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

} // namespace

QmpReply QmpCommands::execute(const std::string& command, const Json& arguments)
{
    const QmpCommand* row = module_call_init<QmpCommand>().find(command);
    if (!row)
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
    return row->handler(context_, arguments);
}

} // namespace tabpc
