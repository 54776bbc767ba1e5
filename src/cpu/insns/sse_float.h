// SSE's floating-point arithmetic, comparison and conversion. SDM vol. 2; vol. 1, 11.5 for the exceptions. commit() settles
// what was raised and writes the result, or returns false with #XM or #UD pending and nothing written. PS and SS (PD
// and SD) are the same definition on operands of different size.
#pragma once
#include "cpu/fp/compare.h"
#include "cpu/vector.h"

namespace tabpc::insn {

using namespace lane;

#define FOUR(name, two_operands)                                                                                       \
    template <class E> bool name##PS(E& e, auto d, auto s) { return two_operands(PS, e, d, s); }                       \
    template <class E> bool name##PD(E& e, auto d, auto s) { return two_operands(PD, e, d, s); }                       \
    template <class E> bool name##SS(E& e, auto d, auto s) { return two_operands(PS, e, d, s); }                       \
    template <class E> bool name##SD(E& e, auto d, auto s) { return two_operands(PD, e, d, s); }
#define ADD_(kind, e, d, s) e.commit(d, e.add(kind, d.get(), s.get()))
#define SUB_(kind, e, d, s) e.commit(d, e.sub(kind, d.get(), s.get()))
#define MUL_(kind, e, d, s) e.commit(d, e.mul(kind, d.get(), s.get()))
#define DIV_(kind, e, d, s) e.commit(d, e.div(kind, d.get(), s.get()))
#define MIN_(kind, e, d, s) e.commit(d, e.min(kind, d.get(), s.get()))
#define MAX_(kind, e, d, s) e.commit(d, e.max(kind, d.get(), s.get()))
#define SQRT_(kind, e, d, s) e.commit(d, e.sqrt(kind, s.get()))
FOUR(ADD, ADD_)
FOUR(SUB, SUB_)
FOUR(MUL, MUL_)
FOUR(DIV, DIV_)
FOUR(MIN, MIN_)
FOUR(MAX, MAX_)
FOUR(SQRT, SQRT_)
#undef ADD_
#undef SUB_
#undef MUL_
#undef DIV_
#undef MIN_
#undef MAX_
#undef SQRT_
#undef FOUR

template <class E> void RCPPS(E& e, auto d, auto s) { d.set(e.reciprocal(s.get())); }
template <class E> void RCPSS(E& e, auto d, auto s) { d.set(e.reciprocal(s.get())); }
template <class E> void RSQRTPS(E& e, auto d, auto s) { d.set(e.reciprocal_sqrt(s.get())); }
template <class E> void RSQRTSS(E& e, auto d, auto s) { d.set(e.reciprocal_sqrt(s.get())); }

#define HORIZONTAL(name, operation, kind)                                                                              \
    template <class E> bool name(E& e, auto d, auto s)                                                                 \
    {                                                                                                                  \
        auto x = d.get(), y = s.get();                                                                                 \
        return e.commit(d, e.operation(kind, e.even(kind, x, y), e.odd(kind, x, y)));                                  \
    }
HORIZONTAL(HADDPS, add, PS)
HORIZONTAL(HADDPD, add, PD)
HORIZONTAL(HSUBPS, sub, PS)
HORIZONTAL(HSUBPD, sub, PD)
#undef HORIZONTAL
template <class E> bool ADDSUBPS(E& e, auto d, auto s) { return e.commit(d, e.sub_add(PS, d.get(), s.get())); }
template <class E> bool ADDSUBPD(E& e, auto d, auto s) { return e.commit(d, e.sub_add(PD, d.get(), s.get())); }

#define COMPARE(name, kind)                                                                                            \
    template <class E> bool name(E& e, auto d, auto s, auto predicate)                                                 \
    {                                                                                                                  \
        return e.commit(d, e.compare(kind, d.get(), s.get(), predicate.get()));                                        \
    }
COMPARE(CMPPS, PS)
COMPARE(CMPPD, PD)
COMPARE(CMPSS, PS)
COMPARE(CMPSD, PD)
#undef COMPARE
#define FLAGS(name, kind, how)                                                                                         \
    template <class E> bool name(E& e, auto d, auto s) { return e.fl_compare(kind, d.get(), s.get(), fp::Compare::how); }
FLAGS(COMISS, PS, Ordered)
FLAGS(COMISD, PD, Ordered)
FLAGS(UCOMISS, PS, Unordered)
FLAGS(UCOMISD, PD, Unordered)
#undef FLAGS

#define ROUND(name, kind)                                                                                              \
    template <class E> bool name(E& e, auto d, auto s, auto how) { return e.commit(d, e.round(kind, s.get(), how.get())); }
ROUND(ROUNDPS, PS)
ROUND(ROUNDPD, PD)
ROUND(ROUNDSS, PS)
ROUND(ROUNDSD, PD)
#undef ROUND
template <class E> bool DPPS(E& e, auto d, auto s, auto n)
{
    return e.commit(d, e.dot_product(PS, d.get(), s.get(), n.get()));
}
template <class E> bool DPPD(E& e, auto d, auto s, auto n)
{
    return e.commit(d, e.dot_product(PD, d.get(), s.get(), n.get()));
}

// Conversions. What a packed result leaves of the destination becomes 0.
#define CONVERT(name, how, from, to)                                                                                   \
    template <class E> bool name(E& e, auto d, auto s)                                                                 \
    {                                                                                                                  \
        return e.commit(d, e.fit(d, e.how(from, to, s.get())));                                                \
    }
CONVERT(CVTPI2PS, convert, SD, PS)
CONVERT(CVTPI2PD, convert, SD, PD)
CONVERT(CVTPS2PI, convert, PS, SD)
CONVERT(CVTPD2PI, convert, PD, SD)
CONVERT(CVTTPS2PI, truncate, PS, SD)
CONVERT(CVTTPD2PI, truncate, PD, SD)
CONVERT(CVTDQ2PS, convert, SD, PS)
CONVERT(CVTDQ2PD, convert, SD, PD)
CONVERT(CVTPS2DQ, convert, PS, SD)
CONVERT(CVTPD2DQ, convert, PD, SD)
CONVERT(CVTTPS2DQ, truncate, PS, SD)
CONVERT(CVTTPD2DQ, truncate, PD, SD)
CONVERT(CVTPS2PD, convert, PS, PD)
CONVERT(CVTPD2PS, convert, PD, PS)
CONVERT(CVTSS2SD, convert, PS, PD)
CONVERT(CVTSD2SS, convert, PD, PS)
#undef CONVERT
#define FROM_GENERAL(name, to)                                                                                         \
    template <class E> bool name(E& e, auto d, auto s) { return e.commit(d, e.convert(SD, to, e.vector(s.get()))); }
FROM_GENERAL(CVTSI2SS, PS)
FROM_GENERAL(CVTSI2SD, PD)
#undef FROM_GENERAL
#define TO_GENERAL(name, how, from)                                                                                    \
    template <class E> bool name(E& e, auto d, auto s) { return e.commit(d, e.extract(D, e.how(from, SD, s.get()), 0)); }
TO_GENERAL(CVTSS2SI, convert, PS)
TO_GENERAL(CVTSD2SI, convert, PD)
TO_GENERAL(CVTTSS2SI, truncate, PS)
TO_GENERAL(CVTTSD2SI, truncate, PD)
#undef TO_GENERAL

} // namespace tabpc::insn
