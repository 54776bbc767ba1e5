// What of MMX and SSE needs no processor to compare with: which exception comes when, and that nothing is written then.
#include "sse_guest.h"
#include "sse_rows.h"
#include <gtest/gtest.h>

using namespace tabpc;
using namespace tabpc::test;

namespace {

constexpr u32 OPERAND = 0x20000;

struct Sse : testing::Test {
    SimdGuest guest;
    CpuState& s = guest.cpu.s;

    void SetUp() override
    {
        s.gpr[EDI] = OPERAND;
        fninit(s.fpu);
    }
    // The row with registers 1 and 2, or [edi] where it must be memory.
    int run(const Encoding& e)
    {
        const RowOperands o(e);
        std::vector<u8> code;
        encode(code, e, o.e_side >= 0 && !o.may_be_register() && o.may_be_memory() ? 0x0f : 0xca, 0, 0);
        return guest.run(code);
    }
};

struct Uses {
    bool mmx, xmm;
};
Uses uses(const Encoding& e)
{
    const std::string name = e.name;
    Uses u{name == "EMMS", name.ends_with("MXCSR")};
    for (Operand o : e.o) {
        if (letter(o).file == File::Mmx) u.mmx = true;
        if (letter(o).file == File::Xmm && letter(o).in_register) u.xmm = true;
    }
    return u;
}

} // namespace

TEST_F(Sse, EveryRowHeedsEmulation)
{
    s.cr0 |= cr0::EM;
    for (const Encoding* e : simd_rows()) EXPECT_EQ(run(*e), exc::UD) << e->name;
}

TEST_F(Sse, EveryRowHeedsTaskSwitched)
{
    s.cr0 |= cr0::TS;
    for (const Encoding* e : simd_rows()) EXPECT_EQ(run(*e), exc::NM) << e->name;
}

TEST_F(Sse, WhatUsesXmmNeedsOsfxsr)
{
    s.cr4 = 0;
    for (const Encoding* e : simd_rows()) EXPECT_EQ(run(*e), uses(*e).xmm ? int{exc::UD} : -1) << e->name;
}

TEST_F(Sse, WhatUsesMmxReportsAPendingX87Error)
{
    for (const Encoding* e : simd_rows()) {
        fninit(s.fpu);
        s.mxcsr = 0x1f80;
        s.fpu.cw = 0x37e; // IE unmasked and raised
        s.fpu.sw = 1 | fsw::ES | fsw::B;
        s.gpr[EDI] = OPERAND;
        EXPECT_EQ(run(*e), uses(*e).mmx ? int{exc::MF} : -1) << e->name;
    }
}

// 0 / 0 in the second lane with IE unmasked.
TEST_F(Sse, AnUnmaskedExceptionWritesOnlyMxcsr)
{
    s.mxcsr = 0x1f80 & ~0x80u;
    s.xmm[1] = {0x00000000'3f800000, 0x3f800000'3f800000};
    s.xmm[2] = {0x00000000'3f800000, 0x3f800000'3f800000};
    const u8 divps[] = {0x0f, 0x5e, 0xca};
    EXPECT_EQ(guest.run(divps), exc::XM);
    EXPECT_EQ(s.mxcsr, 0x1f80 & ~0x80u | 1u);
    EXPECT_EQ(s.xmm[1].lo, 0x00000000'3f800000u);
    s.cr4 &= ~u64(cr4::OSXMMEXCPT);
    EXPECT_EQ(guest.run(divps), exc::UD);
}

TEST_F(Sse, LdmxcsrRefusesReservedBits)
{
    const u8 ldmxcsr[] = {0x0f, 0xae, 0x17};
    st<u32>(&guest.byte(OPERAND), 0x10000);
    EXPECT_EQ(guest.run(ldmxcsr), exc::GP);
    EXPECT_EQ(s.mxcsr, 0x1f80u);
    st<u32>(&guest.byte(OPERAND), 0xffc0);
    EXPECT_EQ(guest.run(ldmxcsr), -1);
    EXPECT_EQ(s.mxcsr, 0xffc0u);
}

TEST_F(Sse, AlignedMovesRefuseOtherAddresses)
{
    s.gpr[EDI] = OPERAND + 8;
    const u8 movaps[] = {0x0f, 0x29, 0x0f}, movups[] = {0x0f, 0x11, 0x0f};
    EXPECT_EQ(guest.run(movaps), exc::GP);
    EXPECT_EQ(guest.run(movups), -1);
}

// A page table that maps the first 4 MiB but for one page; a store across its border must not write the first half.
TEST_F(Sse, AStoreAcrossPagesIsAllOrNothing)
{
    constexpr u32 DIRECTORY = 0x10000, TABLE = 0x11000, BORDER = 0x21000;
    for (u32 n = 0; n < 1024; n++) st<u32>(&guest.byte(TABLE + 4 * n), n << 12 | 7);
    st<u32>(&guest.byte(TABLE + (BORDER >> 12) * 4), 0);
    st<u32>(&guest.byte(DIRECTORY), TABLE | 7);
    s.cr3 = DIRECTORY;
    s.cr0 |= cr0::PG;
    guest.cpu.flush_tlb(true);
    guest.cpu.mode_changed();
    s.xmm[1] = {~u64(0), ~u64(0)};
    s.gpr[EDI] = BORDER - 8;
    const u8 movups[] = {0x0f, 0x11, 0x0f};
    EXPECT_EQ(guest.run(movups), exc::PF);
    EXPECT_EQ(s.cr2, BORDER);
    EXPECT_EQ(ld<u64>(&guest.byte(BORDER - 8)), 0u);

    // MASKMOVDQU touches what its mask selects, and only that.
    s.xmm[2] = {0x80, 0};
    const u8 maskmovdqu[] = {0x66, 0x0f, 0xf7, 0xca};
    EXPECT_EQ(guest.run(maskmovdqu), -1);
    EXPECT_EQ(ld<u64>(&guest.byte(BORDER - 8)), 0xffu);
    s.xmm[2] = {0x80, 0x80};
    EXPECT_EQ(guest.run(maskmovdqu), exc::PF);
}

TEST_F(Sse, EmmsEmptiesTheRegisters)
{
    const u8 pxor[] = {0x0f, 0xef, 0xc0}, emms[] = {0x0f, 0x77};
    s.fpu.top = 5;
    EXPECT_EQ(guest.run(pxor), -1);
    EXPECT_EQ(s.fpu.top, 0);
    EXPECT_EQ(s.fpu.empty, 0);
    EXPECT_EQ(s.fpu.reg[0].se, 0xffff);
    EXPECT_EQ(guest.run(emms), -1);
    EXPECT_EQ(s.fpu.empty, 0xff);
}

// No SSE: fences and CLFLUSH run whatever CR0 and CR4 say.
TEST_F(Sse, FencesNeedNothing)
{
    s.cr0 |= cr0::EM | cr0::TS;
    s.cr4 = 0;
    for (u8 modrm : {0xe8, 0xf0, 0xf8, 0x3f}) {
        const u8 code[] = {0x0f, 0xae, modrm};
        EXPECT_EQ(guest.run(code), -1) << int{modrm};
    }
}
