// The VGA's palette DAC (Inmos IMSG171 and its 8-bit successors): 256 colours, ports 3C6-3C9.
#pragma once
#include "base/types.h"
#include <array>

namespace tabpc::vga {

class Dac {
public:
    u8 mask() const { return mask_; }
    void set_mask(u8 v) { mask_ = v; }
    bool eight_bit() const { return eight_bit_; }
    void set_eight_bit(bool on) { eight_bit_ = on; }

    u8 state() const { return reading_ ? 3 : 0; } // port 3C7: which of the two indices was written last
    u8 write_index() const { return write_index_; }
    void set_read_index(u8 v)
    {
        read_index_ = v;
        component_ = 0;
        reading_ = true;
    }
    void set_write_index(u8 v)
    {
        write_index_ = v;
        component_ = 0;
        reading_ = false;
    }
    u8 read_data();
    void write_data(u8 v); // a colour changes with its third component

    u32 color(u8 index) const; // of a pixel, through the mask, as rgba()
    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(mask_, read_index_, write_index_, component_, reading_, eight_bit_, pending_, rgb_);
        component_ %= 3;
    }

private:
    u8 mask_ = 0xff;
    u8 read_index_ = 0, write_index_ = 0;
    u8 component_ = 0;
    bool reading_ = false, eight_bit_ = false;
    std::array<u8, 2> pending_{};
    std::array<std::array<u8, 3>, 256> rgb_{}; // 6 or 8 bits each, as written
};

} // namespace tabpc::vga
