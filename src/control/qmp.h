// QMP, QEMU's control protocol ("QEMU Machine Protocol Specification"): sessions over any stream of bytes, and the
// commands, which are modules (qapi_*.cpp). Out-of-band execution is left out.
#pragma once
#include "control/qmp_command.h"
#include "machine/machine_control.h"
#include "machine/machine_host.h"

namespace tabpc {

// The commands, with their arguments checked.
class QmpCommands {
public:
    explicit QmpCommands(MachineControl& machine) : context_{machine} {}
    QmpReply execute(const std::string& command, const Json& arguments);

private:
    QmpContext context_;
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
