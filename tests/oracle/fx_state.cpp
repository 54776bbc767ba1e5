// See builder.h: random x87 and SSE state, as an FXSAVE image.
#include "base/bits.h"
#include "builder.h"
#include <algorithm>
#include <bit>

namespace tabpc::oracle {

namespace {
enum FxOffset { CW = 0, SW = 2, TAGS = 4, MXCSR = 24, ST = 32, XMM = 160 };
} // namespace

std::array<u8, 16> vector(Random& r)
{
    std::array<u8, 16> v{};
    const u32 kind = r.below(9);
    const u32 small = r.pick<u32>({1, 16, 32, 64, 70});
    for (u32 n = 0; n < 4; n++) {
        u8* const p = &v[n * 4];
        switch (kind) {
        case 0:
        case 1:
        case 2: st<u32>(p, float32(r)); break;
        case 3:
        case 4:
        case 5:
            if (n < 2) st<u64>(&v[n * 8], float64(r));
            break;
        case 6: st<u32>(p, integer(r)); break;
        case 7: // counts of shifts, strings
            st<u32>(p, n & 1 ? 0 : r.below(small));
            break;
        default:
            for (u32 k = 0; k < 4; k++) p[k] = r.percent(10) ? 0 : static_cast<u8>('a' + r.below(4));
            break;
        }
    }
    return v;
}

void default_fx(u8* fx)
{
    std::fill_n(fx, ORACLE_FX, u8{0});
    st<u16>(fx + CW, 0x37f);
    st<u32>(fx + MXCSR, 0x1f80);
}

void random_fx(Random& r, u8* fx, bool packed_integers)
{
    std::fill_n(fx, ORACLE_FX, u8{0});
    // Masks mostly set; rounding and precision anything, the reserved precision 1 seldom.
    const u32 masks = r.percent(65) ? 0x3f : r.next32() & 0x3f;
    const u32 precision = r.percent(2) ? 1 : r.pick<u32>({0, 2, 3, 3});
    st<u16>(fx + CW, static_cast<u16>(0x40 | masks | precision << 8 | r.below(4) << 10));
    u32 flags = r.percent(40) ? 0 : r.next32() & 0x3f;
    if (!r.percent(4)) flags &= masks; // else an error is pending
    const u32 top = r.below(8), summary = flags & ~masks & 0x3f ? 0x8080 : 0;
    const u32 codes = r.next32() & (flags & 1 ? 0x4740 : 0x4700); // a stack fault is an invalid operation
    st<u16>(fx + SW, static_cast<u16>(flags | codes | top << 11 | summary));
    // ST(0) to ST(valid - 1) are there; sometimes any pattern.
    const u32 valid = r.pick<u32>({0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 8});
    const u8 tags = r.percent(12) ? static_cast<u8>(r.next32())
                                  : std::rotl(static_cast<u8>((1u << valid) - 1), static_cast<int>(top));
    fx[TAGS] = tags;

    std::array<u8, 10> previous = float80(r);
    for (u32 n = 0; n < 8; n++) {
        std::array<u8, 10> v = r.percent(20) ? previous : float80(r);
        if (r.percent(8)) st<u64>(v.data(), ld<u64>(v.data()) + r.below(5) - 2); // a neighbour
        if (r.percent(10)) v[9] ^= 0x80;
        if (packed_integers && r.percent(70)) {
            std::copy_n(vector(r).begin(), 8, v.begin());
            if (r.percent(80)) v[8] = v[9] = 0xff; // as MMX leaves it
        }
        std::copy_n(v.begin(), 10, fx + ST + n * 16);
        previous = v;
    }
    const u32 sse_masks = r.percent(60) ? 0x3f : r.next32() & 0x3f;
    const u32 sse_flags = r.percent(50) ? 0 : r.next32() & 0x3f;
    const u32 zeroing = r.percent(70) ? 0 : r.pick<u32>({0x8000, 0x0040, 0x8040}); // FZ, DAZ
    st<u32>(fx + MXCSR, sse_flags | sse_masks << 7 | r.below(4) << 13 | zeroing);
    std::array<u8, 16> last = vector(r);
    for (u32 n = 0; n < 8; n++) {
        std::array<u8, 16> v = r.percent(20) ? last : vector(r);
        if (r.percent(8)) v[r.below(16)] ^= static_cast<u8>(1u << r.below(8));
        std::copy_n(v.begin(), 16, fx + XMM + n * 16);
        last = v;
    }
}

} // namespace tabpc::oracle
