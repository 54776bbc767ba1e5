// The opcode map as data: one Encoding per row of the opcodes*.inc files, and the index the decoder looks rows up by.
#pragma once
#include "cpu/handlers.h"
#include <array>
#include <span>

namespace tabpc {

// Operand letters of SDM vol. 2, appendix A.2. Small letter: b byte, w word, d dword, q qword, v 16/32 by operand size,
// z 16/32 as well, s sign-extended. Beyond the manual: Zv/Zb register in the opcode's low bits, Ub unsigned byte
// immediate, rES.. a segment register, R the ModRM.rm register whatever mod says, Vv nothing but the operand size,
// STi/ST0, Vx/Wx/Pq/Qq as in the manual (XMM, XMM or memory, MMX, MMX or memory) with the memory operand's size.
enum class Operand : u8 {
    _, Eb, Ew, Ed, Ev, Gb, Gw, Gd, Gv, M, Md, Mp, Zb, Zv, AL, eAX, eAXz, CL, DX, One,
    Ib, sIb, Ub, Iw, Iz, IwIb, Jb, Jz, Ap, Ob, Ov, Sw, Cd, Dd, Rd,
    rES, rCS, rSS, rDS, rFS, rGS, Xb, Xv, Xz, Yb, Yv, Yz, Vv,
    // x87: memory operands of 2, 4, 8, 10 and environment bytes; ST(i)
    Mw_x87, Md_x87, Mq_x87, Mt_x87, Menv, STi, ST0,
    // MMX and SSE: G side P (MMX), V (XMM); E side Q, W, register or memory; N, U, register only. A number: so many low
    // bytes of it, x: all 16; 16 bytes in memory are aligned but for W16u and M16u. vector_operands.h
    Pq, Pd, Qq, Qd, Nq, Vx, V8, V4, W16, W16u, W8, W4, W2, Ux, U8, U4, M16, M16u, M8, M4, M2, M1, M512,
};

enum class Prefix : u8 { ANY, NP, NR, P66, F3, F2, F2_66 };
enum class End : u8 { NEXT, JUMP, LEAVE };
enum class Map : u8 { OneByte, Map0F, Map0F38, Map0F3A };

// The operand form of a definition, as insns.inc names it.
enum class Form : u8 {
    helper, alu, unary, unary_faulting, exchange, load, load8, load16, load_imm, address, condition_load, condition_store,
    shift, double_shift, bit_string, plain, xlat, push, pop, leave, jump_condition, jump, call, ret, loop,
    string, x87, sse,
};

struct Encoding {
    Map map;
    u8 opcode;
    Prefix prefix;
    i8 slash; // ModRM.reg, or -1
    i8 rm;    // ModRM.rm of a register form, or -1 (x87, fences)
    u16 insn; // op::…
    Form form;
    const char* name;
    Operand o[3];
    End end;
};

std::span<const Encoding> encodings();
// The rows of one opcode, in the order of the files; an invalid opcode has none.
std::span<const u16> encodings_of(Map map, u8 opcode);
bool has_modrm(Map map, u8 opcode);

} // namespace tabpc
