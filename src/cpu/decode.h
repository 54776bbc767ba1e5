// The decoder: bytes to Insn records. Prefixes, ModRM, SIB, addresses and immediates are its business alone; 64-bit mode
// (REX, RIP-relative) will be as well. SDM vol. 2, chapter 2.
#pragma once
#include "cpu/encoding.h"
#include "cpu/insn.h"
#include <span>

namespace tabpc {

inline constexpr unsigned MAX_INSN_LENGTH = 15;

struct DecodeMode {
    bool code32;  // CS.D
    bool stack32; // SS.B
    bool flat;    // accesses through CS, DS, ES and SS need no check and have base 0
};

enum class Decoded : u8 {
    Ok,      // also for what raises #UD or #GP when it runs
    Partial, // `code` ends within the instruction
};

// Decodes the instruction at the start of `code`. `offset` is where it lies in its block.
Decoded decode(std::span<const u8> code, DecodeMode mode, unsigned offset, Insn& insn, End& end);

} // namespace tabpc
