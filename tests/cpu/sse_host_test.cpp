// Random MMX and SSE instructions, made from the opcode map, on the interpreter and on the processor of the build machine:
// registers, memory, MXCSR, x87 tags and TOP, EFLAGS and exceptions must be the same.
#include "fp_operands.h"
#include "sse_guest.h"
#include "sse_host.h"
#include "sse_rows.h"
#include <gtest/gtest.h>

#if defined(__x86_64__) && defined(__linux__)

using namespace tabpc;
using namespace tabpc::test;
using fp::test::Operands;

namespace {

// Not compared, with the reason.
const char* skip_reason(const Encoding& e)
{
    const std::string name = e.name;
    if (name.starts_with("RCP") || name.starts_with("RSQRT")) return "approximations: any result within the bound is right";
    return nullptr;
}

// SDM vol. 2, CVTPI2PS: TOP and the tags change. AMD's processors leave them alone if the source is in memory.
bool only_registers(const Encoding& e) { return std::string(e.name) == "CVTPI2PS" && __builtin_cpu_is("amd"); }

constexpr u32 WINDOW = 256; // bytes of operands in memory; the middle is at a page border, and at EDI
constexpr u32 GUEST_WINDOW = 0x20000 - WINDOW / 2;
constexpr u32 ARITHMETIC = eflags::ARITH;

class SseHost : public testing::Test {
protected:
    Operands random{1};
    SimdHost host;
    std::unique_ptr<SimdGuest> guest = std::make_unique<SimdGuest>();
    std::vector<const Encoding*> rows = simd_rows();
    alignas(4096) static inline u8 pages[8192];
    u8* const window = pages + 4096 - WINDOW / 2;

    void fill(u8* at, u32 size) // a multiple of 16
    {
        for (u32 n = 0; n < size; n += 16) {
            u8* p = at + n;
            switch (random.below(6)) {
            case 0:
                for (u32 k = 0; k < 16; k += 4) st(p + k, random.sse<fp::F32>());
                break;
            case 1:
                for (u32 k = 0; k < 16; k += 8) st(p + k, random.sse<fp::F64>());
                break;
            case 2: // few different bytes, with zeros: strings
                for (u32 k = 0; k < 16; k++) p[k] = static_cast<u8>(random.below(6) ? 'a' + random.below(3) : 0);
                break;
            case 3:
                for (u32 k = 0; k < 16; k += 2) {
                    static constexpr u16 EDGE[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff};
                    st(p + k, EDGE[random.below(8)]);
                }
                break;
            default:
                st(p, random.bits());
                st(p + 8, random.bits());
            }
        }
    }

    SimdState random_state()
    {
        SimdState s;
        st<u16>(&s.fx[0], 0x37f);
        st<u16>(&s.fx[2], static_cast<u16>(random.below(8) << 11));
        s.fx[4] = static_cast<u8>(random.bits());
        u32 mxcsr = 0x1f80 | (random.bits() & 0x3f);
        if (random.below(2)) mxcsr |= random.bits() & 0x6000;
        if (random.below(4) == 0) mxcsr |= random.bits() & 0x8040;
        if (random.below(4) == 0) mxcsr &= ~static_cast<u32>(random.bits() & 0x1f80);
        st(&s.fx[24], mxcsr);
        for (u32 n = 0; n < 8; n++) {
            fill(s.mm(n), 16);
            st<u16>(s.mm(n) + 8, static_cast<u16>(random.bits()));
            std::memset(s.mm(n) + 10, 0, 6);
            fill(s.xmm(n), 16);
        }
        for (u32 n = 1; n < 8; n++)
            if (random.below(4) == 0) std::memcpy(s.xmm(n), s.xmm(n - 1), 16);
        for (u64& r : s.gpr) r = random.below(2) ? random.below(20) - 2 : static_cast<u32>(random.bits());
        s.eflags = 2 | (random.bits() & ARITHMETIC);
        return s;
    }

