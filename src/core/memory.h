// Guest memory in two layers, as in QEMU. RamList: blocks of storage with an address space of their own (ram_addr), so
// that one byte of storage has one identity however it is mapped (PAM shadow, VGA bank); dirty and code marks are kept
// by ram_addr. PhysMap: which block, ROM or device answers at a physical address, with separate answers for reads and
// writes (PAM), compiled to a two-level page table; a page shared by several ranges is resolved per access (subpage).
#pragma once
#include "base/bits.h"
#include "base/types.h"
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tabpc {

// One block of storage. Host memory is page aligned, zero at first, and untouched pages cost nothing.
struct RamBlock {
    std::string name;
    u8* host = nullptr;
    RamAddr offset = 0; // in the ram_addr space
    u64 size = 0;       // a multiple of 4 KiB
    void* storage = nullptr; // what the allocator gave; host is the first page border in it
};

class RamList {
public:
    // What is known of a 4 KiB page of storage.
    enum PageFlag : u8 {
        HAS_CODE = 1,  // decoded or translated code lies here: writes must be reported
        VGA_CLEAN = 2, // the display has seen all of it: the next write must be noticed
    };
    // Told of writes to pages with HAS_CODE that did not come from the CPU (DMA, loaders).
    struct CodeObserver {
        virtual void ram_written(RamAddr at, u64 length) = 0;

    protected:
        ~CodeObserver() = default;
    };

    RamList() = default;
    RamList(const RamList&) = delete;
    ~RamList();

    // Null when the name is taken or the host has no memory left. Offsets are best fit; freed gaps are used again.
    RamBlock* allocate(std::string name, u64 size);
    void free(RamBlock* block);
    RamBlock* find(std::string_view name);
    const std::vector<std::unique_ptr<RamBlock>>& blocks() const { return blocks_; }

    u8& flags(RamAddr at) { return flags_[at >> PAGE_BITS]; }
    void set_code_observer(CodeObserver* o) { code_observer_ = o; }
    // After a write by anyone but the CPU: drops code and marks the display dirty.
    void written(RamAddr at, u64 length);

private:
    std::vector<std::unique_ptr<RamBlock>> blocks_; // sorted by offset
    std::vector<u8> flags_;                         // by page of ram_addr
    CodeObserver* code_observer_ = nullptr;
};

// A device's memory-mapped registers. `offset` counts from the range's base. An access wider than max_size is split at
// rising offsets; a narrower one reaches the device as it is.
struct MmioHandler {
    void* opaque = nullptr;
    u64 (*read)(void* opaque, u64 offset, int size) = nullptr;
    void (*write)(void* opaque, u64 offset, u64 value, int size) = nullptr;
    int max_size = 4;
};

template <auto Read, auto Write, class D> MmioHandler mmio_handler(D* device, int max_size = 4)
{
    return {device, [](void* o, u64 at, int size) -> u64 { return (static_cast<D*>(o)->*Read)(at, size); },
            [](void* o, u64 at, u64 v, int size) { (static_cast<D*>(o)->*Write)(at, v, size); }, max_size};
}

class PhysMap {
public:
    static constexpr u32 ADDRESS_BITS = 36;
    using Id = u32;
    static constexpr Id NONE = 0;

    // One 4 KiB page as the CPU sees it. A null pointer: go through read() or write().
    struct Page {
        u8* read = nullptr;
        u8* write = nullptr;
        RamAddr ram = 0; // of the page's first byte, for whichever of the two is set (reads win)
        RamAddr ram_write = 0;
    };
    struct Listener {
        virtual void memory_map_changed() = 0; // in any way: cached translations are void
        // mark_clean() was called: translations for writes to these bytes' pages are void.
        virtual void memory_marked_clean(RamAddr at, u64 length) = 0;

    protected:
        ~Listener() = default;
    };

    explicit PhysMap(RamList& ram);
    PhysMap(const PhysMap&) = delete;
    ~PhysMap();

    // Ranges of higher priority win; among equals the later one. Sizes and bases of RAM and ROM are page multiples.
    Id map_ram(PhysAddr base, u64 size, RamBlock& block, u64 block_offset, int priority, std::string name);
    Id map_rom(PhysAddr base, u64 size, RamBlock& block, u64 block_offset, int priority, std::string name);
    Id map_mmio(PhysAddr base, u64 size, MmioHandler handler, int priority, std::string name);
    void unmap(Id id);
    void set_enabled(Id id, bool read, bool write); // does this range answer reads, writes
    void move(Id id, PhysAddr base);

    const Page& page(PhysAddr at) const
    {
        const u64 n = at >> 22;
        const Leaf* leaf = n < TABLE ? table_[static_cast<size_t>(n)] : nullptr;
        return leaf ? leaf->page[(at >> PAGE_BITS) & 1023] : unassigned_;
    }

    // Any size 1, 2, 4, 8, any alignment; resolved per byte range. Unassigned reads all ones; ROM ignores writes.
    // Writes to whole pages of RAM are not reported to RamList: the CPU does that itself, others use dma_*.
    u64 read(PhysAddr at, int size);
    void write(PhysAddr at, u64 value, int size);

    // Bus-master access: RAM, ROM and devices alike; reports writes to RamList.
    void dma_read(PhysAddr at, std::span<u8> to);
    void dma_write(PhysAddr at, std::span<const u8> from);
    template <class T> T dma_load(PhysAddr at)
    {
        T v{};
        dma_read(at, {reinterpret_cast<u8*>(&v), sizeof v});
        return v;
    }
    template <class T> void dma_store(PhysAddr at, T v) { dma_write(at, {reinterpret_cast<const u8*>(&v), sizeof v}); }

    RamList& ram() { return ram_; }
    void add_listener(Listener* l) { listeners_.push_back(l); }
    void remove_listener(Listener* l) { std::erase(listeners_, l); }
    // The display has taken these bytes: marks their pages clean, and has the next write to each noticed.
    void mark_clean(RamAddr at, u64 length);

    struct Range {
        enum Kind : u8 { FREE, RAM, ROM, MMIO };
        Kind kind = FREE;
        bool reads = false, writes = false;
        int priority = 0;
        u64 sequence = 0;
        PhysAddr base = 0;
        u64 size = 0;
        RamBlock* block = nullptr;
        u64 block_offset = 0;
        MmioHandler handler;
        std::string name;
    };
    const std::vector<Range>& ranges() const { return ranges_; }

private:
    static constexpr u32 TABLE = 1u << (ADDRESS_BITS - 22);
    struct Leaf {
        Page page[1024];
    };

    Id add(Range r);
    void rebuild(PhysAddr base, u64 size);
    // The uppermost range that answers for any of these bytes; `whole`: for all of them.
    const Range* find(PhysAddr at, unsigned size, bool write, bool& whole) const;
    void changed(const Range& r);

    RamList& ram_;
    std::vector<Range> ranges_; // [0] is nobody
    std::vector<Id> order_;     // enabled ids, lowest priority first
    std::vector<Leaf*> table_;
    Page unassigned_;
    std::vector<Listener*> listeners_;
    u64 sequence_ = 0;
};

} // namespace tabpc
