// See mmu.h: page walks, and the accesses that are more than a plain load or store. SDM vol. 3, chapter 4.
#include "cpu/blocks.h"
#include "cpu/cpu.h"
#include <algorithm>

namespace tabpc {

namespace {
// Bits of a page-table entry; 32-bit and PAE entries agree on these.
enum : u64 { P = 1, RW = 2, US = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100, NX = u64(1) << 63 };
// Bits of a page-fault error code.
enum : u32 { PF_P = 1, PF_W = 2, PF_U = 4, PF_RSVD = 8, PF_I = 16 };
constexpr u64 PAE_ADDRESS = 0x0000000f'fffff000; // 36 physical bits
constexpr u64 PAE_RESERVED = 0x7ffffff0'00000000;
} // namespace

bool Cpu::page_fault_at(LinAddr at, Access access, bool user, u32 why)
{
    if (access == Access::Peek) return false;
    u32 code = why | (access == Access::Write ? u32{PF_W} : 0) | (user ? u32{PF_U} : 0);
    if (access == Access::Fetch && (s.cr4 & cr4::PAE) && (s.efer & efer::NXE)) code |= PF_I;
    return page_fault(at, code);
}

// rights: the and of RW and US over all levels, NX if any level has it, G of the last.
bool Cpu::finish_walk(LinAddr at, Access access, bool user, u64 rights, Translation& t)
{
    const bool writable = rights & RW;
    t.user = rights & US;
    t.global = (rights & G) && (s.cr4 & cr4::PGE);
    t.write_user = writable && t.user;
    t.write_supervisor = writable || !(s.cr0 & cr0::WP);
    const bool allowed = (!user || t.user) && (access != Access::Write || (user ? t.write_user : t.write_supervisor)) &&
                         ((access != Access::Fetch && access != Access::Peek) || !(rights & NX));
    return allowed || page_fault_at(at, access, user, PF_P);
}

bool Cpu::walk_legacy(LinAddr at, Access access, bool user, Translation& t)
{
    const PhysAddr pde_at = ((s.cr3 & 0xfffff000) | ((at >> 20) & 0xffc)) & a20_mask_;
    u32 pde = static_cast<u32>(memory.read(pde_at, 4));
    if (!(pde & P)) return page_fault_at(at, access, user, 0);
    const u32 touch = access == Access::Write ? A | D : A;
    if ((pde & PS) && (s.cr4 & cr4::PSE)) {
        if (pde & 0x003e0000) return page_fault_at(at, access, user, PF_P | PF_RSVD); // bits 21:17
        if (!finish_walk(at, access, user, pde, t)) return false;
        if (access == Access::Peek && !(pde & A)) return false;
        if ((pde & touch) != touch) memory.write(pde_at, pde |= touch, 4);
        t.phys = (pde & 0xffc00000) | u64(pde & 0x0001e000) << 19 | (at & 0x003fffff); // PSE-36
        if (!(pde & D)) t.write_user = t.write_supervisor = false;
        return true;
    }
    const PhysAddr pte_at = ((pde & 0xfffff000) | ((at >> 10) & 0xffc)) & a20_mask_;
    u32 pte = static_cast<u32>(memory.read(pte_at, 4));
    if (!(pte & P)) return page_fault_at(at, access, user, 0);
    if (!finish_walk(at, access, user, (pte & pde & (RW | US)) | (pte & G), t)) return false;
    if (access == Access::Peek && !(pde & pte & A)) return false;
    if (!(pde & A)) memory.write(pde_at, pde | A, 4);
    if ((pte & touch) != touch) memory.write(pte_at, pte |= touch, 4);
    t.phys = (pte & 0xfffff000) | (at & PAGE_MASK_4K);
    if (!(pte & D)) t.write_user = t.write_supervisor = false;
    return true;
}

bool Cpu::walk_pae(LinAddr at, Access access, bool user, Translation& t)
{
    const u64 reserved = PAE_RESERVED | (s.efer & efer::NXE ? 0 : u64{NX});
    const u64 pdpte = s.pdpte[(at >> 30) & 3];
    if (!(pdpte & P)) return page_fault_at(at, access, user, 0);
    const PhysAddr pde_at = ((pdpte & PAE_ADDRESS) | ((at >> 18) & 0xff8)) & a20_mask_;
    u64 pde = memory.read(pde_at, 8);
    if (!(pde & P)) return page_fault_at(at, access, user, 0);
    if (pde & reserved) return page_fault_at(at, access, user, PF_P | PF_RSVD);
    const u64 touch = access == Access::Write ? u64{A | D} : u64{A};
    if (pde & PS) {
        if (pde & 0x1fe000) return page_fault_at(at, access, user, PF_P | PF_RSVD); // bits 20:13
        if (!finish_walk(at, access, user, pde, t)) return false;
        if (access == Access::Peek && !(pde & A)) return false;
        if ((pde & touch) != touch) memory.write(pde_at, pde |= touch, 8);
        t.phys = (pde & PAE_ADDRESS & ~u64(0x1fffff)) | (at & 0x1fffff);
        if (!(pde & D)) t.write_user = t.write_supervisor = false;
        return true;
    }
    const PhysAddr pte_at = ((pde & PAE_ADDRESS) | ((at >> 9) & 0xff8)) & a20_mask_;
    u64 pte = memory.read(pte_at, 8);
    if (!(pte & P)) return page_fault_at(at, access, user, 0);
    if (pte & reserved) return page_fault_at(at, access, user, PF_P | PF_RSVD);
    if (!finish_walk(at, access, user, (pte & pde & (RW | US)) | ((pte | pde) & NX) | (pte & G), t)) return false;
    if (access == Access::Peek && !(pde & pte & A)) return false;
    if (!(pde & A)) memory.write(pde_at, pde | A, 8);
    if ((pte & touch) != touch) memory.write(pte_at, pte |= touch, 8);
    t.phys = (pte & PAE_ADDRESS) | (at & PAGE_MASK_4K);
    if (!(pte & D)) t.write_user = t.write_supervisor = false;
    return true;
}

bool Cpu::walk(LinAddr at, Access access, bool user, Translation& t)
{
    if (!(s.cr0 & cr0::PG)) {
        t = {at & a20_mask_, true, true, true, false};
        return true;
    }
    if (!(s.cr4 & cr4::PAE ? walk_pae(at, access, user, t) : walk_legacy(at, access, user, t))) return false;
    t.phys &= a20_mask_;
    return true;
}

// Walks and enters into the tables what plain accesses may do from now on. False: a page fault is pending.
bool Cpu::fill(LinAddr at, Access access, bool user, Translation& t)
{
    if (!walk(at, access, user, t)) return false;
    stats.tlb_fills++;
    const u32 page = static_cast<u32>(at >> PAGE_BITS);
    const uintptr_t lin = static_cast<uintptr_t>(at & ~LinAddr(PAGE_MASK_4K));
    if (TABPC_UNLIKELY(data_breakpoints_ != 0) && under_breakpoint(lin)) return true;
    const PhysMap::Page& p = memory.page(t.phys);
    const bool for_user = t.user && !alignment_checks_;
    if (p.read) {
        const Tlb::Entry e = reinterpret_cast<uintptr_t>(p.read) - lin;
        tlb_.set(false, false, page, e, t.global);
        if (for_user) tlb_.set(true, false, page, e, t.global);
    }
    // Where reads and writes go to different storage (PAM), a read-modify-write must not use one pointer for both.
    if (p.write && p.write == p.read && (t.write_supervisor || t.write_user) && !memory.ram().flags(p.ram_write)) {
        const Tlb::Entry e = reinterpret_cast<uintptr_t>(p.write) - lin;
        if (t.write_supervisor) tlb_.set(false, true, page, e, t.global);
        if (t.write_user && for_user) tlb_.set(true, true, page, e, t.global);
    }
    return true;
}

// ---- accesses that are not one plain load or store -------------------------------------------------------------------------

// After a store to a page with marks: takes the display's mark off and drops code that was overwritten.
void Cpu::after_store(RamAddr at, unsigned size)
{
    u8& flags = memory.ram().flags(at);
    flags &= static_cast<u8>(~RamList::VGA_CLEAN);
    if (!(flags & RamList::HAS_CODE)) return;
    stats.code_writes++;
    if (blocks_->drop(at, size)) stop_block_ = true;
}

void Cpu::store_physical(PhysAddr at, const u8* data, unsigned size)
{
    const PhysMap::Page& p = memory.page(at);
    if (p.write) {
        std::memcpy(p.write + (at & PAGE_MASK_4K), data, size);
        if (memory.ram().flags(p.ram_write)) after_store(p.ram_write + (at & PAGE_MASK_4K), size);
        return;
    }
    while (size) { // a device sees the widest naturally aligned accesses
        unsigned n = std::bit_floor(std::min(size, 8u));
        while (at & (n - 1)) n /= 2;
        memory.write(at, ld_n(data, n), static_cast<int>(n));
        at += n;
        data += n;
        size -= n;
    }
}

static void load_physical(PhysMap& memory, PhysAddr at, u8* data, unsigned size)
{
    const PhysMap::Page& p = memory.page(at);
    if (p.read) {
        std::memcpy(data, p.read + (at & PAGE_MASK_4K), size);
        return;
    }
    while (size) {
        unsigned n = std::bit_floor(std::min(size, 8u));
        while (at & (n - 1)) n /= 2;
        st_n(data, memory.read(at, static_cast<int>(n)), n);
        at += n;
        data += n;
        size -= n;
    }
}

void Cpu::bounce_in(Bounce& b)
{
    load_physical(memory, b.phys[0], b.data, b.first);
    if (b.first < b.size) load_physical(memory, b.phys[1], b.data + b.first, b.size - b.first);
}

// A page with both code and data is written often, and most writes miss the code: those cost a look at the line map.
u8* Cpu::beside_code(LinAddr at, unsigned size, bool user)
{
    const Tracked& t = tracked_[(at >> PAGE_BITS) % tracked_.size()];
    const u32 offset = at & PAGE_MASK_4K;
    const bool known = t.tag == ((at >> PAGE_BITS) << 1 | user) && t.generation == blocks_->generation();
    if (!known || offset + size > PAGE_SIZE_4K || blocks_->overlaps(t.ram + offset, size)) return nullptr;
    stats.code_writes++;
    return t.host + offset;
}

u8* Cpu::slow_access(const Insn* i, LinAddr at, unsigned size, Access access, unsigned operand)
{
    const bool user = s.cpl == 3, checked = data_breakpoints_ != 0 || alignment_checks_;
    if (access != Access::Read && !checked) {
        if (u8* p = beside_code(at, size, user)) return p;
    }
    const bool reads = access != Access::Write;
    if (access == Access::ReadWrite) access = Access::Write;
    Bounce& b = bounce_[operand];
    Translation t[2];
    const unsigned first = static_cast<unsigned>(std::min<u64>(size, PAGE_SIZE_4K - (at & PAGE_MASK_4K)));
    if (!fill(at, access, user, t[0])) return nullptr;
    if (first < size && !fill((at + first) & 0xffffffff, access, user, t[1])) return nullptr;
    if (TABPC_UNLIKELY(checked) && !check_access(at, size, access, user)) return nullptr;

    const PhysMap::Page& p = memory.page(t[0].phys);
    if (first == size) {
        const bool plain = access == Access::Write ? p.write == p.read && p.write && !memory.ram().flags(p.ram_write) : p.read != nullptr;
        if (plain) return p.read + (at & PAGE_MASK_4K);
        if (access == Access::Write && !checked && p.write && p.write == p.read && memory.ram().flags(p.ram_write) == RamList::HAS_CODE) {
            const u64 page = at >> PAGE_BITS;
            tracked_[page % tracked_.size()] = {page << 1 | user, blocks_->generation(), p.ram_write, p.write};
            if (u8* direct = beside_code(at, size, user)) return direct;
        }
    }
    b.phys[0] = t[0].phys;
    b.phys[1] = t[1].phys;
    b.size = static_cast<u8>(size);
    b.first = static_cast<u8>(first);
    b.write = access == Access::Write;
    if (reads) {
        sync_clock(*i); // a device may answer
        bounce_in(b);
    }
    return b.data;
}

bool Cpu::commit_bounce(const Insn* i, unsigned operand)
{
    Bounce& b = bounce_[operand];
    if (!b.write) return false;
    b.write = false;
    sync_clock(*i);
    store_physical(b.phys[0], b.data, b.first);
    if (b.first < b.size) store_physical(b.phys[1], b.data + b.first, b.size - b.first);
    return stop_block_ || exit_requested_ || (intr_ && (s.eflags & eflags::IF));
}

bool Cpu::access_bytes(LinAddr at, u8* data, unsigned size, Access access, bool system)
{
    const bool user = s.cpl == 3 && !system;
    const bool writes = access == Access::Write;
    const Tlb::Entry e = tlb_.table(user, writes)[(at & 0xffffffff) >> PAGE_BITS];
    if (!(e & Tlb::INVALID) && (at & PAGE_MASK_4K) + size <= PAGE_SIZE_4K) {
        u8* p = reinterpret_cast<u8*>(e + static_cast<uintptr_t>(at & 0xffffffff));
        if (writes) std::memcpy(p, data, size);
        else std::memcpy(data, p, size);
        return true;
    }
    const unsigned first = static_cast<unsigned>(std::min<u64>(size, PAGE_SIZE_4K - (at & PAGE_MASK_4K)));
    Translation t[2];
    if (!fill(at & 0xffffffff, access, user, t[0])) return false;
    if (first < size && !fill((at + first) & 0xffffffff, access, user, t[1])) return false;
    if (!system && !check_access(at & 0xffffffff, size, access, user)) return false;
    if (writes) {
        store_physical(t[0].phys, data, first);
        if (first < size) store_physical(t[1].phys, data + first, size - first);
    } else {
        load_physical(memory, t[0].phys, data, first);
        if (first < size) load_physical(memory, t[1].phys, data + first, size - first);
    }
    return true;
}

bool Cpu::probe(LinAddr at, unsigned size, Access access, bool system)
{
    const bool user = s.cpl == 3 && !system;
    Translation t;
    const u64 last = (at + size - 1) & 0xffffffff;
    return fill(at & 0xffffffff, access, user, t) &&
           ((at >> PAGE_BITS) == (last >> PAGE_BITS) || fill(last & ~u64(PAGE_MASK_4K), access, user, t));
}

bool Cpu::check(Sreg seg, u64 offset, unsigned size, bool write)
{
    const Segment& g = s.seg[seg];
    if (offset >= g.lo && static_cast<i64>(offset + size - 1) <= (write ? g.hi_write : g.hi_read)) return true;
    return raise(seg == SS ? exc::SS : exc::GP, 0);
}

u64 Cpu::effective_address(const Insn& i) const
{
    const u8* file = reinterpret_cast<const u8*>(s.gpr.data());
    const u64 a = ld<u32>(file + i.base) + (ld<u32>(file + i.index) << i.scale) + static_cast<u32>(i.disp);
    return i.a16 ? a & 0xffff : a & 0xffffffff;
}

bool Cpu::linear_address(const Insn& i, unsigned size, bool write, LinAddr& at)
{
    const u64 offset = effective_address(i);
    if (i.seg == Insn::FLAT_SEG) {
        at = offset;
        return true;
    }
    if (!check(static_cast<Sreg>(i.seg), offset, size, write)) return false;
    at = (s.seg[i.seg].base + offset) & 0xffffffff;
    return true;
}

void Cpu::flush_tlb(bool global_too)
{
    if (global_too) tlb_.flush_all();
    else tlb_.flush_nonglobal();
    blocks_->mapping_changed();
}

void Cpu::flush_page(LinAddr at)
{
    tlb_.flush_page(static_cast<u32>((at & 0xffffffff) >> PAGE_BITS));
    blocks_->mapping_changed();
}

void Cpu::memory_map_changed()
{
    tlb_.flush_all();
    blocks_->mapping_changed();
}

void Cpu::memory_marked_clean(RamAddr at, u64 length)
{
    for (const auto& b : memory.ram().blocks())
        if (at - b->offset < b->size) tlb_.flush_writes(b->host + (at - b->offset), length);
    for (Tracked& t : tracked_)
        if (t.ram + PAGE_SIZE_4K > at && t.ram < at + length) t.tag = ~u64(0);
}

// A DMA write reached a page with code.
void Cpu::ram_written(RamAddr at, u64 length)
{
    if (blocks_->drop(at, static_cast<u32>(length))) stop_block_ = true;
}

} // namespace tabpc
