// Data and I/O breakpoints of the debug registers (SDM vol. 3, 17.2), and alignment checks (6.15, interrupt 17). The
// instruction breakpoints and the single step are tested in sys/system.asm.
#include "paged_machine.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {

enum : unsigned { WRITE = 1, IO = 2, READ_WRITE = 3 };
constexpr Fault NONE;

class Breakpoints : public testing::Test {
protected:
    Breakpoints() { m.map_both(pte::P | pte::RW | pte::US); }

    static u64 dr7(unsigned n, unsigned kind, unsigned length)
    {
        const u64 len = length == 8 ? 2 : length - 1;
        return u64(1) << (n * 2) | u64(kind | len << 2) << (16 + n * 4);
    }
    void watch(unsigned n, LinAddr at, unsigned kind, unsigned length)
    {
        s.dr[n] = at;
        s.dr[7] |= dr7(n, kind, length);
    }
    // Which breakpoints the instruction met; -1: there was no trap, -2: something else happened.
    int met(std::initializer_list<int> code, u64 n = 1)
    {
        s.dr[6] = 0xffff0ff0;
        const Fault f = m.run(code, false, n);
        if (f == NONE) return -1;
        return f.vector == exc::DB ? static_cast<int>(s.dr[6] & 0xf) : -2;
    }
    u32 pushed_eip() { return static_cast<u32>(m.memory.read(s.reg32(ESP), 4)); }

    static constexpr LinAddr AT = PagedMachine::PAGES + 0x100;
    static constexpr std::initializer_list<int> STORE = {0x89, 0x03}; // MOV [EBX], EAX
    static constexpr std::initializer_list<int> LOAD = {0x8b, 0x03};  // MOV EAX, [EBX]

    PagedMachine m{Paging::Legacy};
    CpuState& s = m.cpu.s;
};

TEST_F(Breakpoints, WriteTrapsBehindTheInstruction)
{
    watch(0, AT, WRITE, 4);
    s.set_reg32(EBX, AT);
    s.set_reg32(EAX, 0x12345678);
    EXPECT_EQ(met(LOAD), -1) << "a read does not meet it";
    s.set_reg32(EAX, 0x12345678);
    EXPECT_EQ(met(STORE), 1);
    EXPECT_EQ(pushed_eip(), m.CODE + 2);
    EXPECT_EQ(m.peek(0x100, 4), 0x12345678u) << "it is done";
    EXPECT_EQ(met({0x01, 0x03}), 1) << "ADD [EBX], EAX";
    EXPECT_EQ(met({0x90}), -1);
}

TEST_F(Breakpoints, ReadOrWriteTrapsOnBoth)
{
    watch(3, AT, READ_WRITE, 4);
    s.set_reg32(EBX, AT);
    EXPECT_EQ(met(LOAD), 8);
    EXPECT_EQ(met(STORE), 8);
}

TEST_F(Breakpoints, CoversItsBytesAndNoOthers)
{
    struct Access {
        std::initializer_list<int> code;
        int size;
    };
    const Access accesses[] = {{{0x88, 0x03}, 1}, {{0x66, 0x89, 0x03}, 2}, {{0x89, 0x03}, 4}, {{0xdd, 0x1b}, 8}};
    for (const unsigned length : {1u, 2u, 4u, 8u})
        for (const Access& a : accesses)
            for (int offset = -12; offset < 12; offset++) {
                SCOPED_TRACE("length " + std::to_string(length) + ", size " + std::to_string(a.size) + ", offset " +
                             std::to_string(offset));
                s.dr = {};
                s.fpu = Fpu{};
                s.fpu.empty = 0xfe; // something for FSTP
                watch(1, AT + (length - 1), WRITE, length); // the low bits of the address do not count
                s.set_reg32(EBX, static_cast<u32>(AT + static_cast<u64>(offset)));
                const bool overlap = offset < static_cast<int>(length) && offset + a.size > 0;
                EXPECT_EQ(met(a.code), overlap ? 2 : -1);
            }
}

TEST_F(Breakpoints, OnlyWhenEnabled)
{
    s.set_reg32(EBX, AT);
    watch(2, AT, WRITE, 4);
    watch(0, AT, WRITE, 4);
    s.dr[7] &= ~u64(0xff);
    EXPECT_EQ(met(STORE), -1);
    s.dr[7] |= 1 << 5; // G2
    EXPECT_EQ(met(STORE), 4);
}

TEST_F(Breakpoints, EveryOneThatIsMetIsReported)
{
    watch(0, AT, WRITE, 1);
    watch(1, AT + 3, READ_WRITE, 1);
    watch(2, AT + 4, READ_WRITE, 1);
    s.set_reg32(EBX, AT);
    EXPECT_EQ(met(STORE), 3);
    EXPECT_EQ(met(LOAD), 2);
}

