/* gint.c - integer benchmarks, compiled for i686 without SSE: sorting, calls, code size; and the list of all. */
#include "gint.h"

/* A megabyte of noise that several benchmarks read. */
u8* noise;
void need_noise(void)
{
    if (noise) return;
    noise = malloc(NOISE);
    u32 s = 12345;
    for (u32 i = 0; i < NOISE; i++) noise[i] = gb_rnd(&s) >> 24;
}

static void qs(int* a, int l, int r)
{
    while (l < r) {
        int i = l, j = r, p = a[(l + r) >> 1];
        while (i <= j) {
            while (a[i] < p) i++;
            while (a[j] > p) j--;
            if (i <= j) {
                int t = a[i];
                a[i++] = a[j];
                a[j--] = t;
            }
        }
        if (j - l < r - i) {
            qs(a, l, j);
            l = i;
        } else {
            qs(a, i, r);
            r = j;
        }
    }
}

u32 b_qsort(u32 n)
{
    int* a = malloc(n * 4);
    u32 s = 99;
    for (u32 i = 0; i < n; i++) a[i] = gb_rnd(&s);
    qs(a, 0, n - 1);
    u32 c = 0;
    for (u32 i = 0; i < n; i += 97) c = c * 33 + a[i];
    free(a);
    return c;
}

u32 b_sieve(u32 n)
{
    u32 m = 1u << 20, c = 0;
    u8* f = malloc(m);
    while (n--) {
        memset(f, 1, m);
        c = 0;
        for (u32 i = 2; i < m; i++)
            if (f[i]) {
                c++;
                for (u32 j = i + i; j < m; j += i) f[j] = 0;
            }
    }
    free(f);
    return c;
}

static NOINLINE u32 fib(u32 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

u32 b_fib(u32 n)
{
    u32 s = 0;
    while (n--) s += fib(24);
    return s;
}

/* virtual calls: indirect calls through a table, callee chosen at random */
typedef u32 (*vop)(u32, u32);
static NOINLINE u32 v0(u32 a, u32 b) { return a + b; }
static NOINLINE u32 v1(u32 a, u32 b) { return a ^ (b << 1); }
static NOINLINE u32 v2(u32 a, u32 b) { return a - b; }
static NOINLINE u32 v3(u32 a, u32 b) { return (a << 3 | a >> 29) + b; }

u32 b_indirect(u32 n)
{
    static vop volatile tab[4] = {v0, v1, v2, v3};
    u32 s = 1, r = 5;
    for (u32 i = 0; i < n; i++) {
        r = r * 1664525 + 1013904223;
        s = tab[r >> 30](s, i);
    }
    return s;
}

/* 2,000 small functions: a big, flat code footprint */
#define F1(n)                                              \
    static NOINLINE u32 f##n(u32 x)                        \
    {                                                      \
        x = x * (n * 2 + 1) + n;                           \
        if (x & (1u << (n & 15))) x ^= x >> ((n & 7) + 1); \
        else x += 0x1000 + n;                              \
        return x;                                          \
    }
#define C1(n)         x = f##n(x);
#define TEN(M, n)     M(n##0) M(n##1) M(n##2) M(n##3) M(n##4) M(n##5) M(n##6) M(n##7) M(n##8) M(n##9)
#define F10(n)        TEN(F1, n)
#define C10(n)        TEN(C1, n)
#define HUNDRED(M, n) M(n##0) M(n##1) M(n##2) M(n##3) M(n##4) M(n##5) M(n##6) M(n##7) M(n##8) M(n##9)
#define ALL(M)                                                                                        \
    HUNDRED(M, 1)                                                                                     \
    HUNDRED(M, 2)                                                                                     \
    HUNDRED(M, 3) HUNDRED(M, 4) HUNDRED(M, 5) HUNDRED(M, 6) HUNDRED(M, 7) HUNDRED(M, 8) HUNDRED(M, 9) \
        HUNDRED(M, 10) HUNDRED(M, 11) HUNDRED(M, 12) HUNDRED(M, 13) HUNDRED(M, 14) HUNDRED(M, 15)     \
            HUNDRED(M, 16) HUNDRED(M, 17) HUNDRED(M, 18) HUNDRED(M, 19) HUNDRED(M, 20)
/* clang-format off */
ALL(F10)
/* clang-format on */
u32 b_bigcode(u32 n)
{
    u32 x = 1;
    while (n--) { ALL(C10) }
    return x;
}

int main(int c, char** v)
{
    static const struct gb l[] = {{"int_mix", b_mix, 600000},
                                  {"int_core", b_core, 200},
                                  {"sha256", b_sha256, 40000},
                                  {"crc32", b_crc32, 12000000},
                                  {"quicksort", b_qsort, 400000},
                                  {"sieve", b_sieve, 5},
                                  {"fib_calls", b_fib, 80},
                                  {"indirect", b_indirect, 2000000},
                                  {"bytecode", b_interp, 6000000},
                                  {"div32", b_div, 4000000},
                                  {"div64", b_div64, 1500000},
                                  {"bignum_adc", b_bignum, 60000},
                                  {"bitops", b_bits, 5000000},
                                  {"lz", b_lz, 40},
                                  {"sprintf", b_str, 60000},
                                  {"bigcode", b_bigcode, 1000},
                                  {0}};
    return gb_main(l, c, v);
}
