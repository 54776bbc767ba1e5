// See interp.h: the handlers of 16-bit and of rare instructions, one at a time.
#include "cpu/forms.h"
#include "cpu/insns/alu.h"
#include "cpu/insns/bits.h"
#include "cpu/insns/control.h"
#include "cpu/insns/misc.h"
#include "cpu/insns/muldiv.h"
#include "cpu/insns/shift.h"
#include "cpu/insns/stack.h"

namespace tabpc {

#define NEXT return Outcome::Next;
#define FAULTED return Outcome::Fault;
#define COMMIT(p, n)                                                                                                   \
    if (Engine::committed(c, i, p, n)) return Outcome::Stop;
#define JUMP(e)                                                                                                        \
    {                                                                                                                  \
        c.s.rip = e.target;                                                                                            \
        return Outcome::Jumped;                                                                                        \
    }
#define COMMIT_JUMP(e, p, n)                                                                                           \
    c.s.rip = e.target;                                                                                                \
    return Engine::committed(c, i, p, n) ? Outcome::Left : Outcome::Jumped;

Outcome Engine::word(Cpu& c, const Insn* i)
{
    switch (i->op) {
#define I(name, form, widths, access) WIDTHS_word_##widths(form, name, access)
#include "cpu/insns.inc"
#undef I
    default: __builtin_unreachable();
    }
}

} // namespace tabpc
