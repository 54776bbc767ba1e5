/* gint_app.c - integer code shaped like applications: records, lists, parsing, compression, text. */
#include "gint.h"
#include <stdio.h>

/* record copying, string compares, small calls: the shape of ordinary application code */
struct rec {
    struct rec* next;
    int kind, a, b;
    char text[32];
};

static NOINLINE int classify(const char* s, int k)
{
    int h = k;
    while (*s) h = h * 31 + *s++;
    return h & 7;
}

static NOINLINE void step(struct rec* p, struct rec* q)
{
    *q = *p;
    q->a = p->b + 3;
    q->b = p->a - q->kind;
    if (strcmp(p->text, q->text) == 0) q->kind = classify(q->text, p->kind);
    switch (q->kind) {
    case 0: q->a++; break;
    case 1: q->b ^= q->a; break;
    case 2: q->a -= q->b; break;
    case 3: q->text[q->a & 15] = 'a' + (q->b & 15); break;
    case 4: q->b += 7; break;
    case 5: q->a <<= 1; break;
    case 6: q->b = -q->b; break;
    default: q->a ^= 0x55;
    }
}

u32 b_mix(u32 n)
{
    struct rec r[2];
    memset(r, 0, sizeof r);
    strcpy(r[0].text, "SOME SHORT RECORD TEXT");
    u32 s = 0;
    for (u32 i = 0; i < n; i++) {
        step(&r[i & 1], &r[~i & 1]);
        s += r[~i & 1].a ^ r[i & 1].b;
    }
    return s;
}

/* linked list walk + sort, small int matrix, text state machine */
struct nd {
    struct nd* next;
    int v;
};

u32 b_core(u32 n)
{
    static struct nd pool[512];
    static short A[24][24], B[24][24];
    u32 crc = 0, s = 7;
    static const char txt[] = "12,-7,3.25,0x1f,abc,9e3,+44,,77.5,-0.1,zz9,";
    for (u32 it = 0; it < n; it++) {
        for (int i = 0; i < 512; i++) {
            pool[i].v = gb_rnd(&s) & 0xffff;
            pool[i].next = i < 511 ? &pool[i + 1] : 0;
        }
        struct nd* l = pool; /* bottom-up merge sort of the list */
        for (int w = 1;; w <<= 1) {
            struct nd *p = l, *tail = 0;
            l = 0;
            int m = 0;
            while (p) {
                m++;
                struct nd* q = p;
                int ps = 0, qs = w;
                for (int i = 0; i < w && q; i++) {
                    ps++;
                    q = q->next;
                }
                while (ps || (qs && q)) {
                    struct nd* e;
                    if (!ps) {
                        e = q;
                        q = q->next;
                        qs--;
                    } else if (!qs || !q || p->v <= q->v) {
                        e = p;
                        p = p->next;
                        ps--;
                    } else {
                        e = q;
                        q = q->next;
                        qs--;
                    }
                    if (tail) tail->next = e;
                    else l = e;
                    tail = e;
                }
                p = q;
            }
            tail->next = 0;
            if (m <= 1) break;
        }
        for (struct nd* p = l; p; p = p->next) crc = (crc << 1 | crc >> 31) ^ p->v;
        for (int i = 0; i < 24; i++)
            for (int j = 0; j < 24; j++) {
                A[i][j] = gb_rnd(&s);
                B[i][j] = i * j + it;
            }
        for (int i = 0; i < 24; i++)
            for (int j = 0; j < 24; j++) {
                int t = 0;
                for (int k = 0; k < 24; k++) t += A[i][k] * B[k][j];
                crc += t >> 3;
            }
        int st = 0, cnt[6] = {0};
        for (int rep = 0; rep < 8; rep++)
            for (const char* c = txt; *c; c++) {
                switch (st) {
                case 0:
                    if (*c == '+' || *c == '-') st = 1;
                    else if (*c >= '0' && *c <= '9') st = 2;
                    else if (*c == ',') st = 0;
                    else st = 5;
                    break;
                case 1: st = (*c >= '0' && *c <= '9') ? 2 : 5; break;
                case 2:
                    if (*c == '.') st = 3;
                    else if (*c == 'e') st = 4;
                    else if (*c == ',') st = 0;
                    else if (*c < '0' || *c > '9') st = 5;
                    break;
                case 3:
                case 4:
                    if (*c == ',') st = 0;
                    else if (*c < '0' || *c > '9') st = 5;
                    break;
                default:
                    if (*c == ',') st = 0;
                }
                cnt[st]++;
            }
        crc ^= cnt[0] + cnt[2] * 3 + cnt[5] * 7;
    }
    return crc;
}

/* byte code interpreter: one switch, jump table */
u32 b_interp(u32 n)
{
    static const u8 prog[] = {0, 5, 1, 3, 2, 0, 3, 1, 4, 2, 5, 7, 1, 9, 6, 1, 2, 0, 7, 0};
    u32 acc = 1, x = 2, c = 0;
    while (c < n)
        for (int pc = 0; pc < (int)sizeof prog; pc += 2, c++) {
            u32 o = prog[pc + 1];
            switch (prog[pc] + (acc & 0)) {
            case 0: acc += o; break;
            case 1: acc *= o | 1; break;
            case 2: x ^= acc; break;
            case 3: acc -= x; break;
            case 4: acc = acc << o | acc >> (32 - o); break;
            case 5: x += o; break;
            case 6:
                if (acc & 1) x += o;
                break;
            default: acc ^= x >> 3;
            }
        }
    return acc + x;
}

u32 b_lz(u32 n)
{
    need_noise();
    static u32 head[4096];
    u32 out = 0, s = 3;
    u32 m = 65536;
    u8* d = malloc(m);
    for (u32 i = 0; i < m; i++) d[i] = (i > 300 && (gb_rnd(&s) & 7)) ? d[i - 1 - (s >> 9 & 255)] : noise[i];
    while (n--) {
        memset(head, 0xff, sizeof head);
        for (u32 i = 0; i + 4 < m;) {
            u32 v = d[i] | d[i + 1] << 8 | d[i + 2] << 16;
            u32 h = (v * 2654435761u) >> 20;
            u32 p = head[h];
            head[h] = i;
            u32 l = 0;
            if (p != ~0u && i - p < 32768)
                while (l < 64 && i + l < m && d[p + l] == d[i + l]) l++;
            if (l >= 3) {
                out += 2 + l;
                i += l;
            } else {
                out++;
                i++;
            }
        }
    }
    free(d);
    return out;
}

u32 b_str(u32 n)
{
    static char t[256], u[256];
    u32 c = 0;
    for (u32 i = 0; i < n; i++) {
        u32 l = snprintf(t, sizeof t, "item %u of %s: 0x%08x/%d", i, "guest", i * 77, -(int)i);
        strcpy(u, t);
        c += l + strlen(u) + (strchr(u, ':') - u) + strcmp(t, u);
    }
    return c;
}
