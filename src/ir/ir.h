// The translator's intermediate representation: a region is the control-flow graph of a piece of guest code, a block a
// list of operations with one end. Values are defined once and used within their block; what lives from block to block is
// in variables (guest registers, the lazy flags), which become locals of the wasm function. ops.inc lists the operations.
#pragma once
#include "cpu/insn.h"
#include "cpu/translated.h"
#include <vector>

namespace tabpc::ir {

enum class Type : u8 { None, I32, I64, F64, V128, Ptr };

enum class Code : u8 {
#define OP(code, result, a, b, c, effect) code,
#include "ir/ops.inc"
#undef OP
};
inline constexpr unsigned CODES = static_cast<unsigned>(Code::LeaveTo) + 1;

enum class Effect : u8 { PURE, READ, EFFECT, END };

// What a row of ops.inc says. T stands for the type an op carries.
struct CodeInfo {
    const char* name;
    enum Kind : u8 { _, T, I32, I64, F64, V128, Ptr } result, a, b, c;
    Effect effect;
};
const CodeInfo& info(Code code);

// A variable: 0..15 the general registers, then these. Their places in memory are TranslatedState's and CpuState's.
enum Var : u8 {
    FLAG_RESULT = 16, // the lazy flags, as FLAG_FORM says: see FlagForm
    FLAG_X,
    FLAG_Y,
    FLAG_CARRY,
    FLAG_FORM,
    VARS,
};
inline constexpr u32 ALL_REGISTERS = 0xffff;

using Ref = u16; // an op's place in its block
inline constexpr Ref NONE = 0xffff;

enum class MemoryAccess : u8 { Read, Write /* and read-modify-write */ };

struct Op {
    Code code;
    Type type = Type::I32; // what T stands for
    u8 size = 0;           // bytes of a memory or state access
    MemoryAccess access = MemoryAccess::Read;
    Ref a = NONE, b = NONE, c = NONE;
    u16 exit = 0;
    u64 imm = 0;
};

struct Block {
    u64 rip = 0;              // of its first instruction
    std::vector<Op> ops;      // the last one, and only it, is an END
    u32 target[2] = {0, 0};   // blocks
    u32 instructions = 0;
};

// How a region is left: what the C++ side must do to make the CPU's state whole.
struct Exit {
    enum Reason : u8 {
        Next,     // at an instruction boundary: go on at rip, translated or not
        Indirect, // the same; CpuState::rip holds where
        Redo,     // the instruction at rip has not begun: the interpreter runs it
        Budget,   // the same, because the budget may not last
        Returned, // after LeaveSpilled: Call's status says how it came out
    };
    u64 rip = 0;          // unless Indirect or Returned
    u16 undone = 0;       // charged instructions that have not been done
    Reason reason = Next;
    u8 flags = FlagForm::CARRIES; // the form the flag variables are in; FlagForm::DYNAMIC: FLAG_FORM says
};

struct Region {
    u64 rip = 0; // of its entry, block 0
    std::vector<Block> blocks;
    std::vector<Exit> exits;
    std::vector<Insn> insns; // that Calls run; their `end` is their length
};

// Whether values of this code may be dropped when nothing uses them.
inline bool removable(const Op& op)
{
    return info(op.code).effect == Effect::PURE || op.code == Code::Get || op.code == Code::LoadState || op.code == Code::Load;
}
// Whether ops of this code use their `type`.
inline bool carries_type(Code code)
{
    const CodeInfo& i = info(code);
    return i.result == CodeInfo::T || i.a == CodeInfo::T || i.b == CodeInfo::T;
}
// Whether a and b may change places.
bool is_commutative(Code code);
// What a kind of ops.inc stands for in an op that carries `type`.
Type kind_type(CodeInfo::Kind kind, Type type);
// The type of its result.
inline Type result_type(const Op& op) { return kind_type(info(op.code).result, op.type); }

} // namespace tabpc::ir