TEST_F(Breakpoints, SetAndClearedByTheGuestWhileThePageIsCached)
{
    s.set_reg32(EBX, AT);
    s.set_reg32(EAX, AT);
    ASSERT_EQ(met(STORE), -1);
    s.set_reg32(ECX, static_cast<u32>(dr7(0, WRITE, 4)));
    EXPECT_EQ(met({0x0f, 0x23, 0xc0,   // MOV DR0, EAX
                   0x0f, 0x23, 0xf9,   // MOV DR7, ECX
                   0x90, 0x89, 0x03,   // NOP; MOV [EBX], EAX
                   0x40}, 10),         // INC EAX is not reached
              1);
    EXPECT_EQ(pushed_eip(), m.CODE + 9);
    EXPECT_EQ(s.reg32(EAX), AT);
    EXPECT_EQ(met({0x31, 0xc0, 0x0f, 0x23, 0xf8, 0x89, 0x03, 0x89, 0x03}, 4), -1) << "DR7 = 0";
    const u64 fills = m.cpu.stats.tlb_fills;
    EXPECT_EQ(m.run(m.CODE + 7, false, 1), NONE);
    EXPECT_EQ(m.cpu.stats.tlb_fills, fills) << "plain accesses again";
}

TEST_F(Breakpoints, SecondPageOfAnAccess)
{
    watch(0, m.PAGES + 0x1001, WRITE, 1);
    s.set_reg32(EBX, m.PAGES + 0xffe);
    EXPECT_EQ(met(STORE), 1);
    s.set_reg32(EBX, m.PAGES + 0xffd);
    EXPECT_EQ(met(STORE), -1);
}

TEST_F(Breakpoints, AccessThatFaultsMeetsNothing)
{
    watch(0, m.PAGES + 0xffe, READ_WRITE, 2);
    m.map(1, m.FRAME[1], 0);
    s.set_reg32(EBX, m.PAGES + 0xffe);
    EXPECT_EQ(met(STORE), -2) << "the page fault alone";
    EXPECT_EQ(s.dr[6] & 0xf, 0u);
    s.set_reg32(EBX, m.PAGES);
    EXPECT_EQ(met(STORE), -1) << "and nothing is left over";

    watch(1, AT, READ_WRITE, 4);
    s.set_reg32(EBX, AT);
    EXPECT_EQ(met({0xff, 0x33}), 2) << "PUSH [EBX]";
    s.dr[6] = 0xffff0ff0;
    EXPECT_EQ(m.run({0xbc, 0x00, 0x10, 0x00, 0x50, 0xff, 0x33}, true, 2), page_fault(pf::U | pf::W, 0x50000ffc))
        << "PUSH [EBX] where ESP leads nowhere";
    EXPECT_EQ(s.dr[6] & 0xf, 0u);
}

TEST_F(Breakpoints, StackAndHelpers)
{
    watch(0, m.STACK - 4, WRITE, 4);
    EXPECT_EQ(met({0x50}), 1) << "PUSH EAX";
    EXPECT_EQ(met({0xe8, 0, 0, 0, 0}), 1) << "CALL";
    s.dr[7] = 0;
    watch(1, AT + 4, WRITE, 1);
    s.set_reg32(EBX, AT);
    EXPECT_EQ(met({0x0f, 0x01, 0x03}), 2) << "SGDT [EBX] writes six bytes";
}

TEST_F(Breakpoints, RepeatedInstructionTrapsBehindTheIteration)
{
    watch(0, AT + 8, WRITE, 4);
    s.set_reg32(EDI, AT);
    s.set_reg32(ECX, 10);
    EXPECT_EQ(met({0xf3, 0xab}, 100), 1) << "REP STOSD";
    EXPECT_EQ(s.reg32(ECX), 7u);
    EXPECT_EQ(s.reg32(EDI), AT + 12);
    EXPECT_EQ(pushed_eip(), m.CODE) << "it goes on from there";
}

TEST_F(Breakpoints, MovSsHoldsTheTrapUp)
{
    m.poke(0x100, 0x10, 4); // the kernel's data segment
    watch(0, AT, READ_WRITE, 4);
    s.set_reg32(EBX, AT);
    EXPECT_EQ(met({0x8e, 0x13, 0x40, 0x40}, 10), 1) << "MOV SS, [EBX]; INC EAX; INC EAX";
    EXPECT_EQ(pushed_eip(), m.CODE + 3) << "behind the first INC";
}

