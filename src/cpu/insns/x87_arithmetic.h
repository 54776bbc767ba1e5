// Arithmetic of the x87. SDM vol. 2. d is a register; s is one, or an operand in memory. Each returns whether its result was
// committed: with an unmasked invalid operation, denormal or division by zero nothing changes, and nothing is popped.
#pragma once

namespace tabpc::insn {

// clang-format off
template <class E> bool FADD(E& e, auto d, auto s) { return e.commit(d, e.underflow(d, s) ? e.indefinite() : e.fadd(d.get(), s)); }
template <class E> bool FSUB(E& e, auto d, auto s) { return e.commit(d, e.underflow(d, s) ? e.indefinite() : e.fsub(d.get(), s)); }
template <class E> bool FSUBR(E& e, auto d, auto s) { return e.commit(d, e.underflow(d, s) ? e.indefinite() : e.fsubr(d.get(), s)); }
template <class E> bool FMUL(E& e, auto d, auto s) { return e.commit(d, e.underflow(d, s) ? e.indefinite() : e.fmul(d.get(), s)); }
template <class E> bool FDIV(E& e, auto d, auto s) { return e.commit(d, e.underflow(d, s) ? e.indefinite() : e.fdiv(d.get(), s)); }
template <class E> bool FDIVR(E& e, auto d, auto s) { return e.commit(d, e.underflow(d, s) ? e.indefinite() : e.fdivr(d.get(), s)); }
// clang-format on

template <class E> bool FADDP(E& e, auto d, auto s) { return FADD(e, d, s) && e.pop(); }
template <class E> bool FSUBP(E& e, auto d, auto s) { return FSUB(e, d, s) && e.pop(); }
template <class E> bool FSUBRP(E& e, auto d, auto s) { return FSUBR(e, d, s) && e.pop(); }
template <class E> bool FMULP(E& e, auto d, auto s) { return FMUL(e, d, s) && e.pop(); }
template <class E> bool FDIVP(E& e, auto d, auto s) { return FDIV(e, d, s) && e.pop(); }
template <class E> bool FDIVRP(E& e, auto d, auto s) { return FDIVR(e, d, s) && e.pop(); }

template <class E> bool FIADD(E& e, auto d, auto s) { return FADD(e, d, s); }
template <class E> bool FISUB(E& e, auto d, auto s) { return FSUB(e, d, s); }
template <class E> bool FISUBR(E& e, auto d, auto s) { return FSUBR(e, d, s); }
template <class E> bool FIMUL(E& e, auto d, auto s) { return FMUL(e, d, s); }
template <class E> bool FIDIV(E& e, auto d, auto s) { return FDIV(e, d, s); }
template <class E> bool FIDIVR(E& e, auto d, auto s) { return FDIVR(e, d, s); }

template <class E> bool FSQRT(E& e)
{
    auto d = e.st(0);
    return e.commit(d, e.underflow(d) ? e.indefinite() : e.fsqrt(d.get()));
}
template <class E> bool FRNDINT(E& e)
{
    auto d = e.st(0);
    return e.commit(d, e.underflow(d) ? e.indefinite() : e.frndint(d.get()));
}
// The sign alone, of anything: no NaN is quieted and nothing raised.
template <class E> bool FCHS(E& e)
{
    auto d = e.st(0);
    return e.commit(d, e.underflow(d) ? e.indefinite() : e.fchs(d.get()));
}
template <class E> bool FABS(E& e)
{
    auto d = e.st(0);
    return e.commit(d, e.underflow(d) ? e.indefinite() : e.fabs(d.get()));
}

} // namespace tabpc::insn
