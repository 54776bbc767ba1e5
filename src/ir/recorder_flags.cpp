// See recorder.h: the arithmetic flags. They are kept as the operands of what set them (FlagForm); a condition asks for as
// little of them as it needs, so that a compare and a jump become one comparison.
#include "ir/recorder.h"

namespace tabpc::ir {

void Recorder::arithmetic(u8 kind, Val x, Val y, Val r)
{
    if (kind < FlagForm::ADD) b.set(FLAG_RESULT, r.ref);
    b.set(FLAG_X, x.ref);
    b.set(FLAG_Y, y.ref);
    result_ = r.ref;
    set_form(static_cast<u8>(kind | std::countr_zero(r.bytes) << FlagForm::WIDTH_SHIFT));
}

void Recorder::fl_logic(Val r)
{
    b.set(FLAG_RESULT, r.ref);
    result_ = r.ref;
    set_form(static_cast<u8>(FlagForm::LOGIC | std::countr_zero(r.bytes) << FlagForm::WIDTH_SHIFT));
}

void Recorder::set_carries(Ref result, Ref cv)
{
    b.set(FLAG_RESULT, result);
    b.set(FLAG_Y, cv);
    set_form(FlagForm::CARRIES);
}

void Recorder::fl_zero_only(Val r)
{
    const Ref z = zero(r).ref;
    set_carries(nonzero(r).ref, b.binary(Code::Shl, z, LazyFlags::PDB_SHIFT));
}

void Recorder::fl_mul(Val r, Val overflow) { set_carries(extended(r), b.binary(Code::Shl, overflow.ref, 31)); }

Ref Recorder::carry_and_overflow(Builder& b, Val cf, Val of)
{
    return b.binary(Code::Or, b.binary(Code::Shl, cf.ref, 31), b.binary(Code::Shl, b.binary(Code::Xor, cf.ref, of.ref), 30));
}

void Recorder::fl_shift(Val count, Val r, Val cf, Val of)
{
    u64 n;
    const bool known = b.is_constant(count.ref, n);
    if (known && n == 0) return;
    const Ref cv = carry_and_overflow(b, cf, of), result = extended(r);
    if (known) return set_carries(result, cv);
    canonical_flags();
    const Ref old_result = flag(FLAG_RESULT), old_cv = flag(FLAG_Y);
    set_carries(b.select(count.ref, result, old_result), b.select(count.ref, cv, old_cv));
}

void Recorder::shift(u8 kind, Val x, Val count, Val r, Val cf, Val of)
{
    u64 n;
    if (!b.is_constant(count.ref, n) || n == 0) return fl_shift(count, r, cf, of);
    arithmetic(kind, x, count, r);
    shift_cf_ = cf;
    shift_of_ = of;
}

void Recorder::fl_rotate(Val count, Val cf, Val of)
{
    u64 n;
    const bool known = b.is_constant(count.ref, n);
    if (known && n == 0) return;
    canonical_flags();
    const Ref old_cv = flag(FLAG_Y), result = flag(FLAG_RESULT);
    const Ref cv = b.binary(Code::Or, b.binary(Code::And, old_cv, 0x3fffffff), carry_and_overflow(b, cf, of));
    set_carries(result, known ? cv : b.select(count.ref, cv, old_cv));
}

Ref Recorder::flag_result()
{
    return kind() == FlagForm::CARRIES ? flag(FLAG_RESULT) : result_;
}

// LazyFlags::cv of the form's kind, an own carry left aside.
Ref Recorder::carry_vector()
{
    if (kind() == FlagForm::CARRIES) return flag(FLAG_Y);
    if (kind() == FlagForm::LOGIC) return b.constant(0);
    if (is_shift()) return carry_and_overflow(b, shift_cf_, shift_of_);
    const Ref x = flag(FLAG_X), y = flag(FLAG_Y), r = flag_result(), ones = b.constant(~u32(0));
    Ref c;
    if (kind() == FlagForm::ADD || kind() == FlagForm::ADC) {
        c = b.binary(Code::Or, b.binary(Code::And, x, y), b.binary(Code::And, b.binary(Code::Or, x, y), b.binary(Code::Xor, r, ones)));
    } else {
        const Ref differ = b.binary(Code::Xor, x, y);
        c = b.binary(Code::Or, b.binary(Code::And, b.binary(Code::Xor, x, ones), y), b.binary(Code::And, b.binary(Code::Xor, differ, ones), r));
    }
    const Ref top = b.binary(Code::And, b.binary(Code::Shl, c, 32 - flag_bits()), LazyFlags::CARRY | LazyFlags::CARRY_IN);
    return b.binary(Code::Or, top, b.binary(Code::And, c, LazyFlags::AUX));
}

void Recorder::canonical_flags()
{
    if (form_ == FlagForm::CARRIES) return;
    Ref cv = carry_vector();
    if (form_ & FlagForm::OWN_CARRY) { // as LazyFlags: CARRY_IN follows, so that OF stays
        const Ref differs = b.binary(Code::Xor, b.binary(Code::ShrU, cv, 31), flag(FLAG_CARRY));
        cv = b.binary(Code::Xor, cv, b.binary(Code::And, b.binary(Code::Sub, b.constant(0), differs), LazyFlags::CARRY | LazyFlags::CARRY_IN));
    }
    const Ref r = flag_result();
    const u8 bytes = kind() == FlagForm::CARRIES ? 4 : static_cast<u8>(flag_bits() / 8);
    set_carries(extended({r, bytes}), cv);
}

Val Recorder::cf()
{
    if (entry_flags_) {
        reads_entry_carry_ = true;
        return bit(b.get(FLAG_CARRY));
    }
    if (form_ & FlagForm::OWN_CARRY) return bit(flag(FLAG_CARRY));
    const Ref x = kind() == FlagForm::CARRIES ? NONE : flag(FLAG_X);
    switch (kind()) {
    case FlagForm::LOGIC: return zero_bit();
    case FlagForm::SHL: case FlagForm::SHR: case FlagForm::SAR: return shift_cf_;
    case FlagForm::SUB:
        return bit(b.compare(Code::LtU, x, flag(FLAG_Y)));
    case FlagForm::ADD:
        return bit(b.compare(Code::LtU, flag_result(), x));
    default: break;
    }
    return bit(b.binary(Code::ShrU, carry_vector(), 31));
}

Val Recorder::zf()
{
    // x - y is 0 where x == y.
    if (kind() == FlagForm::SUB) return bit(b.compare(Code::Eq, flag(FLAG_X), flag(FLAG_Y)));
    return bit(b.unary(Code::Eqz, flag_result()));
}

Val Recorder::sf()
{
    if (kind() != FlagForm::CARRIES) return bit(b.binary(Code::And, b.binary(Code::ShrU, flag_result(), flag_bits() - 1), 1));
    const Ref s = b.binary(Code::ShrU, flag(FLAG_RESULT), 31);
    return bit(b.binary(Code::Xor, s, b.binary(Code::And, flag(FLAG_Y), LazyFlags::SFD)));
}

Val Recorder::of()
{
    if (kind() == FlagForm::LOGIC) return zero_bit();
    if (is_shift()) return shift_of_;
    if (kind() == FlagForm::CARRIES) {
        const Ref y = flag(FLAG_Y);
        return bit(b.binary(Code::ShrU, b.binary(Code::Xor, y, b.binary(Code::Shl, y, 1)), 31));
    }
    // Of x + y: the result's sign is neither's. Of x - y: x and y differ, and the result's sign is not x's.
    const Ref x = flag(FLAG_X), y = flag(FLAG_Y), r = flag_result();
    const bool sum = kind() == FlagForm::ADD || kind() == FlagForm::ADC;
    const Ref other = sum ? b.binary(Code::Xor, y, r) : b.binary(Code::Xor, x, y);
    const Ref v = b.binary(Code::And, b.binary(Code::Xor, x, r), other);
    return bit(b.binary(Code::And, b.binary(Code::ShrU, v, flag_bits() - 1), 1));
}

Val Recorder::pf()
{
    Ref low = flag_result();
    if (kind() == FlagForm::CARRIES) low = b.binary(Code::Xor, low, b.binary(Code::ShrU, flag(FLAG_Y), LazyFlags::PDB_SHIFT));
    return not_bit(low_bit({b.unary(Code::Popcnt, b.binary(Code::And, low, 0xff)), 4}));
}

Val Recorder::af() { return bit(b.binary(Code::And, b.binary(Code::ShrU, carry_vector(), 3), 1)); }

void Recorder::set_cf(Val cf)
{
    b.set(FLAG_CARRY, cf.ref);
    if (entry_flags_) reads_entry_flags_ = true; // the rest of them stays, so their form must be known
    set_form(form_ | FlagForm::OWN_CARRY);
}

void Recorder::set_df(bool on)
{
    const void* eflags = &mode.cpu->s.eflags;
    const Ref old = load_state(eflags, 4);
    store_state(eflags, on ? b.binary(Code::Or, old, u64{eflags::DF}) : b.binary(Code::And, old, ~u32{eflags::DF}), 4);
}

Val Recorder::flags_byte()
{
    Ref v = b.constant(eflags::R1);
    const auto put = [&](Val flag_bit, unsigned at) { v = b.binary(Code::Or, v, b.binary(Code::Shl, flag_bit.ref, at)); };
    put(cf(), 0);
    put(pf(), 2);
    put(af(), 4);
    put(zf(), 6);
    put(sf(), 7);
    return {v, 1};
}

// As LazyFlags::set.
void Recorder::set_flags_byte(Val v)
{
    const Val overflow = of();
    const auto at = [&](unsigned n) { return bit_at(v, n).ref; };
    const Ref z = at(6), c = at(0);
    Ref cv = carry_and_overflow(b, bit(c), overflow);
    cv = b.binary(Code::Or, cv, b.binary(Code::Shl, at(4), 3));
    cv = b.binary(Code::Or, cv, at(7));
    cv = b.binary(Code::Or, cv, b.binary(Code::Shl, b.binary(Code::Xor, at(2), z), LazyFlags::PDB_SHIFT));
    set_carries(b.binary(Code::Xor, z, 1), cv);
}

Val Recorder::condition(const Operand& cc)
{
    const bool negate = cc.imm & 1;
    const unsigned which = static_cast<unsigned>(cc.imm >> 1);
    const auto result = [&](Val v) { return negate ? not_bit(v) : v; };
    const bool signed_subtraction = kind() == FlagForm::SUB;
    const bool subtraction = signed_subtraction && !(form_ & FlagForm::OWN_CARRY);
    const auto compared = [&](Code code, bool sign) {
        const u8 bytes = static_cast<u8>(flag_bits() / 8);
        const Ref x = flag(FLAG_X), y = flag(FLAG_Y);
        return sign ? bit(b.compare(code, extended({x, bytes}), extended({y, bytes}))) : bit(b.compare(code, x, y));
    };
    switch (which) {
    case 0: return result(of());
    case 1: return result(cf());
    case 2: return result(zf());
    case 3: return result(subtraction ? compared(Code::LeU, false) : or_bit(cf(), zf()));
    case 4: return result(sf());
    case 5: return result(pf());
    case 6:
        if (kind() == FlagForm::LOGIC) return result(sf());
        return result(signed_subtraction ? compared(Code::LtS, true) : xor_bit(sf(), of()));
    default:
        return result(signed_subtraction ? compared(Code::LeS, true) : or_bit(xor_bit(sf(), of()), zf()));
    }
}

} // namespace tabpc::ir
