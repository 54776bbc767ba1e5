// The integer instructions of MMX, which SSE2 has for XMM registers as well: one definition for both widths. SDM vol. 2.
// Moves between MMX registers and others are here too, conversions in sse_float.h. See evaluator_vector.h for the vocabulary.
#pragma once
#include "cpu/simd.h"

namespace tabpc::insn {

using namespace lane;

#define LANEWISE(name, operation, ...)                                                                                 \
    template <class E> void name(E& e, auto d, auto s) { d.set(e.operation(__VA_ARGS__, d.get(), s.get())); }
LANEWISE(PADDB, add, B)
LANEWISE(PADDW, add, W)
LANEWISE(PADDD, add, D)
LANEWISE(PADDQ, add, Q)
LANEWISE(PADDSB, add_saturate, SB)
LANEWISE(PADDSW, add_saturate, SW)
LANEWISE(PADDUSB, add_saturate, B)
LANEWISE(PADDUSW, add_saturate, W)
LANEWISE(PSUBB, sub, B)
LANEWISE(PSUBW, sub, W)
LANEWISE(PSUBD, sub, D)
LANEWISE(PSUBQ, sub, Q)
LANEWISE(PSUBSB, sub_saturate, SB)
LANEWISE(PSUBSW, sub_saturate, SW)
LANEWISE(PSUBUSB, sub_saturate, B)
LANEWISE(PSUBUSW, sub_saturate, W)
LANEWISE(PAVGB, average, B)
LANEWISE(PAVGW, average, W)
LANEWISE(PMINUB, min, B)
LANEWISE(PMINSW, min, SW)
LANEWISE(PMAXUB, max, B)
LANEWISE(PMAXSW, max, SW)
LANEWISE(PCMPEQB, equal, B)
LANEWISE(PCMPEQW, equal, W)
LANEWISE(PCMPEQD, equal, D)
LANEWISE(PCMPGTB, greater, SB)
LANEWISE(PCMPGTW, greater, SW)
LANEWISE(PCMPGTD, greater, SD)
LANEWISE(PMULLW, mul_low, W)
LANEWISE(PMULHW, mul_high, SW)
LANEWISE(PMULHUW, mul_high, W)
LANEWISE(PMULUDQ, mul_even, D)
LANEWISE(PSIGNB, apply_sign, SB)
LANEWISE(PSIGNW, apply_sign, SW)
LANEWISE(PSIGND, apply_sign, SD)
LANEWISE(PACKSSWB, pack, SW, SB)
LANEWISE(PACKSSDW, pack, SD, SW)
LANEWISE(PACKUSWB, pack, SW, B)
LANEWISE(PUNPCKLBW, unpack_low, B)
LANEWISE(PUNPCKLWD, unpack_low, W)
LANEWISE(PUNPCKLDQ, unpack_low, D)
LANEWISE(PUNPCKHBW, unpack_high, B)
LANEWISE(PUNPCKHWD, unpack_high, W)
LANEWISE(PUNPCKHDQ, unpack_high, D)
#undef LANEWISE

template <class E> void PAND(E& e, auto d, auto s) { d.set(e.and_(d.get(), s.get())); }
template <class E> void PANDN(E& e, auto d, auto s) { d.set(e.and_not(d.get(), s.get())); }
template <class E> void POR(E& e, auto d, auto s) { d.set(e.or_(d.get(), s.get())); }
template <class E> void PXOR(E& e, auto d, auto s) { d.set(e.xor_(d.get(), s.get())); }
template <class E> void PABSB(E& e, auto d, auto s) { d.set(e.abs(SB, s.get())); }
template <class E> void PABSW(E& e, auto d, auto s) { d.set(e.abs(SW, s.get())); }
template <class E> void PABSD(E& e, auto d, auto s) { d.set(e.abs(SD, s.get())); }
template <class E> void PMADDWD(E& e, auto d, auto s) { d.set(e.dot(d.get(), s.get())); }
template <class E> void PMULHRSW(E& e, auto d, auto s) { d.set(e.mul_round(d.get(), s.get())); }
template <class E> void PSHUFB(E& e, auto d, auto s) { d.set(e.shuffle_bytes(d.get(), s.get())); }
template <class E> void PSADBW(E& e, auto d, auto s)
{
    d.set(e.call([](auto x, auto y) { return simd::sum_of_differences(x, y); }, d.get(), s.get()));
}
template <class E> void PMADDUBSW(E& e, auto d, auto s)
{
    d.set(e.call([](auto x, auto y) { return simd::dot_bytes(x, y); }, d.get(), s.get()));
}
template <class E> void PALIGNR(E& e, auto d, auto s, auto n) { d.set(e.align_right(d.get(), s.get(), n.get())); }

// Shifts; counts beyond the lane's width empty it, or leave signs.
#define SHIFT(name, operation, kind)                                                                                   \
    template <class E> void name(E& e, auto d, auto n)                                                                 \
    {                                                                                                                  \
        d.set(e.operation(kind, d.get(), e.shift_count(n.get())));                                                     \
    }
SHIFT(PSLLW, shift_left, W)
SHIFT(PSLLD, shift_left, D)
SHIFT(PSLLQ, shift_left, Q)
SHIFT(PSRLW, shift_right, W)
SHIFT(PSRLD, shift_right, D)
SHIFT(PSRLQ, shift_right, Q)
SHIFT(PSRAW, shift_right, SW)
SHIFT(PSRAD, shift_right, SD)
#undef SHIFT

// Adjacent lanes of the destination, then of the source.
#define HORIZONTAL(name, operation, kind)                                                                              \
    template <class E> void name(E& e, auto d, auto s)                                                                 \
    {                                                                                                                  \
        auto x = d.get(), y = s.get();                                                                                 \
        d.set(e.operation(kind, e.even(kind, x, y), e.odd(kind, x, y)));                                               \
    }
HORIZONTAL(PHADDW, add, W)
HORIZONTAL(PHADDD, add, D)
HORIZONTAL(PHADDSW, add_saturate, SW)
HORIZONTAL(PHSUBW, sub, W)
HORIZONTAL(PHSUBD, sub, D)
HORIZONTAL(PHSUBSW, sub_saturate, SW)
#undef HORIZONTAL

// The rest of the destination becomes 0.
template <class E> void MOVD(E& e, auto d, auto s) { d.set(e.fit(d, s.get())); }
template <class E> void MOVQ(E& e, auto d, auto s) { d.set(e.fit(d, s.get())); }
template <class E> void PINSRW(E& e, auto d, auto s, auto n) { d.set(e.insert(W, d.get(), n.get(), s.get())); }
template <class E> void PEXTRW(E& e, auto d, auto s, auto n) { d.set(e.fit(d, e.extract(W, s.get(), n.get()))); }
template <class E> void PMOVMSKB(E& e, auto d, auto s) { d.set(e.signs(B, s.get())); }

// MMX only.
template <class E> void MOVNTQ(E&, auto d, auto s) { d.set(s.get()); }
template <class E> void MOVDQ2Q(E&, auto d, auto s) { d.set(s.get()); }
template <class E> void MOVQ2DQ(E& e, auto d, auto s) { d.set(e.fit(d, s.get())); }
template <class E> void PSHUFW(E& e, auto d, auto s, auto order)
{
    auto x = s.get();
    d.set(e.shuffle(W, x, x, order.get()));
}
template <class E> bool MASKMOVQ(E& e, auto s, auto mask) { return e.store_masked(s.get(), mask.get()); }
template <class E> void EMMS(E& e) { e.empty_mmx(); }

} // namespace tabpc::insn
