// CR0 to CR4: MOV, LMSW, SMSW, CLTS, and what a change of them means for the TLB. Intel SDM vol. 2, MOV CRn; vol. 3, 2.5,
// 4.4.1 (PAE's page-directory-pointer registers) and 4.10.4 (what must be flushed).
#include "cpu/helpers/cpuid_features.h"
#include "cpu/helpers/operands.h"

namespace tabpc {

namespace {

constexpr u32 CR0_WRITABLE =
    cr0::PE | cr0::MP | cr0::EM | cr0::TS | cr0::NE | cr0::WP | cr0::AM | cr0::NW | cr0::CD | cr0::PG;
// Changes after which a translation may mean something else. WP is part of what the TLB keeps for supervisor writes.
constexpr u32 CR0_FLUSHES = cr0::PE | cr0::PG | cr0::WP;
constexpr u32 CR4_FLUSHES = cr4::PSE | cr4::PAE | cr4::PGE;
constexpr u32 CR4_WRITABLE = cr4::VME | cr4::PVI | cr4::TSD | cr4::DE | cr4::PSE | cr4::PAE | cr4::PGE |
                             cr4::PCE | cr4::OSFXSR | cr4::OSXMMEXCPT;

// Reads the four PDPTEs that CR3 points to; a reserved bit set in a present one is #GP(0).
bool load_pdptes(Cpu& c, u64 cr3)
{
    constexpr u64 PRESENT = 1;
    constexpr u64 RESERVED = 0x1e6 | ~((u64{1} << cpuid::PHYSICAL_ADDRESS_BITS) - 1);
    std::array<u64, 4> loaded;
    for (unsigned n = 0; n < 4; ++n) {
        loaded[n] = c.memory.read((cr3 & 0xffffffe0) + n * 8, 8);
        if ((loaded[n] & PRESENT) && (loaded[n] & RESERVED)) return c.raise(exc::GP, 0);
    }
    c.s.pdpte = loaded;
    return true;
}

bool pae_paging(u64 cr0, u64 cr4) { return (cr0 & cr0::PG) && (cr4 & cr4::PAE); }

} // namespace

bool write_cr0(Cpu& c, u64 value)
{
    value = (value & CR0_WRITABLE) | cr0::ET;
    const u64 changed = value ^ c.s.cr0;
    const bool paging_without_protection = (value & cr0::PG) && !(value & cr0::PE);
    const bool not_write_through_without_cache_disable = (value & cr0::NW) && !(value & cr0::CD);
    if (paging_without_protection || not_write_through_without_cache_disable) return c.raise(exc::GP, 0);
    if (pae_paging(value, c.s.cr4) && (changed & (cr0::PG | cr0::CD | cr0::NW)) && !load_pdptes(c, c.s.cr3))
        return false;
    c.s.cr0 = value;
    if (changed & CR0_FLUSHES) c.flush_tlb(true);
    c.mode_changed();
    return true;
}

bool write_cr3(Cpu& c, u64 value)
{
    if (pae_paging(c.s.cr0, c.s.cr4) && !load_pdptes(c, value)) return false;
    c.s.cr3 = value;
    c.flush_tlb(false);
    return true;
}

bool write_cr4(Cpu& c, u64 value)
{
    if (value & ~u64{CR4_WRITABLE}) return c.raise(exc::GP, 0);
    const u64 changed = value ^ c.s.cr4;
    if (pae_paging(c.s.cr0, value) && (changed & CR4_FLUSHES) && !load_pdptes(c, c.s.cr3)) return false;
    c.s.cr4 = value;
    if (changed & CR4_FLUSHES) c.flush_tlb(true);
    c.mode_changed();
    return true;
}

namespace {

bool write_control_register(Cpu& c, unsigned n, u32 value)
{
    switch (n) {
    case 0: return write_cr0(c, value);
    case 2: c.s.cr2 = value; return true;
    case 3: return write_cr3(c, value);
    default: return write_cr4(c, value);
    }
}

bool exists(unsigned n) { return n == 0 || (n >= 2 && n <= 4); }

} // namespace

Status helper::MOV_CR_R(Cpu& c, const Insn& i)
{
    if (!exists(i.d)) return fault_ud(c);
    if (c.s.cpl != 0) return fault_gp0(c);
    if (!write_control_register(c, i.d, get_register(c, i.s))) return Status::Fault;
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

Status helper::MOV_R_CR(Cpu& c, const Insn& i)
{
    if (!exists(i.s)) return fault_ud(c);
    if (c.s.cpl != 0) return fault_gp0(c);
    const u64 value = i.s == 0 ? c.s.cr0 : i.s == 2 ? c.s.cr2 : i.s == 3 ? c.s.cr3 : c.s.cr4;
    set_register(c, i.d, static_cast<u32>(value), false);
    return Status::Next;
}

// LMSW changes PE, MP, EM and TS; it cannot clear PE.
Status helper::LMSW(Cpu& c, const Insn& i)
{
    constexpr u32 LOW = cr0::PE | cr0::MP | cr0::EM | cr0::TS;
    if (c.s.cpl != 0) return fault_gp0(c);
    u16 msw;
    if (!c.get_e(i, msw)) return Status::Fault;
    const u64 value = (c.s.cr0 & ~u64{LOW}) | (msw & LOW) | (c.s.cr0 & cr0::PE);
    if (!write_cr0(c, value)) return Status::Fault;
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

Status helper::SMSW(Cpu& c, const Insn& i)
{
    return next_or_fault(store_selector(c, i, static_cast<u32>(c.s.cr0)));
}

Status helper::CLTS(Cpu& c, const Insn& i)
{
    if (c.s.cpl != 0) return fault_gp0(c);
    c.s.cr0 &= ~u64{cr0::TS};
    c.mode_changed();
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

} // namespace tabpc
