// What far jumps, calls, returns and interrupts share. Intel SDM vol. 3, 5.8.
#pragma once
#include "cpu/helpers.h"
#include "cpu/helpers/stack_frame.h"

namespace tabpc {

// A code segment that has passed its checks, and the offset to go to in it.
struct CodeTarget {
    u16 selector = 0;
    Descriptor d;
    u32 eip = 0;

    // Beyond the limit: #GP(0). The accessed bit is set here, as the last thing that can fail.
    [[nodiscard]] bool prepare(Cpu& c)
    {
        if (eip > d.limit()) return c.raise(exc::GP, 0);
        return set_accessed(c, selector, d);
    }
    // Nothing can fail any more.
    void enter(Cpu& c, unsigned cpl) const
    {
        c.set_cpl(static_cast<u8>(cpl));
        load_segment(c, CS, static_cast<u16>((selector & ~3) | cpl), d);
        c.s.rip = eip;
    }
};

// The stack of an inner level as the TSS names it, checked and ready for pushes.
struct InnerStack {
    u16 selector = 0;
    u32 esp = 0;
    Descriptor d;

    [[nodiscard]] bool find(Cpu& c, unsigned level)
    {
        return inner_stack(c, level, selector, esp) && check_stack_segment(c, selector, level, d, exc::TS);
    }
    // Its pushes fault with #SS(selector).
    Stack stack(Cpu& c, unsigned level) const
    {
        return Stack(c, hidden_part(selector, d), esp, level, selector_error(selector));
    }
    void enter(Cpu& c, const Stack& pushed) const
    {
        load_segment(c, SS, selector, d);
        c.s.gpr[ESP] = pushed.sp();
    }
};

// helpers/return.cpp: what RETF and IRET share.
[[nodiscard]] bool check_return_code(Cpu& c, u16 selector, Descriptor& d);
// To an outer level: takes ESP and SS from `stack`, drops `release` bytes from the new stack, and closes the data segments
// that the outer level must not see.
[[nodiscard]] bool return_to_outer_level(Cpu& c, Stack& stack, CodeTarget& to, bool o16, u32 release);

// Real mode and V86: goes to selector:eip. #GP(0) beyond the limit of CS.
[[nodiscard]] bool check_real_target(Cpu& c, u32 eip);
void enter_real_target(Cpu& c, u16 selector, u32 eip);

} // namespace tabpc
