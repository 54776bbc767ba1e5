/* gfp.c - floating point; built twice, for the x87 and for SSE2 (PREFIX names them, SCALE evens out their times).
 * Results are compared to the last bit, but for libm, whose x87 instructions may differ by one unit. */
#include "gb.h"
#include <math.h>

#define N 96
static double A[N][N], B[N][N], C[N][N];
static float x[65536], y[65536];
#ifdef VECTOR
static int ix[65536], iy[65536];
#endif
static u32 b_matmul(u32 n)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            A[i][j] = i + j * 0.5;
            B[i][j] = i - j;
            C[i][j] = 0;
        }
    while (n--)
        for (int i = 0; i < N; i++)
            for (int k = 0; k < N; k++) {
                double t = A[i][k];
                for (int j = 0; j < N; j++) C[i][j] += t * B[k][j];
            }
    return gb_hash(C, sizeof C, 1);
}

static u32 b_mandel(u32 n)
{
    u32 c = 0;
    for (u32 py = 0; py < n; py++)
        for (int px = 0; px < 128; px++) {
            double cr = px / 64.0 - 1.5, ci = (py % 96) / 48.0 - 1.0, r = 0, i = 0;
            int k = 0;
            while (k < 100 && r * r + i * i < 4) {
                double t = r * r - i * i + cr;
                i = 2 * r * i + ci;
                r = t;
                k++;
            }
            c += k;
        }
    return c;
}

static u32 b_saxpy(u32 n)
{
    for (int i = 0; i < 65536; i++) {
        x[i] = i * 0.25f;
        y[i] = 1;
    }
    while (n--)
        for (int i = 0; i < 65536; i++) y[i] += 0.5f * x[i];
    return gb_hash(y, sizeof y, 1);
}

static u32 b_libm(u32 n)
{
    double s = 0;
    for (u32 i = 0; i < n; i++) s += sin(i * 0.01) * cos(i * 0.02) + sqrt((double)i) + atan(i * 0.001);
    return (u32)(long long)(s * 1000);
}

static u32 b_nbody(u32 n)
{
    static double p[5][3], v[5][3];
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 3; k++) {
            p[i][k] = i * 1.7 + k * 0.3;
            v[i][k] = (i - k) * 0.01;
        }
    while (n--) {
        for (int i = 0; i < 5; i++)
            for (int j = i + 1; j < 5; j++) {
                double d[3], q = 0.01;
                for (int k = 0; k < 3; k++) {
                    d[k] = p[i][k] - p[j][k];
                    q += d[k] * d[k];
                }
                double m = 0.001 / (q * sqrt(q));
                for (int k = 0; k < 3; k++) {
                    v[i][k] -= d[k] * m;
                    v[j][k] += d[k] * m;
                }
            }
        for (int i = 0; i < 5; i++)
            for (int k = 0; k < 3; k++) p[i][k] += v[i][k] * 0.01;
    }
    return gb_hash(p, sizeof p, 1) ^ gb_hash(v, sizeof v, 1);
}
#ifdef VECTOR
static void fill(void)
{
    for (int i = 0; i < 65536; i++) {
        ix[i] = i;
        iy[i] = ~i;
    }
}

static u32 b_ivec(u32 n)
{
    while (n--)
        for (int i = 0; i < 65536; i++) iy[i] = ((iy[i] + ix[i]) ^ (ix[i] << 3)) - (iy[i] >> 2);
    return gb_hash(iy, sizeof iy, 1);
}

static u32 b_bvec(u32 n)
{
    u8 *a = (u8*)ix, *b = (u8*)iy;
    while (n--)
        for (int i = 0; i < 262144; i++) {
            u8 t = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
            b[i] = t + (a[i] & 15);
        }
    return gb_hash(iy, sizeof iy, 1);
}
#endif
int main(int c, char** v)
{
    static const struct gb l[] = {{PREFIX "_matmul", b_matmul, SCALE * 2},
                                  {PREFIX "_mandel", b_mandel, SCALE * 24},
                                  {PREFIX "_saxpy", b_saxpy, SCALE * 10},
                                  {PREFIX "_nbody", b_nbody, SCALE * 2000},
                                  {PREFIX "_libm", b_libm, SCALE * 8000},
#ifdef VECTOR
                                  {PREFIX "_ivec", b_ivec, 400, fill},
                                  {PREFIX "_bvec", b_bvec, 200, fill},
#endif
                                  {0}};
    return gb_main(l, c, v);
}
