// The 64 KiB I/O port space. A device maps ranges of ports; what nobody maps reads all ones and ignores writes.
#pragma once
#include "base/types.h"
#include <string>
#include <vector>

namespace tabpc {

// What serves a range. `size` is 1, 2 or 4 and never more than `max_size`: a wider access is split into accesses of
// max_size at rising ports, each dispatched on its own, as the ISA bus does.
struct IoHandler {
    void* opaque = nullptr;
    u32 (*read)(void* opaque, u16 port, int size) = nullptr;
    void (*write)(void* opaque, u16 port, u32 value, int size) = nullptr;
    int max_size = 1;
};

class IoSpace {
public:
    using Id = u16;
    static constexpr Id NONE = 0;

    IoSpace();

    // Where ranges overlap, the one mapped last answers. `name` is for `info mtree`.
    Id map(u16 base, u32 count, IoHandler handler, std::string name);
    // Methods: u32 read(u16 port, int size); void write(u16 port, u32 value, int size).
    template <auto Read, auto Write, class D>
    Id map(u16 base, u32 count, D* device, std::string name, int max_size = 1)
    {
        return map(base, count,
                   IoHandler{device, [](void* o, u16 p, int s) -> u32 { return (static_cast<D*>(o)->*Read)(p, s); },
                             [](void* o, u16 p, u32 v, int s) { (static_cast<D*>(o)->*Write)(p, v, s); }, max_size},
                   std::move(name));
    }
    void unmap(Id id);

    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);

    struct Range {
        u16 base = 0;
        u32 count = 0; // 0: the slot is free
        IoHandler handler;
        std::string name;
    };
    const std::vector<Range>& ranges() const { return ranges_; }

private:
    void repaint();

    std::vector<Range> ranges_;  // [0] is "nobody"; the order is the order of mapping
    std::vector<Id> order_;      // ids in order of mapping
    std::vector<Id> port_;       // port -> id
};

} // namespace tabpc
