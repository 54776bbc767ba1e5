// See ioport.h.
#include "core/ioport.h"
#include "base/bits.h"
#include <algorithm>
#include <cassert>

namespace tabpc {

IoSpace::IoSpace() : ranges_(1), port_(0x10000, NONE) {}

IoSpace::Id IoSpace::map(u16 base, u32 count, IoHandler handler, std::string name)
{
    assert(count > 0 && base + count <= 0x10000);
    Id id = 1;
    while (id < ranges_.size() && ranges_[id].count) id++;
    if (id == ranges_.size()) ranges_.emplace_back();
    ranges_[id] = {base, count, handler, std::move(name)};
    order_.push_back(id);
    std::fill_n(port_.begin() + base, count, id);
    return id;
}

void IoSpace::unmap(Id id)
{
    if (id == NONE || !ranges_[id].count) return;
    ranges_[id] = {};
    std::erase(order_, id);
    repaint();
}

void IoSpace::repaint()
{
    std::fill(port_.begin(), port_.end(), NONE);
    for (Id id : order_) std::fill_n(port_.begin() + ranges_[id].base, ranges_[id].count, id);
}

u32 IoSpace::read(u16 port, int size)
{
    const IoHandler& h = ranges_[port_[port]].handler;
    if (!h.read) {
        if (size == 1) return 0xff;
    } else if (size <= h.max_size) {
        return h.read(h.opaque, port, size) & static_cast<u32>(all_ones(size));
    }
    const int step = h.read ? h.max_size : 1;
    u32 v = 0;
    for (int i = 0; i < size; i += step) v |= read(static_cast<u16>(port + i), step) << (8 * i);
    return v;
}

void IoSpace::write(u16 port, u32 value, int size)
{
    const IoHandler& h = ranges_[port_[port]].handler; // gone after the call if that remaps
    if (!h.write) {
        if (size == 1) return;
    } else if (size <= h.max_size) {
        h.write(h.opaque, port, value & static_cast<u32>(all_ones(size)), size);
        return;
    }
    const int step = h.write ? h.max_size : 1;
    for (int i = 0; i < size; i += step)
        write(static_cast<u16>(port + i), (value >> (8 * i)) & static_cast<u32>(all_ones(step)), step);
}

} // namespace tabpc
