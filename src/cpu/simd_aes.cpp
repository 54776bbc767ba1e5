// See simd.h: AES and PCLMULQDQ, the arithmetic of GF(2).
#include "cpu/simd.h"

namespace tabpc::simd {

namespace {

constexpr u8 times_x(u8 v) { return static_cast<u8>(v << 1 ^ (v & 0x80 ? 0x1b : 0)); }
constexpr u8 times(u8 a, u8 b) // in AES's field
{
    u8 r = 0;
    for (; b; b >>= 1, a = times_x(a))
        if (b & 1) r ^= a;
    return r;
}

struct Boxes {
    std::array<u8, 256> forward{}, inverse{};
};
// FIPS 197, 5.1.1: the inverse, then an affine transformation. 3 generates the field, so 3^n and 3^(255-n) are inverse.
constexpr Boxes boxes = [] {
    std::array<u8, 256> power{};
    for (u32 n = 0, v = 1; n < 256; n++, v = times(static_cast<u8>(v), 3)) power[n] = static_cast<u8>(v);
    Boxes b;
    const auto enter = [&](u8 v, u8 inverse) {
        const u8 s = static_cast<u8>(inverse ^ std::rotl(inverse, 1) ^ std::rotl(inverse, 2) ^ std::rotl(inverse, 3) ^
                                     std::rotl(inverse, 4) ^ 0x63);
        b.forward[v] = s;
        b.inverse[s] = v;
    };
    enter(0, 0);
    for (u32 n = 0; n < 255; n++) enter(power[n], power[255 - n]);
    return b;
}();

V128 substitute(V128 v, const std::array<u8, 256>& box)
{
    for (u8& b : v.byte) b = box[b];
    return v;
}
// Row n (byte n of every column) moves left by n columns; `step` is -1 to undo that.
V128 shift_rows(V128 v, u32 step)
{
    V128 r;
    for (u32 n = 0; n < 16; n++) r.byte[n] = v.byte[(n + 4 * step * (n & 3)) & 15];
    return r;
}
// Each column times the polynomial with these coefficients, lowest first.
V128 mix_columns(V128 v, std::array<u8, 4> by)
{
    V128 r{};
    for (u32 n = 0; n < 16; n++)
        for (u32 k = 0; k < 4; k++) r.byte[n] ^= times(v.byte[(n & 12) + k], by[(n - k) & 3]);
    return r;
}
constexpr std::array<u8, 4> MIX = {2, 1, 1, 3}, INVERSE_MIX = {14, 9, 13, 11};

V128 add(V128 x, V128 y)
{
    return each(lane::Q, x, y, [](u64 a, u64 b) { return a ^ b; });
}

} // namespace

V128 aes_encrypt_last(V128 state, V128 key) { return add(substitute(shift_rows(state, 1), boxes.forward), key); }
V128 aes_encrypt(V128 state, V128 key)
{
    return add(mix_columns(substitute(shift_rows(state, 1), boxes.forward), MIX), key);
}
V128 aes_decrypt_last(V128 state, V128 key) { return add(substitute(shift_rows(state, ~0u), boxes.inverse), key); }
V128 aes_decrypt(V128 state, V128 key)
{
    return add(mix_columns(substitute(shift_rows(state, ~0u), boxes.inverse), INVERSE_MIX), key);
}
V128 aes_inverse_mix_columns(V128 key) { return mix_columns(key, INVERSE_MIX); }

V128 aes_key_assist(V128 key, u8 round_constant)
{
    const auto x = lanes<u32>(substitute(key, boxes.forward));
    const u32 turned1 = std::rotr(x[1], 8) ^ round_constant, turned3 = std::rotr(x[3], 8) ^ round_constant;
    return vec(Lanes<u32, 16>{x[1], turned1, x[3], turned3});
}

V128 carryless_product(V128 x, V128 y, u8 imm)
{
    const u64 a = lanes<u64>(x)[imm & 1], b = lanes<u64>(y)[imm >> 4 & 1];
    u64 low = 0, high = 0;
    for (u32 n = 0; n < 64; n++) {
        const u64 chosen = 0 - (b >> n & 1);
        low ^= a << n & chosen;
        high ^= (a >> 1 >> (63 - n)) & chosen;
    }
    return vec(Lanes<u64, 16>{low, high});
}

} // namespace tabpc::simd
