// Descriptor table registers, debug registers, SYSENTER and SYSEXIT, HLT, INVLPG, WBINVD. Intel SDM vol. 2; vol. 3,
// chapter 17.2 for the debug registers.
#include "cpu/helpers/operands.h"

namespace tabpc {

namespace {

// LGDT, LIDT: a 16-bit operand size takes 24 bits of base.
bool load_table(Cpu& c, const Insn& i, DescriptorTable& table)
{
    if (c.s.cpl != 0) return c.raise(exc::GP, 0);
    LinAddr at;
    u16 limit;
    u32 base;
    if (!c.linear_address(i, 6, false, at) || !c.read(at, limit) || !c.read(linear(at + 2), base))
        return false;
    table.limit = limit;
    table.base = i.o16 ? base & 0xffffff : base;
    return true;
}

// SGDT, SIDT: all 32 bits of the base, whatever the operand size (vol. 2, "not 286").
bool store_table(Cpu& c, const Insn& i, const DescriptorTable& table)
{
    LinAddr at;
    if (!c.linear_address(i, 6, true, at) || !c.probe(at, 6, Access::Write)) return false;
    return c.write(at, static_cast<u16>(table.limit)) &&
           c.write(linear(at + 2), static_cast<u32>(table.base));
}

Status leave_behind(Cpu& c, const Insn& i)
{
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

} // namespace

Status helper::LGDT(Cpu& c, const Insn& i) { return next_or_fault(load_table(c, i, c.s.gdtr)); }
Status helper::LIDT(Cpu& c, const Insn& i) { return next_or_fault(load_table(c, i, c.s.idtr)); }
Status helper::SGDT(Cpu& c, const Insn& i) { return next_or_fault(store_table(c, i, c.s.gdtr)); }
Status helper::SIDT(Cpu& c, const Insn& i) { return next_or_fault(store_table(c, i, c.s.idtr)); }

Status helper::INVLPG(Cpu& c, const Insn& i)
{
    if (c.s.cpl != 0) return fault_gp0(c);
    // The address is not accessed: no limit, no type is checked.
    const u64 base = i.seg == Insn::FLAT_SEG ? 0 : c.s.seg[i.seg].base;
    c.flush_page(linear(base + c.effective_address(i)));
    return leave_behind(c, i);
}

Status helper::WBINVD(Cpu& c, const Insn&)
{
    return c.s.cpl != 0 ? fault_gp0(c) : Status::Next; // nothing is cached
}

Status helper::HLT(Cpu& c, const Insn& i)
{
    if (c.s.cpl != 0) return fault_gp0(c);
    c.s.halted = true;
    return leave_behind(c, i);
}

Status helper::UD(Cpu& c, const Insn&) { return fault_ud(c); }

// ---- debug registers --------------------------------------------------------------------------------------------------------

namespace {

constexpr u32 DR6_BD = 1u << 13, DR6_WRITABLE = 0xe00f, DR6_ONES = 0xffff0ff0;
constexpr u32 DR7_GD = 1u << 13, DR7_WRITABLE = 0xffff23ff, DR7_ONES = 1u << 10;

// DR4 and DR5 are other names of DR6 and DR7, unless CR4.DE says they do not exist. `n` becomes the real number.
bool debug_register(Cpu& c, unsigned& n)
{
    if (n == 4 || n == 5) {
        if (c.s.cr4 & cr4::DE) return c.raise(exc::UD);
        n += 2;
    }
    if (c.s.cpl != 0) return c.raise(exc::GP, 0);
    if (c.s.dr[7] & DR7_GD) {
        c.s.dr[6] |= DR6_BD;
        return c.raise(exc::DB);
    }
    return true;
}

u32 fixed_bits(unsigned n, u32 value)
{
    if (n == 6) return (value & DR6_WRITABLE) | DR6_ONES;
    if (n == 7) return (value & DR7_WRITABLE) | DR7_ONES;
    return value;
}

} // namespace

Status helper::MOV_R_DR(Cpu& c, const Insn& i)
{
    unsigned n = i.s;
    if (!debug_register(c, n)) return Status::Fault;
    set_register(c, i.d, fixed_bits(n, static_cast<u32>(c.s.dr[n])), false);
    return Status::Next;
}

Status helper::MOV_DR_R(Cpu& c, const Insn& i)
{
    unsigned n = i.d;
    if (!debug_register(c, n)) return Status::Fault;
    c.s.dr[n] = fixed_bits(n, get_register(c, i.s));
    c.mode_changed();
    return leave_behind(c, i);
}

// ---- SYSENTER, SYSEXIT ------------------------------------------------------------------------------------------------------

namespace {

// The flat segments these instructions load without looking at a table, SDM vol. 2, SYSENTER.
constexpr u32 FLAT_LIMIT = 0x000fffff;
constexpr u32 flat_attributes(unsigned type, unsigned dpl)
{
    return type << 8 | Segment::S | dpl << 13 | Segment::P | Segment::DB | Segment::G;
}
constexpr unsigned EXECUTE_READ_ACCESSED = 11, READ_WRITE_ACCESSED = 3;

Descriptor flat_segment(unsigned type, unsigned dpl)
{
    return {FLAT_LIMIT & 0xffff, flat_attributes(type, dpl) | (FLAT_LIMIT & 0xf0000)};
}

void enter_flat(Cpu& c, u16 code_selector, u16 stack_selector, unsigned level, u32 eip, u32 esp)
{
    c.set_cpl(static_cast<u8>(level));
    load_segment(c, CS, static_cast<u16>(code_selector | level), flat_segment(EXECUTE_READ_ACCESSED, level));
    load_segment(c, SS, static_cast<u16>(stack_selector | level), flat_segment(READ_WRITE_ACCESSED, level));
    c.s.set_reg32(ESP, esp);
    c.s.rip = eip;
}

} // namespace

Status helper::SYSENTER(Cpu& c, const Insn&)
{
    const u16 cs = static_cast<u16>(c.s.sysenter_cs & 0xfffc);
    if (!c.s.protected_mode() || cs == 0) return fault_gp0(c);
    write_eflags(c, 0, eflags::VM | eflags::IF | eflags::RF);
    enter_flat(c, cs, static_cast<u16>(cs + 8), 0, static_cast<u32>(c.s.sysenter_eip),
               static_cast<u32>(c.s.sysenter_esp));
    return Status::Leave;
}

Status helper::SYSEXIT(Cpu& c, const Insn&)
{
    const u16 cs = static_cast<u16>(c.s.sysenter_cs & 0xfffc);
    if (!c.s.protected_mode() || cs == 0 || c.s.cpl != 0) return fault_gp0(c);
    enter_flat(c, static_cast<u16>(cs + 16), static_cast<u16>(cs + 24), 3, c.s.reg32(EDX), c.s.reg32(ECX));
    return Status::Leave;
}

} // namespace tabpc
