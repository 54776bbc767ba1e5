/* gint.h - the integer benchmarks, one function each; gint.c lists them. */
#ifndef GINT_H
#define GINT_H
#include "gb.h"

#define NOISE (1u << 20)
extern u8* noise;
void need_noise(void);

u32 b_mix(u32 n);
u32 b_core(u32 n);
u32 b_sha256(u32 n);
u32 b_crc32(u32 n);
u32 b_qsort(u32 n);
u32 b_sieve(u32 n);
u32 b_fib(u32 n);
u32 b_indirect(u32 n);
u32 b_interp(u32 n);
u32 b_div(u32 n);
u32 b_div64(u32 n);
u32 b_bignum(u32 n);
u32 b_bits(u32 n);
u32 b_lz(u32 n);
u32 b_str(u32 n);
u32 b_bigcode(u32 n);
#endif
