// RDMSR, WRMSR, RDTSC, RDPMC. Intel SDM vol. 4 for the registers, vol. 3, 11.11 (MTRR), 11.12 (PAT), 17.17 (TSC). Registers
// nobody needs are #GP(0), as on hardware.
#include "cpu/helpers.h"
#include "cpu/helpers/cpuid_features.h"

namespace tabpc {

namespace {

enum Msr : u32 {
    IA32_TIME_STAMP_COUNTER = 0x10,
    IA32_PLATFORM_ID = 0x17,
    IA32_APIC_BASE = 0x1b,
    EBL_CR_POWERON = 0x2a,
    IA32_BIOS_UPDT_TRIG = 0x79,
    IA32_BIOS_SIGN_ID = 0x8b,
    IA32_PMC0 = 0xc1,
    IA32_PMC1 = 0xc2,
    IA32_MTRRCAP = 0xfe,
    BBL_CR_CTL3 = 0x11e,
    IA32_SYSENTER_CS = 0x174,
    IA32_SYSENTER_ESP = 0x175,
    IA32_SYSENTER_EIP = 0x176,
    IA32_PERFEVTSEL0 = 0x186,
    IA32_PERFEVTSEL1 = 0x187,
    IA32_MISC_ENABLE = 0x1a0,
    IA32_DEBUGCTL = 0x1d9,
    IA32_MTRR_PHYSBASE0 = 0x200,
    IA32_MTRR_PHYSMASK7 = 0x20f,
    IA32_MTRR_FIX64K_00000 = 0x250,
    IA32_MTRR_FIX16K_80000 = 0x258,
    IA32_MTRR_FIX16K_A0000 = 0x259,
    IA32_MTRR_FIX4K_C0000 = 0x268,
    IA32_MTRR_FIX4K_F8000 = 0x26f,
    IA32_PAT = 0x277,
    IA32_MTRR_DEF_TYPE = 0x2ff,
    IA32_EFER = 0xc0000080,
};

// One tick of the TSC is one nanosecond of guest time: constant, and the same under every engine.
constexpr i64 TSC_HZ = 1'000'000'000;
u64 tsc(const Cpu& c) { return static_cast<u64>(ns_to_ticks(c.clock.now(), TSC_HZ)); }

constexpr u64 PHYSICAL_MASK = (u64{1} << cpuid::PHYSICAL_ADDRESS_BITS) - 1;
constexpr u64 MTRRCAP = Mtrrs::VARIABLE | 1u << 8 /* FIX */ | 1u << 10 /* WC */;
constexpr u64 APIC_BASE_EN = 1u << 11;
constexpr u64 APIC_BASE_BSP = 1u << 8;
// Fast strings; branch trace storage and PEBS are unavailable. Writes are accepted and change nothing.
constexpr u64 MISC_ENABLE = 1u << 0 | 1u << 11 | 1u << 12;

constexpr u32 VALID_MEMORY_TYPES = 1u << 0 | 1u << 1 | 1u << 4 | 1u << 5 | 1u << 6; // UC WC WT WP WB
constexpr u32 VALID_PAT_TYPES = VALID_MEMORY_TYPES | 1u << 7;                       // UC-

constexpr bool all_bytes_in(u64 value, u32 types)
{
    for (unsigned n = 0; n < 8; ++n) {
        const u8 type = static_cast<u8>(value >> (n * 8));
        if (type > 7 || !(types >> type & 1)) return false;
    }
    return true;
}

// The storage of a variable or fixed MTRR, null for any other register.
u64* mtrr(Mtrrs& m, u32 msr)
{
    if (msr >= IA32_MTRR_PHYSBASE0 && msr <= IA32_MTRR_PHYSMASK7)
        return &m.variable[msr - IA32_MTRR_PHYSBASE0];
    if (msr == IA32_MTRR_FIX64K_00000) return &m.fixed[0];
    if (msr == IA32_MTRR_FIX16K_80000 || msr == IA32_MTRR_FIX16K_A0000)
        return &m.fixed[1 + msr - IA32_MTRR_FIX16K_80000];
    if (msr >= IA32_MTRR_FIX4K_C0000 && msr <= IA32_MTRR_FIX4K_F8000)
        return &m.fixed[3 + msr - IA32_MTRR_FIX4K_C0000];
    return nullptr;
}

bool mtrr_accepts(u32 msr, u64 value)
{
    if (msr > IA32_MTRR_PHYSMASK7) return all_bytes_in(value, VALID_MEMORY_TYPES);
    const bool mask = msr & 1;
    const u64 reserved = ~PHYSICAL_MASK | (mask ? 0x7ff : 0xf00);
    if (value & reserved) return false;
    return mask || ((value & 0xff) < 8 && (VALID_MEMORY_TYPES >> (value & 7) & 1));
}

bool read_msr(Cpu& c, u32 msr, u64& v)
{
    switch (msr) {
    case IA32_TIME_STAMP_COUNTER: v = tsc(c) + c.s.tsc_offset; return true;
    case IA32_APIC_BASE: v = c.s.apic_base; return true;
    case IA32_SYSENTER_CS: v = c.s.sysenter_cs; return true;
    case IA32_SYSENTER_ESP: v = c.s.sysenter_esp; return true;
    case IA32_SYSENTER_EIP: v = c.s.sysenter_eip; return true;
    case IA32_MISC_ENABLE: v = MISC_ENABLE; return true;
    case IA32_MTRRCAP: v = MTRRCAP; return true;
    case IA32_MTRR_DEF_TYPE: v = c.s.mtrr.def_type; return true;
    case IA32_PAT: v = c.s.pat; return true;
    case IA32_EFER: v = c.s.efer; return true;
    // There is no microcode, no performance counter, no trace: zero.
    case IA32_PLATFORM_ID:
    case EBL_CR_POWERON:
    case IA32_BIOS_SIGN_ID:
    case IA32_PMC0:
    case IA32_PMC1:
    case BBL_CR_CTL3:
    case IA32_PERFEVTSEL0:
    case IA32_PERFEVTSEL1:
    case IA32_DEBUGCTL: v = 0; return true;
    default: break;
    }
    const u64* range = mtrr(c.s.mtrr, msr);
    if (range) v = *range;
    return range;
}

bool write_efer(Cpu& c, u64 value)
{
    if (value & ~u64{efer::NXE}) return false;
    const bool changed = value != c.s.efer;
    c.s.efer = value;
    if (changed) c.flush_tlb(true);
    return true;
}

// A disabled APIC stays so until reset, as on P6.
bool write_apic_base(Cpu& c, u64 value)
{
    if (value & (~PHYSICAL_MASK | 0x6ff)) return false;
    if ((value & APIC_BASE_EN) && !(c.s.apic_base & APIC_BASE_EN)) return false;
    c.s.apic_base = (value & ~APIC_BASE_BSP) | (c.s.apic_base & APIC_BASE_BSP);
    return true;
}

bool write_mtrr_def_type(Cpu& c, u64 value)
{
    constexpr u64 DEFINED = 0xff | 1u << 10 /* FE */ | 1u << 11 /* E */;
    if ((value & ~DEFINED) || (value & 0xff) > 7 || !(VALID_MEMORY_TYPES >> (value & 7) & 1)) return false;
    c.s.mtrr.def_type = value;
    return true;
}

// False: no such register, or not such a value. #GP(0) either way.
bool write_msr(Cpu& c, u32 msr, u64 v)
{
    switch (msr) {
    case IA32_TIME_STAMP_COUNTER: c.s.tsc_offset = v - tsc(c); return true;
    case IA32_APIC_BASE: return write_apic_base(c, v);
    case IA32_SYSENTER_CS: c.s.sysenter_cs = v & 0xffff; return true;
    case IA32_SYSENTER_ESP: c.s.sysenter_esp = v & 0xffffffff; return true;
    case IA32_SYSENTER_EIP: c.s.sysenter_eip = v & 0xffffffff; return true;
    case IA32_MTRR_DEF_TYPE: return write_mtrr_def_type(c, v);
    case IA32_EFER: return write_efer(c, v);
    case IA32_PAT:
        if (!all_bytes_in(v, VALID_PAT_TYPES)) return false;
        c.s.pat = v;
        return true;
    case EBL_CR_POWERON:
    case IA32_BIOS_UPDT_TRIG:
    case IA32_BIOS_SIGN_ID:
    case IA32_PMC0:
    case IA32_PMC1:
    case BBL_CR_CTL3:
    case IA32_PERFEVTSEL0:
    case IA32_PERFEVTSEL1:
    case IA32_MISC_ENABLE:
    case IA32_DEBUGCTL: return true;
    default: break;
    }
    u64* range = mtrr(c.s.mtrr, msr);
    if (!range || !mtrr_accepts(msr, v)) return false;
    *range = v;
    return true;
}

void set_edx_eax(Cpu& c, u64 v)
{
    c.s.set_reg32(EAX, static_cast<u32>(v));
    c.s.set_reg32(EDX, static_cast<u32>(v >> 32));
}

} // namespace

Status helper::RDMSR(Cpu& c, const Insn& i)
{
    u64 v = 0;
    c.sync_clock(i);
    if (c.s.cpl != 0 || !read_msr(c, c.s.reg32(ECX), v)) return fault_gp0(c);
    set_edx_eax(c, v);
    return Status::Next;
}

Status helper::WRMSR(Cpu& c, const Insn& i)
{
    c.sync_clock(i);
    const u64 v = u64{c.s.reg32(EDX)} << 32 | c.s.reg32(EAX);
    if (c.s.cpl != 0 || !write_msr(c, c.s.reg32(ECX), v)) return fault_gp0(c);
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

Status helper::RDTSC(Cpu& c, const Insn& i)
{
    if ((c.s.cr4 & cr4::TSD) && c.s.cpl != 0) return fault_gp0(c);
    c.sync_clock(i);
    set_edx_eax(c, tsc(c) + c.s.tsc_offset);
    return Status::Next;
}

Status helper::RDPMC(Cpu& c, const Insn&)
{
    constexpr u32 COUNTERS = 2;
    if (!(c.s.cr4 & cr4::PCE) && c.s.cpl != 0) return fault_gp0(c);
    if (c.s.reg32(ECX) >= COUNTERS) return fault_gp0(c);
    set_edx_eax(c, 0);
    return Status::Next;
}

} // namespace tabpc
