// DmaChannel: one channel of the board's DMA controller as the device at its DREQ and DACK pins sees it. The i8257
// implements it; a floppy controller or a sound card is given one by constructor.
#pragma once
#include "base/types.h"
#include <span>

namespace tabpc {

class DmaChannel {
public:
    struct Transfer {
        size_t done = 0;             // bytes moved; 0 while the channel is masked or the controller is disabled
        bool terminal_count = false; // the word count ran out with the last of them (TC, end of process)
    };

    // The level of the DREQ pin, for the controller's status register. Moves nothing.
    virtual void set_dreq(bool level) = 0;

    // Move bytes now, as many as the channel accepts. A transfer stops after the byte that raises TC, also where the
    // channel initializes itself again. What the mode register forbids (a verify, the other direction) is counted and
    // not moved: nothing is stored then, and a device that reads gets ones. A 16-bit channel takes even lengths only.
    virtual Transfer to_memory(std::span<const u8> from) = 0;
    virtual Transfer from_memory(std::span<u8> to) = 0;

protected:
    ~DmaChannel() = default;
};

} // namespace tabpc
