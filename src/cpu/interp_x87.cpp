// See interp.h: the handlers of the x87. Unlike the other switches outside the main one it goes on by itself as long as x87
// instructions follow.
#include "cpu/forms_x87.h"
#include "cpu/insns/x87_arithmetic.h"
#include "cpu/insns/x87_compare.h"
#include "cpu/insns/x87_control.h"
#include "cpu/insns/x87_move.h"

namespace tabpc {

#define DONE goto done;
#define DONE_CONTROL goto done_control;
#define COMMIT_CONTROL(p)                                                                                              \
    if (Engine::committed(c, i, p, 0)) return {i, Outcome::Stop};                                                      \
    DONE_CONTROL
#define FAULTED return {i, Outcome::Fault};
#define COMMIT(p)                                                                                                      \
    {                                                                                                                  \
        if (Engine::committed(c, i, p, 0)) goto stop;                                                                  \
    }

Engine::Ran Engine::x87(Cpu& c, const Insn* i)
{
    for (;;) {
        if (TABPC_UNLIKELY(!x87_ready(c)) && op::is_x87(i->op)) {
            switch (x87_check(c, *i, i->op < op::FNSTCW)) {
            case Status::Next: break;
            case Status::Leave: return {i, Outcome::Left};
            case Status::Fault: FAULTED
            }
        }
        switch (i->op) {
#define X87(name, form) X87_##form(name)
#include "cpu/insns_x87.inc"
#undef X87
            CASE(FLDCW, m2) { ADDRESS(p, u16, Read); RUN(FLDCW, PtrOp<u16>{p}); DONE_CONTROL }
            CASE(FNSTCW, m2) { ADDRESS(p, u16, Write); RUN(FNSTCW, PtrOp<u16>{p}); COMMIT_CONTROL(p) }
            CASE(FNSTSW, m2) { ADDRESS(p, u16, Write); RUN(FNSTSW, PtrOp<u16>{p}); COMMIT_CONTROL(p) }
            CASE(FNSTSW, st) { RUN(FNSTSW, Engine::reg<u16>(c, EAX * 8)); DONE_CONTROL }
        default: return {i, Outcome::Next}; // of another class
        }
    done:
        remember_pointers(c, *i);
    done_control:
        i++;
        continue;
    stop:
        remember_pointers(c, *i);
        return {i, Outcome::Stop};
    }
}

} // namespace tabpc
