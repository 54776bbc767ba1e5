// Expands the rows of insns.inc to the cases of a handler switch: FORM_<form>(name, access, T) for one width. The including
// file says what happens behind a handler:
//   NEXT              the next instruction          FAULTED         an exception is pending
//   COMMIT(p, n)      p, operand n, may be a bounce buffer that has to be written out
//   JUMP(e)           go where e.taken and e.target say          COMMIT_JUMP(e, p, n)   both
// A case has `c`, the Cpu, and `i`, the Insn. No include guard on purpose.
#include "cpu/interp.h"

namespace tabpc {
template <class T> inline constexpr u16 LOG2 = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : 2;
inline constexpr Access ACCESS_R = Access::Read, ACCESS_W = Access::Write, ACCESS_RW = Access::ReadWrite;
} // namespace tabpc

#define CASE(name, f, T) case op::name + form::f * 4 + LOG2<T>:
#define REG(T, field) Engine::reg<T>(c, i->field)
#define MEM(T, A) Engine::memory<T, ACCESS_##A>(c, i)
#define IMM(T) ImmOp<T>{static_cast<T>(i->imm)}
#define COUNT_CL Engine::reg<u8>(c, ECX * 8)
// Runs a definition on register and immediate operands.
#define RUN(name, ...) Interp e{c, i}; insn::name(e, __VA_ARGS__)
#define RUN_FAULTING(name, ...)                                                                                        \
    Interp e{c, i};                                                                                                    \
    if (!insn::name(e, __VA_ARGS__)) FAULTED
#define ADDRESS(p, expression)                                                                                         \
    u8* const p = expression;                                                                                          \
    if (TABPC_UNLIKELY(!p)) FAULTED

#define FORM_alu(name, A, T)                                                                                           \
    CASE(name, alu_rr, T) { RUN(name, REG(T, d), REG(T, s)); NEXT }                                                    \
    CASE(name, alu_rm, T) { ADDRESS(p, MEM(T, R)); RUN(name, REG(T, d), PtrOp<T>{p}); NEXT }                           \
    CASE(name, alu_mr, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, REG(T, s)); COMMIT(p, 0) NEXT }              \
    CASE(name, alu_ri, T) { RUN(name, REG(T, d), IMM(T)); NEXT }                                                       \
    CASE(name, alu_mi, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, IMM(T)); COMMIT(p, 0) NEXT }
#define FORM_unary(name, A, T)                                                                                         \
    CASE(name, unary_r, T) { RUN(name, REG(T, d)); NEXT }                                                              \
    CASE(name, unary_m, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}); COMMIT(p, 0) NEXT }
#define FORM_unary_faulting(name, A, T)                                                                                \
    CASE(name, unary_r, T) { RUN_FAULTING(name, REG(T, d)); NEXT }                                                     \
    CASE(name, unary_m, T) { ADDRESS(p, MEM(T, A)); RUN_FAULTING(name, PtrOp<T>{p}); NEXT }
#define FORM_exchange(name, A, T)                                                                                      \
    CASE(name, exchange_rr, T) { RUN(name, REG(T, d), REG(T, s)); NEXT }                                               \
    CASE(name, exchange_mr, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, REG(T, s)); COMMIT(p, 0) NEXT }
#define FORM_load_from(name, T, S)                                                                                     \
    CASE(name, load_rr, T) { RUN(name, REG(T, d), REG(S, s)); NEXT }                                                   \
    CASE(name, load_rm, T) { ADDRESS(p, MEM(S, R)); RUN(name, REG(T, d), PtrOp<S>{p}); NEXT }
#define FORM_load(name, A, T) FORM_load_from(name, T, T)
#define FORM_load8(name, A, T) FORM_load_from(name, T, u8)
#define FORM_load16(name, A, T) FORM_load_from(name, T, u16)
#define FORM_load_imm(name, A, T)                                                                                      \
    CASE(name, load_rr, T) { RUN(name, REG(T, d), REG(T, s), IMM(T)); NEXT }                                           \
    CASE(name, load_rm, T) { ADDRESS(p, MEM(T, R)); RUN(name, REG(T, d), PtrOp<T>{p}, IMM(T)); NEXT }
#define FORM_condition_load(name, A, T)                                                                                \
    CASE(name, load_rr, T) { RUN(name, REG(T, d), REG(T, s), ConditionOp{static_cast<u8>(i->imm)}); NEXT }             \
    CASE(name, load_rm, T)                                                                                             \
    { ADDRESS(p, MEM(T, R)); RUN(name, REG(T, d), PtrOp<T>{p}, ConditionOp{static_cast<u8>(i->imm)}); NEXT }
