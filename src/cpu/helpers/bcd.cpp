// Decimal adjustment. SDM vol. 2, "DAA", "DAS", "AAA", "AAS", "AAM", "AAD". Flags the manual leaves undefined are as
// Pentium-class processors leave them: OF clear, and after AAA and AAS the others by the result in AL.
#include "cpu/helpers.h"

namespace tabpc {

namespace {

u8 al(const Cpu& c) { return static_cast<u8>(c.s.gpr[EAX]); }
void set_al(Cpu& c, u32 v) { c.s.gpr[EAX] = (c.s.gpr[EAX] & ~u64(0xff)) | (v & 0xff); }
void set_ax(Cpu& c, u32 v) { c.s.set_reg16(EAX, static_cast<u16>(v)); }

// SF, ZF and PF by AL; AF and CF as given.
void set_flags(Cpu& c, bool af, bool cf)
{
    c.s.flags.result = static_cast<i8>(al(c));
    c.s.flags.cv = (af ? u32{LazyFlags::AUX} : 0) | (cf ? u32{LazyFlags::CARRY} | LazyFlags::CARRY_IN : 0);
}

Status decimal_adjust(Cpu& c, bool subtract)
{
    const u8 old = al(c);
    const bool old_cf = c.s.flags.cf();
    const bool low = (old & 15) > 9 || c.s.flags.af();
    const bool high = old > 0x99 || old_cf;
    bool cf = high;
    u32 v = old;
    if (low) {
        // DAS: a borrow out of the low correction counts even where the high digit needs none.
        if (subtract && old < 6) cf = true;
        v = subtract ? v - 6 : v + 6;
    }
    if (high) v = subtract ? v - 0x60 : v + 0x60;
    set_al(c, v);
    set_flags(c, low, cf);
    return Status::Next;
}

// AAA adds 106H to AX; AAS takes 6 from AX, then 1 from AH.
Status ascii_adjust(Cpu& c, bool subtract)
{
    const bool adjust = (al(c) & 15) > 9 || c.s.flags.af();
    if (adjust) {
        const u32 ax = c.s.reg16(EAX);
        set_ax(c, subtract ? ax - 6 - 0x100 : ax + 0x106);
    }
    set_al(c, al(c) & 15);
    set_flags(c, adjust, adjust);
    return Status::Next;
}

} // namespace

Status helper::DAA(Cpu& c, const Insn&) { return decimal_adjust(c, false); }
Status helper::DAS(Cpu& c, const Insn&) { return decimal_adjust(c, true); }
Status helper::AAA(Cpu& c, const Insn&) { return ascii_adjust(c, false); }
Status helper::AAS(Cpu& c, const Insn&) { return ascii_adjust(c, true); }

Status helper::AAM(Cpu& c, const Insn& i)
{
    const u8 base = static_cast<u8>(i.imm), v = al(c);
    if (base == 0) return c.raise(exc::DE), Status::Fault;
    set_ax(c, static_cast<u32>(v / base) << 8 | v % base);
    set_flags(c, false, false);
    return Status::Next;
}

Status helper::AAD(Cpu& c, const Insn& i)
{
    const u32 ax = c.s.reg16(EAX);
    set_ax(c, ((ax & 0xff) + (ax >> 8) * static_cast<u8>(i.imm)) & 0xff);
    set_flags(c, false, false);
    return Status::Next;
}

Status helper::TOO_LONG(Cpu& c, const Insn&) { return c.raise(exc::GP, 0), Status::Fault; }

} // namespace tabpc
