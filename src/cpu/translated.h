// What translated code and the CPU share beyond the architectural state: the arithmetic flags as operands of the operation
// that set them, so that translated code need not work them out. Translated code finds these words behind the Cpu's address.
#pragma once
#include "cpu/eflags.h"

namespace tabpc {

// How the flags follow from result, x and y. The form is a byte: kind, log2 of the operand's bytes << 2, OWN_CARRY.
struct FlagForm {
    enum : u8 {
        CARRIES = 0, // y is LazyFlags::cv, and result its result
        ADD = 1,     // result = x + y (+ carry)
        SUB = 2,     // result = x - y (- borrow)
        LOGIC = 3,   // CF, OF, AF are 0
        KIND = 3,
        WIDTH_SHIFT = 2,
        OWN_CARRY = 16, // CF is `carry`, the others as the kind says
        DYNAMIC = 32,   // of a place in code, not of a value: the word `form` says it
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

// The carry vector of x + y = r or x - y = r, of operands of 8 << width bits.
constexpr u32 carries(unsigned kind, unsigned width, u32 x, u32 y, u32 r)
{
    const u32 c = kind == FlagForm::ADD ? (x & y) | ((x | y) & ~r) : (~x & y) | (~(x ^ y) & r);
    constexpr u32 TOP = LazyFlags::CARRY | LazyFlags::CARRY_IN;
    return ((c << (32 - (8u << width))) & TOP) | (c & LazyFlags::AUX);
}

inline LazyFlags TranslatedState::flags() const
{
    const unsigned kind = form & FlagForm::KIND, width = (form >> FlagForm::WIDTH_SHIFT) & 3;
    LazyFlags f;
    if (kind == FlagForm::CARRIES || width == 2) f.result = static_cast<i32>(result);
    else f.result = width == 1 ? static_cast<i16>(result) : static_cast<i8>(result);
    f.cv = kind == FlagForm::CARRIES ? y : kind == FlagForm::LOGIC ? 0 : carries(kind, width, x, y, result);
    if (form & FlagForm::OWN_CARRY && f.cf() != (carry != 0)) f.cv ^= LazyFlags::CARRY | LazyFlags::CARRY_IN; // OF stays
    return f;
}

} // namespace tabpc
