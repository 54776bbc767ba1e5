// SSE's integer instructions that exist for XMM registers alone, SSE2 to SSE4.2, AES, PCLMULQDQ. SDM vol. 2. The rest is in
// mmx.h.
#pragma once
#include "cpu/insns/mmx.h"
#include "cpu/state.h"

namespace tabpc::insn {

#define LANEWISE(name, operation, ...)                                                                                 \
    template <class E> void name(E& e, auto d, auto s) { d.set(e.operation(__VA_ARGS__, d.get(), s.get())); }
LANEWISE(PUNPCKLQDQ, unpack_low, Q)
LANEWISE(PUNPCKHQDQ, unpack_high, Q)
LANEWISE(PMULDQ, mul_even, SD)
LANEWISE(PMULLD, mul_low, D)
LANEWISE(PCMPEQQ, equal, Q)
LANEWISE(PCMPGTQ, greater, SQ)
LANEWISE(PACKUSDW, pack, SD, W)
LANEWISE(PMINSB, min, SB)
LANEWISE(PMINUW, min, W)
LANEWISE(PMINSD, min, SD)
LANEWISE(PMINUD, min, D)
LANEWISE(PMAXSB, max, SB)
LANEWISE(PMAXUW, max, W)
LANEWISE(PMAXSD, max, SD)
LANEWISE(PMAXUD, max, D)
#undef LANEWISE

#define EXTEND(name, from, to)                                                                                         \
    template <class E> void name(E& e, auto d, auto s) { d.set(e.extend(from, to, d, s.get())); }
EXTEND(PMOVSXBW, SB, SW)
EXTEND(PMOVSXBD, SB, SD)
EXTEND(PMOVSXBQ, SB, SQ)
EXTEND(PMOVSXWD, SW, SD)
EXTEND(PMOVSXWQ, SW, SQ)
EXTEND(PMOVSXDQ, SD, SQ)
EXTEND(PMOVZXBW, B, W)
EXTEND(PMOVZXBD, B, D)
EXTEND(PMOVZXBQ, B, Q)
EXTEND(PMOVZXWD, W, D)
EXTEND(PMOVZXWQ, W, Q)
EXTEND(PMOVZXDQ, D, Q)
#undef EXTEND

template <class E> void PSHUFD(E& e, auto d, auto s, auto order)
{
    auto x = s.get();
    d.set(e.shuffle(D, x, x, order.get()));
}
template <class E> void PSHUFLW(E& e, auto d, auto s, auto order)
{
    auto x = s.get();
    auto low = e.low(x);
    d.set(e.join(e.shuffle(W, low, low, order.get()), e.high(x)));
}
template <class E> void PSHUFHW(E& e, auto d, auto s, auto order)
{
    auto x = s.get();
    auto high = e.high(x);
    d.set(e.join(e.low(x), e.shuffle(W, high, high, order.get())));
}
template <class E> void PSLLDQ(E& e, auto d, auto n) { d.set(e.shift_bytes_left(d.get(), n.get())); }
template <class E> void PSRLDQ(E& e, auto d, auto n) { d.set(e.shift_bytes_right(d.get(), n.get())); }

// The mask of the blends by variable is XMM0.
template <class E> void PBLENDVB(E& e, auto d, auto s) { d.set(e.blend(B, d.get(), s.get(), e.xmm0().get())); }
template <class E> void BLENDVPS(E& e, auto d, auto s) { d.set(e.blend(D, d.get(), s.get(), e.xmm0().get())); }
template <class E> void BLENDVPD(E& e, auto d, auto s) { d.set(e.blend(Q, d.get(), s.get(), e.xmm0().get())); }
template <class E> void PBLENDW(E& e, auto d, auto s, auto n) { d.set(e.blend(W, d.get(), s.get(), u32{n.get()})); }
template <class E> void BLENDPS(E& e, auto d, auto s, auto n) { d.set(e.blend(D, d.get(), s.get(), u32{n.get()})); }
template <class E> void BLENDPD(E& e, auto d, auto s, auto n) { d.set(e.blend(Q, d.get(), s.get(), u32{n.get()})); }

template <class E> void PINSRB(E& e, auto d, auto s, auto n) { d.set(e.insert(B, d.get(), n.get(), s.get())); }
template <class E> void PINSRD(E& e, auto d, auto s, auto n) { d.set(e.insert(D, d.get(), n.get(), s.get())); }
template <class E> void PEXTRB(E& e, auto d, auto s, auto n) { d.set(e.fit(d, e.extract(B, s.get(), n.get()))); }
template <class E> void PEXTRD(E& e, auto d, auto s, auto n) { d.set(e.fit(d, e.extract(D, s.get(), n.get()))); }
template <class E> void EXTRACTPS(E& e, auto d, auto s, auto n) { d.set(e.fit(d, e.extract(D, s.get(), n.get()))); }
// n: lane of the source (if it is a register) 7:6, of the destination 5:4, lanes to clear 3:0.
template <class E> void INSERTPS(E& e, auto d, auto s, auto n)
{
    const u8 imm = n.get();
    auto x = e.insert(D, d.get(), imm >> 4 & 3, e.extract(D, s.get(), imm >> 6));
    d.set(e.blend(D, x, e.xor_(x, x), u32{imm}));
}

template <class E> void PTEST(E& e, auto d, auto s)
{
    auto x = d.get(), y = s.get();
    e.fl_zero_and_carry(e.all_zero(e.and_(x, y)), e.all_zero(e.and_not(x, y)));
}

template <class E> void PHMINPOSUW(E& e, auto d, auto s) { d.set(e.call(simd::minimum_and_position, s.get())); }
template <class E> void MPSADBW(E& e, auto d, auto s, auto n)
{
    d.set(e.call(simd::sums_of_differences, d.get(), s.get(), n.get()));
}

// ---- strings --------------------------------------------------------------------------------------------------------------------

// IntRes2 and the flags: CF something found, ZF and SF one of the strings ends, OF bit 0 of the result.
template <class E> auto explicit_strings(E& e, auto d, auto s, u8 imm)
{
    auto x_length = e.call(simd::explicit_length, e.gpr(EAX).get(), imm);
    auto y_length = e.call(simd::explicit_length, e.gpr(EDX).get(), imm);
    auto r = e.call(simd::compare_strings, d.get(), x_length, s.get(), y_length, imm);
    e.fl_strings(r, x_length, y_length, imm & 1 ? 8 : 16);
    return r;
}
template <class E> auto implicit_strings(E& e, auto d, auto s, u8 imm)
{
    auto x_length = e.call(simd::implicit_length, d.get(), imm);
    auto y_length = e.call(simd::implicit_length, s.get(), imm);
    auto r = e.call(simd::compare_strings, d.get(), x_length, s.get(), y_length, imm);
    e.fl_strings(r, x_length, y_length, imm & 1 ? 8 : 16);
    return r;
}
template <class E> void PCMPESTRI(E& e, auto d, auto s, auto n)
{
    e.gpr(ECX).set(e.call(simd::index_of, explicit_strings(e, d, s, n.get()), n.get()));
}
template <class E> void PCMPESTRM(E& e, auto d, auto s, auto n)
{
    e.xmm0().set(e.call(simd::mask_of, explicit_strings(e, d, s, n.get()), n.get()));
}
template <class E> void PCMPISTRI(E& e, auto d, auto s, auto n)
{
    e.gpr(ECX).set(e.call(simd::index_of, implicit_strings(e, d, s, n.get()), n.get()));
}
template <class E> void PCMPISTRM(E& e, auto d, auto s, auto n)
{
    e.xmm0().set(e.call(simd::mask_of, implicit_strings(e, d, s, n.get()), n.get()));
}

template <class E> bool MASKMOVDQU(E& e, auto s, auto mask) { return e.store_masked(s.get(), mask.get()); }

// ---- AES, PCLMULQDQ -----------------------------------------------------------------------------------------------------------

template <class E> void AESENC(E& e, auto d, auto s) { d.set(e.call(simd::aes_encrypt, d.get(), s.get())); }
template <class E> void AESENCLAST(E& e, auto d, auto s) { d.set(e.call(simd::aes_encrypt_last, d.get(), s.get())); }
template <class E> void AESDEC(E& e, auto d, auto s) { d.set(e.call(simd::aes_decrypt, d.get(), s.get())); }
template <class E> void AESDECLAST(E& e, auto d, auto s) { d.set(e.call(simd::aes_decrypt_last, d.get(), s.get())); }
template <class E> void AESIMC(E& e, auto d, auto s) { d.set(e.call(simd::aes_inverse_mix_columns, s.get())); }
template <class E> void AESKEYGENASSIST(E& e, auto d, auto s, auto n)
{
    d.set(e.call(simd::aes_key_assist, s.get(), n.get()));
}
template <class E> void PCLMULQDQ(E& e, auto d, auto s, auto n)
{
    d.set(e.call(simd::carryless_product, d.get(), s.get(), n.get()));
}

} // namespace tabpc::insn
