// Instructions that examine selectors and load LDTR and TR. Intel SDM vol. 2: LAR, LSL, VERR, VERW, ARPL, LLDT, LTR, SLDT,
// STR. All are #UD in real and virtual-8086 mode.
#include "cpu/helpers/operands.h"
#include <algorithm>

namespace tabpc {

namespace {

Status zero_flag(Cpu& c, bool set)
{
    write_eflags(c, set ? u32{eflags::ZF} : 0, eflags::ZF);
    return Status::Next;
}

// The privilege rule of LAR, LSL, VERR and VERW.
bool visible(const Cpu& c, u16 selector, const Descriptor& d)
{
    return d.conforming() || std::max<unsigned>(selector & 3, c.s.cpl) <= d.dpl();
}

constexpr u32 types(std::initializer_list<unsigned> list)
{
    u32 set = 0;
    for (unsigned t : list) set |= 1u << t;
    return set;
}
using namespace systype;
constexpr u32 HAS_LIMIT = types({TSS16, LDT, TSS16_BUSY, TSS32, TSS32_BUSY});
constexpr u32 HAS_RIGHTS = HAS_LIMIT | types({CALL_GATE16, TASK_GATE, CALL_GATE32});

// Reads the descriptor that the selector in E names. `found` is false for one that must not be seen or is of a type
// that `system_types` does not hold.
bool examine(Cpu& c, const Insn& i, u32 system_types, Descriptor& d, bool& found)
{
    u16 selector;
    if (!c.get_e(i, selector) || !find_descriptor(c, selector, d, found)) return false;
    found = found && visible(c, selector, d) && (!d.system() || (system_types >> d.type() & 1));
    return true;
}

template <class Test>
Status verify(Cpu& c, const Insn& i, Test test)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    Descriptor d;
    bool found;
    if (!examine(c, i, 0, d, found)) return Status::Fault;
    return zero_flag(c, found && test(d));
}

} // namespace

Status helper::LAR(Cpu& c, const Insn& i)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    Descriptor d;
    bool found;
    if (!examine(c, i, HAS_RIGHTS, d, found)) return Status::Fault;
    // Bits 19:16 are undefined; processors leave what the descriptor has there.
    if (found) set_register(c, i.d, d.high & 0x00ffff00, i.o16);
    return zero_flag(c, found);
}

Status helper::LSL(Cpu& c, const Insn& i)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    Descriptor d;
    bool found;
    if (!examine(c, i, HAS_LIMIT, d, found)) return Status::Fault;
    if (found) set_register(c, i.d, d.limit(), i.o16);
    return zero_flag(c, found);
}

Status helper::VERR(Cpu& c, const Insn& i)
{
    return verify(c, i, [](const Descriptor& d) { return d.readable(); });
}

Status helper::VERW(Cpu& c, const Insn& i)
{
    return verify(c, i, [](const Descriptor& d) { return d.writable_data(); });
}

Status helper::ARPL(Cpu& c, const Insn& i)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    const unsigned rpl = get_register(c, i.s) & 3;
    u16 selector;
    if (!c.get_e(i, selector)) return Status::Fault;
    const bool raised = (selector & 3) < rpl;
    // Written only when it changes.
    if (raised && !c.set_e(i, static_cast<u16>((selector & ~3) | rpl))) return Status::Fault;
    return zero_flag(c, raised);
}

Status helper::LLDT(Cpu& c, const Insn& i)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    if (c.s.cpl != 0) return fault_gp0(c);
    u16 selector;
    if (!c.get_e(i, selector)) return Status::Fault;
    if (is_null(selector)) {
        c.s.ldtr.selector = selector;
        c.s.ldtr.attr = 0; // not present: selectors with TI set fault
        return Status::Next;
    }
    Descriptor d;
    if (selector & 4) return leave_or_fault(c.raise(exc::GP, selector_error(selector)));
    if (!read_descriptor(c, selector, d)) return Status::Fault;
    if (!d.is_system(LDT)) return leave_or_fault(c.raise(exc::GP, selector_error(selector)));
    if (!d.present()) return leave_or_fault(c.raise(exc::NP, selector_error(selector)));
    c.s.ldtr = hidden_part(selector, d);
    return Status::Next;
}

Status helper::LTR(Cpu& c, const Insn& i)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    if (c.s.cpl != 0) return fault_gp0(c);
    u16 selector;
    if (!c.get_e(i, selector)) return Status::Fault;
    if (is_null(selector)) return fault_gp0(c);
    Descriptor d;
    if (selector & 4) return leave_or_fault(c.raise(exc::GP, selector_error(selector)));
    if (!read_descriptor(c, selector, d)) return Status::Fault;
    if (!d.is_system(TSS16) && !d.is_system(TSS32))
        return leave_or_fault(c.raise(exc::GP, selector_error(selector)));
    if (!d.present()) return leave_or_fault(c.raise(exc::NP, selector_error(selector)));
    if (!set_busy(c, selector, d, true)) return Status::Fault;
    c.s.tr = hidden_part(selector, d);
    return Status::Next;
}

Status helper::SLDT(Cpu& c, const Insn& i)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    return next_or_fault(store_selector(c, i, c.s.ldtr.selector));
}

Status helper::STR(Cpu& c, const Insn& i)
{
    if (c.s.real_or_v86()) return fault_ud(c);
    return next_or_fault(store_selector(c, i, c.s.tr.selector));
}

} // namespace tabpc
