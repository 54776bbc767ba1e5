// Insn: one decoded instruction, made by the decoder and read by the interpreter, the recorder and the disassembler.
// Registers are byte offsets into CpuState::gpr, so AH..BH and (later) SPL, R8B are just other offsets.
#pragma once
#include "base/types.h"

namespace tabpc {

struct Insn {
    u16 op = 0;     // a handler: definition, operand form and width (handlers.h)
    u16 end = 0;    // offset of the byte behind it from the start of its block
    u8 length = 0;  // 1..15
    u8 d = 0, s = 0;          // byte offsets of register operands in the file; for segment, control, x87, XMM: numbers
    u8 base = 0, index = 0;   // of the memory operand, as byte offsets; absent: R_ZERO's
    u8 scale : 2 = 0;         // index << scale
    u8 seg : 3 = 0;           // effective segment; FLAT_SEG: no check, base 0
    u8 a16 : 1 = 0;           // offsets are 16 bits wide
    u8 rep : 2 = 0;           // 0, REPE_REP (F3), REPNE (F2)
    u8 memory : 1 = 0;        // the E operand is in memory
    u8 width : 2 = 0;         // log2 of the operand's bytes
    u8 lock : 1 = 0;
    u8 o16 : 1 = 0;           // operand size is 16 bits
    u8 stack16 : 1 = 0;       // SS.B is clear
    u8 leaves : 1 = 0;        // ends its block: interrupts and the mode are to be looked at behind it
    i32 disp = 0;
    u64 imm = 0;              // sign-extended; for far pointers offset | selector << 32; of x87: x87_imm

    static constexpr u8 FLAT_SEG = 7;
    enum Rep : u8 { NO_REP, REPE_REP, REPNE };
};

// Insn::imm of an x87 instruction: FOP (the low bits of the escape opcode and ModRM), and the segment of the memory operand.
namespace x87_imm {
constexpr u64 make(u8 opcode, u8 modrm, u8 seg) { return static_cast<u64>((opcode & 7) << 8 | modrm | seg << 16); }
constexpr u16 fop(u64 imm) { return imm & 0x7ff; }
constexpr u8 seg(u64 imm) { return (imm >> 16) & 7; }
} // namespace x87_imm

} // namespace tabpc
