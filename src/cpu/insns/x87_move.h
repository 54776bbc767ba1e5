// Loads, stores, constants and the register stack of the x87. SDM vol. 2. s and d are ST(i) or in memory. A store returns
// whether it was done.
#pragma once
#include "cpu/fp/remainder.h"

namespace tabpc::insn {

template <class E> void FLD(E& e, auto s) { e.push(e.underflow(s) || e.overflow() ? e.indefinite() : e.load(s)); }
template <class E> void FILD(E& e, auto s) { FLD(e, s); }
template <class E> void FBLD(E& e, auto s) { FLD(e, s); }

template <class E> bool FST(E& e, auto d)
{
    auto x = e.st(0);
    return e.store(d, e.underflow(x) ? e.indefinite(d) : e.real(d, x.get()));
}
template <class E> bool FSTP(E& e, auto d) { return FST(e, d) && e.pop(); }
// D9 D8+i: an empty ST(0) is popped without an exception, and d stays.
template <class E> void FSTPNCE(E& e, auto d)
{
    auto x = e.st(0);
    if (e.is_empty(x)) e.conclude();
    else e.commit(d, x.get());
    e.pop();
}
template <class E> bool FIST(E& e, auto d)
{
    auto x = e.st(0);
    return e.store(d, e.underflow(x) ? e.indefinite(d) : e.integer(d, x.get()));
}
template <class E> bool FISTP(E& e, auto d) { return FIST(e, d) && e.pop(); }
template <class E> bool FISTTP(E& e, auto d)
{
    auto x = e.st(0);
    return e.store(d, e.underflow(x) ? e.indefinite(d) : e.truncated(d, x.get())) && e.pop();
}
template <class E> bool FBSTP(E& e, auto d)
{
    auto x = e.st(0);
    return e.store(d, e.underflow(x) ? e.indefinite(d) : e.packed_bcd(d, x.get())) && e.pop();
}

template <class E> void load_constant(E& e, fp::Constant k) { e.push(e.overflow() ? e.indefinite() : e.constant(k)); }
template <class E> void FLD1(E& e) { load_constant(e, fp::Constant::One); }
template <class E> void FLDL2T(E& e) { load_constant(e, fp::Constant::L2T); }
template <class E> void FLDL2E(E& e) { load_constant(e, fp::Constant::L2E); }
template <class E> void FLDPI(E& e) { load_constant(e, fp::Constant::Pi); }
template <class E> void FLDLG2(E& e) { load_constant(e, fp::Constant::LG2); }
template <class E> void FLDLN2(E& e) { load_constant(e, fp::Constant::LN2); }
template <class E> void FLDZ(E& e) { load_constant(e, fp::Constant::Zero); }

// The masked response fills each empty register with the indefinite before the exchange.
template <class E> void FXCH(E& e, auto s)
{
    auto d = e.st(0);
    e.underflow(d, s);
    auto x = e.is_empty(d) ? e.indefinite() : d.get();
    auto y = e.is_empty(s) ? e.indefinite() : s.get();
    if (e.commit(d, y)) s.set(x);
}

template <u8 CC, class E> void conditional_move(E& e, auto d, auto s)
{
    if (e.underflow(d, s)) e.commit(d, e.indefinite()); // whatever the condition says
    else d.set(e.select(e.condition(Condition<CC>{}), s.get(), d.get())); // C1 stays
}
template <class E> void FCMOVB(E& e, auto d, auto s) { conditional_move<2>(e, d, s); }
template <class E> void FCMOVNB(E& e, auto d, auto s) { conditional_move<3>(e, d, s); }
template <class E> void FCMOVE(E& e, auto d, auto s) { conditional_move<4>(e, d, s); }
template <class E> void FCMOVNE(E& e, auto d, auto s) { conditional_move<5>(e, d, s); }
template <class E> void FCMOVBE(E& e, auto d, auto s) { conditional_move<6>(e, d, s); }
template <class E> void FCMOVNBE(E& e, auto d, auto s) { conditional_move<7>(e, d, s); }
template <class E> void FCMOVU(E& e, auto d, auto s) { conditional_move<10>(e, d, s); }
template <class E> void FCMOVNU(E& e, auto d, auto s) { conditional_move<11>(e, d, s); }

template <class E> void FFREE(E& e, auto s)
{
    e.free(s);
    e.conclude();
}
template <class E> void FFREEP(E& e, auto s)
{
    FFREE(e, s);
    e.pop();
}
template <class E> void FINCSTP(E& e)
{
    e.rotate(1);
    e.conclude();
}
template <class E> void FDECSTP(E& e)
{
    e.rotate(-1);
    e.conclude();
}
template <class E> void FNOP(E&) {}

} // namespace tabpc::insn
