/* gint_alu.c - integer arithmetic: hashes, division, carry chains, bit operations. */
#include "gint.h"

static const u32 K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define ROR(x, n) ((x) >> (n) | (x) << (32 - (n)))

/* n blocks of 64 bytes */
u32 b_sha256(u32 n)
{
    need_noise();
    u32 h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    for (u32 k = 0; k < n; k++) {
        const u8* p = noise + (k * 64 & (NOISE - 1));
        u32 w[64];
        for (int i = 0; i < 16; i++)
            w[i] = p[i * 4] << 24 | p[i * 4 + 1] << 16 | p[i * 4 + 2] << 8 | p[i * 4 + 3];
        for (int i = 16; i < 64; i++)
            w[i] = w[i - 16] + (ROR(w[i - 15], 7) ^ ROR(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
                   (ROR(w[i - 2], 17) ^ ROR(w[i - 2], 19) ^ w[i - 2] >> 10);
        u32 a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], hh = h[7];
        for (int i = 0; i < 64; i++) {
            u32 t1 = hh + (ROR(e, 6) ^ ROR(e, 11) ^ ROR(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
            u32 t2 = (ROR(a, 2) ^ ROR(a, 13) ^ ROR(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            hh = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        h[0] += a;
        h[1] += b;
        h[2] += c;
        h[3] += d;
        h[4] += e;
        h[5] += f;
        h[6] += g;
        h[7] += hh;
    }
    return h[0];
}

u32 b_crc32(u32 n)
{
    need_noise();
    static u32 t[256];
    if (!t[1])
        for (u32 i = 0; i < 256; i++) {
            u32 c = i;
            for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
            t[i] = c;
        }
    u32 c = ~0u;
    for (u32 i = 0; i < n; i++) c = t[(c ^ noise[i & (NOISE - 1)]) & 255] ^ c >> 8;
    return ~c;
}

u32 b_div(u32 n)
{
    u32 s = 0, r = 77;
    for (u32 i = 0; i < n; i++) {
        gb_rnd(&r);
        u32 d = (r & 0xfff) | 1;
        s += r / d + (int)(r ^ i) % (int)d;
    }
    return s;
}

u32 b_div64(u32 n)
{
    u64 a = 0x123456789abcdefull;
    u32 r = 77;
    u64 s = 0;
    for (u32 i = 0; i < n; i++) {
        gb_rnd(&r);
        u64 d = ((u64)(r & 0xffff) << 20 | r) | 1;
        s += a / d;
        a = a * 6364136223846793005ull + r;
    }
    return s ^ s >> 32;
}

/* carry chains: adc, sbb, rcl with a loop that leaves the carry alone, where lazy flags hurt */
u32 b_bignum(u32 n)
{
    static u32 a[64], b[64];
    for (int i = 0; i < 64; i++) {
        a[i] = i * 0x9e3779b9u;
        b[i] = ~a[i] * 7;
    }
    while (n--) {
        u32 i;
        __asm__ volatile("xorl %0, %0\n" /* clears CF too */
                         "1: movl (%1,%0,4), %%eax\n"
                         "adcl (%2,%0,4), %%eax\n"
                         "movl %%eax, (%1,%0,4)\n"
                         "leal 1(%0), %0\n"
                         "movl %0, %%ecx\n"
                         "notl %%ecx\n"
                         "leal 65(%%ecx), %%ecx\n" /* 64 - i */
                         "jecxz 2f\n"
                         "jmp 1b\n"
                         "2:"
                         : "=&r"(i)
                         : "r"(a), "r"(b)
                         : "eax", "ecx", "cc", "memory");
        __asm__ volatile("xorl %0, %0\n"
                         "1: movl (%1,%0,4), %%eax\n"
                         "sbbl (%2,%0,4), %%eax\n"
                         "rcll $1, %%eax\n"
                         "movl %%eax, (%2,%0,4)\n"
                         "incl %0\n"
                         "movl %0, %%ecx\n"
                         "notl %%ecx\n"
                         "leal 65(%%ecx), %%ecx\n"
                         "jecxz 2f\n"
                         "jmp 1b\n"
                         "2:"
                         : "=&r"(i)
                         : "r"(a), "r"(b)
                         : "eax", "ecx", "cc", "memory");
    }
    u32 s = 0;
    for (int i = 0; i < 64; i++) s ^= a[i] + b[i];
    return s;
}

u32 b_bits(u32 n)
{
    u32 s = 1, c = 0;
    for (u32 i = 1; i <= n; i++) {
        u32 k, m;
        __asm__("bsfl %1,%0" : "=r"(k) : "r"(i) : "cc");
        __asm__("bsrl %1,%0" : "=r"(m) : "r"(i) : "cc");
        __asm__("shldl %%cl,%1,%0" : "+r"(s) : "r"(i), "c"(k + m) : "cc");
        u8 z;
        __asm__("btl %2,%1\n\tsetc %0" : "=q"(z) : "r"(s), "r"(i & 31) : "cc");
        c += k + m + z;
        __asm__("bswapl %0" : "+r"(s));
    }
    return s ^ c;
}