TEST_F(Breakpoints, OneTrapWithTheSingleStep)
{
    watch(0, AT, WRITE, 4);
    s.set_reg32(EBX, AT);
    s.eflags |= eflags::TF;
    EXPECT_EQ(met(STORE), 1);
    EXPECT_EQ(s.dr[6] & 0xe00f, 0x4001u);
}

TEST_F(Breakpoints, SingleStepTrapsBehindStiButNotBehindMovSs)
{
    s.eflags = (s.eflags & ~u32(eflags::IF)) | eflags::TF;
    EXPECT_EQ(met({0xfb, 0x40}, 10), 0);
    EXPECT_EQ(pushed_eip(), m.CODE + 1) << "STI";
    s.eflags |= eflags::TF;
    s.set_reg32(EAX, 0x10);
    EXPECT_EQ(met({0x8e, 0xd0, 0x40, 0x40}, 10), 0);
    EXPECT_EQ(pushed_eip(), m.CODE + 3) << "MOV SS, AX, and the instruction behind it";
}

TEST_F(Breakpoints, Ports)
{
    s.cr4 |= cr4::DE;
    watch(1, 0x61, IO, 1);
    s.set_reg32(EDX, 0x60);
    EXPECT_EQ(met({0xe6, 0x61}), 2) << "OUT 61, AL";
    EXPECT_EQ(pushed_eip(), m.CODE + 2);
    EXPECT_EQ(met({0xe4, 0x61}), 2) << "IN AL, 61";
    EXPECT_EQ(met({0xe6, 0x60}), -1);
    EXPECT_EQ(met({0x66, 0xef}), 2) << "OUT DX, AX reaches 61";
    s.set_reg32(EDX, 0x5e);
    EXPECT_EQ(met({0xef}), 2) << "OUT DX, EAX";
    s.set_reg32(EDX, 0x5d);
    EXPECT_EQ(met({0xef}), -1);
    s.set_reg32(EBX, 0x61);
    m.map_both(pte::P | pte::RW);
    EXPECT_EQ(met(LOAD), -1) << "memory is not a port";
    s.cr4 &= ~u64(cr4::DE);
    EXPECT_EQ(met({0xe6, 0x61}), -1) << "without CR4.DE there are none";
}

// ---- alignment checks ---------------------------------------------------------------------------------------------------------

class Alignment : public Breakpoints {
protected:
    Alignment()
    {
        s.cr0 |= cr0::AM;
        s.cr4 |= cr4::OSFXSR;
        s.eflags |= eflags::AC;
    }
    Fault user(std::initializer_list<int> code, u64 offset, bool at_user_level = true)
    {
        s.set_reg32(EBX, static_cast<u32>(m.PAGES + offset));
        s.set_reg32(EDI, s.reg32(EBX));
        return m.run(code, at_user_level);
    }
    static constexpr Fault AC{exc::AC, 0, 0};
};

TEST_F(Alignment, OperandsAtTheirOwnSize)
{
    const struct {
        const char* name;
        std::initializer_list<int> code;
        unsigned unit;
    } rows[] = {
        {"MOV AL, [EBX]", {0x8a, 0x03}, 1},
        {"MOV AX, [EBX]", {0x66, 0x8b, 0x03}, 2},
        {"MOV EAX, [EBX]", {0x8b, 0x03}, 4},
        {"MOV [EBX], EAX", {0x89, 0x03}, 4},
        {"ADD [EBX], EAX", {0x01, 0x03}, 4},
        {"FLD qword [EBX]", {0xdd, 0x03}, 8},
        {"FLD tbyte [EBX]", {0xdb, 0x2b}, 8},
        {"CMPXCHG8B [EBX]", {0x0f, 0xc7, 0x0b}, 8},
        {"FBLD [EBX]", {0xdf, 0x23}, 8},
        {"FBSTP [EBX]", {0xdf, 0x33}, 8},
        {"FNSTENV [EBX]", {0xd9, 0x33}, 4},
        {"FNSTENV [EBX], 14 bytes", {0x66, 0xd9, 0x33}, 2},
        {"FLDENV [EBX]", {0xd9, 0x23}, 4},
        {"FLDENV [EBX], 14 bytes", {0x66, 0xd9, 0x23}, 2},
        {"FNSAVE [EBX]", {0xdd, 0x33}, 4},
        {"FRSTOR [EBX], 94 bytes", {0x66, 0xdd, 0x23}, 2},
        {"MOVQ MM0, [EBX]", {0x0f, 0x6f, 0x03}, 8},
        {"MOVUPS XMM0, [EBX]", {0x0f, 0x10, 0x03}, 16},
        {"MOVUPS [EBX], XMM0", {0x0f, 0x11, 0x03}, 16},
        {"LDDQU XMM0, [EBX]", {0xf2, 0x0f, 0xf0, 0x03}, 16},
        {"PCMPISTRI XMM0, [EBX], 0", {0x66, 0x0f, 0x3a, 0x63, 0x03, 0x00}, 16},
        {"MASKMOVDQU XMM0, XMM0", {0x66, 0x0f, 0xf7, 0xc0}, 8},
        {"MASKMOVQ MM0, MM0", {0x0f, 0xf7, 0xc0}, 8},
    };
    for (const auto& r : rows)
        for (unsigned offset = 0x100; offset < 0x110; offset++) {
            SCOPED_TRACE(std::string(r.name) + " at " + std::to_string(offset));
            s.fpu = Fpu{};
            EXPECT_EQ(user(r.code, offset), offset % r.unit ? AC : NONE);
            s.fpu = Fpu{};
            EXPECT_EQ(user(r.code, offset, false), NONE) << "CPL 0";
        }
}

