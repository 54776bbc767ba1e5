// FADD m32, FCOM m64 and the like: an x87 operation whose second operand comes from memory as F32 or F64.
#pragma once

#include "cpu/fp/arith.h"
#include "cpu/fp/convert.h"

namespace tabpc::fp {

// Performs op(widened m, env), where st is the operation's other operand. A denormal becomes normal by widening, so its DE
// is raised here; it ranks below any NaN and below ZE (SDM vol. 1, 4.9.2).
template <Sse M, class Op>
inline auto with_memory(F80 st, M m, Env& env, Op op)
{
    const F80 wide = widen(m);
    if (TABPC_LIKELY(is_zero_or_normal(m) || !unpack(m).is_denormal())) return op(wide, env);
    const u8 before = env.flags;
    env.flags = 0;
    const auto result = op(wide, env);
    if (!unpack(st).is_nan() && !(env.flags & ZE) && env.raise(DE)) {
        env.flags = DE;
        env.c1 = false;
    }
    env.flags |= before;
    return result;
}

} // namespace tabpc::fp
