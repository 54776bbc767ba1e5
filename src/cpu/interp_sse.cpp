// See interp.h: MMX and SSE, by class; and what keeps their instructions from running. SDM vol. 3, 12.1 and 13.1.
#include "cpu/vector_operands.h"

namespace tabpc {

Outcome simd_unavailable(Cpu& c, const Insn* i, bool sse)
{
    if (c.s.cr0 & cr0::EM || (sse && !(c.s.cr4 & cr4::OSFXSR))) {
        c.raise(exc::UD);
        return Outcome::Fault;
    }
    switch (x87_check(c, *i, true)) { // #NM, or an x87 error that waits
    case Status::Next: break;
    case Status::Leave: return Outcome::Left;
    case Status::Fault: return Outcome::Fault;
    }
    return Outcome::Next;
}

Engine::Ran Engine::simd(Cpu& c, const Insn* i)
{
    for (;;) {
        Outcome how;
        if (i->op < op::FIRST_SSE_MOVE) how = mmx(c, i);
        else if (i->op < op::FIRST_SSE_INTEGER) how = sse_move(c, i);
        else if (i->op < op::FIRST_SSE_FLOAT) how = sse_integer(c, i);
        else how = sse_float(c, i);
        if (how != Outcome::Next) return {i, how};
        i++;
        if (!op::is_simd(i->op)) return {i, how};
    }
}

} // namespace tabpc
