// Multiplication and division. SDM vol. 2. accumulator/extension: AL and AH, AX and DX, EAX and EDX by width.
#pragma once
#include "cpu/state.h"

namespace tabpc::insn {

// CF = OF = the upper half matters; the other flags are undefined and follow the lower half.
template <class E> bool MUL(E& e, auto s)
{
    auto a = e.accumulator(s), h = e.extension(s);
    auto product = e.mul(e.wide(a.get()), e.wide(s.get()));
    auto low = e.low(product, a.get()), high = e.low(e.shr(product, e.width(s)), low);
    a.set(low);
    h.set(high);
    e.fl_mul(low, e.nonzero(high));
    return true;
}
template <class E> bool IMUL(E& e, auto s)
{
    auto a = e.accumulator(s), h = e.extension(s);
    auto product = e.mul(e.wide_signed(a.get()), e.wide_signed(s.get()));
    auto low = e.low(product, a.get()), high = e.low(e.shr(product, e.width(s)), low);
    a.set(low);
    h.set(high);
    e.fl_mul(low, e.not_bit(e.equal(product, e.wide_signed(low))));
    return true;
}
template <class E> void IMUL2(E& e, auto d, auto s)
{
    auto product = e.mul(e.wide_signed(d.get()), e.wide_signed(s.get()));
    auto r = e.low(product, d.get());
    d.set(r);
    e.fl_mul(r, e.not_bit(e.equal(product, e.wide_signed(r))));
}
template <class E> void IMUL3(E& e, auto d, auto s, auto n)
{
    auto product = e.mul(e.wide_signed(s.get()), e.wide_signed(n.get()));
    auto r = e.low(product, d.get());
    d.set(r);
    e.fl_mul(r, e.not_bit(e.equal(product, e.wide_signed(r))));
}

// #DE when the quotient does not fit. Flags are undefined and stay as they are.
template <class E> bool DIV(E& e, auto s)
{
    auto a = e.accumulator(s), h = e.extension(s);
    auto n = e.or_(e.shl(e.wide(h.get()), e.width(s)), e.wide(a.get()));
    auto divisor = e.wide(s.get());
    if (e.fault_if(e.zero(divisor), exc::DE)) return false;
    auto q = e.udiv(n, divisor), r = e.urem(n, divisor);
    if (e.fault_if(e.nonzero(e.shr(q, e.width(s))), exc::DE)) return false;
    a.set(e.low(q, a.get()));
    h.set(e.low(r, a.get()));
    return true;
}
template <class E> bool IDIV(E& e, auto s)
{
    auto a = e.accumulator(s), h = e.extension(s);
    auto n = e.or_(e.shl(e.wide_signed(h.get()), e.width(s)), e.wide(a.get()));
    auto divisor = e.wide_signed(s.get());
    if (e.fault_if(e.zero(divisor), exc::DE)) return false;
    if (e.fault_if(e.division_overflows(n, divisor), exc::DE)) return false;
    auto q = e.sdiv(n, divisor), r = e.srem(n, divisor);
    auto low = e.low(q, a.get());
    if (e.fault_if(e.not_bit(e.equal(q, e.wide_signed(low))), exc::DE)) return false;
    a.set(low);
    h.set(e.low(r, low));
    return true;
}

} // namespace tabpc::insn