// 16-byte operands that must be aligned are a matter of #GP, FXSAVE's image only when it is aligned to 4.
TEST_F(Alignment, GeneralProtectionOfSse)
{
    const Fault gp{exc::GP, 0, 0};
    for (unsigned offset = 0x101; offset < 0x110; offset++) {
        SCOPED_TRACE(offset);
        EXPECT_EQ(user({0x0f, 0x28, 0x03}, offset), gp) << "MOVAPS XMM0, [EBX]";
        EXPECT_EQ(user({0x0f, 0xae, 0x03}, offset), offset % 4 ? AC : gp) << "FXSAVE [EBX]";
        EXPECT_EQ(user({0x0f, 0xae, 0x03}, offset, false), gp) << "FXSAVE [EBX] at CPL 0";
    }
    EXPECT_EQ(user({0x0f, 0xae, 0x03}, 0x110), NONE);
}

TEST_F(Alignment, EnterLooksAtTheNewTopOfTheStack)
{
    EXPECT_EQ(user({0xc8, 4, 0, 0}, 0), NONE) << "ENTER 4, 0";
    EXPECT_EQ(user({0xc8, 2, 0, 0}, 0), AC) << "ENTER 2, 0";
    EXPECT_EQ(user({0x66, 0xc8, 2, 0, 0}, 0), NONE) << "ENTERW 2, 0";
    s.set_reg32(EBP, 7);
    EXPECT_EQ(user({0x66, 0xc8, 1, 0, 0}, 0), AC) << "ENTERW 1, 0";
    EXPECT_EQ(s.reg32(EBP), 7u);
}

TEST_F(Alignment, NeedsBothFlags)
{
    EXPECT_EQ(user(LOAD, 0x101), AC);
    s.eflags &= ~u32(eflags::AC);
    EXPECT_EQ(user(LOAD, 0x101), NONE);
    s.eflags |= eflags::AC;
    EXPECT_EQ(user(LOAD, 0x101), AC) << "though the page is in the TLB";
    s.cr0 &= ~u64(cr0::AM);
    EXPECT_EQ(user(LOAD, 0x101), NONE);
}

TEST_F(Alignment, FaultChangesNothing)
{
    m.poke(0x100, 0x1122334455667788, 8);
    s.set_reg32(EAX, 5);
    EXPECT_EQ(user({0x01, 0x03}, 0x102), AC);
    EXPECT_EQ(m.peek(0x100, 8), 0x1122334455667788u);
    EXPECT_EQ(user(LOAD, 0x102), AC);
    EXPECT_EQ(s.reg32(EAX), 5u);

    s.fpu = Fpu{};
    s.fpu.empty = 0xfe; // ST(0) is there
    EXPECT_EQ(user({0xdf, 0x33}, 0x102), AC) << "FBSTP [EBX]";
    EXPECT_EQ(s.fpu.empty, 0xfe) << "nothing was popped";
    EXPECT_EQ(s.fpu.top, 0);
    EXPECT_EQ(m.peek(0x100, 8), 0x1122334455667788u);
}

TEST_F(Alignment, PageFaultComesFirst)
{
    m.map(1, m.FRAME[1], 0);
    EXPECT_EQ(user(LOAD, 0xffe), page_fault(pf::U, m.PAGES + 0x1000));
    EXPECT_EQ(user(LOAD, 0x1001), page_fault(pf::U, m.PAGES + 0x1001));
}

// The kernel's accesses on the user's behalf: the stack of an interrupt, descriptor tables.
TEST_F(Alignment, SupervisorAccessesAreNotChecked)
{
    m.memory.write(0x3004, m.STACK - 1, 4); // TSS.ESP0
    EXPECT_EQ(m.run({0xcd, 0x20}, true).vector, exc::GP) << "INT 20 is beyond the IDT: #GP, by a crooked stack";
}

} // namespace
} // namespace tabpc
