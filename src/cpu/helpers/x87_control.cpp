// Control instructions of the x87 and how its errors are reported. Intel SDM vol. 1, 8.1 and 8.7; vol. 3, 2.5 (EM, MP, TS,
// NE). With CR0.NE clear FERR# is asserted by the next waiting instruction, not yet by the one that erred; both are seen
// on processors (vol. 1, D.2.1).
#include "cpu/x87.h"
#include "cpu/fp/format.h"

namespace tabpc {

namespace {

enum Tag : unsigned { VALID, ZERO, SPECIAL, EMPTY };

Tag tag_of(fp::F80 v)
{
    if (v.exp() == 0 && v.sig == 0) return ZERO;
    return v.exp() == 0 || v.exp() == 0x7fff || !(v.sig & fp::TOP) ? SPECIAL : VALID;
}

void set_ferr(Cpu& c, int level)
{
    if (c.wires.ferr) c.wires.ferr(c.wires.opaque, level);
}

Status no_wait(Cpu& c, const Insn& i) { return x87_check(c, i, false); }

} // namespace

u16 tag_word(const Fpu& f)
{
    unsigned tags = 0;
    for (unsigned n = 0; n < 8; n++) tags |= (f.empty >> n & 1 ? EMPTY : tag_of(f.reg[n])) << (n * 2);
    return static_cast<u16>(tags);
}

void set_tag_word(Fpu& f, u16 tags)
{
    unsigned empty = 0;
    for (unsigned n = 0; n < 8; n++) empty |= unsigned{(tags >> (n * 2) & 3) == EMPTY} << n;
    f.empty = static_cast<u8>(empty);
}

void fninit(Fpu& f)
{
    const auto registers = f.reg;
    f = Fpu{};
    f.reg = registers;
}

void settle_errors(Cpu& c)
{
    Fpu& f = c.s.fpu;
    const bool pending = f.sw & fsw::ES;
    const bool errors = f.sw & ~f.cw & fp::ALL_EXCEPTIONS;
    f.sw = static_cast<u16>((f.sw & ~u32{fsw::ES | fsw::B}) | (errors ? u32{fsw::ES | fsw::B} : 0u));
    if (pending && !errors) set_ferr(c, 0);
}

Status x87_check(Cpu& c, const Insn& i, bool waits)
{
    if (c.s.cr0 & (cr0::EM | cr0::TS)) {
        c.raise(exc::NM);
        return Status::Fault;
    }
    if (!waits || !(c.s.fpu.sw & fsw::ES)) return Status::Next;
    if (c.s.cr0 & cr0::NE) {
        c.raise(exc::MF);
        return Status::Fault;
    }
    if (c.ignne()) return Status::Next;
    set_ferr(c, 1);
    c.s.rip = c.this_rip(i);
    return Status::Leave;
}

Status helper::FWAIT(Cpu& c, const Insn& i)
{
    constexpr u32 BOTH = cr0::MP | cr0::TS;
    if ((c.s.cr0 & BOTH) == BOTH) {
        c.raise(exc::NM);
        return Status::Fault;
    }
    if (c.s.cr0 & (cr0::EM | cr0::TS)) return Status::Next;
    return x87_check(c, i, true);
}

Status helper::FNCLEX(Cpu& c, const Insn& i)
{
    if (const Status s = no_wait(c, i); s != Status::Next) return s;
    c.s.fpu.sw &= u16{fsw::CODES} | u16{fsw::ES};
    settle_errors(c);
    return Status::Next;
}

Status helper::FNINIT(Cpu& c, const Insn& i)
{
    if (const Status s = no_wait(c, i); s != Status::Next) return s;
    const u16 pending = c.s.fpu.sw & fsw::ES;
    fninit(c.s.fpu);
    c.s.fpu.sw = pending;
    settle_errors(c);
    return Status::Next;
}

// Of the 8087 and the 287: they do nothing since.
Status helper::FNENI(Cpu& c, const Insn& i) { return no_wait(c, i); }
Status helper::FNDISI(Cpu& c, const Insn& i) { return no_wait(c, i); }
Status helper::FNSETPM(Cpu& c, const Insn& i) { return no_wait(c, i); }

} // namespace tabpc
