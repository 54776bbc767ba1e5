#include "cpu/fp/approx.h"

#include "cpu/fp/arith.h"
#include "cpu/fp/nan.h"

namespace tabpc::fp {

namespace {

// To 12 significant bits, so that nobody comes to rely on more than the instruction promises.
F32 coarse(float v) { return {(std::bit_cast<u32>(v) + 0x800) & 0xFFFFF000}; }

} // namespace

F32 reciprocal(F32 v)
{
    const Unpacked u = unpack(v);
    if (u.is_nan()) return quiet(v);
    if (u.is_zero() || u.is_denormal()) return infinity<F32>(u.sign);
    if (u.is_inf()) return zero<F32>(u.sign);
    const float r = 1.0f / host(v);
    return unpack(guest(r)).is_denormal() ? zero<F32>(u.sign) : coarse(r);
}

F32 reciprocal_sqrt(F32 v)
{
    const Unpacked u = unpack(v);
    if (u.is_nan()) return quiet(v);
    if (u.is_zero() || u.is_denormal()) return infinity<F32>(u.sign);
    if (u.sign) return default_nan<F32>();
    if (u.is_inf()) return zero<F32>(false);
    return coarse(1.0f / __builtin_sqrtf(host(v)));
}

} // namespace tabpc::fp
