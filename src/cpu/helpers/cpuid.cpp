// CPUID. Intel SDM vol. 2. What is reported is chosen in cpuid_features.h.
#include "base/bits.h"
#include "cpu/helpers.h"
#include "cpu/helpers/cpuid_features.h"

namespace tabpc {

namespace {

struct Regs {
    u32 eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Regs vendor()
{
    return {cpuid::HIGHEST_LEAF, ld<u32>(cpuid::VENDOR), ld<u32>(cpuid::VENDOR + 8),
            ld<u32>(cpuid::VENDOR + 4)};
}

Regs features(const Cpu& c)
{
    constexpr u32 CLFLUSH_LINE = 64 / 8;
    constexpr u64 APIC_ENABLED = 1u << 11;
    const u32 apic = c.s.apic_base & APIC_ENABLED ? u32{cpuid::APIC} : 0;
    return {cpuid::SIGNATURE, CLFLUSH_LINE << 8 | c.index << 24, cpuid::FEATURES_ECX,
            cpuid::FEATURES_EDX | apic};
}

// Descriptor bytes of table 3-12: TLBs of 4 KiB and 4 MiB pages (01 02 03 04), 32 KiB L1 data (2C) and code (30) caches,
// 2 MiB L2 (7D). AL: one execution of CPUID tells all.
Regs caches() { return {0x03020101, 0, 0, 0x7d302c04}; }

Regs brand(u32 part)
{
    const char* text = cpuid::BRAND + part * 16;
    return {ld<u32>(text), ld<u32>(text + 4), ld<u32>(text + 8), ld<u32>(text + 12)};
}

Regs leaf(const Cpu& c, u32 n)
{
    switch (n) {
    case 0: return vendor();
    case 1: return features(c);
    case 2: return caches();
    case 0x80000000: return {cpuid::HIGHEST_EXTENDED_LEAF};
    case 0x80000001: return {0, 0, 0, cpuid::FEATURES_EXT_EDX};
    case 0x80000002:
    case 0x80000003:
    case 0x80000004: return brand(n - 0x80000002);
    case 0x80000006: return {0, 0, 0x08006040}; // L2: 2 MiB, 8 ways, lines of 64 bytes
    case 0x80000008: return {cpuid::PHYSICAL_ADDRESS_BITS | cpuid::LINEAR_ADDRESS_BITS << 8};
    case 0x80000005:
    case 0x80000007: return {};
    default: return leaf(c, cpuid::HIGHEST_LEAF); // as Intel's do for leaves they do not have
    }
}

} // namespace

Status helper::CPUID(Cpu& c, const Insn&)
{
    const Regs r = leaf(c, c.s.reg32(EAX));
    c.s.set_reg32(EAX, r.eax);
    c.s.set_reg32(EBX, r.ebx);
    c.s.set_reg32(ECX, r.ecx);
    c.s.set_reg32(EDX, r.edx);
    return Status::Next;
}

} // namespace tabpc
