// What the CPU says it is: the one place where features are switched on. CPUID reports from here, and MSRs and control
// registers accept what it implies. Intel SDM vol. 2, CPUID, tables 3-8, 3-10 and 3-11.
#pragma once
#include "base/types.h"

namespace tabpc::cpuid {

// clang-format off
// Leaf 1, EDX.
enum : u32 {
    FPU = 1u << 0, VME = 1u << 1, DE = 1u << 2, PSE = 1u << 3, TSC = 1u << 4, MSR = 1u << 5, PAE = 1u << 6,
    CX8 = 1u << 8, APIC = 1u << 9, SEP = 1u << 11, MTRR = 1u << 12, PGE = 1u << 13, CMOV = 1u << 15, PAT = 1u << 16,
    PSE36 = 1u << 17, CLFSH = 1u << 19, MMX = 1u << 23, FXSR = 1u << 24, SSE = 1u << 25, SSE2 = 1u << 26,
};
// Leaf 1, ECX.
enum : u32 {
    SSE3 = 1u << 0, PCLMULQDQ = 1u << 1, SSSE3 = 1u << 9, SSE4_1 = 1u << 19, SSE4_2 = 1u << 20, POPCNT = 1u << 23,
    AESNI = 1u << 25,
};
// Leaf 80000001H, EDX.
enum : u32 { NX = 1u << 20 };
// clang-format on

// Only what works. APIC is not here: it follows IA32_APIC_BASE.EN, as on hardware.
inline constexpr u32 FEATURES_EDX = FPU | VME | DE | PSE | TSC | MSR | PAE | CX8 | SEP | MTRR | PGE | CMOV |
                                    PAT | PSE36 | CLFSH | MMX | FXSR | SSE | SSE2;
inline constexpr u32 FEATURES_ECX = SSE3 | PCLMULQDQ | SSSE3 | SSE4_1 | SSE4_2 | POPCNT | AESNI;
inline constexpr u32 FEATURES_EXT_EDX = NX;

// Family 6, model 13, stepping 8: a Pentium M, the last 32-bit-only model that old systems and Linux know alike.
inline constexpr u32 SIGNATURE = 0x6d8;
inline constexpr u32 PHYSICAL_ADDRESS_BITS = 36, LINEAR_ADDRESS_BITS = 32;
// Leaf 2 and no more: Windows NT 4 refuses a CPU whose highest leaf is above 3.
inline constexpr u32 HIGHEST_LEAF = 2, HIGHEST_EXTENDED_LEAF = 0x80000008;
inline constexpr char VENDOR[13] = "GenuineIntel";
inline constexpr char BRAND[49] = "tabpc virtual CPU";

} // namespace tabpc::cpuid
