// The human monitor (QEMU's HMP), as far as people type it: one row a command in monitor.cpp.
#pragma once
#include "machine/machine_control.h"
#include <string>

namespace tabpc {

class Monitor {
public:
    explicit Monitor(MachineControl& machine) : machine_(machine) {}

    // Runs one line and returns what it prints, lines ended by \r\n.
    std::string execute(std::string_view line);

private:
    using Words = std::span<const std::string>;
    struct Command {
        std::string_view name, alias, arguments, help;
        std::string (Monitor::*handler)(Words words); // words[0] is the command
    };
    static std::span<const Command> table();

    std::string help(Words);
    std::string info(Words words);
    std::string quit(Words);
    std::string stop(Words);
    std::string cont(Words);
    std::string system_reset(Words);
    std::string system_powerdown(Words);
    std::string nmi(Words);
    std::string sendkey(Words words);
    std::string mouse_move(Words words);
    std::string mouse_button(Words words);
    std::string screendump(Words words);
    std::string eject(Words words);
    std::string change(Words words);
    std::string examine(Words words); // x and xp
    std::string port_in(Words words);
    std::string port_out(Words words);

    std::string info_status() const;
    std::string info_block() const;
    std::string info_mtree();

    MachineControl& machine_;
    u32 mouse_buttons_ = 0;
};

// Turns a terminal's bytes into lines for a Monitor, with echo and a prompt.
class MonitorConsole {
public:
    explicit MonitorConsole(MachineControl& machine) : monitor_(machine) {}
    void greet();
    void receive(std::string_view bytes);
    std::string& output() { return output_; } // the host removes what it has shown

private:
    Monitor monitor_;
    std::string line_, output_;
};

} // namespace tabpc
