/* gmem.c - memory: string instructions, streams, pointer chasing, TLB reach, unaligned access. */
#include "gb.h"

#define M (8u << 20)
static u8 *A, *B;

static void fill(void)
{
    if (!A) {
        A = malloc(M);
        B = malloc(M);
    }
    memset(A, 1, M);
    memset(B, 2, M);
}

static u32 b_repmovs(u32 n)
{
    while (n--) {
        void *d = A, *s = B;
        u32 c = M / 4;
        __asm__ volatile("rep movsl" : "+D"(d), "+S"(s), "+c"(c) : : "memory");
    }
    return gb_hash(A, M, 997);
}

static u32 b_repstos(u32 n)
{
    while (n--) {
        void* d = A;
        u32 c = M / 4;
        __asm__ volatile("rep stosl" : "+D"(d), "+c"(c) : "a"(n) : "memory");
    }
    return gb_hash(A, M, 997);
}

static u32 b_repmovsb(u32 n)
{
    while (n--) {
        void *d = A, *s = B;
        u32 c = 1u << 20;
        __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(c) : : "memory");
    }
    return gb_hash(A, M, 997);
}

static u32 b_libcpy(u32 n)
{
    while (n--) {
        memcpy(A, B, M);
        __asm__ volatile("" : : "r"(A) : "memory");
    }
    return gb_hash(A, M, 997);
}

static u32 b_triad(u32 n)
{
    u32 *a = (u32*)A, *b = (u32*)B;
    while (n--)
        for (u32 i = 0; i < M / 4; i++) a[i] = a[i] + b[i] * 3;
    return gb_hash(A, M, 997);
}

static u32* next_of;

/* One cycle through all of 4 MB (Sattolo's shuffle). */
static void shuffle(void)
{
    u32 m = 1u << 20, s = 42;
    next_of = malloc(m * 4);
    for (u32 i = 0; i < m; i++) next_of[i] = i;
    for (u32 i = m - 1; i > 0; i--) {
        u32 j = gb_rnd(&s) % i, x = next_of[i];
        next_of[i] = next_of[j];
        next_of[j] = x;
    }
}

static u32 b_chase(u32 n)
{
    u32 p = 0;
    while (n--) p = next_of[p];
    return p;
}

/* one access a page */
static u32 b_stride(u32 n)
{
    u32 s = 0;
    while (n--)
        for (u32 i = 0; i < M; i += 4096) s += A[i + (i >> 12 & 63) * 64]++;
    return s;
}

static u32 b_unaligned(u32 n)
{
    u32 s = 0;
    while (n--)
        for (u32 i = 1; i + 8 < (1u << 20); i += 7) {
            u32 v;
            memcpy(&v, A + i, 4);
            s += v;
            v ^= s;
            memcpy(A + i, &v, 4);
        }
    return s;
}

static u32 b_bytes(u32 n)
{
    u32 s = 0;
    while (n--)
        for (u32 i = 0; i < (1u << 20); i++) {
            A[i] = A[i] + B[i];
            s += A[i];
        }
    return s;
}

int main(int c, char** v)
{
    static const struct gb l[] = {{"rep_movsd", b_repmovs, 20, fill},    {"rep_stosd", b_repstos, 60, fill},
                                  {"rep_movsb", b_repmovsb, 100, fill},  {"libc_memcpy", b_libcpy, 20, fill},
                                  {"triad_u32", b_triad, 10, fill},      {"chase", b_chase, 1000000, shuffle},
                                  {"page_stride", b_stride, 1500, fill}, {"unaligned", b_unaligned, 50, fill},
                                  {"bytes_rw", b_bytes, 10, fill},       {0}};
    return gb_main(l, c, v);
}
