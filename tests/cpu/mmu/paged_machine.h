// A CPU in protected mode with paging on, one MMIO device, and two adjacent pages of any size that a test maps as it
// likes. Faults end in a HLT, from where vector, error code and CR2 can be read.
#pragma once
#include "../../engine/engine.h"
#include "cpu/cpu.h"
#include <array>
#include <initializer_list>
#include <vector>

namespace tabpc {

enum class Paging { Legacy, Pse, Pae, PaeLarge }; // 4 KiB, 4 MiB, 4 KiB and 2 MiB pages

// Bits of a page-table entry and of a page-fault error code.
namespace pte {
enum : u64 { P = 1, RW = 2, US = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100, NX = u64(1) << 63 };
}
namespace pf {
enum : u32 { P = 1, W = 2, U = 4, RSVD = 8, I = 16 };
}

struct Fault {
    int vector = -1; // none
    u32 error = 0;
    u64 cr2 = 0;
    bool operator==(const Fault&) const = default;
};
inline Fault page_fault(u32 error, u64 cr2) { return {14, error, cr2}; }

class PagedMachine {
public:
    static constexpr u64 RAM_SIZE = 24 << 20;
    static constexpr LinAddr PAGES = 0x40000000;                     // the two pages
    static constexpr PhysAddr FRAME[2] = {0x800000, 0x1000000};      // where they are, unless a test says otherwise
    static constexpr PhysAddr MMIO = 0xfe000000;
    static constexpr PhysAddr CODE = 0x10000;                        // mapped to itself, as all the first 2 MiB
    static constexpr PhysAddr STACK = 0x6000;
    static constexpr PhysAddr IDT = 0x2000;
    static constexpr u8 EXTERNAL = 30; // the vector of INTR

    explicit PagedMachine(Paging paging) : paging_(paging)
    {
        ram = list.allocate("ram", RAM_SIZE);
        memory.map_ram(0, RAM_SIZE, *ram, 0, 0, "ram");
        memory.map_mmio(MMIO, PAGE_SIZE_4K, mmio_handler<&PagedMachine::mmio_read, &PagedMachine::mmio_write>(this), 0, "device");
        for (size_t n = 0; n < device.size(); n++) device[n] = static_cast<u8>(n * 7 + 1);
        make_tables();
        make_page_tables();
        enter();
    }

    bool pae() const { return paging_ == Paging::Pae || paging_ == Paging::PaeLarge; }
    u64 page_size() const
    {
        return paging_ == Paging::Pse ? 4 << 20 : paging_ == Paging::PaeLarge ? 2 << 20 : 4096;
    }
    // Maps page 0 or 1.
    void map(int page, PhysAddr frame, u64 rights)
    {
        frame_[page] = frame;
        store_entry(page, frame | rights | (page_size() > 4096 ? u64(pte::PS) : 0));
        cpu.flush_tlb(true);
    }
    void map_both(u64 rights)
    {
        map(0, FRAME[0], rights);
        map(1, FRAME[1], rights);
    }
    u64 entry(int page) { return memory.read(entry_at(page), pae() ? 8 : 4); }
    u64 touched(int page) { return entry(page) & (pte::A | pte::D); }
    void store_entry(int page, u64 value) { memory.write(entry_at(page), value, pae() ? 8 : 4); }

    // Bytes at an offset from PAGES, past the CPU.
    PhysAddr physical(u64 offset) const
    {
        return offset < page_size() ? frame_[0] + offset : frame_[1] + (offset - page_size());
    }
    u8 peek(u64 offset)
    {
        const PhysAddr at = physical(offset);
        return at >= MMIO ? device[at - MMIO] : ram->host[at];
    }
    u64 peek(u64 offset, unsigned size)
    {
        u64 v = 0;
        for (unsigned i = 0; i < size; i++) v |= u64(peek(offset + i)) << (8 * i);
        return v;
    }
    void poke(u64 offset, u64 value, unsigned size)
    {
        for (unsigned i = 0; i < size; i++) {
            const u8 byte = static_cast<u8>(value >> (8 * i));
            if (const PhysAddr at = physical(offset + i); at >= MMIO) device[at - MMIO] = byte;
            else memory.dma_write(at, {&byte, 1});
        }
    }

    void set_user(bool user)
    {
        CpuState& s = cpu.s;
        s.cpl = user ? 3 : 0;
        flat(s.seg[CS], user ? 0x1b : 0x08, user ? 0xc0fb00 : 0xc09b00);
        for (const Sreg r : {ES, SS, DS, FS, GS}) flat(s.seg[r], user ? 0x23 : 0x10, user ? 0xc0f300 : 0xc09300);
        cpu.mode_changed();
    }
    void code(PhysAddr at, std::initializer_list<int> bytes)
    {
        std::vector<u8> b;
        for (int v : bytes) b.push_back(static_cast<u8>(v));
        memory.dma_write(at, b);
    }
    // Executes `n` instructions from a linear address, or up to a fault.
    Fault run(LinAddr at, bool user = false, u64 n = 1)
    {
        set_user(user);
        cpu.s.halted = false;
        cpu.s.rip = at;
        cpu.s.set_reg32(ESP, STACK);
        cpu.run(n);
        if (cpu.s.rip - HANDLERS < 32) cpu.run(1); // the budget ended between a fault and its handler's HLT
        if (!cpu.s.halted) return {};
        set_user(false);
        Fault f;
        f.vector = static_cast<int>(cpu.s.rip - HANDLERS - 1);
        f.error = static_cast<u32>(memory.read(cpu.s.reg32(ESP), 4));
        f.cr2 = f.vector == 14 ? cpu.s.cr2 : 0;
        return f;
    }
    // The same of these; then they wait in a JMP to itself, so that they are a whole block, as a translator wants it.
    Fault run(std::initializer_list<int> bytes, bool user = false, u64 n = 1)
    {
        code(CODE, bytes);
        code(CODE + bytes.size(), {0xeb, 0xfe});
        return run(CODE, user, n + 1);
    }

