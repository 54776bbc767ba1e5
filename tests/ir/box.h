// The CPU that regions run on in tests: flat protected mode, no paging, 16 pages of memory, of which the softmmu knows some
// for reading, some for writing too, and some not at all.
#pragma once
#include "cpu/cpu.h"

namespace tabpc::ir::test {

struct Box {
    static constexpr u32 PAGES = 16, RAM = PAGES * PAGE_SIZE_4K;
    // Three kinds of page take turns from here on.
    static constexpr u32 UNKNOWN = 4 * PAGE_SIZE_4K, READABLE = 5 * PAGE_SIZE_4K, WRITABLE = 6 * PAGE_SIZE_4K;

    VirtualClock clock;
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    RamBlock* block = ram.allocate("ram", RAM);
    const bool mapped = map_memory();
    Cpu cpu{clock, memory, io, {}};

    Box()
    {
        cpu.s.cr0 |= cr0::PE;
        for (Segment& g : cpu.s.seg) {
            g.attr |= Segment::DB | Segment::G;
            g.limit = 0xffffffff;
            g.base = 0;
            g.prepare(true);
        }
        cpu.mode_changed();
        cpu.translated.key = cpu.mode_key();
        *at(READABLE) =
            0x90; // NOP: a CPU that has just been reset looks around before it runs translated code
        cpu.s.rip = READABLE;
        cpu.run(1);
        fill_tlb();
    }

    void fill_tlb()
    {
        cpu.flush_tlb(true);
        for (u32 page = UNKNOWN; page < RAM; page += 3 * PAGE_SIZE_4K) {
            fill(page + PAGE_SIZE_4K);
            fill(page + 2 * PAGE_SIZE_4K);
        }
    }

    bool map_memory()
    {
        memory.map_ram(0, RAM, *block, 0, 0, "ram");
        for (u32 page = READABLE; page < RAM; page += 3 * PAGE_SIZE_4K)
            memory.map_rom(page, PAGE_SIZE_4K, *block, page, 1, "rom");
        return true;
    }
    void fill(LinAddr page)
    {
        u8 byte;
        if (!cpu.read(page, byte)) std::abort();
    }

    u8* at(u32 address) { return block->host + address; }
};

} // namespace tabpc::ir::test