    // One instruction of the row. The registers are those both modes of the processor share, and not ESP, EBP and EDI.
    void append(std::vector<u8>& code, const Encoding& e, u8* window_bytes)
    {
        static constexpr u8 GENERAL[] = {0, 1, 2, 3, 6};
        const RowOperands o(e);
        const auto reg = [&](Letter l) { return l.file == File::General ? GENERAL[random.below(5)] : static_cast<u8>(random.below(8)); };
        u8 modrm = 0xc0, disp = 0;
        if (o.g_side >= 0) modrm |= static_cast<u8>(reg(o.g_letter()) << 3);
        if (o.e_side >= 0) {
            if (o.may_be_memory() && !only_registers(e) && (!o.may_be_register() || random.below(2))) {
                u32 at = random.below(WINDOW - 16);
                if (o.e_letter().aligned && random.below(16)) at &= ~15u;
                disp = static_cast<u8>(at - WINDOW / 2);
                modrm = static_cast<u8>((modrm & 0x38) | 0x47); // [edi + disp8]
                if (std::string(e.name) == "LDMXCSR") { // mostly without reserved bits; AMD's processors have bit 17
                    window_bytes[at + 2] &= 0xfd;
                    if (random.below(4)) st<u16>(window_bytes + at + 2, 0);
                }
            } else {
                modrm |= reg(o.e_letter());
            }
        }
        encode(code, e, modrm, disp, static_cast<u8>(random.bits()));
    }

    void load_guest(const SimdState& s)
    {
        CpuState& g = guest->cpu.s;
        Fpu& f = g.fpu;
        f = Fpu{};
        f.top = s.fsw() >> 11 & 7;
        f.empty = static_cast<u8>(~s.fx[4]);
        for (unsigned n = 0; n < 8; n++) {
            const u8* p = const_cast<SimdState&>(s).mm(n);
            f.reg[(f.top + n) & 7] = {ld<u64>(p), ld<u16>(p + 8)};
            std::memcpy(&g.xmm[n], const_cast<SimdState&>(s).xmm(n), 16);
            g.gpr[n] = static_cast<u32>(s.gpr[n]);
        }
        g.mxcsr = s.mxcsr();
        g.gpr[EDI] = GUEST_WINDOW + WINDOW / 2;
        g.flags.set(static_cast<u32>(s.eflags));
    }
    SimdState guest_state(int fault)
    {
        const CpuState& g = guest->cpu.s;
        const Fpu& f = g.fpu;
        SimdState s;
        st<u16>(&s.fx[2], status_word(f));
        s.fx[4] = static_cast<u8>(~f.empty);
        st(&s.fx[24], g.mxcsr);
        for (unsigned n = 0; n < 8; n++) {
            const fp::F80& r = f.reg[(f.top + n) & 7];
            st(s.mm(n), r.sig);
            st(s.mm(n) + 8, r.se);
            std::memcpy(s.xmm(n), &g.xmm[n], 16);
            s.gpr[n] = g.gpr[n];
        }
        // A handler has run: the flags are where the exception pushed them.
        s.eflags = fault < 0 ? g.get_eflags() : ld<u32>(&guest->byte(SimdGuest::STACK - 4));
        s.fault = fault;
        return s;
    }

