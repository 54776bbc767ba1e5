// QMP, QEMU's control protocol ("QEMU Machine Protocol Specification"): sessions over any stream of bytes, and the
// commands, each a row of the table in qmp_commands.cpp. Out-of-band execution is left out.
#pragma once
#include "control/json.h"
#include "control/monitor.h"
#include "machine/machine_control.h"
#include "machine/machine_host.h"

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

// The commands, with their arguments checked against the table.
class QmpCommands {
public:
    explicit QmpCommands(MachineControl& machine) : machine_(machine), monitor_(machine) {}
    QmpReply execute(const std::string& command, const Json& arguments);

private:
    struct Command {
        std::string_view name;
        std::string_view arguments; // "name:type name:type? …", type str, int, bool, list or any; ?: optional
        QmpReply (QmpCommands::*handler)(const Json& arguments);
    };
    static std::span<const Command> table();

    QmpReply query_status(const Json&);
    QmpReply query_version(const Json&);
    QmpReply query_commands(const Json&);
    QmpReply query_block(const Json&);
    QmpReply query_machines(const Json&);
    QmpReply query_cpus_fast(const Json&);
    QmpReply query_kvm(const Json&);
    QmpReply query_name(const Json&);
    QmpReply query_uuid(const Json&);
    QmpReply stop(const Json&);
    QmpReply cont(const Json&);
    QmpReply quit(const Json&);
    QmpReply system_reset(const Json&);
    QmpReply system_powerdown(const Json&);
    QmpReply inject_nmi(const Json&);
    QmpReply send_key(const Json& a);
    QmpReply input_send_event(const Json& a);
    QmpReply screendump(const Json& a);
    QmpReply memsave(const Json& a);
    QmpReply pmemsave(const Json& a);
    QmpReply eject(const Json& a);
    QmpReply blockdev_change_medium(const Json& a);
    QmpReply change(const Json& a);
    QmpReply human_monitor_command(const Json& a);
    QmpReply x_screen_text(const Json&);
    QmpReply x_stats(const Json&);

    QmpReply save(const Json& a, bool physical);
    Result<> input_event(const Json& event);

    MachineControl& machine_;
    Monitor monitor_;
    int pointer_x_ = 0, pointer_y_ = 0; // absolute events come an axis at a time
};

class QmpServer;

// One client's conversation.
class QmpSession {
public:
    explicit QmpSession(QmpServer& server); // the greeting is the first output
    QmpSession(const QmpSession&) = delete;
    ~QmpSession();

    void receive(std::string_view bytes);
    std::string& output() { return output_; }          // the host removes what it has sent
    bool overrun() const { return framer_.overrun(); } // the client talks nonsense: hang up

private:
    friend class QmpServer;
    void message(std::string_view text);
    void send(const Json& message) { output_ += message.text() + "\r\n"; }
    void send_error(const char* error_class, std::string description, const Json* id);

    QmpServer& server_;
    JsonFramer framer_;
    std::string output_;
    bool negotiated_ = false;
};

// All sessions of a machine: every one that has negotiated sees every event.
class QmpServer final : private MachineEventListener {
public:
    QmpServer(MachineControl& machine, WallClock& clock);
    QmpServer(const QmpServer&) = delete;
    ~QmpServer();

private:
    friend class QmpSession;
    void machine_event(const MachineEvent& event) override;

    MachineControl& machine_;
    WallClock& clock_;
    QmpCommands commands_;
    std::vector<QmpSession*> sessions_;
};

// query-version's answer, which the greeting holds as well.
Json qmp_version();

} // namespace tabpc
