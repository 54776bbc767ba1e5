// The floating-point environment of one operation: the control fields of FCW or MXCSR going in, the exception flags and
// C1 coming out (Intel SDM vol. 1, 4.9, 8.1 and 10.2.3). Values only: nothing here touches the host's environment.
#pragma once

#include "base/types.h"

namespace tabpc::fp {

enum class Rounding : u8 { Nearest, Down, Up, Zero };               // RC, as encoded
enum class Precision : u8 { Single = 0, Double = 2, Extended = 3 }; // PC, as encoded; 1 is reserved

enum Exception : u8 { IE = 1, DE = 2, ZE = 4, OE = 8, UE = 16, PE = 32 }; // as in FSW and MXCSR

constexpr u8 ALL_EXCEPTIONS = 0x3F;
constexpr u8 PRE_COMPUTATION = IE | DE | ZE; // unmasked, these keep an operation from being performed

// How an operation behaves: `flags` collects what it raises and is cleared by the caller, never here. When
// `unmasked(PRE_COMPUTATION)`, the returned value has no meaning and nothing may be committed. An x87 result in a
// register is committed with OE, UE or PE unmasked (its exponent is then biased); a store to memory is not committed with
// OE or UE unmasked, and an SSE result with none.
struct Env {
    Rounding rc = Rounding::Nearest;
    Precision pc = Precision::Extended; // used by the F80 operations only
    bool daz = false;                   // MXCSR only
    bool ftz = false;                   // MXCSR only
    u8 masks = ALL_EXCEPTIONS;          // a set bit masks, as in FCW and MXCSR
    u8 flags = 0;                       // raised by the operation
    bool c1 = false;                    // the result was rounded up (in magnitude)
    bool quick = false;                 // the host's + - * / sqrt raise nothing new: see arith.h

    static constexpr Env from_fcw(u16 fcw)
    {
        Env env;
        env.rc = Rounding(fcw >> 10 & 3);
        const u8 pc = fcw >> 8 & 3;
        env.pc = Precision(pc == 1 ? 3 : pc);
        env.masks = fcw & ALL_EXCEPTIONS;
        return env;
    }

    static constexpr Env from_mxcsr(u32 mxcsr)
    {
        Env env;
        env.rc = Rounding(mxcsr >> 13 & 3);
        env.daz = mxcsr & 1u << 6;
        env.ftz = mxcsr & 1u << 15;
        env.masks = mxcsr >> 7 & ALL_EXCEPTIONS;
        // Nearest, no FTZ, no DAZ, everything masked, PE already set.
        env.quick = (mxcsr & 0xFFE0) == 0x1FA0;
        return env;
    }

    constexpr u8 unmasked(u8 which = ALL_EXCEPTIONS) const { return flags & which & ~masks; }

    // Raises an exception; true if the operation has to stop there.
    constexpr bool raise(Exception e)
    {
        flags |= e;
        return !(masks & e);
    }

    // A packed SSE instruction examines the operands of all elements first, so that an unmasked pre-computation
    // exception in one hides what the others raise later (SDM vol. 1, 11.5.3).
    constexpr void settle_packed()
    {
        if (unmasked(PRE_COMPUTATION)) flags &= PRE_COMPUTATION;
    }
};

} // namespace tabpc::fp
