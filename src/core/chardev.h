// Character devices: a stream of bytes between a device (UART, parallel port, debug console) and the host.
#pragma once
#include "base/types.h"
#include <algorithm>
#include <span>
#include <vector>

namespace tabpc {

// Device -> host.
struct CharSink {
    virtual void write(std::span<const u8> bytes) = 0;

protected:
    ~CharSink() = default;
};

// Host -> device: the device takes no more than it says it can.
struct CharInput {
    virtual size_t can_receive() const = 0;
    virtual void receive(std::span<const u8> bytes) = 0;

protected:
    ~CharInput() = default;
};

// What a host derives a serial port's other end from: write() takes output; feed() gives input, which waits here
// until the device has room.
class CharBackend : public CharSink {
public:
    void connect(CharInput* device) { device_ = device; }
    void feed(std::span<const u8> bytes)
    {
        waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
        accept_input();
    }
    // The device has room.
    void accept_input()
    {
        while (device_ && !waiting_.empty()) {
            const size_t n = std::min(device_->can_receive(), waiting_.size());
            if (n == 0) return;
            const std::vector<u8> now(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
            waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
            device_->receive(now); // may come back here
        }
    }
    size_t waiting() const { return waiting_.size(); }

private:
    CharInput* device_ = nullptr;
    std::vector<u8> waiting_;
};

} // namespace tabpc
