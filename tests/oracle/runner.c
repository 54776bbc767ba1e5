// The native half of the oracle: a 32-bit Linux process that runs snippets on the processor. Every snippet ends in an
// exception, so one signal handler does it all: what it finds in its ucontext is the outcome of the last snippet, what it
// leaves there is the state in which sigreturn starts the next one. Batches come on stdin, outcomes go to stdout.
// Snippets may load any segment register, so nothing in the handler may use GS (no libc calls).
#define _GNU_SOURCE
#include "layout.h"
#include <asm/ldt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static uint8_t* code;                          // the same storage as at ORACLE_CODE, but writable
static uint8_t* content[ORACLE_CONTENT_PAGES]; // and as at oracle_content_at
static uint8_t before[ORACLE_CONTENT_PAGES][ORACLE_PAGE];
static struct OracleBatch batch;
static struct OracleSnippet snippets[ORACLE_BATCH];
static uint8_t out[1 << 20];
static uint32_t current, out_used;

static long syscall3(long number, long a, const void* b, long c)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}
static void fail(int status) { syscall3(SYS_exit_group, status, 0, 0); }

static void flush(void)
{
    for (uint32_t done = 0; done < out_used;) {
        const long n = syscall3(SYS_write, 1, out + done, (long)(out_used - done));
        if (n <= 0) fail(3);
        done += (uint32_t)n;
    }
    out_used = 0;
}
static void read_all(void* to, uint32_t size)
{
    for (uint32_t done = 0; done < size;) {
        const long n = syscall3(SYS_read, 0, (uint8_t*)to + done, (long)(size - done));
        if (n <= 0) fail(done || n ? 3 : 0); // the end of the input is the end of the work
        done += (uint32_t)n;
    }
}

// The FXSAVE image in a 32-bit signal frame stands behind the FSAVE image, whose x87 part is the one that sigreturn takes.
enum { FSAVE_BYTES = 112, FX_ST = 32, FSAVE_ST = 28 };

static void outcome(const ucontext_t* u)
{
    static const int order[8] = {REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI};
    const greg_t* g = u->uc_mcontext.gregs;
    struct OracleOutcome o = {.eip = (uint32_t)g[REG_EIP],
                              .eflags = (uint32_t)g[REG_EFL],
                              .es = (uint16_t)g[REG_ES],
                              .ds = (uint16_t)g[REG_DS],
                              .fs = (uint16_t)g[REG_FS],
                              .gs = (uint16_t)g[REG_GS],
                              .vector = (uint32_t)g[REG_TRAPNO],
                              .error = (uint32_t)g[REG_ERR]};
    for (int n = 0; n < 8; n++) o.gpr[n] = (uint32_t)g[order[n]];
    if (o.vector == 14) o.cr2 = (uint32_t)u->uc_mcontext.cr2;

    if (out_used + sizeof o + ORACLE_MAX_CHANGES > sizeof out) flush();
    uint8_t* const start = out + out_used + sizeof o;
    const uint8_t* fx = (const uint8_t*)u->uc_mcontext.fpregs + FSAVE_BYTES;
    uint8_t* end = oracle_changes(start, 0, snippets[current].fx, fx, ORACLE_FX);
    for (int n = 0; n < ORACLE_CONTENT_PAGES; n++)
        if (memcmp(before[n], content[n], ORACLE_PAGE))
            end = oracle_changes(end, oracle_content_at[n], before[n], content[n], ORACLE_PAGE);
    o.changes = (uint32_t)(end - start);
    memcpy(out + out_used, &o, sizeof o);
    out_used = (uint32_t)(end - out);
}

static void patch(uint32_t at, uint8_t value)
{
    for (int n = 0; n < ORACLE_CONTENT_PAGES; n++)
        if (at - oracle_content_at[n] < ORACLE_PAGE) content[n][at - oracle_content_at[n]] = value;
}

static void load_fx(const uint8_t* fx, uint8_t* frame)
{
    uint32_t header[7] = {0}; // FCW FSW FTW FIP FCS:FOP FDP FDS
    uint16_t w[3];
    memcpy(w, fx, sizeof w);
    header[0] = 0xffff0000 | w[0];
    header[1] = 0xffff0000 | w[1];
    header[2] = 0xffff0000;
    for (int n = 0; n < 8; n++)
        if (!(w[2] >> n & 1)) header[2] |= 3u << (2 * n); // empty
    uint16_t fop;
    memcpy(&fop, fx + 6, 2);
    memcpy(&header[3], fx + 8, 4);
    header[4] = (uint32_t)fop << 16;
    memcpy(&header[5], fx + 16, 4);
    memcpy(frame, header, sizeof header);
    for (int n = 0; n < 8; n++) memcpy(frame + FSAVE_ST + n * 10, fx + FX_ST + n * 16, 10);
    memcpy(frame + FSAVE_BYTES, fx, 28); // MXCSR at 24; behind it is MXCSR_MASK, which is not ours
    memcpy(frame + FSAVE_BYTES + 32, fx + 32, ORACLE_FX - 32);
}

