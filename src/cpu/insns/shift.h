// Shifts and rotates. SDM vol. 2, "SAL/SAR/SHL/SHR", "RCL/RCR/ROL/ROR", "SHLD", "SHRD". The count is masked to five bits; a
// masked count of zero leaves every flag alone. OF is architecturally defined for a count of one only; for others it
// is what the formula of count one gives.
#pragma once

namespace tabpc::insn {

template <class E> void SHL(E& e, auto d, auto n)
{
    auto x = d.get();
    auto c = e.count(n);
    auto r = e.shl(x, c);
    auto out = e.bit_at(e.shl(e.wide(x), c), e.width(d));
    d.set(r);
    e.fl_shl(x, c, r, out, e.xor_bit(out, e.sign(r)));
}
template <class E> void SHR(E& e, auto d, auto n)
{
    auto x = d.get();
    auto c = e.count(n);
    auto r = e.shr(x, c);
    auto out = e.low_bit(e.shr(e.shl(e.wide(x), 1), c));
    d.set(r);
    e.fl_shr(x, c, r, out, e.sign(x));
}
template <class E> void SAR(E& e, auto d, auto n)
{
    auto x = d.get();
    auto c = e.count(n);
    auto r = e.sar(x, c);
    auto out = e.low_bit(e.sar(e.shl(e.wide_signed(x), 1), c));
    d.set(r);
    e.fl_sar(x, c, r, out, e.zero_bit());
}

template <class E> void ROL(E& e, auto d, auto n)
{
    auto x = d.get();
    auto c = e.count(n);
    auto r = e.rotl(x, c);
    auto out = e.low_bit(r);
    d.set(r);
    e.fl_rotate(c, out, e.xor_bit(out, e.sign(r)));
}
template <class E> void ROR(E& e, auto d, auto n)
{
    auto x = d.get();
    auto c = e.count(n);
    auto r = e.rotr(x, c);
    auto out = e.sign(r);
    d.set(r);
    e.fl_rotate(c, out, e.xor_bit(out, e.sign(e.shl(r, 1))));
}
// Through carry: a rotation of width + 1 bits.
template <class E> void RCL(E& e, auto d, auto n)
{
    auto x = d.get();
    auto c = e.count_through_carry(n, d);
    auto v = e.or_(e.wide(x), e.shl(e.wide(e.cf()), e.width(d)));
    auto turned = e.or_(e.shl(v, c), e.shr(v, e.sub(e.count_constant(e.width(d) + 1), c)));
    auto r = e.low(turned, x);
    auto out = e.bit_at(turned, e.width(d));
    d.set(r);
    e.fl_rotate(c, out, e.xor_bit(out, e.sign(r)));
}
template <class E> void RCR(E& e, auto d, auto n)
{
    auto x = d.get();
    auto c = e.count_through_carry(n, d);
    auto v = e.or_(e.wide(x), e.shl(e.wide(e.cf()), e.width(d)));
    auto turned = e.or_(e.shr(v, c), e.shl(v, e.sub(e.count_constant(e.width(d) + 1), c)));
    auto r = e.low(turned, x);
    auto out = e.bit_at(turned, e.width(d));
    d.set(r);
    e.fl_rotate(c, out, e.xor_bit(e.sign(r), e.sign(e.shl(r, 1))));
}

template <class E> void SHLD(E& e, auto d, auto s, auto n)
{
    auto x = d.get(), y = s.get();
    auto c = e.count(n);
    auto pair = e.or_(e.shl(e.wide(x), e.width(d)), e.wide(y));
    auto r = e.low(e.shr(e.shl(pair, c), e.width(d)), x);
    auto out = e.bit_at(e.shl(e.wide(x), c), e.width(d));
    d.set_if(e.nonzero(c), r);
    e.fl_shift(c, r, out, e.xor_bit(e.sign(r), e.sign(x)));
}
template <class E> void SHRD(E& e, auto d, auto s, auto n)
{
    auto x = d.get(), y = s.get();
    auto c = e.count(n);
    auto pair = e.or_(e.shl(e.wide(y), e.width(d)), e.wide(x));
    auto r = e.low(e.shr(pair, c), x);
    auto out = e.low_bit(e.shr(e.shl(e.wide(x), 1), c));
    d.set_if(e.nonzero(c), r);
    e.fl_shift(c, r, out, e.xor_bit(e.sign(r), e.sign(x)));
}

} // namespace tabpc::insn
