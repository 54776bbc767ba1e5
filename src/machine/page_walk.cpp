// See page_walk.h.
#include "machine/page_walk.h"

namespace tabpc {

PhysAddr debug_translate(const CpuState& s, PhysMap& memory, LinAddr at)
{
    constexpr u64 P = 1, PS = 1 << 7, FRAME = 0x000ffffffffff000;
    constexpr PhysAddr NOT_MAPPED = ~PhysAddr(0);
    at &= 0xffffffff;
    if (!(s.cr0 & cr0::PG)) return at;

    if (s.cr4 & cr4::PAE) {
        const u64 pdpte = s.pdpte[at >> 30];
        if (!(pdpte & P)) return NOT_MAPPED;
        const u64 pde = memory.read((pdpte & FRAME) + 8 * bits(at, 29, 21), 8);
        if (!(pde & P)) return NOT_MAPPED;
        if (pde & PS) return (pde & FRAME & ~u64(0x1fffff)) | (at & 0x1fffff);
        const u64 pte = memory.read((pde & FRAME) + 8 * bits(at, 20, 12), 8);
        return pte & P ? (pte & FRAME) | (at & 0xfff) : NOT_MAPPED;
    }
    const u64 pde = memory.read((s.cr3 & 0xfffff000) + 4 * bits(at, 31, 22), 4);
    if (!(pde & P)) return NOT_MAPPED;
    if (pde & PS && s.cr4 & cr4::PSE) // PSE-36: bits 20:13 are address bits 39:32
        return (pde & 0xffc00000) | bits<u64>(pde, 20, 13) << 32 | (at & 0x3fffff);
    const u64 pte = memory.read((pde & 0xfffff000) + 4 * bits(at, 21, 12), 4);
    return pte & P ? (pte & 0xfffff000) | (at & 0xfff) : NOT_MAPPED;
}

} // namespace tabpc
