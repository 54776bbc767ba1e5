// See vga_dac.h.
#include "hw/display/vga_dac.h"
#include "hw/display/surface.h"

namespace tabpc::vga {

u8 Dac::read_data()
{
    const u8 v = rgb_[read_index_][component_];
    if (++component_ == 3) {
        component_ = 0;
        read_index_++;
    }
    return eight_bit_ ? v : v & 0x3f;
}

void Dac::write_data(u8 v)
{
    if (component_ < 2) {
        pending_[component_++] = v;
        return;
    }
    rgb_[write_index_++] = {pending_[0], pending_[1], v};
    component_ = 0;
}

u32 Dac::color(u8 index) const
{
    const auto& c = rgb_[index & mask_];
    if (eight_bit_) return rgba(c[0], c[1], c[2]);
    const auto widen = [](u8 v) { return static_cast<u8>((v & 0x3f) << 2 | (v & 0x3f) >> 4); };
    return rgba(widen(c[0]), widen(c[1]), widen(c[2]));
}

} // namespace tabpc::vga
