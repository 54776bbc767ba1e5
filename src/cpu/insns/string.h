// One iteration of the string instructions. x is at (E)SI in DS or its override, y at (E)DI in ES. Repetition, index steps
// and counts are the engine's: they are the same for all. SDM vol. 2, "REP/REPE/REPNE".
#pragma once

namespace tabpc::insn {

template <class E> void MOVS(E&, auto y, auto x) { y.set(x.get()); }
template <class E> void STOS(E& e, auto y) { y.set(e.accumulator(y).get()); }
template <class E> void LODS(E& e, auto x) { e.accumulator(x).set(x.get()); }
template <class E> void CMPS(E& e, auto x, auto y)
{
    auto a = x.get(), b = y.get();
    e.fl_sub(a, b, e.sub(a, b));
}
template <class E> void SCAS(E& e, auto y)
{
    auto a = e.accumulator(y).get(), b = y.get();
    e.fl_sub(a, b, e.sub(a, b));
}

} // namespace tabpc::insn
