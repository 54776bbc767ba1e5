// What MMX and SSE instructions compute where no few lane operations say it. Functions of values alone.
#pragma once
#include "cpu/vector.h"

namespace tabpc::simd {

// PSADBW: of every eight bytes, the sum of the absolute differences.
template <unsigned N> Vec<N> sum_of_differences(Vec<N> x, Vec<N> y)
{
    Lanes<u64, N> r{};
    for (u32 n = 0; n < N; n++) r[n / 8] += static_cast<u32>(x.byte[n] > y.byte[n] ? x.byte[n] - y.byte[n] : y.byte[n] - x.byte[n]);
    return vec(r);
}
// PMADDUBSW: unsigned bytes of x by signed ones of y, adjacent products added and saturated.
template <unsigned N> Vec<N> dot_bytes(Vec<N> x, Vec<N> y)
{
    return each(lane::W, x, y, [](u16 a, u16 b) {
        const i32 low = (a & 0xff) * static_cast<i8>(b), high = (a >> 8) * static_cast<i8>(b >> 8);
        return static_cast<u16>(saturate<i16>(low + high));
    });
}
// MPSADBW: eight sums over four bytes each; imm bit 2 places the window in x, bits 1:0 the block in y.
V128 sums_of_differences(V128 x, V128 y, u8 imm);
// PHMINPOSUW: the smallest word, and its number.
V128 minimum_and_position(V128 x);

// PCMPxSTRx, SDM vol. 2, 4.1. A string is sixteen bytes or eight words (imm bit 0), of which `length` are valid.
u32 implicit_length(V128 string, u8 imm);
u32 explicit_length(u32 count, u8 imm);
u32 compare_strings(V128 x, u32 x_length, V128 y, u32 y_length, u8 imm); // IntRes2: a bit for each element of y
u32 index_of(u32 result, u8 imm);                                       // PCMPxSTRI
V128 mask_of(u32 result, u8 imm);                                       // PCMPxSTRM

// AES, FIPS 197, on the state as SDM vol. 1, 12.13 lays it out.
V128 aes_encrypt(V128 state, V128 key);
V128 aes_encrypt_last(V128 state, V128 key);
V128 aes_decrypt(V128 state, V128 key);
V128 aes_decrypt_last(V128 state, V128 key);
V128 aes_inverse_mix_columns(V128 key);
V128 aes_key_assist(V128 key, u8 round_constant);
// PCLMULQDQ: the product without carries of the quadwords that imm bits 0 and 4 select.
V128 carryless_product(V128 x, V128 y, u8 imm);

} // namespace tabpc::simd