#define FORM_condition_store(name, A, T)                                                                               \
    CASE(name, condition_store_r, T) { RUN(name, REG(T, d), ConditionOp{static_cast<u8>(i->imm)}); NEXT }              \
    CASE(name, condition_store_m, T)                                                                                   \
    { ADDRESS(p, MEM(T, W)); RUN(name, PtrOp<T>{p}, ConditionOp{static_cast<u8>(i->imm)}); COMMIT(p, 0) NEXT }
#define FORM_address(name, A, T)                                                                                       \
    case op::name + LOG2<T>:                                                                                           \
    { RUN(name, REG(T, d), ImmOp<u32>{Engine::offset32(c, i) & Engine::count_mask(i)}); NEXT }
#define FORM_shift(name, A, T)                                                                                         \
    CASE(name, shift_ri, T) { RUN(name, REG(T, d), IMM(u8)); NEXT }                                                    \
    CASE(name, shift_rc, T) { RUN(name, REG(T, d), COUNT_CL); NEXT }                                                   \
    CASE(name, shift_mi, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, IMM(u8)); COMMIT(p, 0) NEXT }              \
    CASE(name, shift_mc, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, COUNT_CL); COMMIT(p, 0) NEXT }
#define FORM_double_shift(name, A, T)                                                                                  \
    CASE(name, shift_ri, T) { RUN(name, REG(T, d), REG(T, s), IMM(u8)); NEXT }                                         \
    CASE(name, shift_rc, T) { RUN(name, REG(T, d), REG(T, s), COUNT_CL); NEXT }                                        \
    CASE(name, shift_mi, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, REG(T, s), IMM(u8)); COMMIT(p, 0) NEXT }   \
    CASE(name, shift_mc, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, REG(T, s), COUNT_CL); COMMIT(p, 0) NEXT }
