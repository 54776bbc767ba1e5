// See insn_effects.h.
#include "cpu/insn_effects.h"
#include "cpu/encoding.h"
#include "cpu/state.h"
#include <string_view>
#include <vector>

namespace tabpc {

namespace {

constexpr u32 ANY = 0xffff;

// Of the MMX and SSE handlers, from the operands of their rows.
struct SimdEffects {
    bool writes_g = false, writes_e = false, writes_ecx = false, flags = false;
};

std::vector<SimdEffects> simd_effects()
{
    std::vector<SimdEffects> all(op::BEHIND_SIMD - op::FIRST_MMX);
    for (const Encoding& e : encodings()) {
        if (!op::is_simd(e.insn)) continue;
        SimdEffects& s = all[e.insn - op::FIRST_MMX];
        s.writes_g = e.o[0] == Operand::Gd;
        s.writes_e = e.o[0] == Operand::Ed || e.o[0] == Operand::Rd;
        const std::string_view name = e.name;
        const bool compares_strings = name.starts_with("PCMPESTR") || name.starts_with("PCMPISTR");
        s.flags = name.ends_with("COMISS") || name.ends_with("COMISD") || name == "PTEST" || compares_strings;
        s.writes_ecx = compares_strings && name.ends_with("I");
    }
    return all;
}

const SimdEffects& simd(u16 op)
{
    static const std::vector<SimdEffects> table = simd_effects();
    return table[op - op::FIRST_MMX];
}

bool compares_to_flags(u16 op)
{
    const auto is = [op](u16 first, u16 last) { return op >= first && op <= last; };
    return is(op::FCOMI, op::FCOMI_last) || is(op::FCOMIP, op::FCOMIP_last) || is(op::FUCOMI, op::FUCOMI_last) ||
           is(op::FUCOMIP, op::FUCOMIP_last) || is(op::FCMOVB, op::FCMOVB_last) || is(op::FCMOVNB, op::FCMOVNB_last) ||
           is(op::FCMOVE, op::FCMOVE_last) || is(op::FCMOVNE, op::FCMOVNE_last) || is(op::FCMOVBE, op::FCMOVBE_last) ||
           is(op::FCMOVNBE, op::FCMOVNBE_last) || is(op::FCMOVU, op::FCMOVU_last) || is(op::FCMOVNU, op::FCMOVNU_last);
}

} // namespace

u32 registers_changed_by(const Insn& i)
{
    if (op::is_x87(i.op)) return i.op >= op::FNSTSW && i.op <= op::FNSTSW_last ? 1u << EAX : 0;
    if (op::is_simd(i.op)) {
        const SimdEffects& s = simd(i.op);
        if (s.writes_ecx) return 1u << ECX;
        return s.writes_g || (s.writes_e && !i.memory) ? 1u << (i.d >> 3) : 0;
    }
    switch (i.op) {
    case op::RDTSC: return 1u << EAX | 1u << EDX;
    case op::CLI: case op::STI: case op::CLTS: case op::WBINVD: case op::FWAIT: case op::INVLPG: return 0;
    case op::PUSHF: case op::POPF: case op::PUSH_SREG: case op::POP_SREG: case op::PUSHA: return 1u << ESP;
    case op::MOV_SREG_E: return 0;
    default: return ANY;
    }
}

bool touches_flags(const Insn& i)
{
    if (op::is_x87(i.op)) return compares_to_flags(i.op);
    if (op::is_simd(i.op)) return simd(i.op).flags;
    switch (i.op) {
    case op::RDTSC: case op::IN: case op::OUT: case op::CLI: case op::STI: case op::CLTS: case op::WBINVD: case op::FWAIT: case op::INVLPG:
    case op::PUSH_SREG: case op::POP_SREG: case op::PUSHA: case op::POPA: case op::MOV_SREG_E: case op::MOV_E_SREG:
        return false;
    default: return true;
    }
}

} // namespace tabpc
