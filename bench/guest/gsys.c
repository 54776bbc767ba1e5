/* gsys.c - operating system paths: syscalls, switches, processes, faults, self-modifying code. */
#define _GNU_SOURCE
#include "gb.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static u32 b_int80(u32 n)
{
    u32 s = 0;
    while (n--) {
        u32 r;
        __asm__ volatile("int $0x80" : "=a"(r) : "a"(SYS_getppid) : "memory");
        s += r;
    }
    return s ? 1 : 0;
}

/* through the vsyscall page if the C library uses it */
static u32 b_syscall(u32 n)
{
    while (n--) syscall(SYS_getppid);
    return 1;
}

static u32 b_rdtsc(u32 n)
{
    u32 s = 0;
    while (n--) {
        u32 a, d;
        __asm__ volatile("rdtsc" : "=a"(a), "=d"(d));
        s ^= a;
    }
    return s ? 1 : 0;
}

static u32 b_gettime(u32 n)
{
    struct timespec t;
    while (n--) clock_gettime(CLOCK_MONOTONIC, &t);
    return 1;
}

static u32 b_pipe(u32 n)
{
    int a[2], b[2];
    char c = 0;
    if (pipe(a) || pipe(b)) return 0;
    pid_t p = fork();
    if (!p) {
        for (u32 i = 0; i < n; i++) {
            if (read(a[0], &c, 1) != 1) _exit(1);
            if (write(b[1], &c, 1) != 1) _exit(1);
        }
        _exit(0);
    }
    for (u32 i = 0; i < n; i++) {
        if (write(a[1], &c, 1) != 1) break;
        if (read(b[0], &c, 1) != 1) break;
    }
    waitpid(p, 0, 0);
    close(a[0]);
    close(a[1]);
    close(b[0]);
    close(b[1]);
    return n;
}

static u32 b_fork(u32 n)
{
    for (u32 i = 0; i < n; i++) {
        pid_t p = fork();
        if (!p) _exit(0);
        waitpid(p, 0, 0);
    }
    return n;
}

static char* self;
static u32 b_exec(u32 n)
{
    for (u32 i = 0; i < n; i++) {
        pid_t p = fork();
        if (!p) {
            execl(self, self, "--true", (char*)0);
            _exit(9);
        }
        waitpid(p, 0, 0);
    }
    return n;
}

static u32 b_fault(u32 n)
{
    while (n--) {
        u32 m = 4u << 20;
        u8* p = mmap(0, m, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (u32 i = 0; i < m; i += 4096) p[i] = 1;
        munmap(p, m);
    }
    return 1;
}

static volatile u32 nsig;
static u8* gp;
static void onsegv(int s)
{
    (void)s;
    nsig++;
    mprotect(gp, 4096, PROT_READ | PROT_WRITE);
}

static u32 b_segv(u32 n)
{
    gp = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    signal(SIGSEGV, onsegv);
    nsig = 0;
    while (n--) {
        mprotect(gp, 4096, PROT_NONE);
        *(volatile u8*)gp = 1;
    }
    signal(SIGSEGV, SIG_DFL);
    munmap(gp, 4096);
    return nsig;
}

static u32 b_file(u32 n)
{
    static u8 blk[4096];
    int f = open("/tmp/gbfile", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (f < 0) return 0;
    u32 s = 0;
    while (n--) {
        lseek(f, 0, SEEK_SET);
        for (int i = 0; i < 256; i++) {
            blk[0] = i;
            if (write(f, blk, 4096) != 4096) return 0;
        }
        lseek(f, 0, SEEK_SET);
        for (int i = 0; i < 256; i++) {
            if (read(f, blk, 4096) != 4096) return 0;
            s += blk[0];
        }
    }
    close(f);
    unlink("/tmp/gbfile");
    return s;
}

static u32 b_yield(u32 n)
{
    while (n--) sched_yield();
    return 1;
}

/* self-modifying code: rewrite the immediate of  mov eax,imm32; ret  and call it */
typedef u32 (*jf)(void);
static u8* code(u32 m)
{
    u8* p = mmap(0, m, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? 0 : p;
}

static u32 b_smc(u32 n)
{
    u8* p = code(4096);
    if (!p) return 0;
    u32 s = 0;
    p[0] = 0xb8;
    p[5] = 0xc3;
    for (u32 i = 0; i < n; i++) {
        *(volatile u32*)(p + 1) = i;
        s += ((jf)p)();
    }
    munmap(p, 4096);
    return s;
}

/* write to DATA that shares a page with running code */
static u32 b_smcdata(u32 n)
{
    u8* p = code(4096);
    if (!p) return 0;
    p[0] = 0xff; /* inc dword [p + 2048] */
    p[1] = 0x05;
    u32 ad = (u32)(uintptr_t)(p + 2048);
    memcpy(p + 2, &ad, 4);
    p[6] = 0xa1; /* mov eax, [p + 2048] */
    memcpy(p + 7, &ad, 4);
    p[11] = 0xc3; /* ret */
    u32 s = 0;
    for (u32 i = 0; i < n; i++) s += ((jf)p)();
    munmap(p, 4096);
    return s;
}

/* a JIT-like guest: emit fresh functions (loop of 200 steps each), run each once, throw away */
static u32 b_jitgen(u32 n)
{
    u8* p = code(1u << 20);
    if (!p) return 0;
    u32 s = 0, at = 0;
    for (u32 i = 0; i < n; i++) {
        if (at + 64 > (1u << 20)) at = 0;
        u8* q = p + at;
        u32 k = 0;
        q[k++] = 0xb9; /* mov ecx, 200 */
        *(u32*)(q + k) = 200;
        k += 4;
        q[k++] = 0xb8; /* mov eax, i */
        *(u32*)(q + k) = i;
        k += 4;
        q[k++] = 0x69; /* loop: imul eax, eax, i | 1 */
        q[k++] = 0xc0;
        *(u32*)(q + k) = i | 1;
        k += 4;
        q[k++] = 0x05; /* add eax, 12345 */
        *(u32*)(q + k) = 12345;
        k += 4;
        q[k++] = 0x49; /* dec ecx */
        q[k++] = 0x75; /* jnz loop */
        q[k] = (u8)(10 - (int)k - 1);
        k++;
        q[k++] = 0xc3; /* ret */
        s += ((jf)q)();
        at += 64;
    }
    munmap(p, 1u << 20);
    return s;
}

int main(int c, char** v)
{
    if (c > 1 && !strcmp(v[1], "--true")) return 0;
    self = v[0];
    static const struct gb l[] = {{"sys_int80", b_int80, 200000},
                                  {"sys_libc", b_syscall, 200000},
                                  {"sched_yield", b_yield, 30000},
                                  {"rdtsc", b_rdtsc, 1000000},
                                  {"clock_gettime", b_gettime, 200000},
                                  {"pipe_pingpong", b_pipe, 2000},
                                  {"fork_wait", b_fork, 100},
                                  {"fork_exec", b_exec, 30},
                                  {"page_fault", b_fault, 8},
                                  {"sigsegv", b_segv, 5000},
                                  {"tmpfs_4k", b_file, 20},
                                  {"smc_same", b_smc, 20000},
                                  {"smc_datapage", b_smcdata, 20000},
                                  {"jitgen", b_jitgen, 5000},
                                  {0}};
    return gb_main(l, c, v);
}
