/* gb.c - runs the benchmarks of a program and prints their times and checksums. */
#include "gb.h"
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static u64 gb_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (u64)t.tv_sec * 1000000u + t.tv_nsec / 1000;
}
/* CPU time of this process and its dead children, for the native run (the host may be busy) */
static u64 gb_cpu(void)
{
    struct rusage a, b;
    getrusage(RUSAGE_SELF, &a);
    getrusage(RUSAGE_CHILDREN, &b);
    return (u64)(a.ru_utime.tv_sec + a.ru_stime.tv_sec + b.ru_utime.tv_sec + b.ru_stime.tv_sec) * 1000000u +
           a.ru_utime.tv_usec + a.ru_stime.tv_usec + b.ru_utime.tv_usec + b.ru_stime.tv_usec;
}
u32 gb_hash(const void* data, size_t bytes, size_t stride)
{
    u32 h = 2166136261u;
    for (size_t i = 0; i + 4 <= bytes; i += 4 * stride) {
        u32 w;
        memcpy(&w, (const u8*)data + i, 4);
        h = (h ^ w) * 16777619u;
    }
    return h;
}

static void gb_say(const char* s)
{
    size_t l = strlen(s);
    while (l) {
        ssize_t w = write(1, s, l);
        if (w <= 0) break;
        s += w;
        l -= w;
    }
}
int gb_main(const struct gb* list, int argc, char** argv)
{
    int rounds = 4;
    u32 num = 1, den = 1;
    const char* only = NULL;
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-r", 2)) rounds = atoi(argv[i] + 2);
        else if (!strncmp(argv[i], "-x", 2)) {
            num = atoi(argv[i] + 2);
            if (!num) num = 1;
        } else if (!strncmp(argv[i], "-d", 2)) {
            den = atoi(argv[i] + 2);
            if (!den) den = 1;
        } else only = argv[i];
    }
    for (const struct gb* b = list; b->name; b++) {
        char line[128];
        if (only && strcmp(only, b->name)) continue;
        u32 n = (u32)((u64)b->n * num / den);
        if (!n) n = 1;
        if (b->prepare) b->prepare();
        snprintf(line, sizeof line, "@B %s\n", b->name);
        gb_say(line);
        for (int r = 0; r < rounds; r++) {
            u64 c0 = gb_cpu(), t0 = gb_us();
            u32 c = b->fn(n);
            u64 t1 = gb_us(), c1 = gb_cpu();
            snprintf(line, sizeof line, "@R %s %d %u %08x %u\n", b->name, r, (u32)(t1 - t0), c,
                     (u32)(c1 - c0));
            gb_say(line);
        }
    }
    return 0;
}
