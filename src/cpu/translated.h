// What translated code and the CPU share beyond the architectural state: the arithmetic flags as operands of the operation
// that set them, so that translated code need not work them out. Translated code finds these words behind the Cpu's address.
#pragma once
#include "cpu/eflags.h"

namespace tabpc {

// How the flags follow from result, x and y. The form is a byte: kind, log2 of the operand's bytes << WIDTH_SHIFT, OWN_CARRY.
struct FlagForm {
    enum : u8 {
        CARRIES = 0, // y is LazyFlags::cv, and result its result
        LOGIC = 1,   // CF, OF, AF are 0
        ADC = 2,     // result = x + y + carry
        SBB = 3,     // result = x - y - borrow
        // These have no result: it follows from x and y, of which bits beyond the width are 0.
        ADD = 4, // x + y
        SUB = 5, // x - y
        SHL = 6, // x << y, y 1..31
        SHR = 7, // x >> y, likewise
        SAR = 8, // the same, of a signed x
        KINDS = 9,
        KIND = 15,
        WIDTH_SHIFT = 4,
        OWN_CARRY = 64, // CF is `carry`, the others as the kind says
        DYNAMIC = 128,  // of a place in code, not of a value: the word `form` says it
    };
};

struct TranslatedState {
    u32 result = 1; // of 8- and 16-bit operations the higher bits are not defined, but for CARRIES
    u32 x = 0, y = 0;
    u32 carry = 0; // 0 or 1
    u32 form = FlagForm::CARRIES;
    u32 key = 0;    // Cpu::mode_key() as the code that runs was made for
    u32 status = 0; // the Status of the last instruction that was called out for

    LazyFlags flags() const;
    void set(const LazyFlags& f)
    {
        result = static_cast<u32>(f.result);
        y = f.cv;
        form = FlagForm::CARRIES;
    }
    // As a region finds them: its first block may ask for CF alone.
    void enter(const LazyFlags& f)
    {
        set(f);
        carry = f.cf();
    }
};

// The sign-extended x of operands of 8 << width bits.
constexpr i32 extended(unsigned width, u32 x)
{
    return width == 2 ? static_cast<i32>(x) : width == 1 ? static_cast<i16>(x) : static_cast<i8>(x);
}

// The result where x and y are enough.
constexpr u32 result_of(unsigned kind, unsigned width, u32 x, u32 y)
{
    switch (kind) {
    case FlagForm::ADD: return x + y;
    case FlagForm::SUB: return x - y;
    case FlagForm::SHL: return x << (y & 31);
    case FlagForm::SHR: return x >> (y & 31);
    default: return static_cast<u32>(extended(width, x) >> (y & 31));
    }
}

// The carry vector of operands of 8 << width bits. Of a shift, CF is the last bit shifted out; OF as insns/shift.h has it.
constexpr u32 carries(unsigned kind, unsigned width, u32 x, u32 y, u32 r)
{
    const unsigned bits = 8u << width;
    if (kind >= FlagForm::SHL) {
        const u64 sign_bits = kind == FlagForm::SAR && x >> (bits - 1) & 1 ? ~u64(0) << bits : 0;
        const u64 out = kind == FlagForm::SHL ? u64(x) << (y & 31) >> bits : ((x | sign_bits) << 1) >> (y & 31);
        const u32 cf = out & 1, sign = (kind == FlagForm::SHL ? r : x) >> (bits - 1) & 1;
        const u32 of = kind == FlagForm::SHL ? cf ^ sign : kind == FlagForm::SHR ? sign : 0;
        return cf << 31 | (cf ^ of) << 30;
    }
    const u32 c = kind == FlagForm::ADD || kind == FlagForm::ADC ? (x & y) | ((x | y) & ~r) : (~x & y) | (~(x ^ y) & r);
    constexpr u32 TOP = LazyFlags::CARRY | LazyFlags::CARRY_IN;
    return ((c << (32 - bits)) & TOP) | (c & LazyFlags::AUX);
}

inline LazyFlags TranslatedState::flags() const
{
    const unsigned kind = form & FlagForm::KIND, width = (form >> FlagForm::WIDTH_SHIFT) & 3;
    LazyFlags f;
    const u32 r = kind >= FlagForm::ADD ? result_of(kind, width, x, y) : result;
    f.result = kind == FlagForm::CARRIES ? static_cast<i32>(r) : extended(width, r);
    f.cv = kind == FlagForm::CARRIES ? y : kind == FlagForm::LOGIC ? 0 : carries(kind, width, x, y, r);
    if (form & FlagForm::OWN_CARRY && f.cf() != (carry != 0)) f.cv ^= LazyFlags::CARRY | LazyFlags::CARRY_IN; // OF stays
    return f;
}

} // namespace tabpc
