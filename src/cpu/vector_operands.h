// From the operand letters of a row of opcodes_sse.inc to the operands of its definition: execute<letters>() checks that the
// instruction is available, makes its memory operand addressable and runs the definition. SDM vol. 3, chapter 13 and 22.25.
#pragma once
#include "cpu/encoding.h"
#include "cpu/evaluator_vector.h"
#include "cpu/interp.h"
#include "cpu/x87.h"

namespace tabpc {

enum class File : u8 { None, General, Mmx, Xmm, Immediate };

// What an operand letter stands for: a register file or memory; the bytes of it that are operand.
struct Letter {
    File file = File::None;
    u8 bytes = 0;
    bool in_register = false, in_memory = false;
    bool aligned = false; // in memory, to its size
    bool source = false;  // only read, even if it stands first
};

constexpr Letter letter(Operand o)
{
    using enum Operand;
    switch (o) {
    case Gd: case Rd: return {File::General, 4, true, false};
    case Ed: return {File::General, 4, true, true};
    case Md: return {File::General, 4, false, true, false, true};
    case M1: return {File::General, 1, false, true};
    case M2: return {File::General, 2, false, true};
    case Pq: case Nq: return {File::Mmx, 8, true, false};
    case Pd: return {File::Mmx, 4, true, false};
    case Qq: return {File::Mmx, 8, true, true};
    case Qd: return {File::Mmx, 4, true, true};
    case Vx: case Ux: return {File::Xmm, 16, true, false};
    case V8: case U8: return {File::Xmm, 8, true, false};
    case V4: case U4: return {File::Xmm, 4, true, false};
    case W16: return {File::Xmm, 16, true, true, true};
    case W16u: return {File::Xmm, 16, true, true};
    case W8: return {File::Xmm, 8, true, true};
    case W4: return {File::Xmm, 4, true, true};
    case W2: return {File::Xmm, 2, true, true};
    case M16: return {File::Xmm, 16, false, true, true};
    case M16u: return {File::Xmm, 16, false, true};
    case M8: return {File::Xmm, 8, false, true};
    case M4: return {File::Xmm, 4, false, true};
    case Ub: return {File::Immediate, 1};
    default: return {};
    }
}

// The value an operand has: an integer in the general registers, else a Vec.
template <File F, unsigned BYTES> struct ValueOf {
    using Type = Vec<BYTES>;
};
template <> struct ValueOf<File::General, 4> {
    using Type = u32;
};
template <> struct ValueOf<File::General, 2> {
    using Type = u16;
};
template <> struct ValueOf<File::General, 1> {
    using Type = u8;
};

// Whether an instruction that touches MMX or SSE registers may run; Next if so. With #MF, CR0.NE decides what happens.
Outcome simd_unavailable(Cpu& c, const Insn* i, bool sse);
template <bool MMX, bool SSE> Outcome simd_check(Cpu& c, const Insn* i)
{
    const u64 blocked = (c.s.cr0 & (cr0::EM | cr0::TS)) | (SSE ? ~c.s.cr4 & cr4::OSFXSR : 0) | (MMX ? c.s.fpu.sw & fsw::ES : 0);
    return TABPC_LIKELY(!blocked) ? Outcome::Next : simd_unavailable(c, i, SSE);
}

template <Operand O> u8* register_pointer(Cpu& c, u8 number)
{
    constexpr File FILE = letter(O).file;
    if constexpr (FILE == File::General) return reinterpret_cast<u8*>(c.s.gpr.data()) + number;
    else if constexpr (FILE == File::Mmx) return reinterpret_cast<u8*>(&c.s.fpu.reg[number].sig);
    else return reinterpret_cast<u8*>(&c.s.xmm[number]);
}

// Operand n of an instruction; `memory` points to the one in memory, if there is one.
template <Operand O> auto vector_operand(Cpu& c, const Insn* i, unsigned n, u8* memory)
{
    constexpr Letter L = letter(O);
    if constexpr (L.file == File::Immediate) {
        return ImmOp<u8>{static_cast<u8>(i->imm)};
    } else {
        u8* p;
        if constexpr (!L.in_memory) p = register_pointer<O>(c, n == 0 ? i->d : i->s);
        else if constexpr (!L.in_register) p = memory;
        else p = i->memory ? memory : register_pointer<O>(c, n == 0 ? i->d : i->s);
        if constexpr (L.file == File::Mmx && L.bytes == 8) return MmxOp{p, !L.in_memory || !i->memory};
        else return PtrOp<typename ValueOf<L.file, L.bytes>::Type>{p};
    }
}

template <unsigned BYTES, Access A, bool ALIGNED> [[gnu::noinline]] u8* vector_memory(Cpu& c, const Insn* i)
{
    return Engine::memory<std::array<u8, BYTES>, A, ALIGNED ? BYTES : 1>(c, i);
}

// Runs f(evaluator, operands...).
template <bool MMX, Operand A, Operand B, Operand C, class F> Outcome execute(Cpu& c, const Insn* i, F f)
{
    constexpr Letter LA = letter(A), LB = letter(B);
    constexpr bool SSE = !MMX || (LA.file == File::Xmm && LA.in_register) || (LB.file == File::Xmm && LB.in_register);
    if (const Outcome o = simd_check<MMX, SSE>(c, i); o != Outcome::Next) return o;

    constexpr bool WRITES = LA.in_memory && !LA.source;
    constexpr Letter LM = LA.in_memory ? LA : LB;
    u8* memory = nullptr;
    if constexpr (LM.in_memory) {
        if (!LM.in_register || i->memory) {
            memory = vector_memory<LM.bytes, WRITES ? Access::Write : Access::Read, LM.aligned>(c, i);
            if (TABPC_UNLIKELY(!memory)) return Outcome::Fault;
        }
    }
    if constexpr (MMX) { // SDM vol. 3, 12.2
        c.s.fpu.top = 0;
        c.s.fpu.empty = 0;
    }
    VectorInterp e{{c, i}, fp::Env::from_mxcsr(c.s.mxcsr)};
    const auto definition = [&] {
        if constexpr (A == Operand::_) return f(e);
        else if constexpr (B == Operand::_) return f(e, vector_operand<A>(c, i, 0, memory));
        else if constexpr (C == Operand::_) return f(e, vector_operand<A>(c, i, 0, memory), vector_operand<B>(c, i, 1, memory));
        else return f(e, vector_operand<A>(c, i, 0, memory), vector_operand<B>(c, i, 1, memory), vector_operand<C>(c, i, 2, memory));
    };
    if constexpr (std::is_void_v<decltype(definition())>) {
        definition();
    } else {
        if (TABPC_UNLIKELY(!definition())) return Outcome::Fault;
    }
    if constexpr (WRITES)
        if (Engine::committed(c, i, memory, 0)) return Outcome::Stop;
    return Outcome::Next;
}

// One case of a switch for a row of the map.
#define SIMD_CASE(MMX, name, a, b, c_)                                                                                 \
    case op::SIMD_HANDLER(name, a, b, c_):                                                                             \
        return execute<MMX, Operand::a, Operand::b, Operand::c_>(                                                      \
            c, i, [](auto& e, auto... operands) { return insn::name(e, operands...); });

} // namespace tabpc
