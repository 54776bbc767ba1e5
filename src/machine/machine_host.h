// MachineHost: what a machine asks of the program it lives in. Files go by names whose meaning is the host's: paths for
// the headless program, names of files handed over for the page, which therefore cannot reach anything else.
#pragma once
#include "base/result.h"
#include "block/node.h"
#include "core/chardev.h"
#include "machine/config.h"
#include <memory>
#include <span>
#include <vector>

namespace tabpc {

// The host's date, in microseconds since 1970 (UTC).
struct WallClock {
    virtual i64 date_us() = 0;

protected:
    ~WallClock() = default;
};

class MachineHost : public WallClock {
public:
    virtual i64 utc_offset_s() = 0; // of the local time zone, for -rtc base=localtime

    virtual Result<std::vector<u8>> read_file(const std::string& name) = 0;
    virtual Result<std::vector<u8>> read_firmware(const std::string& name) = 0;
    virtual Result<> write_file(const std::string& name, std::span<const u8> bytes) = 0;

    // The image, with an overlay on it where drive.snapshot says so.
    virtual Result<std::unique_ptr<BlockNode>> open_image(const DriveConfig& drive) = 0;

    // Other ends of the serial ports, the parallel port and port E9. Null: nothing is plugged in.
    virtual CharBackend* serial(int port) = 0;
    virtual CharSink* parallel() = 0;
    virtual CharSink* debug_console() = 0;

protected:
    ~MachineHost() = default;
};

} // namespace tabpc
