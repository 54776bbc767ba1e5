// See builder.h: values that make an instruction do something: divisions that fit, jump targets, selectors, numbers of the
// type an operand has.
#include "builder.h"
#include "cpu/handlers.h"
#include "cpu/state.h"
#include <algorithm>

namespace tabpc::oracle {

u32 Builder::memory_bytes(const Shape& i)
{
    using enum Operand;
    for (const Operand o : i.row->o) {
        switch (o) {
        case Eb:
        case Ob: return 1;
        case Ew:
        case Mw_x87: return 2;
        case Ev:
        case Ov: return i.o16 ? 2 : 4;
        case Ed:
        case Md:
        case Md_x87:
        case Qd:
        case M4: return 4;
        case Mp: return i.o16 ? 4 : 6;
        case Mq_x87:
        case Qq:
        case M8: return 8;
        case Mt_x87: return 10;
        case Menv: return i.row->slash == 4 && i.row->opcode == 0xd9 ? 28 : i.row->opcode == 0xd9 ? 28 : 108;
        case M512: return 512;
        case M: return 8;
        default: break;
        }
    }
    return i.row->form == Form::sse ? 16 : 4;
}

void Builder::put(u32 at, std::span<const u8> bytes)
{
    while (!bytes.empty() && patches_ < ORACLE_MAX_PATCHES) {
        OraclePatch& p = s_.patch[patches_++];
        const size_t n = std::min<size_t>(bytes.size(), ORACLE_PATCH_BYTES);
        p.at = at;
        p.length = static_cast<u8>(n);
        std::copy_n(bytes.begin(), n, p.bytes);
        at += p.length;
        bytes = bytes.subspan(n);
    }
}

// The E operand, wherever it is.
void Builder::set_e(const Shape& i, u32 value, u32 bytes)
{
    if (i.memory) put(i.where, {reinterpret_cast<const u8*>(&value), bytes});
    else if (bytes == 1 && (i.modrm & 4)) set(i.modrm & 3, value << 8, 0xff00);
    else set(i.modrm & 7, value, bytes == 4 ? 0xffffffff : (1u << (8 * bytes)) - 1);
}

void Builder::selector_operand(const Shape& i, u32 at)
{
    const u16 selector =
        r_.pick<u16>({0, 3, 0x08, 0x10, 0x18, 0x1b, ORACLE_CS, ORACLE_DS, ORACLE_DS, ORACLE_DS & ~3, 0x40,
                      ORACLE_SMALL, ORACLE_SMALL, ORACLE_DOWN, 0x83, 0xffff, 0x2f, 4});
    if (at) put(at, selector);
    else set_e(i, selector, 2);
}

void Builder::operands(Shape& i)
{
    const Encoding& row = *i.row;
    const u32 width = i.bytes; // of integer operands
    for (const Operand o : row.o) {
        if (o != Operand::Ob && o != Operand::Ov) continue;
        i.where = place(i.bytes);
        const u32 offset = i.where - base_of(i.segment >= 0 ? i.segment : 3);
        for (u32 n = 0; n < (i.a16 ? 2u : 4u); n++) i.tail.push_back(static_cast<u8>(offset >> (8 * n)));
    }
    if (row.form == Form::shift || row.form == Form::double_shift)
        if (r_.percent(80)) set(ECX, r_.below(40), 0xff);
    switch (row.insn) {
    case op::MOVS:
    case op::STOS:
    case op::LODS:
    case op::CMPS:
    case op::SCAS:
    case op::INS:
    case op::OUTS: string_operands(i); break;
    case op::XLAT: set(EBX, place(1) - (gpr(EAX) & 0xff) - base_of(i.segment >= 0 ? i.segment : 3)); break;
    case op::BT:
    case op::BTS:
    case op::BTR:
    case op::BTC:
        if (i.memory && row.slash < 0 && r_.percent(90)) set(i.modrm >> 3 & 7, r_.below(600) - 300);
        break;
    case op::DIV:
    case op::IDIV: // a quotient that fits, mostly
        if (r_.percent(30)) break;
        if (width == 1) set(EAX, r_.below(0x1000) - (row.insn == op::IDIV ? 0x800 : 0), 0xffff);
        else set(EDX, r_.below(3) - (row.insn == op::IDIV ? 1 : 0), width == 2 ? 0xffff : ~0u);
        break;
    case op::CMPXCHG:
        if (r_.percent(50)) set_e(i, gpr(EAX), width);
        break;
    case op::CMPXCHG8B:
        if (r_.percent(50)) put(i.where, u64{gpr(EAX)} | u64{gpr(EDX)} << 32);
        break;
    case op::BOUND: {
        const u32 v = gpr(i.modrm >> 3 & 7), low = v - r_.below(3), high = v + r_.below(3);
        if (i.o16) put(i.where, (low & 0xffff) | high << 16);
        else put(i.where, u64{low} | u64{high} << 32);
        break;
    }
    default: control_operands(i); break;
    }
    if (row.form == Form::x87 || row.form == Form::sse || row.prefix != Prefix::ANY || i.bytes > 8)
        typed_memory(i);
}

// What transfers control or loads selectors.
void Builder::control_operands(Shape& i)
{
    const u32 size = i.o16 ? 2 : 4;
    std::vector<u8> frame;
    const auto slot = [&](u32 v) {
        for (u32 n = 0; n < size; n++) frame.push_back(static_cast<u8>(v >> (8 * n)));
    };
    // Of RPL 3: what RETF and IRET look at first when they seem to leave for an inner level differs from model to model.
    const u32 cs = r_.percent(88) ? u32{ORACLE_CS} : r_.pick<u32>({3, 0x13, 0x1b, ORACLE_DS, 0x83, 0xfff7});
    const u32 flags =
        r_.next32() & (r_.percent(5) ? 0xffffffff : 0xfffffeff); // TF would end a sequence too often
    switch (i.row->insn) {
    case op::JMP:
    case op::CALL:
        if (i.row->o[0] == Operand::Ev) set_e(i, target(false), size);
        break;
    case op::JMPF:
    case op::CALLF:
        slot(target(false));
        frame.push_back(static_cast<u8>(cs));
        frame.push_back(static_cast<u8>(cs >> 8));
        if (i.memory) put(i.where, frame);
        break;
    case op::RET:
        slot(target(false));
        put(gpr(ESP), frame);
        break;
    case op::RETF:
        slot(target(false));
        slot(cs);
        put(gpr(ESP), frame);
        break;
    case op::IRET:
        s_.eflags &= ~u32{eflags::NT}; // #GP(0) in a 64-bit system, else a task switch
        slot(target(false));
        slot(cs);
        slot(flags & 0xfffcffff);
        put(gpr(ESP), frame);
        break;
    case op::POPF:
        slot(flags);
        put(gpr(ESP), frame);
        break;
    case op::POP_SREG: selector_operand(i, gpr(ESP)); break;
    case op::LFP: selector_operand(i, i.where + size); break;
    case op::MOV_SREG_E:
    case op::LAR:
    case op::LSL:
    case op::VERR:
    case op::VERW:
    case op::ARPL: selector_operand(i, 0); break;
    default: break;
    }
}

// What memory holds for x87 and SSE: by the name, since their letters only say the size.
void Builder::typed_memory(const Shape& i)
{
    const std::string_view name = i.row->name;
    const auto v = vector(r_);
    if (name.starts_with("MASKMOV"))
        set(EDI, place(16) - base_of(i.segment >= 0 ? i.segment : 3), i.a16 ? 0xffff : ~0u);
    if (name.starts_with("PCMPESTR")) {
        set(EAX, r_.below(24) - 3);
        set(EDX, r_.below(24) - 3);
    }
    if (!i.memory) return;
    constexpr u32 MXCSR_BITS = 0xffff; // AMD has bit 17 as well: left out
    const auto control = [&] {
        return static_cast<u16>(r_.percent(70) ? 0x7f | r_.below(16) << 8 : r_.next32());
    };
    if (name == "LDMXCSR")
        put(i.where, r_.percent(85) ? r_.next32() & MXCSR_BITS : r_.next32() & ~(1u << 17));
    else if (name == "FXRSTOR") {
        const std::array<u16, 4> words{control(), static_cast<u16>(r_.next32()),
                                       static_cast<u16>(r_.next32()), static_cast<u16>(r_.below(0x800))};
        put(i.where, words);
        put(i.where + 24, r_.percent(85) ? r_.next32() & MXCSR_BITS : r_.next32() & ~(1u << 17));
    } else if (name == "FLDCW") put(i.where, control());
    else if (name == "FLDENV" || name == "FRSTOR") {
        const u32 gap = i.o16 ? 2 : 4;
        put(i.where, control());
        put(i.where + gap, static_cast<u16>(r_.next32()));
        put(i.where + 2 * gap, static_cast<u16>(r_.next32()));
    } else if (name == "FBLD") {
        std::array<u8, 10> bcd{};
        for (u8& b : bcd) {
            const u32 n = r_.below(100);
            b = static_cast<u8>(n / 10 << 4 | n % 10);
        }
        if (r_.percent(20)) bcd[r_.below(10)] = static_cast<u8>(r_.next32());
        else bcd[9] = r_.pick<u8>({0, 0x80});
        put(i.where, std::span<const u8>(bcd));
    } else if (name.starts_with("FI") || r_.percent(10))
        put(i.where, std::array<u32, 2>{integer(r_), integer(r_)});
    else if (i.bytes == 4) put(i.where, float32(r_));
    else if (i.bytes == 8 && i.row->form == Form::x87) put(i.where, float64(r_));
    else if (i.bytes == 10) put(i.where, std::span<const u8>(float80(r_)));
    else put(i.where, std::span<const u8>(v));
}

} // namespace tabpc::oracle
