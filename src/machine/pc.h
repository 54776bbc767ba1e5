// PcMachine: QEMU's "pc" (i440FX and PIIX). The board itself, every port, address and interrupt in one place, is pc.cpp;
// pc_run.cpp runs it, pc_control.cpp is what an operator can do, firmware.cpp fills CMOS, fw_cfg and the ROMs.
// A machine owns everything it has; nothing is global, so a program can have any number of them.
#pragma once
#include "block/backend.h"
#include "block/floppy_geometry.h"
#include "cpu/cpu.h"
#include "hw/isa/i8259.h"
#include "hw/isa/mc146818.h"
#include "hw/isa/vmmouse.h"
#include "hw/isa/vmport.h"
#include "hw/pci/fw_cfg.h"
#include "hw/pci/pci_bus.h"
#include "wasm-jit/translator.h"
#include "machine/guest_time.h"
#include "machine/key_sender.h"
#include "machine/machine_control.h"
#include "machine/machine_host.h"

namespace tabpc {

class PIIX4PM;
class PortF0;

// What a slice came to.
struct SliceResult {
    enum Kind : u8 {
        Again, // there is more to do: call again
        Idle, // the CPU is halted: nothing happens before idle_until, or before input or a finished disk request
        Paused, // stop, -S, or powered off with -no-shutdown
        Ended   // powered off, or whatever else ends the program: see exit_status()
    };
    Kind kind;
    i64 idle_until = Clock::NEVER; // host time
};

class PcMachine final : public MachineControl, private VmportCpu, private BlockBackend::TrayObserver {
public:
    // The error is a sentence for the user: no BIOS, an image that cannot be read, not enough memory.
    static Result<std::unique_ptr<PcMachine>> create(MachineConfig config, MachineHost& host);
    ~PcMachine();

    // Runs for about a millisecond. `host_ns` is the host's monotonic time now.
    SliceResult run_slice(i64 host_ns);
    // After a slice that came to Again: the host's time now, by which the machine learns how fast it runs.
    void measure_slice(i64 host_ns) { time_.measure(host_ns); }
    bool ended() const { return ended_; }
    int exit_status() const { return exit_status_; }

    // All devices in board order; RAM apart, which the caller stores as pages.
    void serialize(Archive& ar);

    u8 keyboard_leds() const { return keyboard_->leds(); }
    bool wants_absolute_mouse() const;
    void release_input(); // every key and button that is down goes up

    // ---- MachineControl
    const MachineConfig& config() const override { return config_; }
    RunState state() const override { return state_; }
    void stop() override;
    void resume() override;
    void system_reset() override;
    void system_powerdown() override;
    void quit(std::string_view reason) override;
    void inject_nmi() override { cpu_->nmi(); }
    void set_event_listener(MachineEventListener* listener) override { listener_ = listener; }
    void key(QKeyCode key, bool down) override;
    void send_keys(std::span<const QKeyCode> keys, int hold_ms) override;
    void mouse_move(int dx, int dy) override;
    void mouse_position(int x, int y) override;
    void mouse_wheel(int clicks) override;
    void mouse_button(MouseButton button, bool down) override;
    Display* display() override { return display_; }
    PhysMap& memory() override { return memory_; }
    IoSpace& io() override { return io_; }
    PhysAddr translate(LinAddr at) override;
    std::string registers() const override;
    MachineStats stats() const override;
    std::vector<DriveStatus> drives() const override;
    Result<> eject(std::string_view id, bool force) override;
    Result<> change_medium(std::string_view id, const std::string& file, std::optional<bool> read_only,
                           bool force) override;
    Result<> write_file(const std::string& name, std::span<const u8> bytes) override
    {
        return host_.write_file(name, bytes);
    }

    Cpu& cpu() { return *cpu_; }
    VirtualClock& clock() { return clock_; }

private:
    struct Drive {
        DriveConfig config; // `file` is of the medium that is in
        BlockBackend backend;
    };
    // What ends a slice early, and why. Wires of the board set them; pc_run.cpp acts on them.
    struct Requests {
        bool reset = false;
        bool power_off = false;
        bool debug_exit = false;
        bool any() const { return reset || power_off || debug_exit; }
    };

    PcMachine(MachineConfig config, MachineHost& host);

    // pc.cpp
    Result<> map_memory();
    void add_cpu();
    Result<> open_drives();
    BlockBackend* drive(DriveConfig::Interface interface, int index);
    FloppyDrive floppy_drive(int index); // CMOS's code for it
    i64 rtc_start() const;
    template <class T, class... Args>
    T& add(Args&&... args)
    {
        auto device = std::make_unique<T>(std::forward<Args>(args)...);
        T& reference = *device;
        devices_.push_back(std::move(device));
        return reference;
    }
    void build_isa();
    Result<> build_pci();
    void set_a20(int, int level) { cpu_->set_a20(level); }
    void set_intr(int, int level) { cpu_->set_intr(level); }
    void set_ignne(int, int level) { cpu_->set_ignne(level); }
    static void debug_exit(void* pc, int status);
    VmportRegs vmport_registers() override;
    void set_vmport_registers(const VmportRegs& r) override;
    void tray_moved(const BlockBackend& backend, bool open) override;
    void request_reset(int, int level);
    void request_power_off(int, int level);

    // firmware.cpp
    Result<> load_bios();
    Result<std::vector<u8>> vga_bios();
    void fill_cmos();
    void fill_fw_cfg();
    // linux_boot.cpp
    Result<> load_kernel();

    // pc_run.cpp
    void reset();
    void handle_requests();
    void emit(const MachineEvent& event);
    void end(std::string_view reason, bool by_guest, int status);

    MachineConfig config_;
    MachineHost& host_;

    RamList ram_list_;
    PhysMap memory_{ram_list_};
    IoSpace io_;
    VirtualClock clock_;
    PciBus pci_{io_, memory_};
    std::vector<std::unique_ptr<Drive>> drives_;
    std::vector<std::unique_ptr<Device>> devices_; // board order is reset order is snapshot order
    std::unique_ptr<jit::RegionTranslator> translator_;
    std::unique_ptr<KeySender> key_sender_;

    // Those of devices_ that the machine itself has to do with.
    RamBlock* ram_ = nullptr;
    IrqLine smiact_; // from the CPU to the host bridge
    Cpu* cpu_ = nullptr;
    I8259Pair* pic_ = nullptr;
    PortF0* portf0_ = nullptr;
    Mc146818* rtc_ = nullptr;
    Ps2Keyboard* keyboard_ = nullptr;
    Ps2Mouse* mouse_ = nullptr;
    VmMouse* vmmouse_ = nullptr;
    PIIX4PM* pm_ = nullptr;
    FwCfg* fw_cfg_ = nullptr;
    Display* display_ = nullptr;

    GuestTime time_;
    RunState state_ = RunState::Prelaunch;
    bool ended_ = false;
    int exit_status_ = 0;
    u8 mouse_buttons_ = 0; // held: left, right, middle
    int mouse_x_ = 0, mouse_y_ = 0;
    Requests requests_;
    MachineEventListener* listener_ = nullptr;
};

} // namespace tabpc
