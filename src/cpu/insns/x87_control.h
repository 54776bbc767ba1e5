// The control and status words of the x87. SDM vol. 2. FNSTSW also stores to AX.
#pragma once

namespace tabpc::insn {

template <class E> void FLDCW(E& e, auto s) { e.set_control_word(s.get()); }
template <class E> bool FNSTCW(E& e, auto d)
{
    d.set(e.control_word());
    return true;
}
template <class E> bool FNSTSW(E& e, auto d)
{
    d.set(e.status());
    return true;
}

} // namespace tabpc::insn
