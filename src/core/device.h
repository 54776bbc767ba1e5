// What every device of the board is: it can be reset and its state can be walked.
#pragma once
#include "core/snapshot.h"

namespace tabpc {

class Device {
public:
    Device() = default;
    Device(const Device&) = delete;
    virtual ~Device() = default;

    virtual void reset() = 0; // the state after the RESET# line
    virtual void serialize(Archive& ar) = 0;
};

} // namespace tabpc
