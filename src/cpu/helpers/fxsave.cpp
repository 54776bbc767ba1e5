// FXSAVE and FXRSTOR. Intel SDM vol. 2, "FXSAVE", table 3-43; vol. 1, 10.5. The XMM registers and MXCSR are saved and restored
// when CR4.OSFXSR is set.
#include "cpu/evaluator_x87.h"

namespace tabpc {

namespace {

struct Image {
    static constexpr unsigned USED = 288; // the rest of the 512 bytes is not written
    enum : unsigned {
        CW = 0, SW = 2, TAGS = 4, FOP = 6, IP = 8, CS_ = 12, DP = 16, DS_ = 20, MXCSR = 24, MASK = 28,
        ST = 32, XMM = 160, STRIDE = 16, XMM_COUNT = 8,
    };
    u8 bytes[USED];
};

// The 512 bytes; 16-byte aligned, or #GP(0). Where alignment is checked, #AC comes first for what is not aligned to 4: left
// to the model by the SDM ("FXSAVE"), so on AMD's.
bool area(Cpu& c, const Insn& i, bool write, LinAddr& at)
{
    constexpr unsigned SIZE = 512, ALIGNMENT = 16;
    if (!c.linear_address(i, SIZE, write, at)) return false;
    if (at & (ALIGNMENT - 1)) return c.check_alignment(at, 4) && c.raise(exc::GP, 0);
    return c.probe(at, SIZE, write ? Access::Write : Access::Read);
}

} // namespace

Status helper::FXSAVE(Cpu& c, const Insn& i)
{
    if (const Status s = x87_check(c, i, false); s != Status::Next) return s;
    LinAddr at;
    Image image;
    // Reserved fields keep what memory had.
    if (!area(c, i, true, at) || !c.read(at, image)) return Status::Fault;
    const Fpu& f = c.s.fpu;
    u8* const p = image.bytes;
    st(p + Image::CW, f.cw);
    st(p + Image::SW, status_word(f));
    st(p + Image::TAGS, static_cast<u16>(static_cast<u8>(~f.empty)));
    st(p + Image::FOP, f.opcode);
    st(p + Image::IP, static_cast<u32>(f.ip));
    st(p + Image::CS_, u32{f.cs});
    st(p + Image::DP, static_cast<u32>(f.dp));
    st(p + Image::DS_, u32{f.ds});
    for (unsigned n = 0; n < 8; n++) {
        const fp::F80 v = f.reg[(f.top + n) & 7];
        st(p + Image::ST + n * Image::STRIDE, v.sig);
        st(p + Image::ST + n * Image::STRIDE + 8, u64{v.se});
    }
    if (c.s.cr4 & cr4::OSFXSR) {
        st(p + Image::MXCSR, c.s.mxcsr);
        st(p + Image::MASK, MXCSR_MASK);
        for (unsigned n = 0; n < Image::XMM_COUNT; n++) st(p + Image::XMM + n * Image::STRIDE, c.s.xmm[n]);
    }
    return next_or_fault(c.write(at, image));
}

Status helper::FXRSTOR(Cpu& c, const Insn& i)
{
    if (const Status s = x87_check(c, i, false); s != Status::Next) return s;
    LinAddr at;
    Image image;
    if (!area(c, i, false, at) || !c.read(at, image)) return Status::Fault;
    const u8* const p = image.bytes;
    const bool sse = c.s.cr4 & cr4::OSFXSR;
    const u32 mxcsr = ld<u32>(p + Image::MXCSR);
    if (sse && (mxcsr & ~MXCSR_MASK)) return fault_gp0(c);

    Fpu& f = c.s.fpu;
    const u16 pending = f.sw & fsw::ES, sw = ld<u16>(p + Image::SW);
    f.cw = control_word(ld<u16>(p + Image::CW));
    f.sw = static_cast<u16>((sw & ~u32{fsw::TOP}) | pending);
    f.top = sw >> fsw::TOP_SHIFT & 7;
    f.empty = static_cast<u8>(~ld<u8>(p + Image::TAGS));
    f.opcode = ld<u16>(p + Image::FOP) & 0x7ff;
    f.ip = ld<u32>(p + Image::IP);
    f.cs = ld<u16>(p + Image::CS_);
    f.dp = ld<u32>(p + Image::DP);
    f.ds = ld<u16>(p + Image::DS_);
    for (unsigned n = 0; n < 8; n++)
        f.reg[(f.top + n) & 7] = ld<F80Image>(p + Image::ST + n * Image::STRIDE).value();
    settle_errors(c);
    if (sse) {
        c.s.mxcsr = mxcsr;
        for (unsigned n = 0; n < Image::XMM_COUNT; n++) c.s.xmm[n] = ld<Xmm>(p + Image::XMM + n * Image::STRIDE);
    }
    return Status::Next;
}

} // namespace tabpc
