// PUSHF, POPF, PUSHA, POPA, ENTER, CLI, STI, BOUND, CMPXCHG8B. Intel SDM vol. 2; the virtual interrupt flag of V86 (CR4.VME)
// and protected mode (CR4.PVI) is vol. 3, 20.3 and 20.4.
#include "cpu/helpers/operands.h"
#include "cpu/helpers/stack_frame.h"

namespace tabpc {

using namespace eflags;

void write_eflags(Cpu& c, u32 value, u32 mask)
{
    const u32 old = c.s.get_eflags(), now = (old & ~mask) | (value & mask) | R1;
    if (mask & ARITH) c.s.flags.set(now & ARITH);
    c.s.eflags = now & ~u32{ARITH};
    if ((old ^ now) & ~u32{ARITH}) c.mode_changed();
}

// ---- the flags -----------------------------------------------------------------------------------------------------------

namespace {

// V86 code below IOPL 3 gets VIF for IF, if the extensions are on.
bool v86_without_iopl(const CpuState& s) { return s.v86() && s.iopl() < 3; }

bool pushed_flags(Cpu& c, bool o16, u32& image)
{
    image = c.s.get_eflags() & ~u32{VM | RF};
    if (!v86_without_iopl(c.s)) return true;
    if (!o16 || !(c.s.cr4 & cr4::VME)) return c.raise(exc::GP, 0);
    image = (image & ~u32{IF}) | IOPL | (image & VIF ? u32{IF} : 0);
    return true;
}

// POPF with VIF: the image's IF goes to VIF.
bool pop_virtual_flags(Cpu& c, u32 image)
{
    if ((image & TF) || ((image & IF) && (c.s.eflags & VIP))) return c.raise(exc::GP, 0);
    write_eflags(c, (image & ~u32{VIF}) | (image & IF ? u32{VIF} : 0), ARITH | TF | DF | NT | VIF);
    return true;
}

bool pop_flags(Cpu& c, bool o16, u32 image)
{
    if (v86_without_iopl(c.s)) {
        if (!o16 || !(c.s.cr4 & cr4::VME)) return c.raise(exc::GP, 0);
        return pop_virtual_flags(c, image);
    }
    u32 mask = ARITH | TF | DF | NT;
    if (c.s.cpl <= c.s.iopl()) mask |= IF;
    if (c.s.cpl == 0) mask |= IOPL;
    if (!o16) {
        mask |= AC | ID | RF;
        image &= ~u32{RF};
        if (c.s.protected_mode() && c.s.cpl == 0) {
            mask |= VIF | VIP;
            image &= ~u32{VIF | VIP};
        }
    }
    write_eflags(c, image, mask);
    return true;
}

} // namespace

Status helper::PUSHF(Cpu& c, const Insn& i)
{
    Stack stack(c);
    u32 image;
    if (!pushed_flags(c, i.o16, image) || !stack.push(image, i.o16)) return Status::Fault;
    c.s.gpr[ESP] = stack.sp();
    return Status::Next;
}

Status helper::POPF(Cpu& c, const Insn& i)
{
    Stack stack(c);
    u32 image;
    if (!stack.pop(image, i.o16) || !pop_flags(c, i.o16, image)) return Status::Fault;
    c.s.gpr[ESP] = stack.sp();
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

namespace {

// Which flag CLI and STI change: IF, VIF, or none (#GP).
u32 interrupt_flag(const CpuState& s)
{
    if (s.cpl <= s.iopl()) return IF;
    if (s.v86()) return s.cr4 & cr4::VME ? u32{VIF} : 0;
    return s.cpl == 3 && (s.cr4 & cr4::PVI) ? u32{VIF} : 0;
}

} // namespace

Status helper::CLI(Cpu& c, const Insn&)
{
    const u32 flag = interrupt_flag(c.s);
    if (!flag) return fault_gp0(c);
    write_eflags(c, 0, flag);
    return Status::Next;
}

Status helper::STI(Cpu& c, const Insn& i)
{
    const u32 flag = interrupt_flag(c.s);
    if (!flag || (flag == VIF && (c.s.eflags & VIP))) return fault_gp0(c);
    if (flag == IF && !(c.s.eflags & IF)) c.shadow_interrupts();
    write_eflags(c, flag, flag);
    c.s.rip = c.next_rip(i);
    return Status::Leave;
}

// ---- PUSHA, POPA, ENTER ----------------------------------------------------------------------------------------------------

Status helper::PUSHA(Cpu& c, const Insn& i)
{
    Stack stack(c);
    if (!stack.room(i.o16 ? 16 : 32)) return Status::Fault;
    for (const Gpr r : {EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI})
        if (!stack.push(c.s.reg32(r), i.o16)) return Status::Fault;
    c.s.gpr[ESP] = stack.sp();
    return Status::Next;
}

Status helper::POPA(Cpu& c, const Insn& i)
{
    Stack stack(c);
    std::array<u32, 8> popped;
    for (const Gpr r : {EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX})
        if (!stack.pop(popped[r], i.o16)) return Status::Fault;
    for (const Gpr r : {EDI, ESI, EBP, EBX, EDX, ECX, EAX})
        set_register(c, static_cast<u8>(r * 8), popped[r], i.o16);
    c.s.gpr[ESP] = stack.sp();
    return Status::Next;
}

namespace {

// Copies the frame pointers of the enclosing levels from below EBP: the display.
bool copy_display(Cpu& c, Stack& stack, unsigned level, bool o16)
{
    Stack frames(c, c.s.seg[SS], c.s.gpr[EBP], c.s.cpl, 0);
    const int size = o16 ? 2 : 4;
    for (unsigned n = 1; n < level; ++n) {
        frames.release(static_cast<u32>(-size));
        u32 frame;
        if (!frames.peek(0, frame, o16) || !stack.push(frame, o16)) return false;
    }
    return true;
}

} // namespace

Status helper::ENTER(Cpu& c, const Insn& i)
{
    const u32 size = static_cast<u16>(i.imm);
    const unsigned level = static_cast<unsigned>(i.imm >> 16) & 31;
    Stack stack(c);
    if (!stack.push(c.s.reg32(EBP), i.o16)) return Status::Fault;
    const u64 frame = stack.sp();
    if (level > 0 && (!copy_display(c, stack, level, i.o16) || !stack.push(static_cast<u32>(frame), i.o16)))
        return Status::Fault;
    stack.release(static_cast<u32>(-static_cast<i32>(size)));
    // A write to the final ESP must be possible (vol. 2: #PF, #SS), though nothing is written.
    LinAddr at;
    const unsigned slot = i.o16 ? 2 : 4;
    if (!stack.address(slot, true, at) || !c.probe(at, slot, Access::Write) || !c.check_alignment(at, slot))
        return Status::Fault;
    set_register(c, EBP * 8, static_cast<u32>(frame), i.o16);
    c.s.gpr[ESP] = stack.sp();
    return Status::Next;
}

// ---- BOUND, CMPXCHG8B ----------------------------------------------------------------------------------------------------------

namespace {

template <class T, class Signed>
Status bound(Cpu& c, const Insn& i)
{
    LinAddr at;
    T lower, upper;
    if (!c.linear_address(i, 2 * sizeof(T), false, at) || !c.read(at, lower) ||
        !c.read(linear(at + sizeof(T)), upper))
        return Status::Fault;
    const Signed index = static_cast<Signed>(get_register(c, i.d));
    if (index >= static_cast<Signed>(lower) && index <= static_cast<Signed>(upper)) return Status::Next;
    c.raise(exc::BR);
    return Status::Fault;
}

} // namespace

Status helper::BOUND(Cpu& c, const Insn& i) { return i.o16 ? bound<u16, i16>(c, i) : bound<u32, i32>(c, i); }

// Memory is written in either case, so a read-only page faults even when the comparison fails.
Status helper::CMPXCHG8B(Cpu& c, const Insn& i)
{
    LinAddr at;
    u64 old;
    if (!c.linear_address(i, 8, true, at) || !c.probe(at, 8, Access::Write) || !c.read(at, old))
        return Status::Fault;
    const u64 expected = u64{c.s.reg32(EDX)} << 32 | c.s.reg32(EAX);
    const bool equal = old == expected;
    const u64 desired = u64{c.s.reg32(ECX)} << 32 | c.s.reg32(EBX);
    if (!c.write(at, equal ? desired : old)) return Status::Fault;
    if (!equal) {
        c.s.set_reg32(EAX, static_cast<u32>(old));
        c.s.set_reg32(EDX, static_cast<u32>(old >> 32));
    }
    write_eflags(c, equal ? u32{ZF} : 0, ZF);
    return Status::Next;
}

} // namespace tabpc
