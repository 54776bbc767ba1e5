// RCPSS, RSQRTSS and their packed forms: approximations within the SDM's bound of 1.5 * 2^-12, the same on every host. They
// raise nothing and heed neither RC, DAZ nor FTZ: a denormal operand counts as zero, a tiny result becomes zero.
#pragma once

#include "cpu/fp/format.h"

namespace tabpc::fp {

F32 reciprocal(F32 v);
F32 reciprocal_sqrt(F32 v);

} // namespace tabpc::fp
