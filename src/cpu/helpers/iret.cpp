// IRET in all its forms. Intel SDM vol. 2, IRET; the virtual-8086 mode extensions are vol. 3, 20.3.3.
#include "cpu/helpers/transfer.h"

namespace tabpc {

namespace {

using namespace eflags;

constexpr u32 ALWAYS = ARITH | TF | DF | NT;

// What a frame of three words or doublewords holds.
struct Frame {
    u32 eip = 0, flags = 0;
    u16 cs = 0;
    [[nodiscard]] bool pop(Stack& stack, bool o16)
    {
        return stack.pop(eip, o16) && stack.pop(cs, o16) && stack.pop(flags, o16);
    }
};

bool iret_real(Cpu& c, bool o16)
{
    Stack stack(c);
    Frame f;
    if (!f.pop(stack, o16) || !check_real_target(c, f.eip)) return false;
    c.s.gpr[ESP] = stack.sp();
    enter_real_target(c, f.cs, f.eip);
    write_eflags(c, f.flags, ALWAYS | IF | IOPL | (o16 ? 0 : RF | AC | ID));
    return true;
}

bool iret_v86(Cpu& c, bool o16)
{
    const bool extensions = (c.s.cr4 & cr4::VME) && o16;
    if (c.s.iopl() < 3 && !extensions) return c.raise(exc::GP, 0);
    Stack stack(c);
    Frame f;
    if (!f.pop(stack, o16) || !check_real_target(c, f.eip)) return false;

    u32 mask = ALWAYS | (o16 ? 0 : RF | AC | ID);
    if (c.s.iopl() == 3) {
        mask |= IF;
    } else { // IF stands for VIF
        if ((f.flags & TF) || ((f.flags & IF) && (c.s.eflags & VIP))) return c.raise(exc::GP, 0);
        mask |= VIF;
        f.flags = (f.flags & ~u32{VIF}) | (f.flags & IF ? u32{VIF} : 0);
    }
    c.s.gpr[ESP] = stack.sp();
    enter_real_target(c, f.cs, f.eip);
    write_eflags(c, f.flags, mask);
    return true;
}

// NT: back to the task that the TSS links to.
bool return_from_nested_task(Cpu& c)
{
    u16 link;
    if (!c.read(linear(c.s.tr.base), link, true)) return false;
    return task_switch(c, link, TaskSource::Iret, false, 0);
}

// From CPL 0 with VM set in the image: into virtual-8086 mode.
bool return_to_v86(Cpu& c, Stack& stack, const Frame& f)
{
    u32 esp;
    u16 ss, es, ds, fs, gs;
    if (!stack.pop(esp, false) || !stack.pop(ss, false) || !stack.pop(es, false) || !stack.pop(ds, false) ||
        !stack.pop(fs, false) || !stack.pop(gs, false))
        return false;
    if (f.eip > 0xffff) return c.raise(exc::GP, 0);

    write_eflags(c, f.flags, ALWAYS | IF | IOPL | RF | VM | AC | VIF | VIP | ID);
    c.set_cpl(3);
    load_segment_real(c, SS, ss);
    load_segment_real(c, ES, es);
    load_segment_real(c, DS, ds);
    load_segment_real(c, FS, fs);
    load_segment_real(c, GS, gs);
    c.s.gpr[ESP] = esp;
    enter_real_target(c, f.cs, f.eip);
    return true;
}

// The flags an IRET at this CPL may change.
u32 writable_flags(const CpuState& s, bool o16)
{
    u32 mask = ALWAYS;
    if (!o16) mask |= RF | AC | ID;
    if (s.cpl <= s.iopl()) mask |= IF;
    if (s.cpl == 0) mask |= o16 ? u32{IOPL} : IOPL | VIF | VIP;
    return mask;
}

bool iret_protected(Cpu& c, bool o16)
{
    Stack stack(c);
    Frame f;
    if (!f.pop(stack, o16)) return false;
    if ((f.flags & VM) && c.s.cpl == 0) return return_to_v86(c, stack, f);

    CodeTarget to{f.cs, {}, f.eip};
    if (!check_return_code(c, f.cs, to.d)) return false;
    const u32 mask = writable_flags(c.s, o16);
    if ((f.cs & 3) > c.s.cpl) {
        if (!return_to_outer_level(c, stack, to, o16, 0)) return false;
    } else {
        if (!to.prepare(c)) return false;
        c.s.gpr[ESP] = stack.sp();
        to.enter(c, c.s.cpl);
    }
    write_eflags(c, f.flags, mask);
    return true;
}

Status returned(Cpu& c, Status status)
{
    if (status != Status::Fault) c.s.nmi_blocked = false;
    return status;
}

} // namespace

Status helper::IRET(Cpu& c, const Insn& i)
{
    if (!c.s.protected_mode()) return returned(c, leave_or_fault(iret_real(c, i.o16)));
    if (c.s.v86()) return returned(c, leave_or_fault(iret_v86(c, i.o16)));
    if (c.s.eflags & NT)
        return returned(c, transfer_with_return_address(c, i, [&] { return return_from_nested_task(c); }));
    return returned(c, leave_or_fault(iret_protected(c, i.o16)));
}

} // namespace tabpc
