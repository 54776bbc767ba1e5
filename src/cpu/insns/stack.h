// PUSH, POP, LEAVE. SDM vol. 2. `st` is the stack slot, already addressable; the stack pointer's width is the stack's.
#pragma once

namespace tabpc::insn {

template <class E> void PUSH(E& e, auto s, auto st)
{
    st.set(s.get());
    e.sp_sub(st);
}
// The stack pointer moves first, so that POP ESP loads what was on the stack.
template <class E> void POP(E& e, auto d, auto st)
{
    auto v = st.get();
    e.sp_add(st);
    d.set(v);
}
// st is the slot at EBP.
template <class E> void LEAVE(E& e, auto bp, auto st)
{
    auto v = st.get();
    e.sp_from_bp(st);
    bp.set(v);
}

} // namespace tabpc::insn
