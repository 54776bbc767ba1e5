// Interrupts and exceptions: from the vector to the first instruction of the handler. Intel SDM vol. 2, INT n; vol. 3, 6.12
// (protected mode), 20.1.4 (real mode), 20.3 (virtual-8086 mode); double faults by vol. 3, table 6-5.
#include "cpu/helpers/transfer.h"

namespace tabpc {

namespace {

using namespace eflags;

// An IDT entry's error code: index * 8, IDT bit.
constexpr u32 idt_error(u8 vector) { return vector * 8u + 2u; }

// SDM vol. 3, 20.1.4. No error codes in real mode. Also how V86 reaches its own handlers (VME): `pushed_flags`.
bool enter_real_handler(Cpu& c, u8 vector, LinAddr table, u32 pushed_flags, u32 cleared)
{
    u16 ip, cs;
    const LinAddr at = linear(table + vector * 4u);
    if (!c.read(at, ip, true) || !c.read(linear(at + 2), cs, true)) return false;
    Stack stack(c);
    if (!stack.room(6) || !stack.push(pushed_flags, true) || !stack.push(c.s.seg[CS].selector, true) ||
        !stack.push(static_cast<u32>(c.s.rip), true))
        return false;
    c.s.gpr[ESP] = stack.sp();
    write_eflags(c, 0, cleared);
    enter_real_target(c, cs, ip);
    return true;
}

bool enter_real(Cpu& c, u8 vector)
{
    if (vector * 4u + 3 > c.s.idtr.limit) return c.raise(exc::GP, idt_error(vector));
    return enter_real_handler(c, vector, c.s.idtr.base, c.s.get_eflags(), IF | TF | AC | RF);
}

struct Event {
    u8 vector;
    IntKind kind;
    bool has_error;
    u32 error;
};

// What a gate's handler finds on its stack, lowest privilege dependent part first.
bool push_frame(Cpu& c, Stack& stack, const Event& e, bool o16)
{
    return stack.push(c.s.get_eflags(), o16) && stack.push(c.s.seg[CS].selector, o16) &&
           stack.push(static_cast<u32>(c.s.rip), o16) && (!e.has_error || stack.push(e.error, o16));
}

void clear_flags(Cpu& c, const Descriptor& gate)
{
    const bool interrupt_gate = !(gate.type() & 1);
    write_eflags(c, 0, TF | NT | RF | VM | (interrupt_gate ? u32{IF} : 0));
}

// The handler runs at the CPL of the interrupted code.
bool enter_same_level(Cpu& c, const Event& e, const Descriptor& gate, CodeTarget& to)
{
    const bool o16 = !gate.gate32();
    Stack stack(c);
    if (!stack.room((e.has_error ? 4 : 3) * (o16 ? 2 : 4)) || !push_frame(c, stack, e, o16) || !to.prepare(c))
        return false;
    c.s.gpr[ESP] = stack.sp();
    to.enter(c, c.s.cpl);
    clear_flags(c, gate);
    return true;
}

// V86 code leaves its data segment registers on the stack; the handler starts with null ones.
bool push_v86_segments(Cpu& c, Stack& stack, bool o16)
{
    for (const Sreg seg : {GS, FS, DS, ES})
        if (!stack.push(c.s.seg[seg].selector, o16)) return false;
    return true;
}

bool enter_inner_level(Cpu& c, const Event& e, const Descriptor& gate, CodeTarget& to)
{
    const bool o16 = !gate.gate32(), from_v86 = c.s.v86();
    const unsigned level = to.d.dpl();
    InnerStack inner;
    if (!inner.find(c, level)) return false;
    Stack stack = inner.stack(c, level);
    const unsigned slots = 5 + (e.has_error ? 1 : 0) + (from_v86 ? 4 : 0);
    if (!stack.room(slots * (o16 ? 2 : 4))) return false;
    if (from_v86 && !push_v86_segments(c, stack, o16)) return false;
    if (!stack.push(c.s.seg[SS].selector, o16) || !stack.push(c.s.reg32(ESP), o16) ||
        !push_frame(c, stack, e, o16) || !to.prepare(c) || !set_accessed(c, inner.selector, inner.d))
        return false;

    clear_flags(c, gate); // VM first: what follows are protected-mode loads
    to.enter(c, level);
    inner.enter(c, stack);
    if (from_v86)
        for (const Sreg seg : {GS, FS, DS, ES}) load_segment_null(c, seg, 0);
    return true;
}

// The code segment of an interrupt or trap gate, and what its level means.
bool enter_gate(Cpu& c, const Event& e, const Descriptor& gate)
{
    CodeTarget to{gate.gate_selector(), {}, gate.gate_offset()};
    if (is_null(to.selector)) return c.raise(exc::GP, 0);
    if (!read_descriptor(c, to.selector, to.d)) return false;
    if (!to.d.code() || to.d.dpl() > c.s.cpl) return c.raise(exc::GP, selector_error(to.selector));
    if (!to.d.present()) return c.raise(exc::NP, selector_error(to.selector));

    const bool inner = !to.d.conforming() && to.d.dpl() < c.s.cpl;
    // From V86 there is only the way to CPL 0.
    if (c.s.v86() && !(inner && to.d.dpl() == 0)) return c.raise(exc::GP, selector_error(to.selector));
    return inner ? enter_inner_level(c, e, gate, to) : enter_same_level(c, e, gate, to);
}

bool is_idt_type(const Descriptor& d)
{
    using namespace systype;
    return d.is_system(TASK_GATE) || d.is_system(INT_GATE16) || d.is_system(TRAP_GATE16) ||
           d.is_system(INT_GATE32) || d.is_system(TRAP_GATE32);
}

bool enter_protected(Cpu& c, const Event& e)
{
    const u32 at = e.vector * 8u;
    Descriptor gate;
    if (at + 7 > c.s.idtr.limit) return c.raise(exc::GP, idt_error(e.vector));
    if (!c.read(linear(c.s.idtr.base + at), gate.low, true) ||
        !c.read(linear(c.s.idtr.base + at + 4), gate.high, true))
        return false;
    if (!is_idt_type(gate)) return c.raise(exc::GP, idt_error(e.vector));
    if (e.kind == IntKind::Software && gate.dpl() < c.s.cpl) return c.raise(exc::GP, idt_error(e.vector));
    if (!gate.present()) return c.raise(exc::NP, idt_error(e.vector));
    if (gate.is_system(systype::TASK_GATE))
        return task_switch(c, gate.gate_selector(), TaskSource::Interrupt, e.has_error, e.error);
    return enter_gate(c, e, gate);
}

bool pushes_selector_error(u8 vector)
{
    return vector == exc::TS || vector == exc::NP || vector == exc::SS || vector == exc::GP;
}

} // namespace

bool enter_interrupt(Cpu& c, u8 vector, IntKind kind, bool has_error, u32 error)
{
    // RF lasts for one instruction; faults alone push it set (vol. 3, 17.3.1.1).
    if (kind != IntKind::Exception || vector == exc::DB) c.s.eflags &= ~u32{RF};
    const bool entered =
        c.s.protected_mode() ? enter_protected(c, {vector, kind, has_error, error}) : enter_real(c, vector);
    if (!entered) {
        constexpr u32 EXT = 1; // the program did not ask for the event whose delivery failed
        if (kind != IntKind::Software && pushes_selector_error(c.fault.vector)) c.fault.error |= EXT;
        return false;
    }
    c.entered_handler = true;
    if (vector == exc::DB && kind == IntKind::Exception) {
        constexpr u64 GD = 1u << 13; // so that the handler can use the debug registers
        c.s.dr[7] &= ~GD;
        c.mode_changed();
    }
    return true;
}

// ---- faults ---------------------------------------------------------------------------------------------------------------

namespace {

bool contributory(u8 vector) { return vector == exc::DE || (vector >= exc::TS && vector <= exc::GP); }

// SDM vol. 3, table 6-5: whether `second`, raised while `first` was being delivered, makes a double fault.
bool makes_double_fault(u8 first, u8 second)
{
    if (contributory(first)) return contributory(second);
    if (first == exc::PF) return second == exc::PF || contributory(second);
    return false;
}

// Faults push RF set, so that an instruction breakpoint does not strike again at the restart. #DB decides for itself:
// whoever raises it (vol. 3, 17.3.1.1).
bool pushes_rf(u8 vector) { return vector != exc::DB && vector != exc::DF; }

} // namespace

void Cpu::enter_shutdown()
{
    shut_down_ = true;
    if (wires.shutdown) wires.shutdown(wires.opaque);
    request_exit();
}

void Cpu::deliver_fault()
{
    met_breakpoints_ = 0; // by an instruction that has not come to its end
    for (;;) {
        const Fault now = fault;
        if (pushes_rf(now.vector)) s.eflags |= RF;
        if (enter_interrupt(*this, now.vector, IntKind::Exception, now.has_error, now.error)) return;
        if (now.vector == exc::DF) {
            enter_shutdown();
            return;
        }
        if (makes_double_fault(now.vector, fault.vector)) raise(exc::DF, 0);
    }
}

// ---- the instructions -----------------------------------------------------------------------------------------------------

namespace {

Status software_interrupt(Cpu& c, const Insn& i, u8 vector, IntKind kind)
{
    return transfer_with_return_address(c, i, [&] { return enter_interrupt(c, vector, kind, false, 0); });
}

// SDM vol. 3, 20.3.3.4: the software interrupt redirection bitmap lies below the I/O map. A clear bit: the V86 program's
// own handler.
bool redirected_to_v86(Cpu& c, u8 vector, bool& redirected)
{
    constexpr u32 IO_MAP_BASE = 0x66, BITMAP_BYTES = 32;
    u16 io_map;
    u8 bits;
    if (c.s.tr.limit < IO_MAP_BASE + 1) return c.raise(exc::GP, 0);
    if (!c.read(linear(c.s.tr.base + IO_MAP_BASE), io_map, true)) return false;
    const u32 at = io_map - BITMAP_BYTES + vector / 8u;
    if (io_map < BITMAP_BYTES || at > c.s.tr.limit) return c.raise(exc::GP, 0);
    if (!c.read(linear(c.s.tr.base + at), bits, true)) return false;
    redirected = !(bits >> (vector & 7) & 1);
    return true;
}

// With IOPL 3 the program's IF is the real one, else it is VIF, and the image says IOPL 3.
bool enter_v86_handler(Cpu& c, u8 vector)
{
    const u32 flags = c.s.get_eflags();
    if (c.s.iopl() == 3) return enter_real_handler(c, vector, 0, flags, IF | TF | RF);
    const u32 image = (flags & ~u32{IF}) | IOPL | (flags & VIF ? u32{IF} : 0);
    return enter_real_handler(c, vector, 0, image, VIF | TF | RF);
}

Status interrupt_v86(Cpu& c, const Insn& i, u8 vector)
{
    bool redirected = false;
    if ((c.s.cr4 & cr4::VME) && !redirected_to_v86(c, vector, redirected)) return Status::Fault;
    if (redirected) return transfer_with_return_address(c, i, [&] { return enter_v86_handler(c, vector); });
    if (c.s.iopl() < 3) return fault_gp0(c);
    return software_interrupt(c, i, vector, IntKind::Software);
}

} // namespace

Status helper::INT(Cpu& c, const Insn& i)
{
    const u8 vector = static_cast<u8>(i.imm);
    if (c.s.v86()) return interrupt_v86(c, i, vector);
    return software_interrupt(c, i, vector, IntKind::Software);
}

Status helper::INT3(Cpu& c, const Insn& i) { return software_interrupt(c, i, exc::BP, IntKind::Software); }

Status helper::INT1(Cpu& c, const Insn& i) { return software_interrupt(c, i, exc::DB, IntKind::Exception); }

Status helper::INTO(Cpu& c, const Insn& i)
{
    if (!c.s.flags.of()) return Status::Next;
    return software_interrupt(c, i, exc::OF, IntKind::Software);
}

} // namespace tabpc