static void start(const struct OracleSnippet* s, ucontext_t* u)
{
    for (int n = 0; n < ORACLE_CONTENT_PAGES; n++) memcpy(content[n], batch.content[n], ORACLE_PAGE);
    for (int p = 0; p < ORACLE_MAX_PATCHES; p++)
        for (int n = 0; n < s->patch[p].length; n++)
            patch(s->patch[p].at + (uint32_t)n, s->patch[p].bytes[n]);
    for (int n = 0; n < ORACLE_CONTENT_PAGES; n++) memcpy(before[n], content[n], ORACLE_PAGE);
    memset(code, 0xcc, ORACLE_PAGE);
    for (uint32_t n = 0; n < s->code_length; n++)
        if (s->eip + n - ORACLE_CODE < ORACLE_PAGE) code[s->eip + n - ORACLE_CODE] = s->code[n];

    greg_t* g = u->uc_mcontext.gregs;
    static const int order[8] = {REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI};
    for (int n = 0; n < 8; n++) g[order[n]] = (greg_t)s->gpr[n];
    g[REG_EIP] = (greg_t)s->eip;
    g[REG_EFL] = (greg_t)s->eflags;
    g[REG_CS] = ORACLE_CS;
    g[REG_SS] = ORACLE_DS;
    g[REG_ES] = s->es;
    g[REG_DS] = s->ds;
    g[REG_FS] = s->fs;
    g[REG_GS] = s->gs;
    load_fx(s->fx, (uint8_t*)u->uc_mcontext.fpregs);
}

static void handler(int signal, siginfo_t* info, void* context)
{
    (void)signal, (void)info;
    __asm__ volatile("pushl $2\n\tpopfl" ::: "cc", "memory"); // the snippet's AC would trap us
    static int running;
    if (running) {
        outcome(context);
        current++;
    }
    running = 1;
    while (current == batch.count) {
        flush();
        read_all(&batch, sizeof batch);
        if (batch.count > ORACLE_BATCH) fail(3);
        read_all(snippets, batch.count * sizeof snippets[0]);
        current = 0;
    }
    start(&snippets[current], context);
    // sigreturn takes all flags from the frame but NT and ID, which stay as they are here.
    __asm__ volatile("pushl %0\n\tpopfl" ::"r"((snippets[current].eflags & 0x204000) | 2) : "cc", "memory");
}

static void* map(uint32_t at, int rights, int fd, uint32_t offset)
{
    void* p = mmap((void*)(uintptr_t)at, ORACLE_PAGE, rights,
                   MAP_SHARED | MAP_POPULATE | (at ? MAP_FIXED_NOREPLACE : 0), fd, (long)offset);
    if (p != MAP_FAILED) return p;
    perror("runner: mmap");
    exit(4);
}

static void segment(unsigned selector, uint32_t base, uint32_t limit, unsigned contents)
{
    struct user_desc d = {.entry_number = selector >> 3,
                          .base_addr = base,
                          .limit = limit,
                          .seg_32bit = 1,
                          .contents = contents,
                          .useable = 1};
    if (syscall(SYS_set_thread_area, &d) == 0) return;
    perror("runner: set_thread_area");
    exit(4);
}

int main(void)
{
    const int fd = (int)syscall(SYS_memfd_create, "oracle", 0u);
    if (fd < 0 || ftruncate(fd, (ORACLE_CONTENT_PAGES + 1) * ORACLE_PAGE)) return 4;
    for (uint32_t n = 0; n < ORACLE_CONTENT_PAGES; n++) {
        content[n] = map(0, PROT_READ | PROT_WRITE, fd, n * ORACLE_PAGE);
        map(oracle_content_at[n], oracle_content_at[n] == ORACLE_RO ? PROT_READ : PROT_READ | PROT_WRITE, fd,
            n * ORACLE_PAGE);
    }
    code = map(0, PROT_READ | PROT_WRITE, fd, ORACLE_CONTENT_PAGES * ORACLE_PAGE);
    map(ORACLE_CODE, PROT_READ | PROT_EXEC, fd, ORACLE_CONTENT_PAGES * ORACLE_PAGE);
    segment(ORACLE_SMALL, ORACLE_SMALL_BASE, ORACLE_SMALL_LIMIT, 0);
    segment(ORACLE_DOWN, 0, ORACLE_DOWN_LIMIT, 1);

    static uint8_t stack[1 << 16];
    const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, 0);
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = handler;
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (unsigned n = 0; n < sizeof signals / sizeof signals[0]; n++) sigaction(signals[n], &action, 0);
    __asm__ volatile("int3");
    return 5;
}
