// Images of the x87's environment and registers: FNSTENV, FLDENV, FNSAVE, FRSTOR. Intel SDM vol. 1, 8.1.10, figures 8-9 to
// 8-12: four formats, by operand size and by real or protected mode. An image is read, or found writable, as a whole before
// anything changes.
#include "cpu/evaluator_x87.h"
#include <algorithm>

namespace tabpc {

namespace {

constexpr unsigned ENVIRONMENT16 = 14, ENVIRONMENT32 = 28, REGISTERS = 80;
constexpr unsigned environment_size(const Insn& i) { return i.o16 ? ENVIRONMENT16 : ENVIRONMENT32; }

// The seven fields of an environment; the reserved upper halves of 32-bit ones are ones.
struct Environment {
    u32 field[7];
    enum { CW, SW, TAGS, IP, CS_FOP, DP, DS };
};

constexpr u32 RESERVED = 0xffff0000;

Environment get_environment(const Cpu& c, bool o16)
{
    const Fpu& f = c.s.fpu;
    Environment e{{f.cw | RESERVED, status_word(f) | RESERVED, tag_word(f) | RESERVED}};
    const auto set_pointers = [&](u32 ip, u32 cs_fop, u32 dp, u32 ds) {
        e.field[Environment::IP] = ip;
        e.field[Environment::CS_FOP] = cs_fop;
        e.field[Environment::DP] = dp;
        e.field[Environment::DS] = ds;
    };
    const u32 ip = static_cast<u32>(f.ip), dp = static_cast<u32>(f.dp);
    if (!c.s.real_or_v86()) {
        set_pointers(ip, f.cs | u32{f.opcode} << 16, dp, f.ds | RESERVED);
        return e;
    }
    // Linear addresses, whose upper bits stand from bit 12 on beside the opcode.
    const u32 code = ip + (u32{f.cs} << 4), data = dp + (u32{f.ds} << 4);
    if (o16) set_pointers(code, (code >> 16 & 0xf) << 12 | f.opcode, data, (data >> 16 & 0xf) << 12);
    else set_pointers(code | RESERVED, (code >> 16) << 12 | f.opcode, data | RESERVED, (data >> 16) << 12);
    return e;
}

void set_environment(Cpu& c, const Environment& e, bool o16)
{
    using E = Environment;
    Fpu& f = c.s.fpu;
    const bool pending = f.sw & fsw::ES;
    f.cw = control_word(e.field[E::CW]);
    f.sw = static_cast<u16>((e.field[E::SW] & ~u32{fsw::TOP}) | (pending ? u32{fsw::ES} : 0u));
    f.top = e.field[E::SW] >> fsw::TOP_SHIFT & 7;
    set_tag_word(f, static_cast<u16>(e.field[E::TAGS]));
    const u32 ip = e.field[E::IP], cs_fop = e.field[E::CS_FOP], dp = e.field[E::DP], ds = e.field[E::DS];
    if (c.s.real_or_v86()) {
        const u32 upper = o16 ? 0xf : 0xffff;
        f.ip = (ip & 0xffff) | (cs_fop >> 12 & upper) << 16;
        f.dp = (dp & 0xffff) | (ds >> 12 & upper) << 16;
        f.cs = f.ds = 0;
        f.opcode = cs_fop & 0x7ff;
    } else {
        f.ip = ip;
        f.dp = dp;
        f.cs = static_cast<u16>(cs_fop);
        f.ds = static_cast<u16>(ds);
        f.opcode = o16 ? 0 : cs_fop >> 16 & 0x7ff; // the 16-bit protected format has none
    }
    settle_errors(c);
}

struct Image {
    u8 bytes[ENVIRONMENT32 + REGISTERS];
};

void put_environment(u8* p, const Environment& e, bool o16)
{
    for (u32 v : e.field) {
        if (o16) st(p, static_cast<u16>(v));
        else st(p, v);
        p += o16 ? 2 : 4;
    }
}
Environment take_environment(const u8* p, bool o16)
{
    Environment e;
    for (u32& v : e.field) {
        v = o16 ? ld<u16>(p) : ld<u32>(p);
        p += o16 ? 2 : 4;
    }
    return e;
}

// Images of 14, 28, 94 and 108 bytes go over the bus as such.
template <unsigned N> struct Bytes {
    u8 b[N];
};
template <class F> bool by_size(unsigned size, F&& f)
{
    switch (size) {
    case ENVIRONMENT16: return f(Bytes<ENVIRONMENT16>{});
    case ENVIRONMENT32: return f(Bytes<ENVIRONMENT32>{});
    case ENVIRONMENT16 + REGISTERS: return f(Bytes<ENVIRONMENT16 + REGISTERS>{});
    default: return f(Bytes<ENVIRONMENT32 + REGISTERS>{});
    }
}
bool store_image(Cpu& c, const Insn& i, const Image& image, unsigned size)
{
    LinAddr at;
    if (!c.linear_address(i, size, true, at)) return false;
    return by_size(size, [&](auto bytes) {
        std::copy_n(image.bytes, size, bytes.b);
        return c.write(at, bytes);
    });
}
bool load_image(Cpu& c, const Insn& i, Image& image, unsigned size)
{
    LinAddr at;
    if (!c.linear_address(i, size, false, at)) return false;
    return by_size(size, [&](auto bytes) {
        if (!c.read(at, bytes)) return false;
        std::copy_n(bytes.b, size, image.bytes);
        return true;
    });
}

} // namespace

// Then all exceptions are masked.
Status helper::FNSTENV(Cpu& c, const Insn& i)
{
    if (const Status s = x87_check(c, i, false); s != Status::Next) return s;
    Image image;
    put_environment(image.bytes, get_environment(c, i.o16), i.o16);
    if (!store_image(c, i, image, environment_size(i))) return Status::Fault;
    c.s.fpu.cw |= fp::ALL_EXCEPTIONS;
    settle_errors(c);
    return Status::Next;
}

Status helper::FLDENV(Cpu& c, const Insn& i)
{
    if (const Status s = x87_check(c, i, true); s != Status::Next) return s;
    Image image;
    if (!load_image(c, i, image, environment_size(i))) return Status::Fault;
    set_environment(c, take_environment(image.bytes, i.o16), i.o16);
    return Status::Next;
}

// The registers in the order of the stack, then FNINIT.
Status helper::FNSAVE(Cpu& c, const Insn& i)
{
    if (const Status s = x87_check(c, i, false); s != Status::Next) return s;
    Fpu& f = c.s.fpu;
    Image image;
    put_environment(image.bytes, get_environment(c, i.o16), i.o16);
    for (unsigned n = 0; n < 8; n++)
        st(image.bytes + environment_size(i) + n * sizeof(F80Image), F80Image(f.reg[(f.top + n) & 7]));
    if (!store_image(c, i, image, environment_size(i) + REGISTERS)) return Status::Fault;
    return helper::FNINIT(c, i);
}

Status helper::FRSTOR(Cpu& c, const Insn& i)
{
    if (const Status s = x87_check(c, i, true); s != Status::Next) return s;
    Fpu& f = c.s.fpu;
    Image image;
    if (!load_image(c, i, image, environment_size(i) + REGISTERS)) return Status::Fault;
    set_environment(c, take_environment(image.bytes, i.o16), i.o16);
    for (unsigned n = 0; n < 8; n++)
        f.reg[(f.top + n) & 7] = ld<F80Image>(image.bytes + environment_size(i) + n * sizeof(F80Image)).value();
    return Status::Next;
}

} // namespace tabpc
