// The processor under the test as oracle: x87 and SSE instructions by inline assembly, with any control word.
#pragma once

#if defined(__x86_64__)

#include "cpu/fp/format.h"

#include <csignal>
#include <cstring>
#include <string>
#include <ucontext.h>

namespace tabpc::fp::test {

constexpr u16 C0 = 1 << 8, C1 = 1 << 9, C2 = 1 << 10, C3 = 1 << 14;

// FNSAVE's image: it waits for no pending exception, so the state after an unmasked one can be seen.
struct [[gnu::packed]] X87State {
    u32 fcw, fsw, ftw, fip, fcs, fdp, fds;
    struct [[gnu::packed]] {
        u64 sig;
        u16 se;
    } st[8];

    F80 reg(int i) const { return {st[i].sig, st[i].se}; }
    int top() const { return fsw >> 11 & 7; }
};

// Runs `text` with st(0) = a and st(1) = b.
#define HOST_X87(name, text)                                                           \
    inline X87State name(F80 a, F80 b, u16 fcw)                                        \
    {                                                                                  \
        X87State s;                                                                    \
        asm volatile("fninit; fldt %2; fldt %1; fnclex; fldcw %3; " text "; fnsave %0" \
                     : "=m"(s)                                                         \
                     : "m"(a), "m"(b), "m"(fcw));                                      \
        return s;                                                                      \
    }

// Runs `text` with st(0) = a and memory operand %0, which it may read or write.
#define HOST_X87_MEM(name, text)                                              \
    template <class M>                                                        \
    X87State name(F80 a, M& m, u16 fcw)                                       \
    {                                                                         \
        X87State s;                                                           \
        asm volatile("fninit; fldt %2; fnclex; fldcw %3; " text "; fnsave %1" \
                     : "+m"(m), "=m"(s)                                       \
                     : "m"(a), "m"(fcw));                                     \
        return s;                                                             \
    }

// An unmasked SSE exception faults: the handler notes MXCSR, masks everything and lets the instruction run again.
class SseFaults {
public:
    SseFaults()
    {
        struct sigaction sa = {};
        sa.sa_sigaction = [](int, siginfo_t*, void* context) {
            u32& mxcsr = static_cast<ucontext_t*>(context)->uc_mcontext.fpregs->mxcsr;
            faulted = mxcsr;
            mxcsr = 0x1F80;
        };
        sa.sa_flags = SA_SIGINFO;
        sigaction(SIGFPE, &sa, &old_);
        faulted = 0;
    }
    ~SseFaults() { sigaction(SIGFPE, &old_, nullptr); }

    static inline volatile u32 faulted; // MXCSR at the fault, 0 if there was none

private:
    struct sigaction old_;
};

template <class R>
struct SseResult {
    R value;
    u32 mxcsr;
};

#define HOST_SSE(name, text, R, A, dst, src)                                    \
    inline SseResult<R> name(A a, A b, u32 mxcsr)                               \
    {                                                                           \
        u32 out, saved;                                                         \
        R r;                                                                    \
        SseFaults::faulted = 0;                                                 \
        asm volatile("stmxcsr %2; ldmxcsr %5; " text "; stmxcsr %1; ldmxcsr %2" \
                     : dst(r), "=m"(out), "=m"(saved)                           \
                     : "0"(a), src(b), "m"(mxcsr));                             \
        return {r, SseFaults::faulted ? SseFaults::faulted : out};              \
    }

} // namespace tabpc::fp::test

#endif
