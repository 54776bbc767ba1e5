// MachineControl: the machine as its operator sees it, through the monitor, QMP, a window or a page. PcMachine is one;
// tests have another.
#pragma once
#include "base/result.h"
#include "core/ioport.h"
#include "core/memory.h"
#include "hw/display/display.h"
#include "hw/isa/keycodes.h"
#include "hw/isa/ps2_mouse.h"
#include "machine/config.h"

namespace tabpc {

enum class RunState : u8 {
    Prelaunch, // -S: never started
    Running,
    Paused,
    Shutdown, // powered off with -no-shutdown: a reset makes it runnable again
};

// What happened, in QMP's terms.
struct MachineEvent {
    enum Kind : u8 { Reset, Shutdown, Powerdown, Stop, Resume, TrayMoved, RtcChange };
    Kind kind;
    bool by_guest = false; // Reset, Shutdown
    std::string_view reason =
        {}; // Reset, Shutdown: QEMU's ShutdownCause, "guest-shutdown", "host-qmp-quit" …
    std::string_view device = {}; // TrayMoved
    bool tray_open = false;       // TrayMoved
    i64 offset_s = 0;             // RtcChange
};

struct MachineEventListener {
    virtual void machine_event(const MachineEvent& event) = 0;

protected:
    ~MachineEventListener() = default;
};

struct MachineStats {
    u64 instructions = 0; // retired
    u64 interpreted = 0, translated = 0;
    u64 helpers = 0; // calls of slow instructions
    u64 blocks = 0;  // decoded
    u64 tlb_fills = 0, code_writes = 0;
    u64 modules = 0, bytes = 0; // of translated code
    i64 virtual_ns = 0;
};

struct DriveStatus {
    const DriveConfig* config = nullptr;
    bool removable = false, inserted = false, read_only = false;
    bool has_tray = false, locked = false, tray_open = false;
    std::string file; // of the medium that is in
    u64 length = 0;
    u64 reads = 0, writes = 0, read_bytes = 0, written_bytes = 0;
};

class MachineControl {
public:
    virtual const MachineConfig& config() const = 0;

    // ---- running
    virtual RunState state() const = 0;
    virtual void stop() = 0;
    virtual void resume() = 0;
    virtual void system_reset() = 0;
    virtual void system_powerdown() = 0; // the power button: the guest may react
    virtual void quit(std::string_view reason) = 0;
    virtual void inject_nmi() = 0;
    virtual void set_event_listener(MachineEventListener* listener) = 0;

    // ---- input
    virtual void key(QKeyCode key, bool down) = 0;
    // All down in order, held for a while of guest time, up in reverse order. Several calls queue up.
    virtual void send_keys(std::span<const QKeyCode> keys, int hold_ms) = 0;
    virtual void mouse_move(int dx, int dy) = 0;   // y grows downwards
    virtual void mouse_position(int x, int y) = 0; // 0 .. 0x7fff of the picture
    virtual void mouse_wheel(int clicks) = 0;      // > 0: towards the user
    virtual void mouse_button(MouseButton button, bool down) = 0;

    // ---- looking in
    virtual Display* display() = 0; // null: no card
    virtual PhysMap& memory() = 0;
    virtual IoSpace& io() = 0;
    // Physical address of a linear one as the CPU's page tables say now; ~0: not mapped.
    virtual PhysAddr translate(LinAddr at) = 0;
    virtual std::string registers() const = 0; // for people
    virtual MachineStats stats() const = 0;

    // ---- drives
    virtual std::vector<DriveStatus> drives() const = 0;
    // A tray that the guest has locked opens only by `force`; without it the guest is told, and may open it.
    virtual Result<> eject(std::string_view id, bool force) = 0;
    virtual Result<> change_medium(std::string_view id, const std::string& file,
                                   std::optional<bool> read_only, bool force) = 0;

    // ---- the host's files
    virtual Result<> write_file(const std::string& name, std::span<const u8> bytes) = 0;

protected:
    ~MachineControl() = default;
};

} // namespace tabpc
