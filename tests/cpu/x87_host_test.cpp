// Random x87 instructions from random states, on the interpreter and on the processor the test runs on: registers, tags,
// control and status word with C1, memory, AX and EFLAGS must be the same. States with empty and full registers, every
// exception masked or not, and NaNs, denormals and unsupported numbers among the operands.
#include "x87_box.h"

#if defined(__x86_64__)

#include "cpu/fp/wide.h"
#include "fp_operands.h"
#include <csetjmp>
#include <csignal>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <sys/mman.h>

namespace tabpc {

namespace {

using fp::F80;

constexpr unsigned OPERAND = 128; // bytes of memory an instruction may use here

struct [[gnu::packed]] Registers {
    u64 sig;
    u16 se;
};
// FNSAVE's 32-bit protected-mode image, and what the thunk adds.
struct [[gnu::packed]] Image {
    u32 fcw, fsw, ftw, fip, fcs_fop, fdp, fds;
    Registers st[8];
    u32 eax, eflags;
};

struct State {
    Image x87;
    u8 memory[OPERAND];
};

sigjmp_buf* resume;
void on_sigill(int) { siglongjmp(*resume, 1); }

// The host: FRSTOR, the instruction, FNSAVE.
class Host {
public:
    Host()
    {
        code_ = static_cast<u8*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        std::signal(SIGILL, on_sigill);
    }
    // False: an invalid opcode. The memory operand is at [rsi].
    bool run(std::span<const u8> insn, State& s)
    {
        constexpr u8 BEFORE[] = {0xdd, 0x27,        // frstor [rdi]
                                 0x31, 0xc0,        // xor eax, eax
                                 0x51, 0x9d};       // push rcx; popfq
        constexpr u8 AFTER[] = {0x9c, 0x41, 0x58,   // pushfq; pop r8
                                0xdd, 0x32,         // fnsave [rdx]
                                0x89, 0x42, 0x6c,   // mov [rdx + 108], eax
                                0x44, 0x89, 0x42, 0x70, // mov [rdx + 112], r8d
                                0xc3};
        u8* p = code_;
        const auto put = [&](std::span<const u8> bytes) {
            std::memcpy(p, bytes.data(), bytes.size());
            p += bytes.size();
        };
        put(BEFORE);
        put(insn);
        put(AFTER);
        Image out = {};
        sigjmp_buf here;
        resume = &here;
        if (sigsetjmp(here, 1)) {
            asm volatile("fninit");
            return false;
        }
        u64 flags;
        asm volatile("pushfq; pop %0" : "=r"(flags));
        flags = (flags & ~u64{eflags::ARITH}) | s.x87.eflags;
        reinterpret_cast<void (*)(const Image*, u8*, Image*, u64)>(code_)(&s.x87, s.memory, &out, flags);
        s.x87 = out;
        s.x87.eflags &= eflags::ARITH;
        return true;
    }

private:
    u8* code_;
};

// Ours, from and to the same State.
int run_here(X87Box& box, std::span<const u8> insn, State& s)
{
    Fpu& f = box.fpu;
    f.cw = static_cast<u16>(s.x87.fcw);
    f.sw = static_cast<u16>(s.x87.fsw & ~u32{fsw::TOP});
    f.top = s.x87.fsw >> fsw::TOP_SHIFT & 7;
    set_tag_word(f, static_cast<u16>(s.x87.ftw));
    for (unsigned n = 0; n < 8; n++) f.reg[(f.top + n) & 7] = {s.x87.st[n].sig, s.x87.st[n].se};
    f.ip = s.x87.fip;
    f.dp = s.x87.fdp;
    f.opcode = s.x87.fcs_fop >> 16 & 0x7ff;
    f.cs = f.ds = 0;
    box.cpu.s.flags.set(s.x87.eflags);
    box.cpu.s.gpr[EAX] = 0;
    std::memcpy(box.data(), s.memory, OPERAND);
    const int vector = box.run(insn);
    s.x87.fcw = f.cw | 0xffff0000;
    s.x87.fsw = status_word(f) | 0xffff0000;
    s.x87.ftw = tag_word(f) | 0xffff0000;
    for (unsigned n = 0; n < 8; n++) s.x87.st[n] = {f.reg[(f.top + n) & 7].sig, f.reg[(f.top + n) & 7].se};
    s.x87.eax = box.cpu.s.reg32(EAX);
    s.x87.eflags = box.cpu.s.flags.get();
    std::memcpy(s.memory, box.data(), OPERAND);
    return vector;
}

State random_state(fp::test::Operands& op)
{
    State s = {};
    const u16 masks = op.below(2) ? 0x3f : op.bits() & 0x3f;
    const u16 pc[] = {0, 0x200, 0x300};
    s.x87.fcw = 0xffff0040u | masks | pc[op.below(3)] | op.below(4) << 10;
    // No unmasked exception may be pending: the next instruction would report it.
    s.x87.fsw = 0xffff0000u | (op.bits() & (fsw::CODES | fsw::TOP)) | (op.bits() & op.bits() & masks) |
                (op.below(4) ? 0 : u32{fsw::SF});
    const u64 empty = op.below(2) ? op.bits() & op.bits() & op.bits() : op.below(2) ? op.bits() : 0;
    s.x87.ftw = 0xffff0000;
    for (unsigned n = 0; n < 8; n++) s.x87.ftw |= (empty >> n & 1 ? 3u : 0u) << (n * 2);
    F80 before = op.f80();
    for (auto& r : s.x87.st) {
        const F80 v = op.f80_near(before);
        r = {v.sig, v.se};
        before = v;
    }
    s.x87.eflags = op.bits() & eflags::ARITH;
    for (u8& b : s.memory) b = u8(op.bits());
    return s;
}

// A memory operand that suits the instruction's format.
void random_operand(fp::test::Operands& op, u8 opcode, unsigned slash, State& s)
{
    u8* const p = s.memory;
    switch (opcode) {
    case 0xd8: case 0xd9: st(p, op.sse<fp::F32>()); break;
    case 0xdc: case 0xdd: st(p, op.sse<fp::F64>()); break;
    case 0xdb: {
        const F80 v = op.f80();
        st(p, v.sig);
        st(p + 8, v.se);
        break;
    }
    default:
        if (opcode == 0xdf && slash == 4)
            for (unsigned n = 0; n < 10; n++) p[n] = u8(op.below(10) << 4 | op.below(10));
        else st(p, op.fraction());
    }
}

std::string text(std::span<const u8> insn)
{
    std::string s;
    char digits[4];
    for (u8 b : insn) s += (std::snprintf(digits, sizeof digits, "%02x ", b), digits);
    return s;
}
std::string text(const State& s)
{
    char line[400];
    std::string all;
    std::snprintf(line, sizeof line, "  cw %04x sw %04x tags %04x ax %04x flags %03x\n", s.x87.fcw & 0xffff, s.x87.fsw & 0xffff,
                  s.x87.ftw & 0xffff, s.x87.eax, s.x87.eflags);
    all = line;
    for (const Registers& r : s.x87.st) {
        std::snprintf(line, sizeof line, "  %04x:%016llx", r.se, static_cast<unsigned long long>(r.sig));
        all += line;
    }
    all += "\n ";
    for (unsigned n = 0; n < 32; n++) {
        std::snprintf(line, sizeof line, " %02x", s.memory[n]);
        all += line;
    }
    return all + "\n";
}

// Consecutive numbers of one sign differ by 1.
bool close(const Registers& a, const Registers& b)
{
    const auto rank = [](const Registers& v) { return fp::u128(v.se & 0x7fff) << 63 | (v.sig & ~fp::TOP); };
    return a.se >> 15 == b.se >> 15 && rank(a) - rank(b) + 2 <= 4;
}

struct Opcode {
    u8 escape, modrm;
    unsigned slash() const { return modrm >> 3 & 7; }
    bool memory() const { return modrm < 0xc0; }
    bool is(u8 e, u8 m) const { return escape == e && modrm == m; }
    bool transcendental() const
    {
        return escape == 0xd9 && ((modrm >= 0xf0 && modrm <= 0xf3) || modrm == 0xf9 || modrm == 0xfb || modrm >= 0xfe);
    }
    bool fcomi() const { return (escape == 0xdb || escape == 0xdf) && modrm >= 0xe8 && modrm < 0xf8; }
    // FLDENV, FNSTENV, FRSTOR, FNSAVE, whose images hold pointers.
    bool environment() const
    {
        return memory() && ((escape == 0xd9 && (slash() == 4 || slash() == 6)) || (escape == 0xdd && (slash() == 4 || slash() == 6)));
    }
};

// Where processors reduce arguments by a short pi, and where the manual leaves the result undefined, they are not asked.
bool defined(const Opcode& o, const State& s)
{
    const fp::Unpacked x = fp::unpack(F80{s.x87.st[0].sig, s.x87.st[0].se});
    if (!o.transcendental() || x.is_nan()) return true;
    switch (o.modrm) {
    case 0xf2: case 0xfb: case 0xfe: case 0xff: return x.exp < fp::BIAS - 1 || x.exp >= fp::BIAS + 63;
    case 0xf0: return x.exp < fp::BIAS;
    case 0xf9: return x.exp < fp::BIAS - 2;
    default: return true;
    }
}

// Results that may differ: undefined ones, and transcendentals by an ulp. Makes the host's equal to ours there.
void forgive(const Opcode& o, const State& ours, State& host)
{
    const auto forgive_c1 = [&] { host.x87.fsw = (host.x87.fsw & ~u32{fsw::C1}) | (ours.x87.fsw & fsw::C1); };
    if (o.fcomi()) forgive_c1(); // SDM: cleared; AMD leaves it alone
    if (!o.transcendental()) return;
    forgive_c1();
    for (unsigned n = 0; n < 8; n++)
        if (close(ours.x87.st[n], host.x87.st[n])) host.x87.st[n] = ours.x87.st[n];
}

bool same(const State& a, const State& b)
{
    return a.x87.fcw == b.x87.fcw && a.x87.fsw == b.x87.fsw && a.x87.ftw == b.x87.ftw && a.x87.eax == b.x87.eax &&
           a.x87.eflags == b.x87.eflags && !std::memcmp(a.x87.st, b.x87.st, sizeof a.x87.st) &&
           !std::memcmp(a.memory, b.memory, OPERAND);
}

TEST(X87Host, EveryInstruction)
{
    Host host;
    auto box = std::make_unique<X87Box>();
    fp::test::Operands op(7);
    std::map<std::string, int> failures;
    for (u8 escape = 0xd8; escape <= 0xdf && escape != 0; escape++) {
        for (unsigned m = 0; m < 8 + 64; m++) {
            const Opcode o{escape, static_cast<u8>(m < 8 ? m << 3 | 6 : 0xc0 + m - 8)}; // [esi] or ST(i)
            if (o.environment()) continue;
            for (int n = 0; n < 2000; n++) {
                State before = random_state(op);
                if (o.memory()) random_operand(op, escape, o.slash(), before);
                if (!defined(o, before)) continue;
                State ours = before, theirs = before;
                const u8 insn[] = {o.escape, o.modrm};
                const bool valid = host.run(insn, theirs);
                const int vector = run_here(*box, insn, ours);
                EXPECT_EQ(vector, valid ? X87Box::NONE : int{exc::UD}) << text(insn);
                if (!valid || vector != X87Box::NONE) break;
                forgive(o, ours, theirs);
                if (same(ours, theirs)) continue;
                if (failures[text(insn)]++ < 2)
                    ADD_FAILURE() << text(insn) << "from\n" << text(before) << "host\n" << text(theirs) << "ours\n" << text(ours);
            }
        }
    }
    for (const auto& [insn, count] : failures) std::printf("%s: %d\n", insn.c_str(), count);
}

// Images with random contents: reserved bits, pending exceptions, pointers. 32- and 16-bit protected-mode formats.
TEST(X87Host, EnvironmentImages)
{
    Host host;
    auto box = std::make_unique<X87Box>();
    fp::test::Operands op(8);
    for (const bool o16 : {false, true}) {
        for (const Opcode o : {Opcode{0xd9, 0x26}, Opcode{0xd9, 0x36}, Opcode{0xdd, 0x26}, Opcode{0xdd, 0x36}}) {
            int failures = 0;
            for (int n = 0; n < 20'000 && failures < 3; n++) {
                State before = random_state(op);
                before.x87.fip = static_cast<u32>(op.bits());
                before.x87.fdp = static_cast<u32>(op.bits());
                before.x87.fcs_fop = op.bits() & 0x7ff0000; // selectors are not kept by all processors
                State ours = before, theirs = before;
                const u8 insn[] = {0x66, o.escape, o.modrm};
                const auto bytes = std::span(insn).subspan(o16 ? 0 : 1);
                ASSERT_EQ(run_here(*box, bytes, ours), X87Box::NONE);
                // AMD's FXSAVE saves no pointers, so when the host switches tasks within the snippet they are lost.
                bool equal = false;
                for (int tries = 0; tries < 5 && !equal; tries++) {
                    theirs = before;
                    ASSERT_TRUE(host.run(bytes, theirs));
                    equal = same(ours, theirs);
                }
                if (equal) continue;
                failures++;
                ADD_FAILURE() << text(bytes) << "from\n" << text(before) << "host\n" << text(theirs) << "ours\n" << text(ours);
            }
        }
    }
}

// FIP and FDP change with every instruction that is not a control instruction, FDP only if it has a memory operand.
TEST(X87Host, Pointers)
{
    Host host;
    auto box = std::make_unique<X87Box>();
    fp::test::Operands op(9);
    for (unsigned escape = 0xd8; escape <= 0xdf; escape++) {
        for (unsigned m = 0; m < 8 + 64; m++) {
            const Opcode o{static_cast<u8>(escape), static_cast<u8>(m < 8 ? m << 3 | 6 : 0xc0 + m - 8)};
            State before = random_state(op);
            before.x87.fip = 0x12345678;
            before.x87.fdp = 0x87654321;
            if (o.environment()) continue;
            State ours = before;
            const u8 insn[] = {o.escape, o.modrm};
            if (run_here(*box, insn, ours) != X87Box::NONE) continue;
            const bool ip = box->fpu.ip != before.x87.fip, dp = box->fpu.dp != before.x87.fdp;
            bool equal = false;
            u32 fip = 0, fdp = 0;
            for (int tries = 0; tries < 5 && !equal; tries++) {
                State theirs = before;
                host.run(insn, theirs);
                fip = theirs.x87.fip;
                fdp = theirs.x87.fdp;
                equal = ip == (fip != before.x87.fip) && dp == (fdp != before.x87.fdp);
            }
            EXPECT_TRUE(equal) << text(insn) << std::hex << fip << " " << fdp << " ours " << box->fpu.ip << " " << box->fpu.dp;
            const bool fninit = o.is(0xdb, 0xe3); // clears them
            EXPECT_EQ(box->fpu.ip, fninit ? 0 : ip ? X87Box::CODE : before.x87.fip);
            EXPECT_EQ(box->fpu.dp, fninit ? 0 : dp ? X87Box::DATA : before.x87.fdp);
        }
    }
}

} // namespace

} // namespace tabpc

#endif
