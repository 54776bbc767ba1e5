// IN, OUT, INS, OUTS and who may use a port. Intel SDM vol. 1, chapter 19; vol. 2. An access can change anything outside the
// CPU (an interrupt line, the next timer, the memory map), so each of these leaves its block.
#include "cpu/helpers/operands.h"

namespace tabpc {

// Below IOPL, and always in V86, the TSS's bitmap decides: one bit a port, all of them must be clear.
bool Cpu::io_allowed(u16 port, unsigned size)
{
    constexpr u32 IO_MAP_BASE = 0x66;
    if (!s.protected_mode() || (!s.v86() && s.cpl <= s.iopl())) return true;
    const bool has_map = (s.tr.type() & 8) && s.tr.limit >= IO_MAP_BASE + 1;
    if (!has_map) return raise(exc::GP, 0);
    u16 base, bits;
    if (!read(linear(s.tr.base + IO_MAP_BASE), base, true)) return false;
    const u32 at = base + port / 8u; // two bytes are always read: vol. 1, 19.5.2
    if (at + 1 > s.tr.limit) return raise(exc::GP, 0);
    if (!read(linear(s.tr.base + at), bits, true)) return false;
    const unsigned asked = ((1u << size) - 1) << (port & 7);
    return !(bits & asked) || raise(exc::GP, 0);
}

u32 Cpu::io_read(const Insn& i, u16 port, int size)
{
    sync_clock(i);
    if (TABPC_UNLIKELY(io_breakpoints_ != 0)) check_port(port, static_cast<unsigned>(size));
    return io.read(port, size);
}

void Cpu::io_write(const Insn& i, u16 port, u32 value, int size)
{
    sync_clock(i);
    if (TABPC_UNLIKELY(io_breakpoints_ != 0)) check_port(port, static_cast<unsigned>(size));
    io.write(port, value, size);
}

namespace {

u16 port_of(const Cpu& c, const Insn& i) { return i.s ? c.s.reg16(EDX) : static_cast<u16>(i.imm & 0xff); }

Status leave_behind(Cpu& c, const Insn& i)
{
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

} // namespace

Status helper::IN(Cpu& c, const Insn& i)
{
    const int size = 1 << i.width;
    const u16 port = port_of(c, i);
    if (!c.io_allowed(port, static_cast<unsigned>(size))) return Status::Fault;
    const u32 value = c.io_read(i, port, size);
    if (size == 1) st(register_at(c, EAX * 8), static_cast<u8>(value));
    else set_register(c, EAX * 8, value, size == 2);
    return leave_behind(c, i);
}

Status helper::OUT(Cpu& c, const Insn& i)
{
    const int size = 1 << i.width;
    const u16 port = port_of(c, i);
    if (!c.io_allowed(port, static_cast<unsigned>(size))) return Status::Fault;
    c.io_write(i, port, static_cast<u32>(ld_n(register_at(c, EAX * 8), static_cast<unsigned>(size))), size);
    return leave_behind(c, i);
}

// ---- INS, OUTS --------------------------------------------------------------------------------------------------------------

namespace {

u64 offset_mask(const Insn& i) { return i.a16 ? 0xffff : 0xffffffff; }

void add_to(Cpu& c, Gpr r, i64 by, u64 mask)
{
    c.s.gpr[r] = (c.s.gpr[r] & ~mask) | ((c.s.gpr[r] + static_cast<u64>(by)) & mask);
}

bool element_address(Cpu& c, u8 seg, u64 offset, unsigned size, bool write, LinAddr& at)
{
    u64 base = 0;
    if (seg != Insn::FLAT_SEG) {
        if (!c.check(static_cast<Sreg>(seg), offset, size, write)) return false;
        base = c.s.seg[seg].base;
    }
    at = linear(base + offset);
    return true;
}

// The destination is made sure of before the port is read: a device's register may be read only once.
bool input_element(Cpu& c, const Insn& i, int size, u64 mask)
{
    const unsigned bytes = static_cast<unsigned>(size);
    LinAddr at;
    if (!element_address(c, ES, c.s.gpr[EDI] & mask, bytes, true, at) || !c.probe(at, bytes, Access::Write))
        return false;
    const u32 value = c.io_read(i, c.s.reg16(EDX), size);
    return size == 1   ? c.write(at, static_cast<u8>(value))
           : size == 2 ? c.write(at, static_cast<u16>(value))
                       : c.write(at, value);
}

bool output_element(Cpu& c, const Insn& i, int size, u64 mask)
{
    const unsigned bytes = static_cast<unsigned>(size);
    LinAddr at;
    u8 byte = 0;
    u16 word = 0;
    u32 value = 0;
    if (!element_address(c, i.seg, c.s.gpr[ESI] & mask, bytes, false, at)) return false;
    if (!(size == 1 ? c.read(at, byte) : size == 2 ? c.read(at, word) : c.read(at, value))) return false;
    c.io_write(i, c.s.reg16(EDX), size == 4 ? value : u32{word} | byte, size);
    return true;
}

// Iterations until ECX is used up, a fault, the end of the budget, or something wants to interrupt; rip stays at the
// instruction for the rest. Registers always stand at the iteration to be done next.
template <class Element>
Status repeat_io(Cpu& c, const Insn& i, Gpr pointer, Element element)
{
    const int size = 1 << i.width;
    const u64 mask = offset_mask(i);
    const i64 step = c.s.eflags & eflags::DF ? -size : size;
    if (!c.io_allowed(c.s.reg16(EDX), static_cast<unsigned>(size))) return Status::Fault;
    if (i.rep != Insn::NO_REP && (c.s.gpr[ECX] & mask) == 0) return leave_behind(c, i);
    for (;;) {
        if (!element(c, i, size, mask)) return Status::Fault;
        add_to(c, pointer, step, mask);
        if (i.rep == Insn::NO_REP) return leave_behind(c, i);
        add_to(c, ECX, -1, mask);
        if ((c.s.gpr[ECX] & mask) == 0) return leave_behind(c, i);
        const bool interruptible = c.attention_wanted() || (c.s.eflags & eflags::TF);
        if (interruptible || c.string_budget() <= 1) break;
        c.charge(1);
    }
    c.s.rip = c.this_rip(i);
    return Status::Leave;
}

} // namespace

Status helper::INS(Cpu& c, const Insn& i) { return repeat_io(c, i, EDI, input_element); }
Status helper::OUTS(Cpu& c, const Insn& i) { return repeat_io(c, i, ESI, output_element); }

} // namespace tabpc
