// QMP: what the machine is, and running it. See qmp_command.h.
#include "control/qmp.h"
#include "control/qmp_command.h"
#include "machine/modules.h"

namespace tabpc {

namespace {

const char* state_name(RunState s)
{
    static constexpr const char* NAMES[] = {"prelaunch", "running", "paused", "shutdown"};
    return NAMES[static_cast<int>(s)];
}

QmpReply query_status(QmpContext& c, const Json&)
{
    const RunState s = c.machine.state();
    return Json::object(
        {{"running", s == RunState::Running}, {"singlestep", false}, {"status", state_name(s)}});
}

QmpReply query_version(QmpContext&, const Json&) { return qmp_version(); }

QmpReply query_commands(QmpContext&, const Json&)
{
    Json list = Json::array({Json::object({{"name", "qmp_capabilities"}})});
    for (const auto& m : module_call_init<QmpCommand>()) list.push(Json::object({{"name", std::string(m.name)}}));
    return list;
}

QmpReply query_machines(QmpContext&, const Json&)
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

QmpReply query_cpus_fast(QmpContext&, const Json&)
{
    return Json::array({Json::object({{"cpu-index", 0}, {"target", "i386"}, {"thread-id", 0}})});
}

QmpReply query_kvm(QmpContext&, const Json&)
{
    return Json::object({{"enabled", false}, {"present", false}});
}

QmpReply query_name(QmpContext& c, const Json&)
{
    Json reply = Json::object();
    if (const std::string& name = c.machine.config().name; !name.empty()) reply.set("name", name);
    return reply;
}

QmpReply query_uuid(QmpContext& c, const Json&)
{
    const std::string& uuid = c.machine.config().uuid;
    return Json::object({{"UUID", uuid.empty() ? "00000000-0000-0000-0000-000000000000" : uuid}});
}

QmpReply x_stats(QmpContext& c, const Json&)
{
    const MachineStats s = c.machine.stats();
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

QmpReply stop(QmpContext& c, const Json&)
{
    c.machine.stop();
    return {};
}

QmpReply cont(QmpContext& c, const Json&)
{
    if (c.machine.state() == RunState::Shutdown)
        return QmpReply(error("Resetting the Virtual Machine is required"));
    c.machine.resume();
    return {};
}

QmpReply quit(QmpContext& c, const Json&)
{
    c.machine.quit("host-qmp-quit");
    return {};
}

QmpReply system_reset(QmpContext& c, const Json&)
{
    c.machine.system_reset();
    return {};
}

QmpReply system_powerdown(QmpContext& c, const Json&)
{
    c.machine.system_powerdown();
    return {};
}

QmpReply inject_nmi(QmpContext& c, const Json&)
{
    c.machine.inject_nmi();
    return {};
}

} // namespace

void module_init_qapi_machine(Modules<QmpCommand>& m)
{
    m.add("query-status", {"", query_status});
    m.add("query-version", {"", query_version});
    m.add("query-commands", {"", query_commands});
    m.add("query-machines", {"", query_machines});
    m.add("query-cpus-fast", {"", query_cpus_fast});
    m.add("query-kvm", {"", query_kvm});
    m.add("query-name", {"", query_name});
    m.add("query-uuid", {"", query_uuid});
    m.add("x-stats", {"", x_stats});
    m.add("stop", {"", stop});
    m.add("cont", {"", cont});
    m.add("quit", {"", quit});
    m.add("system_reset", {"", system_reset});
    m.add("system_powerdown", {"", system_powerdown});
    m.add("inject-nmi", {"", inject_nmi});
}

} // namespace tabpc
