// JMP far and CALL far: direct, through call gates and to tasks. Intel SDM vol. 2, JMP and CALL; vol. 3, 5.8.
#include "cpu/helpers/transfer.h"
#include "cpu/helpers/operands.h"
#include <algorithm>

namespace tabpc {

bool check_real_target(Cpu& c, u32 eip)
{
    const u32 limit = c.s.v86() ? 0xffff : c.s.seg[CS].limit;
    return eip <= limit || c.raise(exc::GP, 0);
}

void enter_real_target(Cpu& c, u16 selector, u32 eip)
{
    load_segment_real(c, CS, selector);
    c.s.rip = eip;
}

namespace {

enum class Via : u8 { Jump, Call };

// A code segment named directly by a JMP or CALL.
bool check_direct_code(Cpu& c, u16 selector, const Descriptor& d)
{
    const bool allowed =
        d.conforming() ? d.dpl() <= c.s.cpl : (selector & 3u) <= c.s.cpl && d.dpl() == c.s.cpl;
    if (!allowed) return c.raise(exc::GP, selector_error(selector));
    if (!d.present()) return c.raise(exc::NP, selector_error(selector));
    return true;
}

// Gates and TSS descriptors: DPL against CPL and RPL, then presence.
bool check_gate(Cpu& c, u16 selector, const Descriptor& d)
{
    if (d.dpl() < std::max<unsigned>(c.s.cpl, selector & 3))
        return c.raise(exc::GP, selector_error(selector));
    if (!d.present()) return c.raise(exc::NP, selector_error(selector));
    return true;
}

// The code segment a call gate names. Only CALL may go to a more privileged non-conforming segment.
bool check_gate_code(Cpu& c, u16 selector, Descriptor& d, Via via)
{
    if (is_null(selector)) return c.raise(exc::GP, 0);
    if (!read_descriptor(c, selector, d)) return false;
    const bool same_level_only = via == Via::Jump && !d.conforming();
    if (!d.code() || d.dpl() > c.s.cpl || (same_level_only && d.dpl() != c.s.cpl))
        return c.raise(exc::GP, selector_error(selector));
    if (!d.present()) return c.raise(exc::NP, selector_error(selector));
    return true;
}

bool push_return_address(Cpu& c, Stack& stack, u64 return_eip, bool o16)
{
    return stack.room(o16 ? 4 : 8) && stack.push(c.s.seg[CS].selector, o16) &&
           stack.push(static_cast<u32>(return_eip), o16);
}

// JMP, or a CALL that stays at its level.
bool same_level(Cpu& c, CodeTarget& to, Via via, u64 return_eip, bool o16)
{
    Stack stack(c);
    if (via == Via::Call && !push_return_address(c, stack, return_eip, o16)) return false;
    if (!to.prepare(c)) return false;
    c.s.gpr[ESP] = stack.sp();
    to.enter(c, c.s.cpl);
    return true;
}

// The parameters, in the order they were pushed.
bool copy_parameters(const Stack& from, Stack& to, unsigned count, bool o16)
{
    const unsigned size = o16 ? 2 : 4;
    for (unsigned n = count; n-- > 0;) {
        u32 parameter;
        if (!from.peek(n * size, parameter, o16) || !to.push(parameter, o16)) return false;
    }
    return true;
}

// CALL through a gate to more privilege: the stack changes.
bool call_inner_level(Cpu& c, CodeTarget& to, const Descriptor& gate, u64 return_eip)
{
    const unsigned level = to.d.dpl();
    const bool o16 = !gate.gate32();
    InnerStack inner;
    if (!inner.find(c, level)) return false;
    Stack stack = inner.stack(c, level);
    const unsigned slots = 4 + gate.gate_parameters();
    if (!stack.room(slots * (o16 ? 2 : 4))) return false;
    if (!stack.push(c.s.seg[SS].selector, o16) || !stack.push(c.s.reg32(ESP), o16) ||
        !copy_parameters(Stack(c), stack, gate.gate_parameters(), o16) ||
        !push_return_address(c, stack, return_eip, o16))
        return false;
    if (!to.prepare(c) || !set_accessed(c, inner.selector, inner.d)) return false;
    to.enter(c, level);
    inner.enter(c, stack);
    return true;
}

bool through_call_gate(Cpu& c, u16 selector, const Descriptor& gate, Via via, u64 return_eip)
{
    if (!check_gate(c, selector, gate)) return false;
    CodeTarget to;
    to.selector = gate.gate_selector();
    to.eip = gate.gate_offset();
    if (!check_gate_code(c, to.selector, to.d, via)) return false;
    if (!to.d.conforming() && to.d.dpl() < c.s.cpl) return call_inner_level(c, to, gate, return_eip);
    return same_level(c, to, via, return_eip, !gate.gate32());
}

Status to_task(Cpu& c, const Insn& i, u16 selector, const Descriptor& d, Via via)
{
    if (!check_gate(c, selector, d)) return Status::Fault;
    const u16 tss = d.is_system(systype::TASK_GATE) ? d.gate_selector() : selector;
    return transfer_with_return_address(c, i, [&] {
        return task_switch(c, tss, via == Via::Call ? TaskSource::Call : TaskSource::Jump, false, 0);
    });
}

Status far_protected(Cpu& c, const Insn& i, const FarPointer& p, Via via)
{
    if (is_null(p.selector)) return fault_gp0(c);
    CodeTarget to{p.selector, {}, p.offset};
    if (!read_descriptor(c, p.selector, to.d)) return Status::Fault;
    if (to.d.code())
        return leave_or_fault(check_direct_code(c, p.selector, to.d) &&
                              same_level(c, to, via, c.next_rip(i), i.o16));
    if (to.d.is_system(systype::CALL_GATE16) || to.d.is_system(systype::CALL_GATE32))
        return leave_or_fault(through_call_gate(c, p.selector, to.d, via, c.next_rip(i)));
    if (to.d.is_system(systype::TASK_GATE) || to.d.is_tss()) return to_task(c, i, p.selector, to.d, via);
    return leave_or_fault(c.raise(exc::GP, selector_error(p.selector)));
}

Status far_real(Cpu& c, const Insn& i, const FarPointer& p, Via via)
{
    Stack stack(c);
    if (via == Via::Call && !push_return_address(c, stack, c.next_rip(i), i.o16)) return Status::Fault;
    if (!check_real_target(c, p.offset)) return Status::Fault;
    c.s.gpr[ESP] = stack.sp();
    enter_real_target(c, p.selector, p.offset);
    return Status::Leave;
}

Status far_transfer(Cpu& c, const Insn& i, Via via)
{
    FarPointer p;
    if (!read_far_pointer(c, i, p)) return Status::Fault;
    return c.s.real_or_v86() ? far_real(c, i, p, via) : far_protected(c, i, p, via);
}

} // namespace

Status helper::JMPF(Cpu& c, const Insn& i) { return far_transfer(c, i, Via::Jump); }
Status helper::CALLF(Cpu& c, const Insn& i) { return far_transfer(c, i, Via::Call); }

} // namespace tabpc
