// Bit tests and scans, POPCNT, CRC32. SDM vol. 2. A bit offset in a register reaches beyond a memory operand: the operand
// is addressed at the right word before the definition runs, so only the offset within the word matters here.
#pragma once

namespace tabpc::insn {

template <class E> void BT(E& e, auto d, auto s) { e.set_cf(e.bit_at(d.get(), e.offset_in(d, s))); }
template <class E> void BTS(E& e, auto d, auto s)
{
    auto x = d.get();
    auto n = e.offset_in(d, s);
    d.set(e.or_(x, e.shl(e.constant(x, 1), n)));
    e.set_cf(e.bit_at(x, n));
}
template <class E> void BTR(E& e, auto d, auto s)
{
    auto x = d.get();
    auto n = e.offset_in(d, s);
    d.set(e.and_(x, e.not_(e.shl(e.constant(x, 1), n))));
    e.set_cf(e.bit_at(x, n));
}
template <class E> void BTC(E& e, auto d, auto s)
{
    auto x = d.get();
    auto n = e.offset_in(d, s);
    d.set(e.xor_(x, e.shl(e.constant(x, 1), n)));
    e.set_cf(e.bit_at(x, n));
}

// A source of zero sets ZF and leaves the destination alone (Intel: undefined; every processor does this).
template <class E> void BSF(E& e, auto d, auto s)
{
    auto x = s.get();
    d.set_if(e.nonzero(x), e.count_trailing_zeros(x));
    e.fl_logic(x);
}
template <class E> void BSR(E& e, auto d, auto s)
{
    auto x = s.get();
    d.set_if(e.nonzero(x), e.highest_bit(x));
    e.fl_logic(x);
}
template <class E> void POPCNT(E& e, auto d, auto s)
{
    auto x = s.get();
    d.set(e.population_count(x));
    e.fl_zero_only(x);
}

template <class E> void CRC32_8(E& e, auto d, auto s) { d.set(e.crc32c(d.get(), s.get())); }
template <class E> void CRC32_16(E& e, auto d, auto s) { d.set(e.crc32c(d.get(), s.get())); }
template <class E> void CRC32(E& e, auto d, auto s) { d.set(e.crc32c(d.get(), s.get())); }

} // namespace tabpc::insn
