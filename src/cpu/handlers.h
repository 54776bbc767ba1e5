// Handler numbers. A handler is a definition in one operand form at one width; Insn::op names it and the interpreter's
// switch jumps on it. number = definition + form * 4 + log2(width in bytes);
// of the x87 definition + form. Of MMX and SSE each row of the map is a handler: name and operands.
#pragma once
#include "base/types.h"

namespace tabpc {

// Operand forms. r: register, m: memory, i: immediate (or constant count, condition), c: count in CL.
namespace form {
enum Alu : u16 { alu_rr, alu_rm, alu_mr, alu_ri, alu_mi, alu_forms };
enum Unary : u16 { unary_r, unary_m, unary_forms, unary_faulting_forms = 2 };
enum Exchange : u16 { exchange_rr, exchange_mr, exchange_forms };
enum Load : u16 {
    load_rr, load_rm, load_forms,
    load8_forms = 2, load16_forms = 2, load_imm_forms = 2, condition_load_forms = 2,
};
enum ConditionStore : u16 { condition_store_r, condition_store_m, condition_store_forms };
enum Shift : u16 { shift_ri, shift_mi, shift_rc, shift_mc, shift_forms, double_shift_forms = 4 };
enum BitString : u16 { bit_string_rr, bit_string_mr, bit_string_ri, bit_string_mi, bit_string_forms };
enum Push : u16 { push_r, push_m, push_i, push_forms };
enum Pop : u16 { pop_r, pop_m, pop_forms };
enum Jump : u16 { jump_j, jump_r, jump_m, jump_forms, call_forms = 3 };
enum X87 : u16 { x87_st, x87_m2, x87_m4, x87_m8, x87_m10, x87_forms }; // by the bytes in memory
// 16 conditions, for Jcc alone: the commonest branch gets a handler each, four to a form's widths.
enum Single : u16 {
    address_forms = 1, plain_forms = 1, xlat_forms = 1, leave_forms = 1, ret_forms = 1, loop_forms = 1,
    string_forms = 1, jump_condition_forms = 4,
};
} // namespace form

// The handler of a row of opcodes_sse.inc. Operands may be _, and no name may hold two underscores in a row.
#define SIMD_HANDLER(name, a, b, c) name##_o##a##o##b##o##c

namespace op {
enum : u16 {
#define I(name, forms, widths, access) name, name##_last = name + form::forms##_forms * 4 - 1,
#include "cpu/insns.inc"
#undef I
#define X87(name, forms) name, name##_last = name + form::x87_forms - 1,
#include "cpu/insns_x87.inc"
#undef X87
#define P2(opcode, prefix, name, a, b, c, end) SIMD_HANDLER(name, a, b, c),
#define PG2(opcode, prefix, slash, name, a, b, c, end) SIMD_HANDLER(name, a, b, c),
#define P38(opcode, prefix, name, a, b, c, end) SIMD_HANDLER(name, a, b, c),
#define P3A(opcode, prefix, name, a, b, c, end) SIMD_HANDLER(name, a, b, c),
    FIRST_MMX, BEFORE_MMX = FIRST_MMX - 1,
#include "cpu/opcodes_mmx.inc"
    FIRST_SSE_MOVE, BEFORE_SSE_MOVE = FIRST_SSE_MOVE - 1,
#include "cpu/opcodes_sse_move.inc"
    FIRST_SSE_INTEGER, BEFORE_SSE_INTEGER = FIRST_SSE_INTEGER - 1,
#include "cpu/opcodes_sse_integer.inc"
    FIRST_SSE_FLOAT, BEFORE_SSE_FLOAT = FIRST_SSE_FLOAT - 1,
#include "cpu/opcodes_sse_float.inc"
    BEHIND_SIMD, BEFORE_BEHIND_SIMD = BEHIND_SIMD - 1,
#undef P2
#undef PG2
#undef P38
#undef P3A
    // What a block ends with when its last instruction is not a branch.
    END_FALL,  // go on with the block behind
    END_LEAVE, // go back to the run loop: interrupts or the mode may have changed
    FIRST_HELPER,
    HELPER_BEFORE = FIRST_HELPER - 1,
#define HELPER(name) name,
#include "cpu/helpers.inc"
#undef HELPER
    COUNT,
};
constexpr bool is_x87(u16 op) { return op >= FADD && op <= FNSTSW_last; }
constexpr bool is_simd(u16 op) { return op >= FIRST_MMX && op < BEHIND_SIMD; }
} // namespace op

} // namespace tabpc
