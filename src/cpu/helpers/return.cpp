// RET far, and what it shares with IRET. Intel SDM vol. 2, RET; vol. 3, 5.8.6.
#include "cpu/helpers/transfer.h"

namespace tabpc {

bool check_return_code(Cpu& c, u16 selector, Descriptor& d)
{
    const unsigned rpl = selector & 3;
    if (is_null(selector)) return c.raise(exc::GP, 0);
    if (!read_descriptor(c, selector, d)) return false;
    const bool level_fits = d.conforming() ? d.dpl() <= rpl : d.dpl() == rpl;
    if (!d.code() || rpl < c.s.cpl || !level_fits) return c.raise(exc::GP, selector_error(selector));
    if (!d.present()) return c.raise(exc::NP, selector_error(selector));
    return true;
}

namespace {

// Data segments that the (outer) CPL must not see become null, SDM vol. 3, 5.8.6.
void close_data_segments(Cpu& c)
{
    for (const Sreg seg : {ES, FS, GS, DS}) {
        const Segment& g = c.s.seg[seg];
        const bool conforming_code = (g.attr & Segment::CODE) && (g.attr & Segment::CONFORMING);
        if (!conforming_code && g.dpl() < c.s.cpl) load_segment_null(c, seg, 0);
    }
}

} // namespace

bool return_to_outer_level(Cpu& c, Stack& stack, CodeTarget& to, bool o16, u32 release)
{
    const unsigned level = to.selector & 3;
    u32 esp;
    u16 ss;
    Descriptor ss_descriptor;
    if (!stack.pop(esp, o16) || !stack.pop(ss, o16)) return false;
    if (!check_stack_segment(c, ss, level, ss_descriptor, exc::GP)) return false;
    if (!to.prepare(c) || !set_accessed(c, ss, ss_descriptor)) return false;

    to.enter(c, level);
    load_segment(c, SS, ss, ss_descriptor);
    // A 16-bit stack takes SP only: the upper half of ESP stays that of the inner level.
    const u64 mask = c.stack_mask();
    c.s.gpr[ESP] = (c.s.gpr[ESP] & ~mask) | ((u64{esp} + release) & mask);
    close_data_segments(c);
    return true;
}

namespace {

bool return_real(Cpu& c, Stack& stack, u32 eip, u16 selector, u32 release)
{
    if (!check_real_target(c, eip)) return false;
    stack.release(release);
    c.s.gpr[ESP] = stack.sp();
    enter_real_target(c, selector, eip);
    return true;
}

bool return_protected(Cpu& c, Stack& stack, CodeTarget to, bool o16, u32 release)
{
    if (!check_return_code(c, to.selector, to.d)) return false;
    stack.release(release);
    if ((to.selector & 3) > c.s.cpl) return return_to_outer_level(c, stack, to, o16, release);
    if (!to.prepare(c)) return false;
    c.s.gpr[ESP] = stack.sp();
    to.enter(c, c.s.cpl);
    return true;
}

} // namespace

Status helper::RETF(Cpu& c, const Insn& i)
{
    const u32 release = static_cast<u16>(i.imm);
    Stack stack(c);
    CodeTarget to;
    if (!stack.pop(to.eip, i.o16) || !stack.pop(to.selector, i.o16)) return Status::Fault;
    if (c.s.real_or_v86()) return leave_or_fault(return_real(c, stack, to.eip, to.selector, release));
    return leave_or_fault(return_protected(c, stack, to, i.o16, release));
}

} // namespace tabpc
