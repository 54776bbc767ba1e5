// The headless program as the host of its machine: its files, its firmware, its consoles.
#pragma once
#include "host/consoles.h"
#include "machine/machine_host.h"

namespace tabpc {

class ProgramHost final : public MachineHost {
public:
    explicit ProgramHost(const MachineConfig& config) : config_(config) {}

    // Before the machine is made. `machine` is filled in by the caller afterwards.
    Result<> open_consoles(MachineControl*& machine);

    i64 date_us() override { return platform::date_us(); }
    i64 utc_offset_s() override { return platform::utc_offset_s(); }
    Result<std::vector<u8>> read_file(const std::string& name) override;
    Result<std::vector<u8>> read_firmware(const std::string& name) override;
    Result<> write_file(const std::string& name, std::span<const u8> bytes) override;
    Result<std::unique_ptr<BlockNode>> open_image(const DriveConfig& drive) override;
    CharBackend* serial(int port) override { return serial_[static_cast<size_t>(port)].get(); }
    CharSink* parallel() override { return parallel_.get(); }
    CharSink* debug_console() override { return debugcon_.get(); }

private:
    Result<std::unique_ptr<HostBackend>> open_backend(const ChardevConfig& config, MachineControl*& machine);

    const MachineConfig& config_;
    std::vector<std::unique_ptr<HostBackend>> serial_;
    std::unique_ptr<HostBackend> parallel_, debugcon_;
};

} // namespace tabpc
