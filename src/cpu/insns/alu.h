// Integer arithmetic, logic, moves. SDM vol. 2. A definition is written once against an evaluator E: the interpreter
// computes with numbers, the recorder builds IR. Order is commit order: memory, then registers, then flags. Operands are
// addressable before a definition runs, so it cannot fault on memory; one that can fault otherwise returns false then.
// Values of different widths are different types: give each its own auto.
#pragma once

namespace tabpc::insn {

template <class E> void MOV(E&, auto d, auto s) { d.set(s.get()); }

template <class E> void ADD(E& e, auto d, auto s)
{
    auto x = d.get(), y = s.get(), r = e.add(x, y);
    d.set(r);
    e.fl_add(x, y, r);
}
template <class E> void ADC(E& e, auto d, auto s)
{
    auto x = d.get(), y = s.get(), r = e.add_bit(e.add(x, y), e.cf());
    d.set(r);
    e.fl_add(x, y, r);
}
template <class E> void SUB(E& e, auto d, auto s)
{
    auto x = d.get(), y = s.get(), r = e.sub(x, y);
    d.set(r);
    e.fl_sub(x, y, r);
}
template <class E> void SBB(E& e, auto d, auto s)
{
    auto x = d.get(), y = s.get(), r = e.sub_bit(e.sub(x, y), e.cf());
    d.set(r);
    e.fl_sub(x, y, r);
}
template <class E> void CMP(E& e, auto d, auto s)
{
    auto x = d.get(), y = s.get();
    e.fl_sub(x, y, e.sub(x, y));
}
template <class E> void AND(E& e, auto d, auto s)
{
    auto r = e.and_(d.get(), s.get());
    d.set(r);
    e.fl_logic(r);
}
template <class E> void OR(E& e, auto d, auto s)
{
    auto r = e.or_(d.get(), s.get());
    d.set(r);
    e.fl_logic(r);
}
template <class E> void XOR(E& e, auto d, auto s)
{
    auto r = e.xor_(d.get(), s.get());
    d.set(r);
    e.fl_logic(r);
}
template <class E> void TEST(E& e, auto d, auto s) { e.fl_logic(e.and_(d.get(), s.get())); }

// INC and DEC leave CF alone.
template <class E> void INC(E& e, auto d)
{
    auto x = d.get(), one = e.constant(x, 1), r = e.add(x, one);
    auto c = e.cf();
    d.set(r);
    e.fl_add(x, one, r);
    e.set_cf(c);
}
template <class E> void DEC(E& e, auto d)
{
    auto x = d.get(), one = e.constant(x, 1), r = e.sub(x, one);
    auto c = e.cf();
    d.set(r);
    e.fl_sub(x, one, r);
    e.set_cf(c);
}
template <class E> void NOT(E& e, auto d) { d.set(e.not_(d.get())); }
template <class E> void NEG(E& e, auto d)
{
    auto x = d.get(), zero = e.constant(x, 0), r = e.sub(zero, x);
    d.set(r);
    e.fl_sub(zero, x, r);
}

template <class E> void XCHG(E&, auto d, auto s)
{
    auto x = d.get(), y = s.get();
    d.set(y);
    s.set(x);
}
template <class E> void XADD(E& e, auto d, auto s)
{
    auto x = d.get(), y = s.get(), r = e.add(x, y);
    s.set(x);
    d.set(r); // last: XADD r, r leaves the sum
    e.fl_add(x, y, r);
}
// The destination is written in either case, as the bus sees it; the accumulator only where they differed.
template <class E> void CMPXCHG(E& e, auto d, auto s)
{
    auto a = e.accumulator(d);
    auto x = d.get(), old = a.get(), y = s.get();
    auto equal = e.equal(old, x);
    d.set(e.select(equal, y, x));
    a.set_if(e.not_bit(equal), x);
    e.fl_sub(old, x, e.sub(old, x));
}

template <class E> void MOVZX8(E& e, auto d, auto s) { d.set(e.zero_extend(d, s.get())); }
template <class E> void MOVZX16(E& e, auto d, auto s) { d.set(e.zero_extend(d, s.get())); }
template <class E> void MOVSX8(E& e, auto d, auto s) { d.set(e.sign_extend(d, s.get())); }
template <class E> void MOVSX16(E& e, auto d, auto s) { d.set(e.sign_extend(d, s.get())); }
template <class E> void LEA(E& e, auto d, auto address) { d.set(e.zero_extend(d, address.get())); }
// Of a 16-bit register (Intel: undefined) every processor leaves 0: the upper half of the zero-extended value.
template <class E> void BSWAP(E& e, auto d) { d.set(e.low(e.byte_swap_dword(e.wide(d.get())), d.get())); }
template <class E> void MOVBE(E& e, auto d, auto s) { d.set(e.byte_swap(s.get())); }

template <class E> void CMOVcc(E& e, auto d, auto s, auto cc) { d.set_if(e.condition(cc), s.get()); }
template <class E> void SETcc(E& e, auto d, auto cc) { d.set(e.zero_extend(d, e.condition(cc))); }

} // namespace tabpc::insn