#define FORM_bit_string(name, A, T)                                                                                    \
    CASE(name, bit_string_rr, T) { RUN(name, REG(T, d), REG(T, s)); NEXT }                                             \
    CASE(name, bit_string_ri, T) { RUN(name, REG(T, d), IMM(T)); NEXT }                                                \
    CASE(name, bit_string_mi, T) { ADDRESS(p, MEM(T, A)); RUN(name, PtrOp<T>{p}, IMM(T)); COMMIT(p, 0) NEXT }          \
    CASE(name, bit_string_mr, T)                                                                                       \
    {                                                                                                                  \
        ADDRESS(p, (Engine::bit_memory<T, ACCESS_##A>(c, i, REG(T, s).get())));                                        \
        RUN(name, PtrOp<T>{p}, REG(T, s));                                                                             \
        COMMIT(p, 0) NEXT                                                                                              \
    }
#define FORM_plain(name, A, T) case op::name + LOG2<T>: { RUN(name, WidthOp<T>{}); NEXT }
#define FORM_push(name, A, T)                                                                                          \
    CASE(name, push_r, T) { ADDRESS(q, Engine::push_slot<T>(c, i)); RUN(name, REG(T, d), PtrOp<T>{q}); COMMIT(q, 1) NEXT } \
    CASE(name, push_i, T) { ADDRESS(q, Engine::push_slot<T>(c, i)); RUN(name, IMM(T), PtrOp<T>{q}); COMMIT(q, 1) NEXT } \
    CASE(name, push_m, T)                                                                                              \
    {                                                                                                                  \
        ADDRESS(p, MEM(T, R));                                                                                         \
        ADDRESS(q, Engine::push_slot<T>(c, i));                                                                        \
        RUN(name, PtrOp<T>{p}, PtrOp<T>{q});                                                                           \
        COMMIT(q, 1) NEXT                                                                                              \
    }
#define FORM_pop(name, A, T)                                                                                           \
    CASE(name, pop_r, T) { ADDRESS(q, Engine::pop_slot<T>(c, i)); RUN(name, REG(T, d), PtrOp<T>{q}); NEXT }            \
    CASE(name, pop_m, T)                                                                                               \
    {                                                                                                                  \
        ADDRESS(q, Engine::pop_slot<T>(c, i));                                                                         \
        ADDRESS(p, MEM(T, W));                                                                                         \
        RUN(name, PtrOp<T>{p}, PtrOp<T>{q});                                                                           \
        COMMIT(p, 0) NEXT                                                                                              \
    }
#define FORM_leave(name, A, T)                                                                                         \
    case op::name + LOG2<T>:                                                                                           \
    {                                                                                                                  \
        const u32 bp = i->stack16 ? c.s.reg32(EBP) & 0xffff : c.s.reg32(EBP);                                          \
        ADDRESS(q, (Engine::stack<T, Access::Read>(c, i, bp)));                                                        \
        RUN(name, Engine::reg<T>(c, EBP * 8), PtrOp<T>{q});                                                            \
        NEXT                                                                                                           \
    }
#define FORM_jump(name, A, T)                                                                                          \
    CASE(name, jump_j, T) { RUN_FAULTING(name, Engine::target(c, i)); JUMP(e) }                                        \
    CASE(name, jump_r, T) { RUN_FAULTING(name, REG(T, d)); JUMP(e) }                                                   \
    CASE(name, jump_m, T) { ADDRESS(p, MEM(T, R)); RUN_FAULTING(name, PtrOp<T>{p}); JUMP(e) }
#define FORM_call(name, A, T)                                                                                          \
    CASE(name, jump_j, T)                                                                                              \
    {                                                                                                                  \
        ADDRESS(q, Engine::push_slot<T>(c, i));                                                                        \
        RUN_FAULTING(name, Engine::target(c, i), PtrOp<T>{q});                                                         \
        COMMIT_JUMP(e, q, 1)                                                                                           \
    }                                                                                                                  \
    CASE(name, jump_r, T)                                                                                              \
    {                                                                                                                  \
        ADDRESS(q, Engine::push_slot<T>(c, i));                                                                        \
        RUN_FAULTING(name, REG(T, d), PtrOp<T>{q});                                                                    \
        COMMIT_JUMP(e, q, 1)                                                                                           \
    }                                                                                                                  \
    CASE(name, jump_m, T)                                                                                              \
    {                                                                                                                  \
        ADDRESS(p, MEM(T, R));                                                                                         \
        ADDRESS(q, Engine::push_slot<T>(c, i));                                                                        \
        RUN_FAULTING(name, PtrOp<T>{p}, PtrOp<T>{q});                                                                  \
        COMMIT_JUMP(e, q, 1)                                                                                           \
    }
#define FORM_ret(name, A, T)                                                                                           \
    case op::name + LOG2<T>:                                                                                           \
    {                                                                                                                  \
        ADDRESS(q, Engine::pop_slot<T>(c, i));                                                                         \
        RUN_FAULTING(name, PtrOp<T>{q}, IMM(u64));                                                                     \
        JUMP(e)                                                                                                        \
    }
#define FORM_jump_condition(name, A, T)                                                                                \
    JCC(0) JCC(1) JCC(2) JCC(3) JCC(4) JCC(5) JCC(6) JCC(7) JCC(8) JCC(9) JCC(10) JCC(11) JCC(12) JCC(13) JCC(14) JCC(15)
#define JCC(cc)                                                                                                        \
    case op::Jcc + cc: { RUN_FAULTING(Jcc, Condition<cc>{}, Engine::target(c, i)); JUMP(e) }
#define FORM_loop(name, A, T)                                                                                          \
    case op::name + LOG2<T>:                                                                                           \
    {                                                                                                                  \
        Interp e{c, i};                                                                                                \
        const bool done = i->a16 ? insn::name(e, Engine::reg<u16>(c, ECX * 8), Engine::target(c, i))                   \
                                 : insn::name(e, Engine::reg<u32>(c, ECX * 8), Engine::target(c, i));                  \
        if (!done) FAULTED                                                                                             \
        JUMP(e)                                                                                                        \
    }
#define FORM_xlat(name, A, T)                                                                                          \
    case op::name + LOG2<T>:                                                                                           \
    {                                                                                                                  \
        const u32 offset = (c.s.reg32(EBX) + (c.s.reg32(EAX) & 0xff)) & Engine::count_mask(i);                         \
        const u64 linear = Engine::checked_linear(c, offset, i->seg, 1, false);                                        \
        if (linear == ~u64(0)) FAULTED                                                                                 \
        ADDRESS(p, (Engine::at<u8, Access::Read>(c, i, static_cast<u32>(linear), 0)));                                 \
        RUN(MOV, Engine::reg<u8>(c, 0), PtrOp<u8>{p});                                                                 \
        NEXT                                                                                                           \
    }
#define FORM_string(name, A, T) // interp_string.cpp

// The widths a row lists, in the two switches.
#define WIDTHS_main_bwd(form, name, A) FORM_##form(name, A, u8) FORM_##form(name, A, u32)
#define WIDTHS_main_wd(form, name, A) FORM_##form(name, A, u32)
#define WIDTHS_main_b(form, name, A) FORM_##form(name, A, u8)
#define WIDTHS_main_d(form, name, A) FORM_##form(name, A, u32)
#define WIDTHS_word_bwd(form, name, A) FORM_##form(name, A, u16)
#define WIDTHS_word_wd(form, name, A) FORM_##form(name, A, u16)
#define WIDTHS_word_b(form, name, A)
#define WIDTHS_word_d(form, name, A)
#define WIDTHS_main_BWD(form, name, A)
#define WIDTHS_main_WD(form, name, A)
#define WIDTHS_main_D(form, name, A)
#define WIDTHS_word_BWD(form, name, A) FORM_##form(name, A, u8) FORM_##form(name, A, u16) FORM_##form(name, A, u32)
#define WIDTHS_word_WD(form, name, A) FORM_##form(name, A, u16) FORM_##form(name, A, u32)
#define WIDTHS_word_D(form, name, A) FORM_##form(name, A, u32)
