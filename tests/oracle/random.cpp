// See random.h.
#include "random.h"
#include "base/bits.h"

namespace tabpc::oracle {

u32 integer(Random& r)
{
    switch (r.below(8)) {
    case 0: return r.below(4);
    case 1: return 0 - r.below(4);
    case 2:
        return r.pick<u32>(
            {0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0x7f80, 0x8080, 0x80008000});
    case 3: return 1u << r.below(32);
    case 4: return ~u32(0) >> r.below(32) << r.below(32);
    case 5: return r.below(0x100) * 0x01010101;
    default: return r.next32();
    }
}

namespace {

// A left-justified fraction: some random bits, then none, a half, just below or just above a half of the last of them.
u64 fraction(Random& r)
{
    switch (r.below(6)) {
    case 0: return 0;
    case 1: return r.next();
    case 2: return ~u64(0) << r.below(64);
    default: break;
    }
    const u32 kept = r.pick<u32>({r.below(64), 0, 22, 23, 24, 51, 52, 53});
    const u64 head = kept ? r.next() >> (64 - kept) << (64 - kept) : 0;
    const u64 half = u64(1) << (63 - kept);
    return head | r.pick<u64>({0, half, half - 1, half + 1, half | half >> 1});
}

// Exponents are of the format whose bias and largest value are given. Most are near 1.0, so that operands meet; there are
// those at which conversions to integers overflow and those at which results of shorter formats do.
u32 exponent(Random& r, u32 bias)
{
    const u32 max = 2 * bias + 1;
    switch (r.below(10)) {
    case 0: return 0;
    case 1: return max;
    case 2: return r.pick<u32>({1, 2, max - 1, max - 2});
    case 3: return r.below(max + 1);
    case 4: return (bias + r.pick<u32>({7, 8, 14, 15, 16, 30, 31, 32, 62, 63, 64})) & max;
    case 5:
        return (bias +
                r.pick<u32>({127, 128, 1023, 1024, 0u - 126, 0u - 127, 0u - 149, 0u - 1022, 0u - 1074})) &
               max;
    default: return bias - 3 + r.below(7);
    }
}

} // namespace

u32 float32(Random& r)
{
    const u32 sign = r.below(2), exp = exponent(r, 127);
    return sign << 31 | exp << 23 | static_cast<u32>(fraction(r) >> 41);
}
u64 float64(Random& r)
{
    const u64 sign = r.below(2), exp = exponent(r, 1023);
    return sign << 63 | exp << 52 | fraction(r) >> 12;
}
std::array<u8, 10> float80(Random& r)
{
    const u32 exp = exponent(r, 16383);
    const bool integer_bit = (exp != 0) != r.percent(3);
    std::array<u8, 10> v;
    st<u64>(v.data(), u64(integer_bit) << 63 | fraction(r) >> 1);
    st<u16>(v.data() + 8, static_cast<u16>(r.below(2) << 15 | exp));
    return v;
}

} // namespace tabpc::oracle
