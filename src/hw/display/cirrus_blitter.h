// The registers of the GD5446's BitBLT engine (CL-GD5446 Technical Reference Manual, chapter 9): GR20-GR39, and the same
// bytes as memory in the MMIO page. The engine itself is left out: a guest can program it and reads that it is idle.
#pragma once
#include "base/types.h"
#include <array>

namespace tabpc {

class CirrusBlitter {
public:
    static constexpr u8 FIRST = 0x20, LAST = 0x39; // of the graphics controller's indices

    u8 read(u8 index) const { return gr_[index - FIRST]; }
    void write(u8 index, u8 value);
    // The graphics controller index that MMIO byte `at` stands for; 0xff: none. GR0, 1 and 10-15 are among them.
    static u8 mmio_index(u32 at);

    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(gr_);
    }

private:
    std::array<u8, LAST - FIRST + 1> gr_{};
};

} // namespace tabpc
