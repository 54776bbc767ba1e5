// Operands that several helpers share: general registers by the operand size, selectors, far pointers.
#pragma once
#include "base/bits.h"
#include "cpu/helpers.h"

namespace tabpc {

inline u8* register_at(Cpu& c, u8 offset) { return reinterpret_cast<u8*>(c.s.gpr.data()) + offset; }

inline u32 get_register(Cpu& c, u8 offset) { return ld<u32>(register_at(c, offset)); }

// A 16-bit destination keeps its upper half, a 32-bit one is zero-extended in the file.
inline void set_register(Cpu& c, u8 offset, u32 value, bool o16)
{
    if (o16) st(register_at(c, offset), static_cast<u16>(value));
    else st(register_at(c, offset), u64{value});
}

// MOV E,Sreg, SLDT, STR, SMSW: 16 bits in memory whatever the operand size.
[[nodiscard]] inline bool store_selector(Cpu& c, const Insn& i, u32 value)
{
    return i.memory || i.o16 ? c.set_e(i, static_cast<u16>(value)) : c.set_e(i, value);
}

struct FarPointer {
    u32 offset = 0;
    u16 selector = 0;
};

// The m16:16 or m16:32 operand, or ptr16:16 or ptr16:32 in the instruction.
[[nodiscard]] inline bool read_far_pointer(Cpu& c, const Insn& i, FarPointer& p)
{
    if (!i.memory) {
        p.offset = i.o16 ? static_cast<u16>(i.imm) : static_cast<u32>(i.imm);
        p.selector = static_cast<u16>(i.imm >> 32);
        return true;
    }
    LinAddr at;
    if (!c.linear_address(i, i.o16 ? 4 : 6, false, at)) return false;
    if (!i.o16) return c.read(at, p.offset) && c.read(linear(at + 4), p.selector);
    u16 word;
    if (!c.read(at, word) || !c.read(linear(at + 2), p.selector)) return false;
    p.offset = word;
    return true;
}

} // namespace tabpc
