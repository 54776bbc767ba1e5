// FSIN, FCOS, FSINCOS, FPTAN, FPATAN, F2XM1, FYL2X and FYL2XP1 (SDM vol. 1, 8.3.7 to 8.3.10): before its one rounding a
// result is within 0.02 ulp of the true value. Arguments of the trigonometric functions are reduced by pi exactly;
// processors reduce by a 66-bit pi and are far off near its multiples (FSIN's page in SDM vol. 2).
#pragma once

#include "cpu/fp/format.h"

namespace tabpc::fp {

// `pushed` is what FSINCOS and FPTAN push onto `value`. Out of range is |x| >= 2^63: C2 is set, the stack stays as it is.
struct Trigonometric {
    F80 value, pushed;
    bool out_of_range;
};
Trigonometric fsin(F80 x, Env& env);
Trigonometric fcos(F80 x, Env& env);
Trigonometric fsincos(F80 x, Env& env); // pushes the cosine
Trigonometric fptan(F80 x, Env& env);   // pushes 1.0

F80 fpatan(F80 x, F80 y, Env& env);  // arc tangent of y/x in the right quadrant: x is st(0), y is st(1)
F80 f2xm1(F80 x, Env& env);          // 2^x - 1
F80 fyl2x(F80 x, F80 y, Env& env);   // y * log2(x)
F80 fyl2xp1(F80 x, F80 y, Env& env); // y * log2(x + 1)

} // namespace tabpc::fp
