// The x87 in the system: device-not-available, error reporting by #MF and by FERR#, images in all formats, FXSAVE, operands
// that fault or cross pages. Results of single instructions are compared with hardware in x87_host_test.cpp.
#include "x87_box.h"
#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace tabpc {

namespace {

class X87 : public testing::Test {
protected:
    static constexpr int NONE = X87Box::NONE, NM = exc::NM, MF = exc::MF, GP = exc::GP;
    static constexpr u16 ALL_BUT_IE = 0x37e; // a control word that unmasks invalid operation

    // An unmasked invalid operation, which now is pending: 0/0.
    void make_error()
    {
        box.fpu.cw = ALL_BUT_IE;
        ASSERT_EQ(box.run({0xd9, 0xee, 0xd9, 0xee, 0xde, 0xf9}, 3), NONE); // fldz; fldz; fdivp
        ASSERT_TRUE(box.fpu.sw & fsw::ES);
    }
    void cr0(u32 set, u32 clear = 0) { s.cr0 = (s.cr0 & ~u64{clear}) | set; }
    std::vector<u8> memory(u32 at, unsigned size) { return {box.at(at), box.at(at) + size}; }

    std::unique_ptr<X87Box> owner = std::make_unique<X87Box>();
    X87Box& box = *owner;
    CpuState& s = box.cpu.s;
    Fpu& f = box.fpu;
};

TEST_F(X87, AProgramOfOneBlock)
{
    // fild dword [esi]; fld st0; fmulp; fsqrt; fistp dword [esi + 4]
    st(box.data(), u32{1234});
    EXPECT_EQ(box.run({0xdb, 0x06, 0xd9, 0xc0, 0xde, 0xc9, 0xd9, 0xfa, 0xdb, 0x5e, 0x04}, 5), NONE);
    EXPECT_EQ(ld<u32>(box.data() + 4), 1234u);
    EXPECT_EQ(f.empty, 0xff);
    EXPECT_EQ(f.top, 0);
}

// ---- #NM ----------------------------------------------------------------------------------------------------------------

TEST_F(X87, DeviceNotAvailable)
{
    for (const u32 bit : {cr0::EM, cr0::TS}) {
        cr0(bit, cr0::EM | cr0::TS);
        EXPECT_EQ(box.run({0xd9, 0xe8}), NM);       // fld1
        EXPECT_EQ(box.run({0xdf, 0xe0}), NM);       // fnstsw ax: not even what does not wait
        EXPECT_EQ(box.run({0xdb, 0xe3}), NM);       // fninit
        EXPECT_EQ(box.run({0x0f, 0xae, 0x06}), NM); // fxsave
        EXPECT_EQ(f.empty, 0xff);
    }
    // Before the operand is looked at.
    s.seg[DS].limit = 0x1000;
    s.seg[DS].prepare(true);
    box.cpu.mode_changed();
    EXPECT_EQ(box.run({0xdd, 0x06}), NM);
    cr0(0, cr0::EM | cr0::TS);
    EXPECT_EQ(box.run({0xdd, 0x06}), GP);
}

TEST_F(X87, WaitNeedsMonitorCoprocessor)
{
    cr0(cr0::TS, cr0::MP);
    EXPECT_EQ(box.run({0x9b}), NONE);
    cr0(cr0::TS | cr0::MP);
    EXPECT_EQ(box.run({0x9b}), NM);
    cr0(cr0::EM | cr0::MP, cr0::TS);
    EXPECT_EQ(box.run({0x9b}), NONE);
}

// ---- errors -------------------------------------------------------------------------------------------------------------

TEST_F(X87, TheNextWaitingInstructionReports)
{
    make_error();
    EXPECT_EQ(box.run({0xdf, 0xe0}), NONE);       // fnstsw ax
    EXPECT_EQ(s.reg16(EAX) & 0x80bf, 0x8081);     // B, ES, IE
    EXPECT_EQ(box.run({0xd9, 0x3e}), NONE);       // fnstcw [esi]
    EXPECT_EQ(box.run({0xd9, 0xe8}), MF);         // fld1
    EXPECT_EQ(ld<u32>(box.at(s.reg32(ESP))), X87Box::CODE) << "the instruction that waits is the one to come back to";
    EXPECT_EQ(box.run({0x9b}), MF);               // fwait
    EXPECT_EQ(box.run({0xd9, 0x2e}), MF);         // fldcw waits as well
    EXPECT_EQ(box.run({0xdb, 0xe2, 0x9b}, 2), NONE); // fnclex; fwait
    EXPECT_FALSE(f.sw & (fsw::ES | fsw::B));
}

TEST_F(X87, UnmaskingAStickyFlagMakesAnError)
{
    box.run({0xd9, 0xee, 0xd9, 0xee, 0xde, 0xf9}, 3); // 0/0, masked
    EXPECT_FALSE(f.sw & fsw::ES);
    st(box.data(), ALL_BUT_IE);
    EXPECT_EQ(box.run({0xd9, 0x2e}), NONE); // fldcw [esi]
    EXPECT_TRUE(f.sw & fsw::ES);
    EXPECT_EQ(box.run({0x9b}), MF);
    EXPECT_EQ(box.run({0xd9, 0x36}), NONE); // fnstenv masks everything
    EXPECT_FALSE(f.sw & fsw::ES);
}

TEST_F(X87, WithoutNumericErrorFerrStopsTheCpu)
{
    cr0(0, cr0::NE);
    make_error();
    EXPECT_EQ(box.ferr, 0);
    EXPECT_EQ(box.run({0xd9, 0xe8, 0xd9, 0xe8}, 10), NONE); // fld1; fld1
    EXPECT_EQ(box.ferr, 1);
    EXPECT_EQ(s.rip, X87Box::CODE) << "it stands still";
    EXPECT_EQ(f.top, 6);

    box.cpu.set_intr(1); // which only an interrupt can change
    s.eflags |= eflags::IF;
    EXPECT_EQ(box.run({0xd9, 0xe8}, 2), X87Box::IRQ13);
    EXPECT_EQ(ld<u32>(box.at(s.reg32(ESP))), X87Box::CODE);
    box.cpu.set_intr(0);

    box.cpu.set_ignne(1);
    EXPECT_EQ(box.run({0xd9, 0xe8, 0xd9, 0xe8}, 2), NONE);
    EXPECT_EQ(f.top, 4);
    EXPECT_EQ(box.run({0xdb, 0xe2}), NONE); // fnclex
    EXPECT_EQ(box.ferr, 0);
}

// ---- operands in memory -------------------------------------------------------------------------------------------------

TEST_F(X87, AFaultingOperandLeavesEverything)
{
    s.seg[DS].limit = X87Box::DATA + 9;
    s.seg[DS].prepare(true);
    box.cpu.mode_changed();
    ASSERT_EQ(box.run({0xd9, 0xeb}), NONE); // fldpi
    const Fpu before = f;
    const auto bytes = memory(X87Box::DATA, 32);
    EXPECT_EQ(box.run({0xdb, 0x7e, 0x01}), GP); // fstp tbyte [esi + 1]
    EXPECT_EQ(box.run({0xdf, 0x76, 0x01}), GP); // fbstp [esi + 1]
    EXPECT_EQ(box.run({0xdd, 0x36}), GP);       // fnsave [esi]
    EXPECT_EQ(box.run({0xd9, 0x36}), GP);       // fnstenv [esi]
    EXPECT_EQ(memory(X87Box::DATA, 32), bytes);
    EXPECT_EQ(f.top, before.top);
    EXPECT_EQ(f.cw, before.cw);
    EXPECT_EQ(f.ip, before.ip);
    EXPECT_EQ(f.opcode, before.opcode);
    EXPECT_EQ(box.run({0xdb, 0x3e}), NONE); // fstp tbyte [esi] just fits
}

TEST_F(X87, OperandsAcrossPages)
{
    s.set_reg32(ESI, 0x2ffa);
    box.run({0xd9, 0xeb, 0xdb, 0x3e, 0xdb, 0x2e}, 3); // fldpi; fstp tbyte [esi]; fld tbyte [esi]
    EXPECT_EQ(ld<u64>(box.at(0x2ffa)), 0xc90fdaa22168c235);
    EXPECT_EQ(ld<u16>(box.at(0x3002)), 0x4000);
    EXPECT_EQ(f.reg[f.top], (fp::F80{0xc90fdaa22168c235, 0x4000}));

    // An unmasked exception keeps a store from memory on both pages.
    f.cw = ALL_BUT_IE;
    s.set_reg32(ESI, 0x2ffe);
    const auto bytes = memory(0x2ff0, 32);
    f.reg[f.top] = fp::infinity<fp::F80>(false);
    EXPECT_EQ(box.run({0xdb, 0x1e}), NONE); // fistp dword [esi]
    EXPECT_EQ(memory(0x2ff0, 32), bytes);
    EXPECT_TRUE(f.sw & fsw::ES);
}

// ---- images -------------------------------------------------------------------------------------------------------------

TEST_F(X87, EnvironmentInFourFormats)
{
    const auto set = [&] {
        f.cw = 0x37f;
        f.sw = fsw::C3;
        f.top = 5;
        f.empty = 0b00011111;
        f.reg[5] = {0, 0};
        f.reg[6] = {u64(1) << 63, 0x3fff};
        f.reg[7] = {u64(1) << 63, 0x7fff};
        f.ip = 0x12345;
        f.dp = 0x6789a;
        f.cs = 0xb00b;
        f.ds = 0xc00c;
        f.opcode = 0x5d8;
    };
    constexpr u16 SW = 0x6800, TAGS = 0b10'00'01'11'11'11'11'11;
    const std::initializer_list<u8> FNSTENV16 = {0x66, 0xd9, 0x36}, FNSTENV32 = {0xd9, 0x36};
    const auto expect = [&]<class T>(std::initializer_list<T> fields) {
        for (unsigned n = 0; n < 7; n++) EXPECT_EQ(ld<T>(box.data() + n * sizeof(T)), fields.begin()[n]) << "field " << n;
    };
    set();
    box.run(FNSTENV32);
    expect(std::initializer_list<u32>{0xffff037f, 0xffff0000 | SW, 0xffff0000 | TAGS, 0x12345, 0x05d8b00b, 0x6789a, 0xffffc00c});
    set();
    box.run(FNSTENV16);
    expect(std::initializer_list<u16>{0x37f, SW, TAGS, 0x2345, 0xb00b, 0x789a, 0xc00c});

    s.cr0 &= ~u64{cr0::PE};
    box.cpu.mode_changed();
    // Linear addresses: b00b0 + 12345 = c23f5, c00c0 + 6789a = 12795a.
    set();
    box.run(FNSTENV32);
    expect(std::initializer_list<u32>{0xffff037f, 0xffff0000 | SW, 0xffff0000 | TAGS, 0xffff23f5, 0xc5d8, 0xffff795a, 0x12000});
    set();
    box.run(FNSTENV16);
    expect(std::initializer_list<u16>{0x37f, SW, TAGS, 0x23f5, 0xc5d8, 0x795a, 0x2000});

    box.run({0x66, 0xd9, 0x26}); // fldenv, 16-bit
    EXPECT_EQ(f.ip, 0xc23f5u);
    EXPECT_EQ(f.dp, 0x2795au);
    EXPECT_EQ(f.opcode, 0x5d8);
}

TEST_F(X87, SaveAndRestore)
{
    box.run({0xd9, 0xe8, 0xd9, 0xeb, 0xd9, 0xee}, 3); // fld1; fldpi; fldz
    const Fpu before = f;
    EXPECT_EQ(box.run({0xdd, 0x36}), NONE); // fnsave [esi]
    EXPECT_EQ(f.cw, 0x37f);
    EXPECT_EQ(f.empty, 0xff);
    EXPECT_EQ(f.top, 0);
    f.reg.fill({1, 1});
    EXPECT_EQ(box.run({0xdd, 0x26}), NONE); // frstor [esi]
    EXPECT_EQ(f.reg, before.reg);
    EXPECT_EQ(f.empty, before.empty);
    EXPECT_EQ(f.top, before.top);
    EXPECT_EQ(f.ip, before.ip);
    EXPECT_EQ(f.cs, 0x1234);
}

TEST_F(X87, FxsaveAndFxrstor)
{
    s.cr4 |= cr4::OSFXSR;
    box.run({0xd9, 0xe8, 0xdd, 0x1e, 0xd9, 0xeb}, 3); // fld1; fstp qword [esi]; fldpi
    s.xmm[7] = {0x1122334455667788, 0x99aabbccddeeff00};
    s.mxcsr = 0x1fa0;
    s.set_reg32(ESI, 0x3000);
    std::memset(box.at(0x3000), 0xcc, 512);
    const Fpu before = f;
    EXPECT_EQ(box.run({0x0f, 0xae, 0x06}), NONE); // fxsave [esi]
    const u8* const p = box.at(0x3000);
    EXPECT_EQ(ld<u16>(p), 0x37f);
    EXPECT_EQ(ld<u16>(p + 2), 0x3800);
    EXPECT_EQ(p[4], 0x80) << "one bit a register, by physical number";
    EXPECT_EQ(ld<u16>(p + 6), 0x1eb) << "FOP: fldpi";
    EXPECT_EQ(ld<u32>(p + 8), X87Box::CODE + 4);
    EXPECT_EQ(ld<u16>(p + 12), 0x1234);
    EXPECT_EQ(ld<u32>(p + 16), X87Box::DATA);
    EXPECT_EQ(ld<u16>(p + 20), 0x5678);
    EXPECT_EQ(ld<u32>(p + 24), 0x1fa0u);
    EXPECT_EQ(ld<u32>(p + 28), 0xffffu);
    EXPECT_EQ(ld<u64>(p + 32), 0xc90fdaa22168c235) << "ST(0), not register 0";
    EXPECT_EQ(ld<u64>(p + 160 + 7 * 16), 0x1122334455667788u);
    EXPECT_EQ(ld<u64>(p + 288), 0xccccccccccccccccu) << "behind XMM7 nothing is written";

    fninit(f);
    s.mxcsr = 0x1f80;
    s.xmm[7] = {};
    EXPECT_EQ(box.run({0x0f, 0xae, 0x0e}), NONE); // fxrstor [esi]
    EXPECT_EQ(f.reg[7], before.reg[7]);
    EXPECT_EQ(f.top, before.top);
    EXPECT_EQ(f.empty, before.empty);
    EXPECT_EQ(f.ip, before.ip);
    EXPECT_EQ(f.dp, before.dp);
    EXPECT_EQ(s.mxcsr, 0x1fa0u);
    EXPECT_EQ(s.xmm[7].hi, 0x99aabbccddeeff00u);

    st(box.at(0x3000) + 24, 0x11fa0u); // a reserved bit of MXCSR
    f.top = 3;
    EXPECT_EQ(box.run({0x0f, 0xae, 0x0e}), GP);
    EXPECT_EQ(f.top, 3) << "nothing was loaded";
    s.set_reg32(ESI, 0x3008);
    EXPECT_EQ(box.run({0x0f, 0xae, 0x06}), GP) << "not aligned";
    EXPECT_EQ(box.run({0x0f, 0xae, 0x0e}), GP);

    // Without CR4.OSFXSR the SSE state is left out.
    s.cr4 &= ~u64{cr4::OSFXSR};
    s.set_reg32(ESI, 0x3000);
    std::memset(box.at(0x3000), 0xcc, 512);
    EXPECT_EQ(box.run({0x0f, 0xae, 0x06}), NONE);
    EXPECT_EQ(ld<u32>(p + 24), 0xccccccccu);
    EXPECT_EQ(ld<u32>(p + 160), 0xccccccccu);
}

} // namespace

} // namespace tabpc
