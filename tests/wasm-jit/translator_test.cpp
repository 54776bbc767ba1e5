// What invalidates translated code, or comes between its instructions: pages that move, aliases, code that is written over
// by its CPU or by DMA, traps, breakpoints and interrupts. Every guest runs interpreted and, each block as soon as it is met,
// translated; the two must agree wherever a budget ends.
#include "../cpu/mmu/paged_machine.h"
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace tabpc {
namespace {

using Bytes = std::vector<u8>;

constexpr LinAddr PAGES = PagedMachine::PAGES;
constexpr PhysAddr CODE = PagedMachine::CODE, FRAME_0 = PagedMachine::FRAME[0], FRAME_1 = PagedMachine::FRAME[1];
constexpr u64 RIGHTS = pte::P | pte::RW;

// What is compared, in words that a failure prints.
std::string state(const PagedMachine& m)
{
    const CpuState& s = m.cpu.s;
    std::string text;
    const auto add = [&](const char* name, u64 v) {
        char word[40];
        std::snprintf(word, sizeof word, " %s=%llx", name, static_cast<unsigned long long>(v));
        text += word;
    };
    static const char* const names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    for (size_t n = 0; n < 8; n++) add(names[n], s.gpr[n]);
    add("eip", s.rip);
    add("eflags", s.get_eflags());
    add("halted", s.halted);
    add("cr2", s.cr2);
    add("dr6", s.dr[6]);
    add("instructions", m.clock.instructions());
    return text;
}

class TranslatedGuest : public testing::Test {
protected:
    TranslatedGuest()
    {
        translator_.threshold = 0;
        each([](PagedMachine& m) {
            m.map(0, FRAME_0, RIGHTS);
            m.map(1, FRAME_1, RIGHTS);
        });
    }

    template <class F> void each(F f)
    {
        f(interpreted);
        f(translated);
    }
    void poke(PhysAddr at, const Bytes& bytes)
    {
        each([&](PagedMachine& m) { m.memory.dma_write(at, bytes); });
    }
    void start(LinAddr at)
    {
        each([&](PagedMachine& m) {
            m.cpu.s.rip = at;
            m.cpu.s.halted = false;
            m.cpu.s.set_reg32(ESP, PagedMachine::STACK);
        });
    }
    // Runs so many instructions, or to the HLT.
    void go_on(u64 n)
    {
        each([&](PagedMachine& m) { m.cpu.run(n); });
        ASSERT_EQ(state(interpreted), state(translated));
    }
    // From an address to its HLT, in slices of all sizes.
    void run(LinAddr at)
    {
        start(at);
        for (int n = 0; n < 10'000 && !interpreted.cpu.s.halted; n++) ASSERT_NO_FATAL_FAILURE(go_on(slice()));
        ASSERT_TRUE(interpreted.cpu.s.halted);
        same_memory();
    }
    void same_memory()
    {
        const std::span a(interpreted.ram->host, PagedMachine::RAM_SIZE), b(translated.ram->host, PagedMachine::RAM_SIZE);
        const auto differ = std::mismatch(a.begin(), a.end(), b.begin());
        EXPECT_EQ(differ.first, a.end()) << "memory differs at " << std::hex << differ.first - a.begin();
    }
    // A handler for #DB that comes back.
    void count_debug_traps()
    {
        poke(0x5000, {0xff, 0x05, 0x00, 0x58, 0x00, 0x00,   // INC dword [5800]
                      0x01, 0x0d, 0x04, 0x58, 0x00, 0x00,   // ADD [5804], ECX
                      0x81, 0x4c, 0x24, 0x08, 0, 0, 1, 0,   // OR dword [ESP+8], RF
                      0xcf});                               // IRET
        set_gate(exc::DB, 0x5000);
    }
    void set_gate(u8 vector, u16 to)
    {
        const u8 low = static_cast<u8>(to), high = static_cast<u8>(to >> 8);
        poke(PagedMachine::IDT + 8u * vector, {low, high, 8, 0, 0, 0x8e, 0, 0});
    }
    u64 traps() { return translated.memory.read(0x5800, 4); }

    u64 slice() { return 1 + (random_() % 4 ? random_() % 12 : random_() % 400); }
    u64 regions() const { return translator_.stats.regions; }
    void TearDown() override
    {
        EXPECT_GT(translated.cpu.stats.translated, 0u);
        EXPECT_EQ(interpreted.cpu.stats.translated, 0u);
    }

    PagedMachine interpreted{Paging::Legacy}, translated{Paging::Legacy};
    jit::RegionTranslator translator_{translated.cpu};
    std::mt19937 random_{1};
};

// ---- pages ----------------------------------------------------------------------------------------------------------------

const Bytes COUNTING = {0xe8, 0x00, 0x00, 0x00, 0x00, // CALL behind it
                        0x5a,                         // POP EDX: where this is
                        0xb9, 0x28, 0x00, 0x00, 0x00, // MOV ECX, 28
                        0x83, 0xc0, 0x03,             // ADD EAX, 3
                        0x49,                         // DEC ECX
                        0x75, 0xfa,                   // JNZ to the ADD
                        0xf4};

TEST_F(TranslatedGuest, TwoPagesOnOneFrame)
{
    each([](PagedMachine& m) { m.map(1, FRAME_0, RIGHTS); });
    poke(FRAME_0 + 0x100, COUNTING);
    for (u8 round = 0; round < 6; round++)
        for (const u64 page : {0, 0x1000}) {
            run(PAGES + page + 0x100);
            EXPECT_EQ(translated.cpu.s.reg32(EDX), PAGES + page + 0x105) << "translated for the other page";
            // By the one page, for both: the ADD's number.
            each([&](PagedMachine& m) { ASSERT_TRUE(m.cpu.write<u8>(PAGES + (page ^ 0x1000) + 0x10d, round)); });
        }
}

// A loop in both pages, one of which moves between two runs.
class Spanning : public TranslatedGuest {
protected:
    Spanning()
    {
        poke(FRAME_0 + 0xfe0, {0xb9, 0x14, 0x00, 0x00, 0x00,  // MOV ECX, 14
                               0x40,                          // INC EAX
                               0xe9, 0x25, 0x00, 0x00, 0x00}); // JMP to the ADD
        poke(FRAME_1 + 0x10, add_ebx(1));
        poke(OTHER + 0x10, add_ebx(2));
    }
    static Bytes add_ebx(u8 n)
    {
        return {0x83, 0xc3, n,                      // ADD EBX, n
                0x49,                               // DEC ECX
                0x0f, 0x85, 0xcb, 0xff, 0xff, 0xff, // JNZ to the INC
                0xf4};
    }
    // What EBX is by a run later.
    u32 adds()
    {
        const u32 before = translated.cpu.s.reg32(EBX);
        run(PAGES + 0xfe0);
        return translated.cpu.s.reg32(EBX) - before;
    }
    void remap(PhysAddr to, const Bytes& flush)
    {
        poke(CODE, flush);
        each([&](PagedMachine& m) {
            m.store_entry(1, to | RIGHTS);
            m.cpu.s.set_reg32(EDI, PAGES + 0x1000);
        });
        run(CODE);
    }
    static constexpr PhysAddr OTHER = 0x900000;
};

TEST_F(Spanning, OnePageMovesByInvlpg)
{
    const Bytes invlpg = {0x0f, 0x01, 0x3f, 0xf4}; // INVLPG [EDI]
    for (int round = 0; round < 4; round++) {
        EXPECT_EQ(adds(), 20u);
        remap(OTHER, invlpg);
        EXPECT_EQ(adds(), 40u);
        remap(FRAME_1, invlpg);
    }
}

TEST_F(Spanning, OnePageMovesByCr3)
{
    const Bytes load_cr3 = {0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8, 0xf4}; // MOV EAX, CR3; MOV CR3, EAX
    for (int round = 0; round < 4; round++) {
        EXPECT_EQ(adds(), 20u);
        remap(OTHER, load_cr3);
        EXPECT_EQ(adds(), 40u);
        remap(FRAME_1, load_cr3);
    }
}

TEST_F(Spanning, OnePageIsGone)
{
    EXPECT_EQ(adds(), 20u);
    each([](PagedMachine& m) {
        m.store_entry(1, 0);
        m.cpu.flush_tlb(true);
    });
    run(PAGES + 0xfe0);
    EXPECT_EQ(translated.cpu.s.cr2, PAGES + 0x1010) << "#PF in the middle of the loop";
}

// The loop itself moves the page that it runs through.
TEST_F(TranslatedGuest, APageMovesInEveryRound)
{
    poke(FRAME_0 + 0x10, {0x83, 0xc3, 0x01, 0xe9, 0xf7, 0xff, 0x00, 0xc0}); // ADD EBX, 1; JMP 1000F
    poke(FRAME_1 + 0x10, {0x83, 0xc3, 0x10, 0xe9, 0xf7, 0xff, 0x00, 0xc0}); // ADD EBX, 10; JMP 1000F
    const Bytes head = {0xb9, 0x14, 0x00, 0x00, 0x00,        // MOV ECX, 14
                        0xbe, 0x03, 0x00, 0x00, 0x01,        // MOV ESI, the other entry
                        0xe9, 0x01, 0x00, 0xff, 0x3f,        // 1000A: JMP 40000010
                        0x87, 0x35, 0x00, 0xb0, 0x00, 0x00}; // 1000F: XCHG [the entry], ESI
    const Bytes by_invlpg = {0x0f, 0x01, 0x3f,               // INVLPG [EDI]
                             0x49, 0x75, 0xef, 0xf4};        // DEC ECX; JNZ 1000A; HLT
    const Bytes by_cr3 = {0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8, // MOV EAX, CR3; MOV CR3, EAX
                          0x49, 0x75, 0xec, 0xf4};            // DEC ECX; JNZ 1000A; HLT
    for (const Bytes& tail : {by_invlpg, by_cr3}) {
        poke(CODE, head);
        poke(CODE + head.size(), tail);
        each([](PagedMachine& m) { m.cpu.s.set_reg32(EDI, PAGES), m.cpu.s.set_reg32(EBX, 0); });
        run(CODE);
        EXPECT_EQ(translated.cpu.s.reg32(EBX), 10u * 0x11);
    }
}

// ---- code that is written over -----------------------------------------------------------------------------------------------

struct Modifying {
    const char* name;
    Bytes code;
    u32 ebx; // in the end
};
void PrintTo(const Modifying& m, std::ostream* out) { *out << m.name; }

class SelfModifying : public TranslatedGuest, public testing::WithParamInterface<Modifying> {};

TEST_P(SelfModifying, RunsWhatItWrote)
{
    poke(FRAME_0 + 0x10, {0x83, 0xc3, 0x00, 0xe9, 0xf7, 0xff, 0x00, 0xc0}); // ADD EBX, 0; JMP 1000F
    poke(CODE, GetParam().code);
    for (int round = 0; round < 3; round++) {
        each([](PagedMachine& m) {
            m.cpu.s.set_reg32(EAX, 0);
            m.cpu.s.set_reg32(EBX, 0);
        });
        run(CODE);
        if (round) { EXPECT_EQ(translated.cpu.s.reg32(EBX), GetParam().ebx); }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Guests, SelfModifying,
    testing::Values(Modifying{"NextInstruction",
                              {0xb9, 0x1e, 0x00, 0x00, 0x00,       // MOV ECX, 1E
                               0x88, 0x0d, 0x0c, 0x00, 0x01, 0x00, // MOV [1000C], CL
                               0xb0, 0x00,                         // 1000B: MOV AL, 0
                               0x01, 0xc3,                         // ADD EBX, EAX
                               0x49, 0x75, 0xf3, 0xf4},            // DEC ECX; JNZ 10005; HLT
                              465},
                    Modifying{"OtherBlock",
                              {0xb9, 0x1e, 0x00, 0x00, 0x00,             // MOV ECX, 1E
                               0xf6, 0xc1, 0x01, 0x74, 0x06,             // TEST CL, 1; JZ 10010
                               0x81, 0xc3, 0x00, 0x00, 0x00, 0x00,       // 1000A: ADD EBX, 0
                               0x89, 0x0d, 0x0c, 0x00, 0x01, 0x00,       // 10010: MOV [1000C], ECX
                               0x49, 0x75, 0xec, 0xf4},                  // DEC ECX; JNZ 10005; HLT
                              30 + 28 + 26 + 24 + 22 + 20 + 18 + 16 + 14 + 12 + 10 + 8 + 6 + 4 + 2},
                    Modifying{"OtherPage",
                              {0xb9, 0x1e, 0x00, 0x00, 0x00,             // MOV ECX, 1E
                               0xf6, 0xc1, 0x01, 0x74, 0x05,             // TEST CL, 1; JZ 1000F
                               0xe9, 0x01, 0x00, 0xff, 0x3f,             // JMP 40000010
                               0x88, 0x0d, 0x12, 0x00, 0x00, 0x40,       // 1000F: MOV [40000012], CL
                               0x49, 0x75, 0xed, 0xf4},                  // DEC ECX; JNZ 10005; HLT
                              30 + 28 + 26 + 24 + 22 + 20 + 18 + 16 + 14 + 12 + 10 + 8 + 6 + 4 + 2},
                    Modifying{"ByPush",
                              {0xb9, 0x1e, 0x00, 0x00, 0x00,             // MOV ECX, 1E
                               0xbc, 0x10, 0x00, 0x01, 0x00, 0x51,       // MOV ESP, 10010; PUSH ECX
                               0xb8, 0x00, 0x00, 0x00, 0x00,             // 1000B: MOV EAX, 0
                               0x01, 0xc3, 0x49, 0x75, 0xf0, 0xf4},      // ADD EBX, EAX; DEC ECX; JNZ 10005; HLT
                              465},
                    Modifying{"ByRepStos",
                              {0xb9, 0x1e, 0x00, 0x00, 0x00,             // MOV ECX, 1E
                               0xbf, 0x18, 0x00, 0x01, 0x00,             // MOV EDI, 10018
                               0x88, 0xc8, 0x89, 0xca,                   // MOV AL, CL; MOV EDX, ECX
                               0xb9, 0x04, 0x00, 0x00, 0x00, 0xf3, 0xaa, // MOV ECX, 4; REP STOSB
                               0x89, 0xd1,                               // MOV ECX, EDX
                               0xb8, 0x00, 0x00, 0x00, 0x00,             // 10017: MOV EAX, 0
                               0x01, 0xc3, 0x49, 0x75, 0xe4, 0xf4},      // ADD EBX, EAX; DEC ECX; JNZ 10005; HLT
                              static_cast<u32>(465 * 0x01010101ull)}),
    [](const auto& info) { return std::string(info.param.name); });

// Not where a region begins but inside it, and in another page.
TEST_F(TranslatedGuest, CodeInsideARegionIsWrittenOver)
{
    each([](PagedMachine& m) { m.map(1, FRAME_0, RIGHTS); });
    poke(FRAME_0 + 0x10, {0x83, 0xc3, 0x01, 0xe9, 0xf2, 0xff, 0x00, 0xc0}); // ADD EBX, 1; JMP 1000A
    poke(CODE, {0xb9, 0x1e, 0x00, 0x00, 0x00,                               // MOV ECX, 1E
                0xe9, 0x06, 0x00, 0xff, 0x3f,                               // 10005: JMP 40000010
                0x49, 0x75, 0xf8, 0xf4});                                   // 1000A: DEC ECX; JNZ 10005; HLT
    each([](PagedMachine& m) { m.cpu.s.set_reg32(ECX, 1); });
    run(PAGES + 0x10); // so that it is known when the loop is translated
    for (u8 n = 1; n < 20; n++) {
        if (n % 2) poke(FRAME_0 + 0x12, {n});
        else each([&](PagedMachine& m) { ASSERT_TRUE(m.cpu.write<u8>(PAGES + 0x1012, n)); });
        for (int round = 0; round < 2; round++) {
            each([](PagedMachine& m) { m.cpu.s.set_reg32(EBX, 0); });
            run(CODE);
            EXPECT_EQ(translated.cpu.s.reg32(EBX), 30u * n);
        }
    }
}

// In the same line and, less near, in the same page: nothing is translated again.
TEST_F(TranslatedGuest, DataBesideItsCode)
{
    const Bytes code = {0xb9, 0x64, 0x00, 0x00, 0x00,       // MOV ECX, 64
                        0xff, 0x05, 0x15, 0x00, 0x01, 0x00, // INC dword [10015]
                        0x01, 0x0d, 0x00, 0x08, 0x01, 0x00, // ADD [10800], ECX
                        0x49, 0x75, 0xf1, 0xf4,             // DEC ECX; JNZ to the INC; HLT
                        0x00, 0x00, 0x00, 0x00};            // 10015
    poke(CODE, code);
    for (int round = 0; round < 5; round++) run(CODE);
    const u64 before = regions();
    run(CODE);
    EXPECT_EQ(regions(), before);
    EXPECT_EQ(translated.memory.read(0x10015, 4), 600u);
    EXPECT_EQ(translated.memory.read(0x10800, 4), 6u * 5050);
}

TEST_F(TranslatedGuest, DmaBetweenTwoRuns)
{
    for (u8 round = 1; round < 8; round++) {
        poke(CODE, COUNTING);
        run(CODE);
        each([](PagedMachine& m) { m.cpu.s.set_reg32(EAX, 0); });
        poke(CODE + 0x0d, {round});
        run(CODE);
        EXPECT_EQ(translated.cpu.s.reg32(EAX), 40u * round);
    }
}

// A device that writes into the code behind the OUT that starts it.
TEST_F(TranslatedGuest, DmaWhileItRuns)
{
    struct Device {
        PagedMachine& m;
        u8 count = 0;
        void write(u16, u32, int) { m.memory.dma_store<u8>(CODE + 9, static_cast<u8>(++count & 0x7f)); }
        u32 read(u16, int) { return 0; }
    } devices[] = {{interpreted}, {translated}};
    for (Device& d : devices) d.m.io.map<&Device::read, &Device::write>(0x59, 1, &d, "dma");
    poke(CODE, {0xb9, 0x1e, 0x00, 0x00, 0x00, // MOV ECX, 1E
                0xe6, 0x59,                   // 10005: OUT 59, AL
                0x83, 0xc3, 0x01,             // ADD EBX, what the device has written
                0x01, 0xd8,                   // ADD EAX, EBX
                0x49, 0x75, 0xf6, 0xf4});     // DEC ECX; JNZ 10005; HLT
    run(CODE);
    EXPECT_EQ(translated.cpu.s.reg32(EBX), 465u);
    run(CODE);
}

// ---- traps and breakpoints ---------------------------------------------------------------------------------------------------

const Bytes HOT = {0xb9, 0xc8, 0x00, 0x00, 0x00, // MOV ECX, C8
                   0x01, 0xc8,                   // 10005: ADD EAX, ECX
                   0xc1, 0xc0, 0x03,             // ROL EAX, 3
                   0x50, 0x5a,                   // PUSH EAX; POP EDX
                   0x31, 0xd3,                   // XOR EBX, EDX
                   0x49, 0x75, 0xf4, 0xf4};      // DEC ECX; JNZ 10005; HLT

// From outside, as a debugger does it, while the loop is hot.
TEST_F(TranslatedGuest, SingleStepComesOn)
{
    count_debug_traps();
    poke(CODE, HOT);
    run(CODE);
    start(CODE);
    go_on(301);
    each([](PagedMachine& m) { m.cpu.s.eflags |= eflags::TF, m.cpu.mode_changed(); });
    for (int n = 0; n < 200; n++) go_on(1 + n % 3);
    EXPECT_GT(traps(), 50u);
    each([](PagedMachine& m) { m.cpu.s.eflags &= ~u32{eflags::TF}, m.cpu.mode_changed(); });
    go_on(100'000);
    EXPECT_TRUE(translated.cpu.s.halted);
    same_memory();
}

TEST_F(TranslatedGuest, BreakpointComesOn)
{
    count_debug_traps();
    poke(CODE, HOT);
    run(CODE);
    start(CODE);
    go_on(301);
    each([](PagedMachine& m) { m.cpu.s.dr[0] = CODE + 0xa, m.cpu.s.dr[7] = 0x401, m.cpu.mode_changed(); });
    go_on(500);
    EXPECT_GT(traps(), 20u);
    each([](PagedMachine& m) { m.cpu.s.dr[7] = 0x400, m.cpu.mode_changed(); });
    go_on(100'000);
    EXPECT_TRUE(translated.cpu.s.halted);
    same_memory();
}

// By the guest, for ten rounds in the middle of the loop.
TEST_F(TranslatedGuest, SetsTheTrapFlag)
{
    count_debug_traps();
    poke(CODE, {0xb9, 0x3c, 0x00, 0x00, 0x00,                     // MOV ECX, 3C
                0x01, 0xc8, 0x11, 0xc3,                           // 10005: ADD EAX, ECX; ADC EBX, EAX
                0x83, 0xf9, 0x1e, 0x75, 0x09,                     // CMP ECX, 1E; JNZ 10017
                0x9c, 0x81, 0x0c, 0x24, 0x00, 0x01, 0x00, 0x00, 0x9d, // PUSHF; OR dword [ESP], 100; POPF
                0x83, 0xf9, 0x14, 0x75, 0x09,                     // 10017: CMP ECX, 14; JNZ 10025
                0x9c, 0x81, 0x24, 0x24, 0xff, 0xfe, 0xff, 0xff, 0x9d, // PUSHF; AND dword [ESP], ~100; POPF
                0x49, 0x75, 0xdd, 0xf4});                         // 10025: DEC ECX; JNZ 10005; HLT
    for (int round = 0; round < 3; round++) run(CODE);
    EXPECT_GT(traps(), 3u * 70);
}

TEST_F(TranslatedGuest, SetsABreakpointInItsLoop)
{
    count_debug_traps();
    poke(CODE, {0xb9, 0x3c, 0x00, 0x00, 0x00,                     // MOV ECX, 3C
                0x01, 0xc8, 0x11, 0xc3,                           // 10005: ADD EAX, ECX; 10007: ADC EBX, EAX
                0x83, 0xf9, 0x1e, 0x75, 0x10,                     // CMP ECX, 1E; JNZ 1001E
                0xba, 0x07, 0x00, 0x01, 0x00, 0x0f, 0x23, 0xc2,   // MOV EDX, 10007; MOV DR0, EDX
                0xba, 0x01, 0x04, 0x00, 0x00, 0x0f, 0x23, 0xfa,   // MOV EDX, 401; MOV DR7, EDX
                0x83, 0xf9, 0x14, 0x75, 0x08,                     // 1001E: CMP ECX, 14; JNZ 1002B
                0xba, 0x00, 0x04, 0x00, 0x00, 0x0f, 0x23, 0xfa,   // MOV EDX, 400; MOV DR7, EDX
                0x49, 0x75, 0xd7, 0xf4});                         // 1002B: DEC ECX; JNZ 10005; HLT
    for (u64 round = 1; round <= 3; round++) {
        run(CODE);
        EXPECT_EQ(traps(), 10 * round);
    }
}

// ---- interrupts --------------------------------------------------------------------------------------------------------------

// A device that pulls INTR at some of its accesses, and tells the time by instructions.
struct Interrupter {
    PagedMachine& m;
    u32 seed = 1;
    int interrupts = 0;

    void next()
    {
        seed = seed * 1664525 + 1013904223;
        if (seed >> 30) return;
        m.cpu.set_intr(1);
        interrupts++;
    }
    u32 read(u16, int)
    {
        next();
        return static_cast<u32>(m.clock.instructions()) + (seed >> 16);
    }
    void write(u16, u32, int) { next(); }
};

class Interrupted : public TranslatedGuest {
protected:
    Interrupted()
    {
        for (Interrupter& d : devices) d.m.io.map<&Interrupter::read, &Interrupter::write>(0x5c, 1, &d, "interrupter", 4);
        set_gate(PagedMachine::EXTERNAL, 0x5000);
        poke(0x5000, {0x50, 0xe5, 0x5c,                   // PUSH EAX; IN EAX, 5C
                      0xff, 0x05, 0x00, 0x58, 0x00, 0x00, // INC dword [5800]
                      0x31, 0x05, 0x04, 0x58, 0x00, 0x00, // XOR [5804], EAX
                      0x58, 0xcf});                       // POP EAX; IRET
        poke(CODE, {0xfb,                                 // STI
                    0xe5, 0x5c,                           // 10001: IN EAX, 5C
                    0x01, 0xc3, 0xc1, 0xc3, 0x05,         // ADD EBX, EAX; ROL EBX, 5
                    0xe8, 0x2a, 0x00, 0x00, 0x00,         // CALL 10037
                    0xf6, 0xc3, 0x04, 0x74, 0x02,         // TEST BL, 4; JZ 10014
                    0xe6, 0x5c,                           // OUT 5C, AL
                    0xff, 0x05, 0x00, 0x68, 0x00, 0x00,   // 10014: INC dword [6800]
                    0x8d, 0x3d, 0x00, 0x00, 0x00, 0x40,   // LEA EDI, [40000000]
                    0xb9, 0x07, 0x00, 0x00, 0x00, 0xf3, 0xaa, // MOV ECX, 7; REP STOSB
                    0x80, 0xfb, 0x10, 0x77, 0x08,         // CMP BL, 10; JA 10034
                    0xfa, 0x81, 0xc3, 0x57, 0x13, 0x00, 0x00, 0xfb, // CLI; ADD EBX, 1357; STI
                    0x90, 0xeb, 0xca,                     // 10034: NOP; JMP 10001
                    0x53, 0x19, 0xda, 0x5e, 0xc3});       // 10037: PUSH EBX; SBB EDX, EBX; POP ESI; RET
        start(CODE);
    }
    Interrupter devices[2] = {{interpreted}, {translated}};
};

TEST_F(Interrupted, TheSameAfterEverySlice)
{
    for (int n = 0; n < 5000; n++) ASSERT_NO_FATAL_FAILURE(go_on(slice()));
    same_memory();
    EXPECT_GT(traps(), 500u);
    EXPECT_EQ(devices[0].interrupts, devices[1].interrupts);
}

// Where budgets end changes nothing: the interpreter goes through without a stop.
TEST_F(Interrupted, TheSameWhateverTheSlices)
{
    constexpr u64 ALL = 200'000;
    interpreted.cpu.run(ALL);
    while (translated.clock.instructions() < ALL) translated.cpu.run(std::min(slice(), ALL - translated.clock.instructions()));
    EXPECT_EQ(state(interpreted), state(translated));
    same_memory();
    EXPECT_GT(traps(), 500u);
}

} // namespace
} // namespace tabpc