    VirtualClock clock;
    RamList list;
    PhysMap memory{list};
    IoSpace io;
    RamBlock* ram;
    Cpu cpu{clock, memory, io, CpuWires{this, &PagedMachine::acknowledge}};
    test::AttachedEngine engine{cpu};
    std::array<u8, PAGE_SIZE_4K> device;
    int device_reads = 0, device_writes = 0;

private:
    static u8 acknowledge(void* opaque)
    {
        static_cast<PagedMachine*>(opaque)->cpu.set_intr(0);
        return EXTERNAL;
    }
    static constexpr PhysAddr GDT = 0x1000, TSS = 0x3000, HANDLERS = 0x4000;
    static constexpr PhysAddr POINTERS = 0x7000, DIRECTORY = 0x8000, LOW_TABLE = 0xa000, TABLE = 0xb000; // PAE: 2 directories

    u64 mmio_read(u64 at, int size)
    {
        device_reads++;
        return ld_n(&device[at], static_cast<unsigned>(size));
    }
    void mmio_write(u64 at, u64 v, int size)
    {
        device_writes++;
        st_n(&device[at], v, static_cast<unsigned>(size));
    }

    void make_tables()
    {
        const u64 descriptors[] = {0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00cffb000000ffff, 0x00cff3000000ffff,
                                   0x00008b0000000067 | TSS << 16};
        for (size_t n = 0; n < std::size(descriptors); n++) memory.dma_store(GDT + 8 * n, descriptors[n]);
        for (u64 v = 0; v < 32; v++) {
            memory.dma_store<u64>(IDT + 8 * v, 0x00008e0000080000 | (HANDLERS + v));
            memory.dma_store<u8>(HANDLERS + v, 0xf4); // HLT
        }
        memory.dma_store<u32>(TSS + 4, STACK);
        memory.dma_store<u32>(TSS + 8, 0x10);
    }
    PhysAddr entry_at(int page) const
    {
        switch (paging_) {
        case Paging::Legacy: return TABLE + 4 * static_cast<u64>(page);
        case Paging::Pse: return DIRECTORY + 4 * ((PAGES >> 22) + static_cast<u64>(page));
        case Paging::Pae: return TABLE + 8 * static_cast<u64>(page);
        default: return DIRECTORY + 0x1000 + 8 * static_cast<u64>(page); // PAGES is where the second GiB begins
        }
    }
    void make_page_tables()
    {
        constexpr u64 ALL = pte::P | pte::RW | pte::US;
        const unsigned n = pae() ? 512 : 1024, width = pae() ? 8 : 4;
        for (u64 i = 0; i < n; i++) memory.write(LOW_TABLE + i * width, i << 12 | ALL, static_cast<int>(width));
        memory.write(DIRECTORY, LOW_TABLE | ALL, static_cast<int>(width));
        if (pae()) {
            memory.write(POINTERS, DIRECTORY | 1, 8);
            memory.write(POINTERS + 8, (DIRECTORY + 0x1000) | 1, 8);
            if (paging_ == Paging::Pae) memory.write(DIRECTORY + 0x1000, TABLE | ALL, 8);
        } else if (paging_ == Paging::Legacy) {
            memory.write(DIRECTORY + 4 * (PAGES >> 22), TABLE | ALL, 4);
        }
    }
    static void flat(Segment& g, u16 selector, u32 attr)
    {
        g.selector = selector;
        g.attr = attr;
        g.base = 0;
        g.limit = 0xffffffff;
        g.prepare(true);
    }
    void enter()
    {
        CpuState& s = cpu.s;
        s.gdtr = {GDT, 6 * 8 - 1};
        s.idtr = {IDT, 32 * 8 - 1};
        s.tr.selector = 0x28;
        s.tr.base = TSS;
        s.tr.limit = 0x67;
        s.tr.attr = Segment::P | 11u << 8;
        s.cr0 = cr0::PE | cr0::PG | cr0::WP | cr0::ET | cr0::NE;
        s.cr3 = pae() ? POINTERS : DIRECTORY;
        s.cr4 = pae() ? u32{cr4::PAE} : u32{cr4::PSE};
        if (pae()) s.efer |= efer::NXE;
        if (pae())
            for (u64 i = 0; i < 4; i++) s.pdpte[i] = memory.read(POINTERS + 8 * i, 8);
        set_user(false);
        cpu.flush_tlb(true);
    }

    const Paging paging_;
    PhysAddr frame_[2] = {FRAME[0], FRAME[1]};
};

} // namespace tabpc
