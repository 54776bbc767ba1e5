// Sessions and events. See qmp.h.
#include "control/qmp.h"

namespace tabpc {

QmpSession::QmpSession(QmpServer& server) : server_(server)
{
    server_.sessions_.push_back(this);
    send(
        Json::object({{"QMP", Json::object({{"version", qmp_version()}, {"capabilities", Json::array()}})}}));
}

QmpSession::~QmpSession() { std::erase(server_.sessions_, this); }

void QmpSession::receive(std::string_view bytes)
{
    framer_.feed(bytes);
    for (std::string text; framer_.take(text);) message(text);
}

void QmpSession::send_error(const char* error_class, std::string description, const Json* id)
{
    Json reply =
        Json::object({{"error", Json::object({{"class", error_class}, {"desc", std::move(description)}})}});
    if (id) reply.set("id", *id);
    send(reply);
}

void QmpSession::message(std::string_view text)
{
    auto parsed = Json::parse(text);
    if (!parsed) return send_error("GenericError", "JSON parse error, " + parsed.error(), nullptr);
    const Json& request = *parsed;
    const Json* id = request.find("id");
    if (!request.members()) return send_error("GenericError", "QMP input must be a JSON object", nullptr);
    for (const auto& [name, value] : *request.members())
        if (name != "execute" && name != "arguments" && name != "id")
            return send_error("GenericError", "QMP input member '" + name + "' is unexpected", id);
    const Json* execute = request.find("execute");
    if (!execute) return send_error("GenericError", "QMP input lacks member 'execute'", id);
    if (!execute->string())
        return send_error("GenericError", "QMP input member 'execute' must be a string", id);
    const Json none = Json::object();
    const Json* arguments = request.find("arguments");
    if (!arguments) arguments = &none;
    if (!arguments->members())
        return send_error("GenericError", "QMP input member 'arguments' must be an object", id);

    const std::string& command = *execute->string();
    QmpReply reply;
    if (command == "qmp_capabilities") {
        if (negotiated_)
            return send_error("CommandNotFound",
                              "Capabilities negotiation is already complete, command ignored", id);
        if (const Json* enable = arguments->find("enable");
            enable && (!enable->items() || !enable->items()->empty()))
            return send_error("GenericError", "there are no capabilities to enable", id);
        negotiated_ = true;
    } else if (!negotiated_) {
        return send_error("CommandNotFound", "Expecting capabilities negotiation with 'qmp_capabilities'",
                          id);
    } else {
        reply = server_.commands_.execute(command, *arguments);
    }
    if (reply.error_class) return send_error(reply.error_class, reply.description, id);
    Json answer = Json::object({{"return", std::move(reply.value)}});
    if (id) answer.set("id", *id);
    send(answer);
}

QmpServer::QmpServer(MachineControl& machine, WallClock& clock)
    : machine_(machine), clock_(clock), commands_(machine)
{
    machine_.set_event_listener(this);
}

QmpServer::~QmpServer() { machine_.set_event_listener(nullptr); }

void QmpServer::machine_event(const MachineEvent& e)
{
    static constexpr const char* NAMES[] = {"RESET",  "SHUTDOWN",          "POWERDOWN", "STOP",
                                            "RESUME", "DEVICE_TRAY_MOVED", "RTC_CHANGE"};
    const i64 now = clock_.date_us();
    Json event = Json::object(
        {{"timestamp", Json::object({{"seconds", now / 1'000'000}, {"microseconds", now % 1'000'000}})},
         {"event", NAMES[e.kind]}});
    switch (e.kind) {
    case MachineEvent::Reset:
    case MachineEvent::Shutdown:
        event.set("data", Json::object({{"guest", e.by_guest}, {"reason", e.reason}}));
        break;
    case MachineEvent::TrayMoved:
        event.set("data", Json::object({{"device", e.device}, {"tray-open", e.tray_open}, {"id", e.device}}));
        break;
    case MachineEvent::RtcChange: event.set("data", Json::object({{"offset", e.offset_s}})); break;
    default: break;
    }
    for (QmpSession* s : sessions_)
        if (s->negotiated_) s->send(event);
}

QmpReply QmpReply::error(const char* error_class, std::string description)
{
    QmpReply r;
    r.error_class = error_class;
    r.description = std::move(description);
    return r;
}

Json qmp_version()
{
    // The protocol and its answers follow QEMU 7.2, which is what drivers want to know.
    return Json::object({{"qemu", Json::object({{"micro", 0}, {"minor", 2}, {"major", 7}})},
                         {"package", "tabpc-" + std::string(TABPC_VERSION)}});
}

} // namespace tabpc
