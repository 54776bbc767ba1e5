// Softmmu: linear addresses to host memory. Four addend tables (read and write, supervisor and user), one entry per 4 KiB
// page of the 4 GiB linear space: a valid entry is host address - linear address (page aligned, so its low 12 bits are
// 0), an invalid one has bit 0 set. Everything a plain load or store must not do on its own keeps the entry invalid:
// unmapped, not permitted, A or D bit still clear, MMIO, ROM (writes), pages with decoded code, clean display memory,
// pages under a watchpoint. So translated code needs one test, and none for dirty or code tracking. SDM vol. 3, chapter 4.
#pragma once
#include "core/memory.h"
#include "cpu/state.h"
#include <vector>

namespace tabpc {

enum class Access : u8 {
    Read,
    Write,
    Fetch,
    ReadWrite, // a read-modify-write operand: probed for write, then read
    Peek,      // as Fetch, but nothing changes: no fault, and no page whose A bit is clear
};

class Tlb {
public:
    using Entry = uintptr_t;
    static constexpr Entry INVALID = 1;
    static constexpr u32 PAGES = 1u << 20;

    Tlb();
    Entry* table(bool user, bool write) { return tables_[user * 2 + write].data(); }
    void set(bool user, bool write, u32 page, Entry e, bool global);
    void flush_all();
    void flush_nonglobal();
    void flush_page(u32 page);
    // Makes writes to this storage look again (it got code, the display took its picture); reads go on.
    void flush_writes(const u8* host, u64 length);

private:
    void invalidate(u32 page);
    std::vector<Entry> tables_[4];
    // Pages with a valid entry in some table, each once however often it is filled again.
    struct List {
        std::vector<u32> pages;
        std::vector<bool> has;
        void add(u32 page);
        void clear();
    };
    // A list that has grown to this says only "many": wiping the tables is cheaper than walking it.
    static constexpr size_t MANY = 1u << 16;
    bool many() const { return lists_[false].pages.size() == MANY || lists_[true].pages.size() == MANY; }
    List lists_[2]; // global or not
};

// What the page tables say of one linear address.
struct Translation {
    PhysAddr phys = 0; // of the address itself
    bool user = false; // reachable from CPL 3
    bool write_supervisor = false, write_user = false; // allowed, and D is set
    bool global = false;
};

} // namespace tabpc
