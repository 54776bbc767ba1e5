// A MachineControl that remembers what was asked of it.
#pragma once
#include "machine/machine_control.h"
#include "machine/machine_host.h"
#include <map>

namespace tabpc {

struct FakeDisplay final : Display {
    Surface surface;
    TextScreen text;
    const Surface& update() override { return surface; }
    TextScreen text_screen() const override { return text; }
};

class FakeMachine final : public MachineControl, public WallClock {
public:
    FakeMachine()
    {
        block_ = ram_.allocate("pc.ram", 1 << 20);
        memory_.map_ram(0, 1 << 20, *block_, 0, 0, "ram");
        config_.drives.resize(2);
        config_.drives[0].id = "floppy0";
        config_.drives[1].id = "ide0-hd0";
        screen.surface.resize(4, 2);
        screen.surface.row(1)[3] = rgba(255, 128, 1);
        screen.text.lines = {"C:\\>", "\u00e9\""};
        screen.text.cursor = {1, 2, true};
    }

    MachineConfig config_;
    RunState run_state = RunState::Running;
    std::string log; // what was asked, in words
    std::map<std::string, std::vector<u8>> files;
    FakeDisplay screen;
    MachineEventListener* listener = nullptr;

    const MachineConfig& config() const override { return config_; }
    RunState state() const override { return run_state; }
    void stop() override
    {
        run_state = RunState::Paused;
        emit({.kind = MachineEvent::Stop});
    }
    void resume() override
    {
        run_state = RunState::Running;
        emit({.kind = MachineEvent::Resume});
    }
    void system_reset() override
    {
        emit({.kind = MachineEvent::Reset, .by_guest = false, .reason = "host-qmp-system-reset"});
    }
    void system_powerdown() override { log += "powerdown "; }
    void quit(std::string_view reason) override { log += "quit:" + std::string(reason) + " "; }
    void inject_nmi() override { log += "nmi "; }
    void set_event_listener(MachineEventListener* l) override { listener = l; }

    void key(QKeyCode k, bool down) override { log += (down ? "+" : "-") + std::string(key_info(k).name) + " "; }
    void send_keys(std::span<const QKeyCode> keys, int hold_ms) override
    {
        for (const QKeyCode k : keys) log += std::string(key_info(k).name) + " ";
        log += std::to_string(hold_ms) + "ms ";
    }
    void mouse_move(int dx, int dy) override
    {
        log += "move:" + std::to_string(dx) + "," + std::to_string(dy) + " ";
    }
    void mouse_position(int x, int y) override
    {
        log += "at:" + std::to_string(x) + "," + std::to_string(y) + " ";
    }
    void mouse_wheel(int clicks) override { log += "wheel:" + std::to_string(clicks) + " "; }
    void mouse_button(MouseButton b, bool down) override
    {
        log += (down ? "+button" : "-button") + std::to_string(static_cast<int>(b)) + " ";
    }

    Display* display() override { return &screen; }
    PhysMap& memory() override { return memory_; }
    IoSpace& io() override { return io_; }
    PhysAddr translate(LinAddr at) override { return at < 0xc0000000 ? ~PhysAddr(0) : at - 0xc0000000; }
    std::string registers() const override { return "EAX=00000000\r\n"; }
    MachineStats stats() const override { return {.instructions = 1000, .interpreted = 1000}; }

    std::vector<DriveStatus> drives() const override
    {
        DriveStatus floppy, disk;
        floppy.config = &config_.drives[0];
        floppy.removable = true;
        disk.config = &config_.drives[1];
        disk.inserted = true;
        disk.file = "disk.img";
        disk.length = 1474560;
        return {floppy, disk};
    }
    Result<> eject(std::string_view id, bool force) override
    {
        log += "eject:" + std::string(id) + (force ? "!" : "") + " ";
        return {};
    }
    Result<> change_medium(std::string_view id, const std::string& file, std::optional<bool> read_only,
                           bool force) override
    {
        if (file == "missing.img") return error("missing.img: no such file");
        log += "change:" + std::string(id) + "=" + file + (read_only ? *read_only ? ":ro" : ":rw" : "") +
               (force ? "! " : " ");
        return {};
    }
    Result<> write_file(const std::string& name, std::span<const u8> bytes) override
    {
        if (name.empty()) return error("no name");
        files[name].assign(bytes.begin(), bytes.end());
        return {};
    }
    i64 date_us() override { return 1'700'000'000'123'456; }

    void poke(PhysAddr at, std::string_view bytes)
    {
        memory_.dma_write(at, {reinterpret_cast<const u8*>(bytes.data()), bytes.size()});
    }
    std::string take_log() { return std::exchange(log, ""); }

private:
    void emit(const MachineEvent& e)
    {
        if (listener) listener->machine_event(e);
    }
    RamList ram_;
    RamBlock* block_;
    PhysMap memory_{ram_};
    IoSpace io_;
};

} // namespace tabpc
