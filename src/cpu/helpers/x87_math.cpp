// The long and rare x87 instructions: transcendentals, remainders, scaling, BCD. Intel SDM vol. 2. The library computes
// them (cpu/fp); here are the operands, the condition codes and the stack.
#include "cpu/evaluator_x87.h"
#include "cpu/fp/transcendental.h"
#include "cpu/insns/x87_move.h"

namespace tabpc {

namespace {

using fp::Env;
using fp::F80;

template <class F> Status run(Cpu& c, const Insn& i, F&& definition)
{
    if (TABPC_UNLIKELY(!x87_ready(c)))
        if (const Status s = x87_check(c, i, true); s != Status::Next) return s;
    InterpX87 e(c, &i);
    definition(e);
    remember_pointers(c, i);
    return Status::Next;
}

// ST(0) op ST(1), to ST(0) or, with a pop, to ST(1).
template <class Op> void to_st0(InterpX87& e, Op op)
{
    const StOp x = e.st(0), y = e.st(1);
    e.commit(x, e.underflow(x, y) ? e.indefinite() : op(x.get(), y.get(), e.env));
}
template <class Op> void to_st1(InterpX87& e, Op op)
{
    const StOp x = e.st(0), y = e.st(1);
    if (e.commit(y, e.underflow(x, y) ? e.indefinite() : op(x.get(), y.get(), e.env))) e.pop();
}

// C3, C1 and C0 are bits 1, 0 and 2 of the quotient, if there is one; C2 says that it has to be done again.
void remainder(InterpX87& e, fp::Remainder (*op)(F80, F80, Env&))
{
    e.codes(fsw::C2, 0);
    to_st0(e, [&](F80 x, F80 y, Env& env) {
        const fp::Remainder r = op(x, y, env);
        if (env.unmasked(fp::PRE_COMPUTATION) || fp::unpack(r.value).is_nan()) return r.value;
        e.codes(fsw::C0 | fsw::C2 | fsw::C3,
                static_cast<u16>((r.quotient & 4 ? u32{fsw::C0} : 0u) | (r.quotient & 2 ? u32{fsw::C3} : 0u) |
                                 (r.partial ? u32{fsw::C2} : 0u)));
        env.c1 = r.quotient & 1;
        return r.value;
    });
}

// FSIN, FCOS, and with a push FSINCOS, FPTAN. C2: the operand was too large and stays.
void trigonometric(InterpX87& e, bool pushes, fp::Trigonometric (*op)(F80, Env&))
{
    const StOp x = e.st(0);
    fp::Trigonometric r{e.indefinite(), e.indefinite(), false};
    if (!e.underflow(x) && !(pushes && e.overflow())) r = op(x.get(), e.env);
    e.codes(fsw::C2, r.out_of_range ? u16{fsw::C2} : u16{0});
    if (r.out_of_range) e.conclude();
    else if (pushes) e.commit_and_push(r.value, r.pushed);
    else e.commit(x, r.value);
}

} // namespace

// clang-format off
Status helper::FSIN(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { trigonometric(e, false, fp::fsin); }); }
Status helper::FCOS(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { trigonometric(e, false, fp::fcos); }); }
Status helper::FSINCOS(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { trigonometric(e, true, fp::fsincos); }); }
Status helper::FPTAN(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { trigonometric(e, true, fp::fptan); }); }
Status helper::FPATAN(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { to_st1(e, fp::fpatan); }); }
Status helper::FYL2X(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { to_st1(e, fp::fyl2x); }); }
Status helper::FYL2XP1(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { to_st1(e, fp::fyl2xp1); }); }
Status helper::FSCALE(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { to_st0(e, fp::scale); }); }
Status helper::FPREM(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { remainder(e, fp::remainder); }); }
Status helper::FPREM1(Cpu& c, const Insn& i) { return run(c, i, [](InterpX87& e) { remainder(e, fp::remainder_nearest); }); }
// clang-format on

Status helper::F2XM1(Cpu& c, const Insn& i)
{
    return run(c, i, [](InterpX87& e) {
        const StOp x = e.st(0);
        e.commit(x, e.underflow(x) ? e.indefinite() : fp::f2xm1(x.get(), e.env));
    });
}

// The exponent takes the operand's place, the significand goes on top.
Status helper::FXTRACT(Cpu& c, const Insn& i)
{
    return run(c, i, [](InterpX87& e) {
        const StOp x = e.st(0);
        fp::Extracted r{e.indefinite(), e.indefinite()};
        if (!e.underflow(x) && !e.overflow()) r = fp::extract(x.get(), e.env);
        e.commit_and_push(r.exponent, r.significand);
    });
}

Status helper::FBLD(Cpu& c, const Insn& i)
{
    if (TABPC_UNLIKELY(!x87_ready(c)))
        if (const Status s = x87_check(c, i, true); s != Status::Next) return s;
    fp::Bcd v;
    if (!c.get_e(i, v)) return Status::Fault;
    return run(c, i, [&](InterpX87& e) { insn::FBLD(e, PtrOp<fp::Bcd>{v.bytes}); });
}

Status helper::FBSTP(Cpu& c, const Insn& i)
{
    if (TABPC_UNLIKELY(!x87_ready(c)))
        if (const Status s = x87_check(c, i, true); s != Status::Next) return s;
    LinAddr at;
    constexpr unsigned SIZE = sizeof(fp::Bcd);
    if (!c.linear_address(i, SIZE, true, at) || !c.probe(at, SIZE, Access::Write) ||
        !c.check_alignment(at, SIZE))
        return Status::Fault;
    fp::Bcd v;
    bool stored = false;
    run(c, i, [&](InterpX87& e) { stored = insn::FBSTP(e, PtrOp<fp::Bcd>{v.bytes}); });
    return next_or_fault(!stored || c.write(at, v));
}

} // namespace tabpc
