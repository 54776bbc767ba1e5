// See memory.h: PhysMap. RamList is in ram.cpp.
#include "core/memory.h"
#include <algorithm>
#include <cassert>

namespace tabpc {

PhysMap::PhysMap(RamList& ram) : ram_(ram), ranges_(1), table_(TABLE, nullptr) {}

PhysMap::~PhysMap()
{
    for (Leaf* l : table_) delete l;
}

PhysMap::Id PhysMap::map_ram(PhysAddr base, u64 size, RamBlock& block, u64 block_offset, int priority, std::string name)
{
    assert(!((base | size | block_offset) & PAGE_MASK_4K) && block_offset + size <= block.size);
    return add({Range::RAM, true, true, priority, 0, base, size, &block, block_offset, {}, std::move(name)});
}

PhysMap::Id PhysMap::map_rom(PhysAddr base, u64 size, RamBlock& block, u64 block_offset, int priority, std::string name)
{
    assert(!((base | size | block_offset) & PAGE_MASK_4K) && block_offset + size <= block.size);
    return add({Range::ROM, true, true, priority, 0, base, size, &block, block_offset, {}, std::move(name)});
}

PhysMap::Id PhysMap::map_mmio(PhysAddr base, u64 size, MmioHandler handler, int priority, std::string name)
{
    assert(size > 0);
    return add({Range::MMIO, true, true, priority, 0, base, size, nullptr, 0, handler, std::move(name)});
}

PhysMap::Id PhysMap::add(Range r)
{
    Id id = 1;
    while (id < ranges_.size() && ranges_[id].kind != Range::FREE) id++;
    if (id == ranges_.size()) ranges_.emplace_back();
    r.sequence = ++sequence_;
    const auto above = [&](Id other) {
        return ranges_[other].priority > r.priority;
    };
    order_.insert(std::find_if(order_.begin(), order_.end(), above), id);
    ranges_[id] = std::move(r);
    changed(ranges_[id]);
    return id;
}

void PhysMap::unmap(Id id)
{
    if (id == NONE || ranges_[id].kind == Range::FREE) return;
    const Range gone = std::move(ranges_[id]);
    ranges_[id] = {};
    std::erase(order_, id);
    changed(gone);
}

void PhysMap::set_enabled(Id id, bool read, bool write)
{
    Range& r = ranges_[id];
    if (r.reads == read && r.writes == write) return;
    r.reads = read;
    r.writes = write;
    changed(r);
}

void PhysMap::move(Id id, PhysAddr base)
{
    Range& r = ranges_[id];
    if (r.base == base) return;
    const Range old = r;
    r.base = base;
    rebuild(old.base, old.size);
    changed(r);
}

void PhysMap::changed(const Range& r)
{
    rebuild(r.base, r.size);
    for (Listener* l : listeners_) l->memory_map_changed();
}

void PhysMap::rebuild(PhysAddr base, u64 size)
{
    const u64 first = base >> PAGE_BITS;
    const u64 last = std::min<u64>((base + size - 1) >> PAGE_BITS, (u64(1) << (ADDRESS_BITS - PAGE_BITS)) - 1);
    for (u64 n = first; n <= last; n++) {
        Page p;
        const PhysAddr at = n << PAGE_BITS;
        for (Id id : order_) { // lowest priority first: later ones paint over
            const Range& r = ranges_[id];
            if (r.base + r.size <= at || r.base >= at + PAGE_SIZE_4K) continue;
            if (r.kind == Range::MMIO) { // sub-page or whole: resolved per access
                if (r.reads) p.read = nullptr;
                if (r.writes) p.write = nullptr;
                continue;
            }
            u8* host = r.block->host + r.block_offset + (at - r.base);
            const RamAddr ram = r.block->offset + r.block_offset + (at - r.base);
            if (r.reads) {
                p.read = host;
                p.ram = ram;
            }
            if (r.writes) {
                p.write = r.kind == Range::RAM ? host : nullptr;
                p.ram_write = ram;
            }
        }
        Leaf*& leaf = table_[n >> 10];
        if (!leaf) {
            if (!p.read && !p.write) continue;
            leaf = new Leaf;
        }
        leaf->page[n & 1023] = p;
    }
}

const PhysMap::Range* PhysMap::find(PhysAddr at, unsigned size, bool write, bool& whole) const
{
    for (auto i = order_.rbegin(); i != order_.rend(); ++i) {
        const Range& r = ranges_[*i];
        if (!(write ? r.writes : r.reads)) continue;
        const bool starts_in = at - r.base < r.size;
        if (!starts_in && r.base - at >= size) continue;
        whole = starts_in && size <= r.size - (at - r.base);
        return &r;
    }
    whole = true;
    return nullptr;
}

u64 PhysMap::read(PhysAddr at, int size)
{
    const Page& p = page(at);
    const u32 offset = at & PAGE_MASK_4K;
    if (p.read && offset + size <= PAGE_SIZE_4K) return ld_n(p.read + offset, size);

    bool whole;
    const Range* r = find(at, size, false, whole);
    if (!r) return all_ones(size);
    if (whole && r->kind != Range::MMIO) return ld_n(r->block->host + r->block_offset + (at - r->base), size);
    if (whole && size <= r->handler.max_size)
        return r->handler.read(r->handler.opaque, at - r->base, size) & all_ones(size);
    u64 v = 0;
    const int step = size / 2;
    for (int i = 0; i < size; i += step) v |= read(at + i, step) << (8 * i);
    return v;
}

void PhysMap::write(PhysAddr at, u64 value, int size)
{
    const Page& p = page(at);
    const u32 offset = at & PAGE_MASK_4K;
    if (p.write && offset + size <= PAGE_SIZE_4K) return st_n(p.write + offset, value, size);

    bool whole;
    const Range* r = find(at, size, true, whole);
    if (!r) return;
    if (whole && r->kind == Range::ROM) return;
    if (whole && r->kind == Range::RAM) {
        const u64 in_block = r->block_offset + (at - r->base);
        st_n(r->block->host + in_block, value, size);
        return ram_.written(r->block->offset + in_block, size);
    }
    if (whole && size <= r->handler.max_size)
        return r->handler.write(r->handler.opaque, at - r->base, value & all_ones(size), size); // may remap
    const int step = size / 2;
    for (int i = 0; i < size; i += step) write(at + i, value >> (8 * i), step);
}

void PhysMap::dma_read(PhysAddr at, std::span<u8> to)
{
    while (!to.empty()) {
        const Page& p = page(at);
        const size_t n = std::min<size_t>(to.size(), PAGE_SIZE_4K - (at & PAGE_MASK_4K));
        if (p.read)
            std::memcpy(to.data(), p.read + (at & PAGE_MASK_4K), n);
        else
            for (size_t i = 0; i < n; i++) to[i] = static_cast<u8>(read(at + i, 1));
        to = to.subspan(n);
        at += n;
    }
}

void PhysMap::dma_write(PhysAddr at, std::span<const u8> from)
{
    while (!from.empty()) {
        const Page& p = page(at);
        const size_t n = std::min<size_t>(from.size(), PAGE_SIZE_4K - (at & PAGE_MASK_4K));
        if (p.write) {
            const RamAddr ram = p.ram_write + (at & PAGE_MASK_4K);
            std::memcpy(p.write + (at & PAGE_MASK_4K), from.data(), n);
            ram_.written(ram, n);
        } else {
            for (size_t i = 0; i < n; i++) write(at + i, from[i], 1);
        }
        from = from.subspan(n);
        at += n;
    }
}

void PhysMap::mark_clean(RamAddr at, u64 length)
{
    for (RamAddr p = align_down(at, PAGE_SIZE_4K); p < at + length; p += PAGE_SIZE_4K)
        ram_.flags(p) |= RamList::VGA_CLEAN;
    for (Listener* l : listeners_) l->memory_marked_clean(at, length);
}

} // namespace tabpc
