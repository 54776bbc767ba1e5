// EFLAGS. The six arithmetic flags are kept as {result, carry vector}: every condition is a few ALU operations on two
// words, in the interpreter and in translated code alike. SDM vol. 1, 3.4.3.
#pragma once
#include "base/types.h"
#include <bit>

namespace tabpc {

namespace eflags {
enum : u32 {
    CF = 1u << 0,
    R1 = 1u << 1, // always 1
    PF = 1u << 2,
    AF = 1u << 4,
    ZF = 1u << 6,
    SF = 1u << 7,
    TF = 1u << 8,
    IF = 1u << 9,
    DF = 1u << 10,
    OF = 1u << 11,
    IOPL = 3u << 12,
    NT = 1u << 14,
    RF = 1u << 16,
    VM = 1u << 17,
    AC = 1u << 18,
    VIF = 1u << 19,
    VIP = 1u << 20,
    ID = 1u << 21,
    ARITH = CF | PF | AF | ZF | SF | OF,
};
}

// The arithmetic flags of the last instruction that set them.
//   ZF = result == 0                          (result is sign-extended from the operand's width)
//   SF = sign(result) ^ cv.SFD,  PF = even parity of (low byte of result ^ cv.PDB)
//   CF = cv bit 31,  OF = cv bit 31 ^ cv bit 30,  AF = cv bit 3
// The two deltas are zero after arithmetic; POPF and SAHF need them for combinations no result has.
struct LazyFlags {
    enum : u32 { CARRY = 1u << 31, CARRY_IN = 1u << 30, AUX = 1u << 3, PDB_SHIFT = 8, SFD = 1u << 0 };

    i64 result = 1;
    u32 cv = 0;

    bool cf() const { return cv >> 31; }
    bool zf() const { return result == 0; }
    bool sf() const { return static_cast<bool>((static_cast<u64>(result) >> 63) ^ (cv & SFD)); }
    bool of() const { return (cv ^ (cv << 1)) >> 31; }
    bool af() const { return cv & AUX; }
    bool pf() const { return !(std::popcount(static_cast<u8>(static_cast<u32>(result) ^ (cv >> PDB_SHIFT))) & 1); }

    u32 get() const
    {
        return (cf() ? eflags::CF : 0u) | (pf() ? eflags::PF : 0u) | (af() ? eflags::AF : 0u) | (zf() ? eflags::ZF : 0u) |
               (sf() ? eflags::SF : 0u) | (of() ? eflags::OF : 0u);
    }
    void set(u32 f)
    {
        const bool z = f & eflags::ZF, s = f & eflags::SF, c = f & eflags::CF, o = f & eflags::OF;
        result = z ? 0 : 1;
        const u32 parity_of_result = z ? 1u : 0u; // 0 has even parity, 1 odd
        cv = (c ? CARRY : 0u) | (c != o ? CARRY_IN : 0u) | (f & eflags::AF ? AUX : 0u) | (s ? u32{SFD} : 0u) |
             (((f & eflags::PF ? 1u : 0u) ^ parity_of_result) << PDB_SHIFT);
    }

    template <class Archive> void serialize(Archive& ar) { ar(result, cv); }
};

} // namespace tabpc