    std::string difference(SimdState& got, SimdState& want, const u8* got_memory, const u8* want_memory)
    {
        std::string out;
        const auto compare = [&](const std::string& what, const u8* g, const u8* w, size_t size) {
            if (!std::memcmp(g, w, size)) return;
            char hex[4];
            out += " " + what + " is ";
            for (size_t n = size; n--;) std::snprintf(hex, 4, "%02x", g[n]), out += hex;
            out += ", not ";
            for (size_t n = size; n--;) std::snprintf(hex, 4, "%02x", w[n]), out += hex;
            out += ";";
        };
        if (got.fault != want.fault)
            out += " exception " + std::to_string(got.fault) + ", not " + std::to_string(want.fault) + ";";
        for (unsigned n = 0; n < 8; n++) compare("XMM" + std::to_string(n), got.xmm(n), want.xmm(n), 16);
        for (unsigned n = 0; n < 8; n++) compare("ST" + std::to_string(n), got.mm(n), want.mm(n), 10);
        compare("MXCSR", &got.fx[24], &want.fx[24], 4);
        compare("FSW", &got.fx[2], &want.fx[2], 2);
        compare("FTW", &got.fx[4], &want.fx[4], 1);
        for (unsigned n : {0, 1, 2, 3, 6})
            compare("GPR" + std::to_string(n), reinterpret_cast<u8*>(&got.gpr[n]), reinterpret_cast<u8*>(&want.gpr[n]), 4);
        const u32 got_flags = got.eflags & ARITHMETIC, want_flags = want.eflags & ARITHMETIC;
        compare("EFLAGS", reinterpret_cast<const u8*>(&got_flags), reinterpret_cast<const u8*>(&want_flags), 4);
        for (u32 n = 0; n < WINDOW; n += 16)
            compare("memory+" + std::to_string(n), got_memory + n, want_memory + n, 16);
        return out;
    }

    // True if both agree.
    std::string run_both(std::span<const u8> code, const SimdState& initial, const u8* memory)
    {
        SimdState want = initial;
        std::memcpy(window, memory, WINDOW);
        want.gpr[7] = reinterpret_cast<u64>(window + WINDOW / 2);
        host.run(code, want);

        guest->ram.written(GUEST_WINDOW, WINDOW);
        std::memcpy(&guest->byte(GUEST_WINDOW), memory, WINDOW);
        load_guest(initial);
        SimdState got = guest_state(guest->run(code));
        return difference(got, want, &guest->byte(GUEST_WINDOW), window);
    }
};

std::string describe(const Encoding& e, std::span<const u8> code)
{
    std::string out = e.name;
    char hex[4];
    out += " [";
    for (u8 b : code) std::snprintf(hex, 4, " %02x", b), out += hex;
    return out + " ]";
}

} // namespace

TEST_F(SseHost, EveryRowMatchesTheProcessor)
{
    constexpr int ROUNDS = 500;
    int failed = 0, ran = 0;
    alignas(16) u8 memory[WINDOW];
    for (const Encoding* e : rows) {
        if (skip_reason(*e)) continue;
        int failures = 0;
        for (int n = 0; n < ROUNDS; n++, ran++) {
            const SimdState initial = random_state();
            fill(memory, WINDOW);
            std::vector<u8> code;
            append(code, *e, memory);
            const std::string wrong = run_both(code, initial, memory);
            if (wrong.empty()) continue;
            if (++failures == 1) {
                char mxcsr[40];
                std::snprintf(mxcsr, sizeof mxcsr, " MXCSR %04x:", initial.mxcsr());
                ADD_FAILURE() << describe(*e, code) << mxcsr << wrong;
            }
        }
        if (failures > 1) ADD_FAILURE() << e->name << ": " << failures << " of " << ROUNDS << " differ";
        failed += failures > 0;
    }
    std::printf("%d instructions of %zu rows\n", ran, rows.size());
    EXPECT_EQ(failed, 0);
}

TEST_F(SseHost, SequencesMatchTheProcessor)
{
    constexpr int ROUNDS = 50'000;
    alignas(16) u8 memory[WINDOW];
    int failures = 0;
    for (int n = 0; n < ROUNDS; n++) {
        const SimdState initial = random_state();
        fill(memory, WINDOW);
        std::vector<u8> code;
        std::string names;
        for (u32 k = 0, count = 2 + random.below(4); k < count; k++) {
            const Encoding& e = *rows[random.below(static_cast<u32>(rows.size()))];
            if (skip_reason(e)) continue;
            append(code, e, memory);
            names += std::string(e.name) + " ";
        }
        const std::string wrong = run_both(code, initial, memory);
        if (!wrong.empty() && ++failures <= 5) ADD_FAILURE() << names << wrong;
    }
    EXPECT_EQ(failures, 0);
}

#endif
