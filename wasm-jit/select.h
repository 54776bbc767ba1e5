// What to translate together: the blocks that can be reached from a hot one by jumps whose targets are known, across pages,
// as far as they have been executed before. Calls and returns end a region.
#pragma once
#include "cpu/blocks.h"
#include "ir/guest_code.h"

namespace tabpc::jit {

// Where a piece of guest code is: the storage its bytes are in, and the pages it was fetched from by linear address.
struct Origin {
    struct Bytes {
        RamAddr at;
        u32 size;
    };
    struct Page {
        u64 linear; // page aligned
        RamAddr ram;
    };
    std::vector<Bytes> bytes;
    std::vector<Page> pages; // the entry's is the first
};

struct Selection {
    ir::GuestCode code;
    Origin origin;
};

// From the block at rip. Empty if there is none.
Selection select(Cpu& c);

} // namespace tabpc::jit
