// The other ends of serial ports, the monitor and QMP: streams of the platform, and files.
#pragma once
#include "control/monitor.h"
#include "control/qmp.h"
#include "core/chardev.h"
#include "host/platform.h"
#include <cstdio>

namespace tabpc {

// What can be at the other end of a port.
struct HostBackend : CharBackend {
    virtual ~HostBackend() = default;
};

// -serial stdio, -serial unix:…
class StreamBackend final : public HostBackend, public StreamListener {
public:
    Result<> open(const ChardevConfig& config);
    void write(std::span<const u8> bytes) override;
    void stream_data(std::string_view bytes) override;
    void stream_closed() override {}

private:
    platform::StreamId stream_ = -1;
};

// -serial file:…, -debugcon file:…
class FileBackend final : public HostBackend {
public:
    ~FileBackend() override;
    Result<> open(const std::string& path);
    void write(std::span<const u8> bytes) override;

private:
    std::FILE* file_ = nullptr;
};

// -nographic, -serial mon:stdio: the port and the monitor share the terminal. Ctrl-A x ends the program, Ctrl-A c
// switches, Ctrl-A Ctrl-A is Ctrl-A, Ctrl-A h says so.
class MuxBackend final : public HostBackend, public StreamListener {
public:
    explicit MuxBackend(MachineControl*& machine) : machine_(machine) {} // it comes to be later
    void open();
    void write(std::span<const u8> bytes) override;
    void stream_data(std::string_view bytes) override;
    void stream_closed() override {}

private:
    void escape(char c);
    void show(std::string_view text) { platform::write(stream_, text); }

    MachineControl*& machine_;
    std::unique_ptr<MonitorConsole> monitor_;
    platform::StreamId stream_ = -1;
    bool escaped_ = false, in_monitor_ = false;
};

// -monitor stdio, -monitor unix:…
class MonitorStream final : public StreamListener {
public:
    explicit MonitorStream(MachineControl& machine) : machine_(machine) {}
    Result<> open(const ChardevConfig& config);
    void stream_opened() override;
    void stream_data(std::string_view bytes) override;
    void stream_closed() override {}

private:
    void flush();
    MachineControl& machine_;
    std::unique_ptr<MonitorConsole> console_;
    platform::StreamId stream_ = -1;
};

// -qmp: one client after the other.
class QmpStream final : public StreamListener {
public:
    explicit QmpStream(QmpServer& server) : server_(server) {}
    Result<> open(const ChardevConfig& config);
    void stream_opened() override;
    void stream_data(std::string_view bytes) override;
    void stream_closed() override { session_.reset(); }
    void flush(); // events and answers go out
    bool connected() const { return session_ != nullptr; }

private:
    QmpServer& server_;
    std::unique_ptr<QmpSession> session_;
    platform::StreamId stream_ = -1;
};

} // namespace tabpc
