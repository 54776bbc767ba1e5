// Guest memory for tests: the softmmu's two tables and a few pages at scattered host addresses.
#pragma once
#include "base/bits.h"
#include "cpu/mmu.h"
#include "run.h"
#include <algorithm>
#include <cstring>

namespace tabpc::jit {

class Guest {
public:
    // Linear pages: two adjoining ones whose frames are not, one that is read-only, one unmapped, the last of all.
    static constexpr u32 pages[] = {0x10, 0x11, 0x12, 0x13, 0xfffff};
    static bool readable(u32 page) { return page != 0x13; }
    static bool writable(u32 page) { return readable(page) && page != 0x12; }

    Guest() : read_(Tlb::PAGES, Tlb::INVALID), write_(read_), memory_((std::size(pages) + 1) * PAGE_SIZE_4K)
    {
        for (const u32 page : pages) {
            const u32 entry = static_cast<u32>(reinterpret_cast<uintptr_t>(host(page))) - page * PAGE_SIZE_4K;
            if (readable(page)) read_[page] = entry;
            if (writable(page)) write_[page] = entry;
        }
        fill();
    }

    u8* host(u32 page)
    {
        const auto n = std::find(std::begin(pages), std::end(pages), page) - std::begin(pages);
        const size_t frame = std::size(pages) - 1 - static_cast<size_t>(n); // not in the order of the pages
        const uintptr_t start = align_up(reinterpret_cast<uintptr_t>(memory_.data()), PAGE_SIZE_4K);
        return reinterpret_cast<u8*>(start + frame * PAGE_SIZE_4K);
    }
    void fill()
    {
        for (size_t i = 0; i < memory_.size(); i++) memory_[i] = static_cast<u8>(i * 37 + i / 256);
    }
    std::vector<u8>& memory() { return memory_; }

    Target target() const
    {
        Target t = target_of_machine();
        t.read_table = static_cast<u32>(reinterpret_cast<uintptr_t>(read_.data()));
        t.write_table = static_cast<u32>(reinterpret_cast<uintptr_t>(write_.data()));
        return t;
    }

private:
    std::vector<u32> read_, write_;
    std::vector<u8> memory_;
};

} // namespace tabpc::jit
