// Breakpoints of the debug registers, and alignment checks. SDM vol. 3, 17.2 and 6.15 (interrupt 17).
// Nothing of this is on the way of plain accesses: pages under a data breakpoint, and while EFLAGS.AC asks for checks all
// of the user's pages, have no entries in the TLB, so that every access to them comes through check_access(). While
// breakpoints are enabled instructions are executed one at a time.
#include "cpu/blocks.h"
#include "cpu/cpu.h"
#include <algorithm>

namespace tabpc {

namespace {

// DR7's fields R/Wn.
enum : unsigned { EXECUTE = 0, WRITE = 1, IO = 2, READ_WRITE = 3 };
constexpr u64 ENABLES = 0xff; // L0, G0 … L3, G3
constexpr u64 DR6_B = 15, DR6_BS = 1u << 14;

unsigned kind(u64 dr7, unsigned n) { return dr7 >> (16 + n * 4) & 3; }
bool enabled(u64 dr7, unsigned n) { return dr7 >> (n * 2) & 3; }

// The bytes a breakpoint covers: LENn of them, aligned so.
struct Covered {
    u64 first, last;
    bool meets(u64 from, u64 to) const { return from <= last && first <= to; }
};
Covered covered(const CpuState& s, unsigned n)
{
    static constexpr u8 LENGTH[] = {1, 2, 8, 4};
    const u64 length = LENGTH[s.dr[7] >> (18 + n * 4) & 3];
    const u64 first = align_down(s.dr[n], length);
    return {first, first + length - 1};
}

} // namespace

// Called wherever something may have changed; mostly nothing has.
void Cpu::checks_changed()
{
    const bool alignment = (s.cr0 & cr0::AM) && (s.eflags & eflags::AC);
    const bool breakpoints = (s.dr[7] | seen_dr_[7]) & ENABLES;
    if (alignment == alignment_checks_ && !breakpoints) return;

    code_breakpoints_ = data_breakpoints_ = io_breakpoints_ = 0;
    for (unsigned n = 0; n < 4; n++) {
        if (!enabled(s.dr[7], n)) continue;
        const u8 bit = static_cast<u8>(1u << n);
        switch (kind(s.dr[7], n)) {
        case EXECUTE: code_breakpoints_ |= bit; break;
        case IO:
            if (s.cr4 & cr4::DE) io_breakpoints_ |= bit; // else undefined
            break;
        default: data_breakpoints_ |= bit;
        }
    }
    if (alignment != alignment_checks_ || s.dr != seen_dr_) {
        alignment_checks_ = alignment;
        seen_dr_ = s.dr;
        tlb_.flush_all();
        blocks_->mapping_changed();
    }
}

bool Cpu::under_breakpoint(LinAddr page) const
{
    for (unsigned n = 0; n < 4; n++)
        if ((data_breakpoints_ >> n & 1) && covered(s, n).meets(page, page | PAGE_MASK_4K)) return true;
    return false;
}

// By the size of the operand, SDM vol. 3, table 6-7: the images of FNSTENV and FNSAVE (14, 28, 94 and 108 bytes) to the size of
// their fields, an 80-bit real to 8. Operands of 16 bytes may go unchecked on some models; AMD's checks them, and so does this.
bool Cpu::check_alignment(LinAddr at, unsigned size, bool user)
{
    const unsigned alignment = size == 10 ? 8 : std::min(size & (0 - size), 16u);
    return !alignment_checks_ || !user || !(at & (alignment - 1)) || raise(exc::AC, 0);
}

// An access that is going to be done. Its breakpoints are met if the instruction comes to its end.
bool Cpu::check_access(LinAddr at, unsigned size, Access access, bool user)
{
    if (!check_alignment(at, size, user)) return false;
    for (unsigned n = 0; n < 4; n++)
        if ((data_breakpoints_ >> n & 1) && (access == Access::Write || kind(s.dr[7], n) == READ_WRITE) &&
            covered(s, n).meets(at, at + size - 1))
            met_breakpoints_ |= u8(1u << n);
    return true;
}

void Cpu::check_port(u16 port, unsigned size)
{
    for (unsigned n = 0; n < 4; n++)
        if ((io_breakpoints_ >> n & 1) && covered(s, n).meets(port, port + size - 1)) met_breakpoints_ |= u8(1u << n);
}

// Before an instruction; RF lets one pass.
bool Cpu::hit_instruction_breakpoint()
{
    if (s.eflags & eflags::RF) return false;
    const u64 at = (s.seg[CS].base + s.rip) & 0xffffffff;
    u64 hits = 0;
    for (unsigned n = 0; n < 4; n++)
        if ((code_breakpoints_ >> n & 1) && s.dr[n] == at) hits |= u64(1) << n;
    if (!hits) return false;
    s.dr[6] = (s.dr[6] & ~DR6_B) | hits;
    raise(exc::DB);
    return true;
}

// Behind an instruction: what it has met, and the single step.
void Cpu::debug_traps(bool single_step)
{
    if (!met_breakpoints_ && !single_step) return;
    if (met_breakpoints_) s.dr[6] = (s.dr[6] & ~DR6_B) | met_breakpoints_;
    if (single_step) s.dr[6] |= DR6_BS;
    raise(exc::DB);
    deliver_fault();
}

} // namespace tabpc
