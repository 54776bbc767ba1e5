// The processor under the test as oracle: runs the same instruction bytes natively, in a page of code that loads all of
// MMX, SSE, general registers and flags before them and stores everything after. Faults are caught and reported.
#pragma once

#if defined(__x86_64__) && defined(__linux__)

#include "base/bits.h"
#include <csignal>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <sys/mman.h>
#include <ucontext.h>
#include <vector>

namespace tabpc::test {

// What goes in and comes out, of the host and of the guest alike. `fx` is FXSAVE's image.
struct SimdState {
    alignas(64) u8 fx[512] = {};
    u64 gpr[8] = {}; // EAX, ECX, EDX, EBX, -, -, ESI, EDI: EDI is the address of the operands in memory
    u64 eflags = 2;
    int fault = -1; // vector of the exception: 13 and 16 or 19, or none
    u32 default_mxcsr = 0x1f80;

    u8* mm(unsigned i) { return &fx[32 + 16 * i]; } // ST(i)
    u8* xmm(unsigned i) { return &fx[160 + 16 * i]; }
    u32 mxcsr() const { return ld<u32>(&fx[24]); }
    u16 fsw() const { return ld<u16>(&fx[2]); }
};

class SimdHost {
public:
    SimdHost()
    {
        code_ = static_cast<u8*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        struct sigaction sa = {};
        sa.sa_sigaction = fault;
        sa.sa_flags = SA_SIGINFO;
        for (size_t n = 0; n < 3; n++) sigaction(SIGNALS[n], &sa, &old_[n]);
    }
    ~SimdHost()
    {
        for (size_t n = 0; n < 3; n++) sigaction(SIGNALS[n], &old_[n], nullptr);
        munmap(code_, 4096);
    }

    void run(std::span<const u8> snippet, SimdState& s)
    {
        at_ = code_;
        emit({0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57}); // push rbx rbp r12..r15
        emit({0x49, 0x89, 0xff});                                           // mov r15, rdi
        emit_state({0x41, 0x0f, 0xae}, 1, offsetof(SimdState, fx));         // fxrstor
        emit_state({0x41, 0xff}, 6, offsetof(SimdState, eflags));           // push
        emit({0x9d});                                                       // popfq
        for (u8 r : {0, 1, 2, 3, 6, 7}) emit_state({0x49, 0x8b}, r, offsetof(SimdState, gpr) + 8u * r);
        for (u8 b : snippet) emit({b});
        epilogue_ = at_;
        for (u8 r : {0, 1, 2, 3, 6}) emit_state({0x49, 0x89}, r, offsetof(SimdState, gpr) + 8u * r);
        emit({0x9c});                                              // pushfq
        emit_state({0x41, 0x8f}, 0, offsetof(SimdState, eflags));  // pop
        emit_state({0x41, 0x0f, 0xae}, 0, offsetof(SimdState, fx)); // fxsave
        emit_state({0x41, 0x0f, 0xae}, 2, offsetof(SimdState, default_mxcsr));
        emit({0xdb, 0xe3}); // fninit
        emit({0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, 0xc3});
        vector_ = -1;
        reinterpret_cast<void (*)(SimdState*)>(code_)(&s);
        s.fault = vector_;
    }

private:
    static constexpr int SIGNALS[] = {SIGFPE, SIGSEGV, SIGILL};

    static void fault(int signal, siginfo_t* info, void* context)
    {
        auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
        const u8* rip = reinterpret_cast<const u8*>(registers[REG_RIP]);
        if (rip < code_ || rip >= epilogue_) { // not the snippet's
            std::signal(signal, SIG_DFL);
            return;
        }
        vector_ = signal == SIGSEGV ? 13 : signal == SIGILL ? 6 : registers[REG_TRAPNO];
        (void)info;
        registers[REG_RIP] = reinterpret_cast<greg_t>(epilogue_);
    }
    void emit(std::initializer_list<u8> bytes)
    {
        for (u8 b : bytes) *at_++ = b;
    }
    void emit_state(std::initializer_list<u8> opcode, u8 reg, size_t offset) // operand [r15 + offset]
    {
        emit(opcode);
        emit({static_cast<u8>(0x87 | reg << 3)});
        st<u32>(at_, static_cast<u32>(offset));
        at_ += 4;
    }

    static inline u8 *code_, *epilogue_;
    static inline volatile int vector_;
    u8* at_ = nullptr;
    struct sigaction old_[3];
};

} // namespace tabpc::test

#endif
