// Loading and storing segment registers: MOV, PUSH, POP, LDS..LGS. Intel SDM vol. 2; the checks are those of vol. 3, 5.4
// to 5.7.
#include "cpu/helpers/operands.h"
#include "cpu/helpers/stack_frame.h"
#include <algorithm>

namespace tabpc {

bool check_stack_segment(Cpu& c, u16 selector, unsigned level, Descriptor& d, u8 fault_vector)
{
    if (is_null(selector)) return c.raise(fault_vector, 0);
    if (!read_descriptor(c, selector, d, fault_vector)) return false;
    if ((selector & 3) != level || !d.writable_data() || d.dpl() != level)
        return c.raise(fault_vector, selector_error(selector));
    if (!d.present()) return c.raise(exc::SS, selector_error(selector));
    return true;
}

bool check_data_segment(Cpu& c, u16 selector, unsigned level, Descriptor& d, u8 fault_vector)
{
    if (!read_descriptor(c, selector, d, fault_vector)) return false;
    const bool privileged = !d.conforming() && std::max<unsigned>(selector & 3, level) > d.dpl();
    if (!d.readable() || privileged) return c.raise(fault_vector, selector_error(selector));
    if (!d.present()) return c.raise(exc::NP, selector_error(selector));
    return true;
}

bool move_to_sreg(Cpu& c, Sreg seg, u16 selector)
{
    if (c.s.real_or_v86()) {
        load_segment_real(c, seg, selector);
        return true;
    }
    if (seg != SS && is_null(selector)) {
        load_segment_null(c, seg, selector);
        return true;
    }
    Descriptor d;
    const bool good = seg == SS ? check_stack_segment(c, selector, c.s.cpl, d, exc::GP)
                                : check_data_segment(c, selector, c.s.cpl, d, exc::GP);
    if (!good || !set_accessed(c, selector, d)) return false;
    load_segment(c, seg, selector, d);
    return true;
}

namespace {

// After a segment register was loaded: the block goes on when its mode key still holds.
Status loaded(Cpu& c, const Insn& i, Sreg seg, u32 old_key)
{
    if (seg != SS && c.mode_key() == old_key) return Status::Next;
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

} // namespace

Status helper::MOV_SREG_E(Cpu& c, const Insn& i)
{
    const Sreg seg = static_cast<Sreg>(i.d);
    const u32 old_key = c.mode_key();
    if (seg == CS || seg > GS) return fault_ud(c);
    u16 selector;
    if (!c.get_e(i, selector) || !move_to_sreg(c, seg, selector)) return Status::Fault;
    if (seg == SS) c.shadow_traps(); // MOV and POP do; LSS needs no second instruction. SDM vol. 3, 6.8.3
    return loaded(c, i, seg, old_key);
}

Status helper::MOV_E_SREG(Cpu& c, const Insn& i)
{
    if (i.s > GS) return fault_ud(c);
    return next_or_fault(store_selector(c, i, c.s.seg[i.s].selector));
}

// A doubleword push writes the selector zero-extended, as processors before Core did.
Status helper::PUSH_SREG(Cpu& c, const Insn& i)
{
    Stack stack(c);
    if (!stack.push(c.s.seg[i.s].selector, i.o16)) return Status::Fault;
    c.s.gpr[ESP] = stack.sp();
    return Status::Next;
}

Status helper::POP_SREG(Cpu& c, const Insn& i)
{
    const Sreg seg = static_cast<Sreg>(i.d);
    const u32 old_key = c.mode_key();
    Stack stack(c);
    u16 selector;
    if (!stack.pop(selector, i.o16) || !move_to_sreg(c, seg, selector)) return Status::Fault;
    c.s.gpr[ESP] = stack.sp();
    if (seg == SS) c.shadow_traps();
    return loaded(c, i, seg, old_key);
}

Status helper::LFP(Cpu& c, const Insn& i)
{
    const Sreg seg = static_cast<Sreg>(i.s);
    const u32 old_key = c.mode_key();
    FarPointer p;
    if (!read_far_pointer(c, i, p) || !move_to_sreg(c, seg, p.selector)) return Status::Fault;
    set_register(c, i.d, p.offset, i.o16);
    return loaded(c, i, seg, old_key);
}

} // namespace tabpc
