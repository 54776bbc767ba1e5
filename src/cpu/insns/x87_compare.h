// Comparisons of the x87, to the condition codes or (FCOMI) to EFLAGS. SDM vol. 2. An empty register compares as unordered.
// They return whether they were done: an unmasked IE or DE keeps them from popping, though the codes are set.
#pragma once

namespace tabpc::insn {

template <class E> bool FCOM(E& e, auto d, auto s)
{
    return e.relation(e.underflow(d, s) ? e.unordered() : e.fcom(d.get(), s));
}
template <class E> bool FUCOM(E& e, auto d, auto s)
{
    return e.relation(e.underflow(d, s) ? e.unordered() : e.fucom(d.get(), s));
}
template <class E> bool FCOMI(E& e, auto d, auto s)
{
    return e.fl_relation(e.underflow(d, s) ? e.unordered() : e.fcom(d.get(), s));
}
template <class E> bool FUCOMI(E& e, auto d, auto s)
{
    return e.fl_relation(e.underflow(d, s) ? e.unordered() : e.fucom(d.get(), s));
}

template <class E> bool FCOMP(E& e, auto d, auto s) { return FCOM(e, d, s) && e.pop(); }
template <class E> bool FCOMPP(E& e, auto d, auto s) { return FCOM(e, d, s) && e.pop(2); }
template <class E> bool FUCOMP(E& e, auto d, auto s) { return FUCOM(e, d, s) && e.pop(); }
template <class E> bool FUCOMPP(E& e, auto d, auto s) { return FUCOM(e, d, s) && e.pop(2); }
template <class E> bool FCOMIP(E& e, auto d, auto s) { return FCOMI(e, d, s) && e.pop(); }
template <class E> bool FUCOMIP(E& e, auto d, auto s) { return FUCOMI(e, d, s) && e.pop(); }
template <class E> bool FICOM(E& e, auto d, auto s) { return FCOM(e, d, s); }
template <class E> bool FICOMP(E& e, auto d, auto s) { return FCOM(e, d, s) && e.pop(); }

template <class E> bool FTST(E& e)
{
    auto d = e.st(0);
    return e.relation(e.underflow(d) ? e.unordered() : e.ftst(d.get()));
}
template <class E> void FXAM(E& e) { e.codes(fsw::CODES, e.fxam(e.st(0))); }

} // namespace tabpc::insn
