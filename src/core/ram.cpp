// See memory.h: RamList.
#include "core/memory.h"
#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace tabpc {

RamList::~RamList()
{
    for (auto& b : blocks_) std::free(b->storage);
}

RamBlock* RamList::allocate(std::string name, u64 size)
{
    assert(size && !(size & PAGE_MASK_4K));
    if (find(name) || size > SIZE_MAX - PAGE_SIZE_4K) return nullptr;

    // Best fit: the smallest gap that is large enough, else the end.
    RamAddr offset = 0, end = 0, best = ~u64(0);
    bool in_gap = false;
    for (auto& b : blocks_) {
        const u64 gap = b->offset - end;
        if (gap >= size && gap < best) {
            best = gap;
            offset = end;
            in_gap = true;
        }
        end = b->offset + b->size;
    }
    if (!in_gap) offset = end;

    // calloc: a large block comes from the host as zero pages that cost nothing until they are written.
    void* storage = std::calloc(1, static_cast<size_t>(size) + PAGE_SIZE_4K);
    if (!storage) return nullptr;
    u8* host = reinterpret_cast<u8*>(align_up(reinterpret_cast<uintptr_t>(storage), PAGE_SIZE_4K));

    auto block = std::make_unique<RamBlock>(RamBlock{std::move(name), host, offset, size, storage});
    RamBlock* result = block.get();
    const auto after = [&](const auto& b) { return b->offset > offset; };
    blocks_.insert(std::find_if(blocks_.begin(), blocks_.end(), after), std::move(block));
    flags_.resize(std::max<size_t>(flags_.size(), static_cast<size_t>((offset + size) >> PAGE_BITS)), 0);
    return result;
}

void RamList::free(RamBlock* block)
{
    written(block->offset, block->size); // its offsets may become another block's: no code of this one may stay
    std::free(block->storage);
    std::fill_n(flags_.begin() + static_cast<ptrdiff_t>(block->offset >> PAGE_BITS), block->size >> PAGE_BITS, u8(0));
    std::erase_if(blocks_, [&](const auto& b) { return b.get() == block; });
}

RamBlock* RamList::find(std::string_view name)
{
    const auto i = std::find_if(blocks_.begin(), blocks_.end(), [&](const auto& b) { return b->name == name; });
    return i == blocks_.end() ? nullptr : i->get();
}

void RamList::written(RamAddr at, u64 length)
{
    for (RamAddr page = at >> PAGE_BITS; page <= (at + length - 1) >> PAGE_BITS; page++) {
        u8& f = flags_[page];
        f &= static_cast<u8>(~VGA_CLEAN);
        if ((f & HAS_CODE) && code_observer_) {
            const RamAddr from = std::max(at, page << PAGE_BITS);
            code_observer_->ram_written(from, std::min(at + length, (page + 1) << PAGE_BITS) - from);
        }
    }
}

} // namespace tabpc
