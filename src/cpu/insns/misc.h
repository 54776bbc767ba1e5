// Conversions in the accumulator and single flags. SDM vol. 2. `w` carries the operand size of an instruction that names no
// operand.
#pragma once
#include "cpu/eflags.h"

namespace tabpc::insn {

template <class E> void CBW(E& e, auto w) // CBW, CWDE
{
    auto a = e.accumulator(w);
    a.set(e.sign_extend_low_half(a.get()));
}
template <class E> void CWD(E& e, auto w) // CWD, CDQ
{
    auto x = e.accumulator(w).get();
    e.extension(w).set(e.sar(x, e.width(w) - 1));
}
template <class E> void LAHF(E& e, auto) { e.ah().set(e.flags_byte()); }
template <class E> void SAHF(E& e, auto) { e.set_flags_byte(e.ah().get()); }
template <class E> void CLC(E& e, auto) { e.set_cf(e.zero_bit()); }
template <class E> void STC(E& e, auto) { e.set_cf(e.one_bit()); }
template <class E> void CMC(E& e, auto) { e.set_cf(e.not_bit(e.cf())); }
template <class E> void CLD(E& e, auto) { e.set_df(false); }
template <class E> void STD(E& e, auto) { e.set_df(true); }
template <class E> void SALC(E& e, auto) { e.al().set(e.mask_of_bit(e.al().get(), e.cf())); }
template <class E> void NOP(E&, auto) {}
template <class E> void CLFLUSH(E&, auto) {} // there is no cache; its operand was made addressable

} // namespace tabpc::insn
