// See simd.h: sums and string comparison. AES is in simd_aes.cpp.
#include "cpu/simd.h"

namespace tabpc::simd {

V128 sums_of_differences(V128 x, V128 y, u8 imm)
{
    const u32 window = imm & 4, block = (imm & 3u) * 4;
    Lanes<u16, 16> r;
    for (u32 n = 0; n < 8; n++) {
        i32 sum = 0;
        for (u32 k = 0; k < 4; k++) {
            const i32 d = x.byte[window + n + k] - y.byte[block + k];
            sum += d < 0 ? -d : d;
        }
        r[n] = static_cast<u16>(sum);
    }
    return vec(r);
}

V128 minimum_and_position(V128 x)
{
    const auto a = lanes<u16>(x);
    u16 at = 0;
    for (u16 n = 1; n < 8; n++)
        if (a[n] < a[at]) at = n;
    return vec(Lanes<u16, 16>{a[at], at});
}

// ---- PCMPxSTRx ----------------------------------------------------------------------------------------------------------------

namespace {

constexpr u32 elements(u8 imm) { return imm & 1 ? 8 : 16; }

u32 element(V128 v, u32 n, u8 imm) { return imm & 1 ? lanes<u16>(v)[n] : v.byte[n]; }
i32 ordered_element(V128 v, u32 n, u8 imm) // as the source format's sign says
{
    switch (imm & 3) {
    case 2: return lanes<i8>(v)[n];
    case 3: return lanes<i16>(v)[n];
    default: return static_cast<i32>(element(v, n, imm));
    }
}

} // namespace

u32 implicit_length(V128 string, u8 imm)
{
    u32 n = 0;
    while (n < elements(imm) && element(string, n, imm)) n++;
    return n;
}

u32 explicit_length(u32 count, u8 imm)
{
    const u32 magnitude = static_cast<i32>(count) < 0 ? 0 - count : count;
    return magnitude < elements(imm) ? magnitude : elements(imm);
}

u32 compare_strings(V128 x, u32 x_length, V128 y, u32 y_length, u8 imm)
{
    enum : u8 { EQUAL_ANY, RANGES, EQUAL_EACH, EQUAL_ORDERED };
    const u32 count = elements(imm);
    const auto equal = [&](u32 n, u32 m) { return element(x, n, imm) == element(y, m, imm); };
    u32 r = 0;
    for (u32 m = 0; m < count; m++) {
        bool holds = false;
        switch (imm >> 2 & 3) {
        case EQUAL_ANY:
            for (u32 n = 0; n < x_length && m < y_length; n++) holds = holds || equal(n, m);
            break;
        case RANGES:
            for (u32 n = 0; n + 1 < x_length && m < y_length; n += 2)
                holds = holds || (ordered_element(x, n, imm) <= ordered_element(y, m, imm) &&
                                  ordered_element(y, m, imm) <= ordered_element(x, n + 1, imm));
            break;
        case EQUAL_EACH: holds = m < x_length && m < y_length ? equal(m, m) : m >= x_length && m >= y_length; break;
        case EQUAL_ORDERED: // as much of x as fits: what hangs over the end counts as found
            holds = true;
            for (u32 n = 0; n < x_length && m + n < count; n++) holds = holds && m + n < y_length && equal(n, m + n);
            break;
        }
        r |= u32(holds) << m;
    }
    const u32 all = (1u << count) - 1, valid = (1u << y_length) - 1;
    switch (imm >> 4 & 3) {
    case 1: return r ^ all;
    case 3: return r ^ valid;
    default: return r;
    }
}

u32 index_of(u32 result, u8 imm)
{
    if (!result) return elements(imm);
    return static_cast<u32>(imm & 0x40 ? 31 - std::countl_zero(result) : std::countr_zero(result));
}

V128 mask_of(u32 result, u8 imm)
{
    if (!(imm & 0x40)) return vec(Lanes<u32, 16>{result});
    V128 r;
    for (u32 n = 0; n < 16; n++) r.byte[n] = result >> (imm & 1 ? n / 2 : n) & 1 ? 0xff : 0;
    return r;
}

} // namespace tabpc::simd
