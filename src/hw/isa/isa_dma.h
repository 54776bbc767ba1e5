// What a device on an ISA DMA channel sees of the DMA controller: it raises DREQ, is told by DACK when the channel is
// its own, and then moves bytes. Channels 0 to 3 move bytes, 5 to 7 words.
#pragma once
#include "core/irq.h"
#include <span>

namespace tabpc {

class IsaDma {
public:
    struct Result {
        size_t count; // bytes moved; 0 while the channel is masked
        bool tc;      // terminal count: the programmed length is reached
    };

    virtual IrqInput dreq(int channel) = 0;
    // High while the channel is requested, not masked and the controller enabled.
    virtual IrqLine& dack(int channel) = 0;

    // Memory -> device and device -> memory, up to terminal count.
    virtual Result read_memory(int channel, std::span<u8> to) = 0;
    virtual Result write_memory(int channel, std::span<const u8> from) = 0;

protected:
    ~IsaDma() = default;
};

} // namespace tabpc
