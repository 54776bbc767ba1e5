// Near control transfers. SDM vol. 2. jump and jump_if check the target against CS.limit (#GP(0) at the jump itself) before
// anything is committed. `t` is the target: relative or from an operand.
#pragma once

namespace tabpc::insn {

template <class E> bool JMP(E& e, auto t) { return e.jump(t.get()); }
template <class E> bool Jcc(E& e, auto cc, auto t) { return e.jump_if(e.condition(cc), t.get()); }

template <class E> bool CALL(E& e, auto t, auto st)
{
    if (!e.jump(t.get())) return false;
    st.set(e.return_address(st));
    e.sp_sub(st);
    return true;
}
// n: bytes of arguments to release.
template <class E> bool RET(E& e, auto st, auto n)
{
    if (!e.jump(st.get())) return false;
    e.sp_add(st, n);
    return true;
}

// c: CX or ECX by address size.
template <class E> bool JCXZ(E& e, auto c, auto t) { return e.jump_if(e.zero(c.get()), t.get()); }
template <class E> bool LOOP(E& e, auto c, auto t)
{
    auto x = c.get(), n = e.sub(x, e.constant(x, 1));
    if (!e.jump_if(e.nonzero(n), t.get())) return false;
    c.set(n);
    return true;
}
template <class E> bool LOOPE(E& e, auto c, auto t)
{
    auto x = c.get(), n = e.sub(x, e.constant(x, 1));
    if (!e.jump_if(e.and_bit(e.nonzero(n), e.zf()), t.get())) return false;
    c.set(n);
    return true;
}
template <class E> bool LOOPNE(E& e, auto c, auto t)
{
    auto x = c.get(), n = e.sub(x, e.constant(x, 1));
    if (!e.jump_if(e.and_bit(e.nonzero(n), e.not_bit(e.zf())), t.get())) return false;
    c.set(n);
    return true;
}

} // namespace tabpc::insn
