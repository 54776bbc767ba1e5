// Blocks of decoded instructions, cached by the storage they were decoded from (ram_addr) and the mode they were decoded
// for, so that aliases share and a write through any alias is seen. A block lies within one page. Blocks are dropped when
// a byte of theirs is overwritten; data beside code in one page costs a look at the page's line map, no more.
#pragma once
#include "core/memory.h"
#include "cpu/insn.h"
#include "cpu/mmu.h"
#include <array>
#include <memory>
#include <vector>

namespace tabpc {

class Cpu;
class Translator;

struct Block {
    static constexpr u32 MAX = 32; // instructions

    RamAddr ram = 0;
    u32 key = 0;
    u16 count = 0;             // instructions, without the END record behind them
    u16 bytes = 0;
    Block* hash_next = nullptr;
    Block* page_next = nullptr;
    Block* link[2] = {};       // the block behind, and the one jumped to, where both lie in this page
    u32 link_epoch[2] = {};    // a link is good while BlockCache::epoch() is this
    u32 link_offset[2] = {~0u, ~0u}; // and the target's offset in the page is that
    i32 heat = 0;              // runs out: the translator is asked. It stays out where a translation stands
    void* translation = nullptr; // the translator's
    u8 patience = 0;           // how often it was put off, because its page keeps changing
    u8 end = 0;                // End: how the last instruction ends the block

    const Insn* insns() const { return reinterpret_cast<const Insn*>(this + 1); }
    Insn* insns() { return reinterpret_cast<Insn*>(this + 1); }
};

class BlockCache {
public:
    explicit BlockCache(RamList& ram);
    ~BlockCache();

    // The block at CS:rip; null: a fault is pending (page fault on the fetch, #GP beyond CS.limit).
    Block* find(Cpu& c);
    // The block for the jump or fall-through `which` of `from` to the present rip; uses and sets its link.
    Block* follow(Cpu& c, const Block* from, unsigned which);
    // A copy of the first n instructions that returns to the run loop behind them.
    Block* prefix(const Block* b, unsigned n);

    // The block decoded from a linear address, if its page can be fetched from under the present mapping; null: there is
    // none. Changes nothing the guest could see.
    Block* peek(Cpu& c, u64 linear);
    // The storage a linear page's code comes from, likewise; false: not known.
    bool peek_page(Cpu& c, u64 linear, RamAddr& ram);
    void set_translator(Translator* t) { translator_ = t; }

    // Bytes of storage were overwritten. True if decoded instructions were among them.
    bool drop(RamAddr at, u32 size);
    void drop_all();
    void mapping_changed() { generation_++; }
    u32 generation() const { return generation_; } // of the linear-to-physical mapping
    // Whether bytes of one page may hold decoded instructions (to the grain of a line).
    bool overlaps(RamAddr at, u32 size) const
    {
        const size_t n = static_cast<size_t>(at >> PAGE_BITS);
        return n < pages_.size() && pages_[n] && (pages_[n]->lines & lines_of(at & PAGE_MASK_4K, size));
    }
    u32 epoch() const { return epoch_; }

private:
    static constexpr u32 BUCKETS = 1u << 15;
    static constexpr size_t CAPACITY = size_t(48) << 20; // bytes of decoded code; then all of it goes
    static constexpr u32 LINE_BITS = 6;

    struct CodePage { // where instructions of a linear page are fetched from
        u64 tag = ~u64(0);
        u32 generation = 0;
        RamAddr ram = 0;
        const u8* host = nullptr; // null: not plain memory
        PhysAddr phys = 0;
    };
    struct PageCode { // what was decoded from one page of storage
        u64 lines = 0;
        Block* first = nullptr;
    };
    // Room for one block outside the cache.
    struct Scratch {
        alignas(Block) std::array<u8, sizeof(Block) + (Block::MAX + 1) * sizeof(Insn)> bytes;
        Block* block() { return reinterpret_cast<Block*>(bytes.data()); }
    };

    const CodePage* code_page(Cpu& c, u64 linear, Access access = Access::Fetch);
    Block* lookup(RamAddr ram, u32 key) const;
    Block* build(Cpu& c, const CodePage& page, u32 offset, u32 key);
    Block* build_single(Cpu& c, const CodePage& page, u64 linear, u32 key);
    void insert(Block* b);
    void unhash(Block* b);
    void free_dropped();
    static u32 bucket(RamAddr ram, u32 key) { return static_cast<u32>((ram ^ (ram >> 15) ^ (key * 0x9e5)) & (BUCKETS - 1)); }
    static u64 lines_of(u32 offset, u32 size);

    RamList& ram_;
    Translator* translator_ = nullptr;
    std::vector<Block*> buckets_;
    std::vector<std::unique_ptr<PageCode>> pages_; // by page of ram_addr
    std::array<CodePage, 256> code_tlb_;
    std::vector<Block*> dropped_; // freed when no block runs
    Scratch single_, prefix_;
    size_t size_ = 0;
    u32 generation_ = 1;
    u32 epoch_ = 1;
};

} // namespace tabpc
