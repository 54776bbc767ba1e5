// What the interpreter's x87 and the helpers share: the status and tag words as a program sees them, and what comes before
// an x87 instruction may start. SDM vol. 1, 8.1; vol. 3, 2.5 and 6.15 (#NM, #MF).
#pragma once
#include "cpu/helpers.h"

namespace tabpc {

// The status word beyond the exception flags, which are fp::Exception's.
namespace fsw {
enum : u16 {
    SF = 1u << 6, // stack fault
    ES = 1u << 7, // an unmasked exception is pending
    C0 = 1u << 8, C1 = 1u << 9, C2 = 1u << 10, C3 = 1u << 14,
    TOP = 7u << 11,
    B = 1u << 15, // as ES, since the 287
    TOP_SHIFT = 11,
    CODES = C0 | C1 | C2 | C3,
};
} // namespace fsw

// The control word's reserved bits: 6 reads as 1, the others as 0. Bit 12, infinity control, is kept and means nothing.
constexpr u16 control_word(u32 loaded) { return (loaded & 0x1f3f) | 0x40; }

constexpr u16 status_word(const Fpu& f) { return static_cast<u16>(f.sw | f.top << fsw::TOP_SHIFT); }
u16 tag_word(const Fpu& f);
void set_tag_word(Fpu& f, u16 tags); // only what is empty matters
void fninit(Fpu& f);
// After masks or exception flags were loaded or cleared: ES and B follow them, and FERR# follows ES.
void settle_errors(Cpu& c);

// For an instruction that begins: Status::Next when it may go on. #NM by CR0.EM and TS; a waiting instruction reports a
// pending error as #MF, or by FERR#: then the CPU stands still (Leave: this instruction again) until it is interrupted.
Status x87_check(Cpu& c, const Insn& i, bool waits);
inline bool x87_ready(const Cpu& c) { return !((c.s.cr0 & (cr0::EM | cr0::TS)) | (c.s.fpu.sw & fsw::ES)); }

// The last non-control instruction and its memory operand, SDM vol. 1, 8.1.8.
inline void remember_pointers(Cpu& c, const Insn& i)
{
    Fpu& f = c.s.fpu;
    f.ip = c.this_rip(i);
    f.cs = c.s.seg[CS].selector;
    f.opcode = x87_imm::fop(i.imm);
    if (!i.memory) return;
    f.dp = c.effective_address(i);
    f.ds = c.s.seg[x87_imm::seg(i.imm)].selector;
}

} // namespace tabpc
