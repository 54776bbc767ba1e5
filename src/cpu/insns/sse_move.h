// SSE's moves, logic and shuffles. SDM vol. 2. A scalar operand is the low lane of its register: setting it leaves the rest.
#pragma once
#include "cpu/insns/mmx.h"

namespace tabpc::insn {

#define MOVE(name)                                                                                                     \
    template <class E> void name(E& e, auto d, auto s) { d.set(e.fit(d, s.get())); }
MOVE(MOVAPS)
MOVE(MOVAPD)
MOVE(MOVUPS)
MOVE(MOVUPD)
MOVE(MOVDQA)
MOVE(MOVDQU)
MOVE(LDDQU)
MOVE(MOVNTPS)
MOVE(MOVNTPD)
MOVE(MOVNTDQ)
MOVE(MOVNTDQA)
MOVE(MOVSS)
MOVE(MOVSD)
MOVE(MOVLPS)
MOVE(MOVLPD)
#undef MOVE

// The high half to memory, or from where the source says.
template <class E, class D> void move_high(E& e, D d, auto s)
{
    if constexpr (std::is_same_v<typename D::Value, V64>) d.set(e.high(s.get()));
    else d.set(e.join(e.low(d.get()), s.get()));
}
template <class E> void MOVHPS(E& e, auto d, auto s) { move_high(e, d, s); }
template <class E> void MOVHPD(E& e, auto d, auto s) { move_high(e, d, s); }
template <class E> void MOVLHPS(E& e, auto d, auto s) { move_high(e, d, s); }
template <class E> void MOVHLPS(E& e, auto d, auto s) { d.set(e.high(s.get())); }

template <class E> void MOVDDUP(E& e, auto d, auto s)
{
    auto x = s.get();
    d.set(e.join(x, x));
}
template <class E> void MOVSLDUP(E& e, auto d, auto s)
{
    auto x = s.get();
    d.set(e.shuffle(D, x, x, 0b10'10'00'00));
}
template <class E> void MOVSHDUP(E& e, auto d, auto s)
{
    auto x = s.get();
    d.set(e.shuffle(D, x, x, 0b11'11'01'01));
}
template <class E> void MOVMSKPS(E& e, auto d, auto s) { d.set(e.signs(D, s.get())); }
template <class E> void MOVMSKPD(E& e, auto d, auto s) { d.set(e.signs(Q, s.get())); }

#define LOGIC(name, operation)                                                                                         \
    template <class E> void name##PS(E& e, auto d, auto s) { d.set(e.operation(d.get(), s.get())); }                   \
    template <class E> void name##PD(E& e, auto d, auto s) { d.set(e.operation(d.get(), s.get())); }
LOGIC(AND, and_)
LOGIC(ANDN, and_not)
LOGIC(OR, or_)
LOGIC(XOR, xor_)
#undef LOGIC

template <class E> void UNPCKLPS(E& e, auto d, auto s) { d.set(e.unpack_low(D, d.get(), s.get())); }
template <class E> void UNPCKLPD(E& e, auto d, auto s) { d.set(e.unpack_low(Q, d.get(), s.get())); }
template <class E> void UNPCKHPS(E& e, auto d, auto s) { d.set(e.unpack_high(D, d.get(), s.get())); }
template <class E> void UNPCKHPD(E& e, auto d, auto s) { d.set(e.unpack_high(Q, d.get(), s.get())); }
template <class E> void SHUFPS(E& e, auto d, auto s, auto n) { d.set(e.shuffle(D, d.get(), s.get(), n.get())); }
template <class E> void SHUFPD(E& e, auto d, auto s, auto n) { d.set(e.shuffle(Q, d.get(), s.get(), n.get())); }

template <class E> bool LDMXCSR(E& e, auto s) { return e.set_mxcsr(s.get()); } // #GP for reserved bits
template <class E> void STMXCSR(E& e, auto d) { d.set(e.vector(e.mxcsr())); }

} // namespace tabpc::insn
