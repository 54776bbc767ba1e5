// FPREM, FPREM1, FSCALE, FXTRACT and the constants of FLD1 to FLDZ (SDM vol. 2). Precision control does not apply to them.
#pragma once

#include "cpu/fp/round_pack.h"

namespace tabpc::fp {

struct Remainder {
    F80 value;
    u8 quotient;  // its three lowest bits: C0, C3 and C1 from the highest
    bool partial; // C2: only the exponent was reduced
};
Remainder remainder(F80 a, F80 b, Env& env);         // FPREM: the quotient is truncated
Remainder remainder_nearest(F80 a, F80 b, Env& env); // FPREM1: it is rounded to nearest

F80 scale(F80 a, F80 b, Env& env); // FSCALE: a * 2^trunc(b)

struct Extracted {
    F80 exponent, significand;
};
Extracted extract(F80 v, Env& env); // FXTRACT

enum class Constant : u8 { One, L2T, L2E, Pi, LG2, LN2, Zero }; // as D9 E8 to D9 EE are encoded
F80 constant(Constant c, Rounding rc);

} // namespace tabpc::fp
