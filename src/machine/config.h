// MachineConfig: what a machine is made of, and the parser of QEMU's option words that fills it in. Options that only
// hosts care about (display, consoles, sockets) are in it too, so that there is one table and one --help.
// The words and their meaning are those of QEMU's documentation, "Invocation"; options.cpp has one row for each.
#pragma once
#include "base/bits.h"
#include "base/result.h"
#include "base/types.h"
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tabpc {

struct DriveConfig {
    enum class Interface : u8 { Ide, Floppy, None };
    Interface interface = Interface::Ide;
    int index =
        -1; // IDE: 0-3 are primary master, primary slave, secondary master, secondary slave. Floppy: 0-1
    std::string id;   // "ide0-hd0" …, unless the user named it
    std::string file; // empty: no medium
    bool cdrom = false;
    bool read_only = false;
    bool snapshot = false; // writes go to memory and are lost
    std::string serial;    // the disk's serial number, if given
};

// Where the bytes of a serial or parallel port, the monitor or QMP go.
struct ChardevConfig {
    enum class Kind : u8 { Null, Stdio, File, Unix, Page };
    Kind kind = Kind::Null;
    bool mux_monitor = false; // mon:stdio: Ctrl-A c switches between the port and the monitor
    std::string path;
    bool server = false; // Unix: listen; else connect
    bool wait = false;   // Unix server: no start before a client is there
};

struct RtcConfig {
    enum class Base : u8 { Utc, LocalTime, Date };
    Base base = Base::Utc;
    i64 date = 0;            // Base::Date: seconds since 1970, as the clock shall show it
    bool guest_time = false; // clock=vm: goes with guest time, not with the host's
};

// isa-debug-exit: a write ends the program with status value << 1 | 1.
struct DebugExitConfig {
    u16 port = 0x501;
    u8 size = 2;
};
// isa-debugcon: bytes written come out of the chardev.
struct DebugConConfig {
    u16 port = 0xe9;
    ChardevConfig chardev;
};

enum class VgaCard : u8 { Std, Cirrus, None };
// Who runs the guest's code. Tcg, QEMU's word: hot code is translated; natively that is for tests, and slow.
enum class Accel : u8 { Default, Tcg, Interpreter };
enum class DisplayKind : u8 { None, Sdl };

struct MachineConfig {
    u64 ram_size = 128 << 20;
    unsigned cpus = 1;
    Accel accel = Accel::Default;
    VgaCard vga = VgaCard::Std;
    std::vector<DriveConfig> drives;

    std::string boot_order = "cad"; // a floppy, c disk, d CD-ROM, n network, in order of preference
    std::string boot_once;          // the same, for the first boot only
    bool boot_menu = false;
    int splash_time_ms = -1; // how long the menu waits
    bool check_floppy_signature = true;
    std::string bios = "bios-256k.bin";
    std::string kernel, initrd, append;

    RtcConfig rtc;
    std::optional<int> icount_shift; // an instruction takes 2^n ns; unset: realtime
    bool icount_sleep = true;        // a halted guest waits as long as it would in host time
    bool start_paused = false;       // -S
    bool no_reboot = false;          // a reset by the guest ends the program
    bool no_shutdown = false;        // power off pauses
    std::string name, uuid;

    std::optional<DebugExitConfig> debug_exit;
    std::optional<DebugConConfig> debugcon;

    // For the host.
    DisplayKind display = DisplayKind::None;
    std::vector<ChardevConfig> serial, parallel;
    ChardevConfig monitor;
    std::vector<ChardevConfig> qmp;
    std::vector<std::string> firmware_folders; // -L, in order

    std::array<u8, 16> uuid_bytes() const; // in the order of the text; zeros when there is none
    const DriveConfig* drive(DriveConfig::Interface interface, int index) const
    {
        for (const DriveConfig& d : drives)
            if (d.interface == interface && d.index == index) return &d;
        return nullptr;
    }
};

struct ParsedOptions {
    enum class Action : u8 { Run, Help, Version };
    Action action = Action::Run;
    MachineConfig config;
};

// `words` is argv without the program's name. The error is a sentence that names the option.
Result<ParsedOptions> parse_options(std::span<const std::string> words);
std::string options_help(std::string_view program);

inline constexpr std::string_view TABPC_VERSION = "0.1.0";
inline constexpr std::string_view DEFAULT_BIOS = "bios-256k.bin";

} // namespace tabpc
