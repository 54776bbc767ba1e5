// The interpreter: one switch over handlers for each class of instructions. The loop and the 8- and 32-bit handlers are in
// interp.cpp; 16-bit ones, x87 and SSE are in functions of their own, so that each stays small enough for the wasm
// engine's optimiser (a test checks their sizes). Handlers are expanded from insns.inc by the macros of forms.h.
#pragma once
#include "cpu/blocks.h"
#include "cpu/evaluator.h"
#include "cpu/handlers.h"

namespace tabpc {

// How a handler outside the main switch came out.
enum class Outcome : u8 {
    Next,   // go on behind it
    Jumped, // rip is set; go on there
    Stop,   // done; look at interrupts and mode before what is behind it
    Left,   // done and rip is set; look at interrupts and mode first
    Fault,
};

struct Engine {
    // Runs from the start of b until the budget is used up or something asks to leave. rip and the budget are exact.
    static void run(Cpu& c, Block* b);

    static Outcome word(Cpu& c, const Insn* i);   // 16-bit and rare handlers, interp_word.cpp
    static Outcome string(Cpu& c, const Insn* i); // interp_string.cpp
    // The x87 goes on as long as its instructions follow each other; `i` is where it stopped. interp_x87.cpp
    struct Ran {
        const Insn* i;
        Outcome how;
    };
    static Ran x87(Cpu& c, const Insn* i);
    // MMX and SSE go on in the same way. interp_sse.cpp; the classes are the parts of opcodes_sse.inc.
    static Ran simd(Cpu& c, const Insn* i);
    static Outcome mmx(Cpu& c, const Insn* i);
    static Outcome sse_move(Cpu& c, const Insn* i);
    static Outcome sse_integer(Cpu& c, const Insn* i);
    static Outcome sse_float(Cpu& c, const Insn* i);

    // ---- addressing -----------------------------------------------------------------------------------------------------
    static const u8* file(const Cpu& c) { return reinterpret_cast<const u8*>(c.s.gpr.data()); }
    template <class T> static PtrOp<T> reg(Cpu& c, u8 offset)
    {
        return {reinterpret_cast<u8*>(c.s.gpr.data()) + offset};
    }
    static u32 offset32(const Cpu& c, const Insn* i)
    {
        return ld<u32>(file(c) + i->base) + (ld<u32>(file(c) + i->index) << i->scale) + static_cast<u32>(i->disp);
    }
    // Checks the segment; ~0: a fault is pending.
    static u64 checked_linear(Cpu& c, u64 offset, u8 seg, unsigned size, bool write);

    // Host pointer for `operand` (0 or 1, for the bounce buffers) at a linear address; null: a fault is pending.
    template <class T, Access A> static u8* at(Cpu& c, const Insn* i, u32 linear, unsigned operand)
    {
        const Tlb::Entry e = (A == Access::Read ? c.read_table_ : c.write_table_)[linear >> PAGE_BITS];
        if (TABPC_UNLIKELY((e & Tlb::INVALID) || (linear & PAGE_MASK_4K) > PAGE_SIZE_4K - sizeof(T)))
            return c.slow_access(i, linear, sizeof(T), A, operand);
        return reinterpret_cast<u8*>(e + linear);
    }
    // Whether any access within the page is plain memory.
    template <Access A> static bool is_plain(const Cpu& c, u32 linear)
    {
        return !((A == Access::Read ? c.read_table_ : c.write_table_)[linear >> PAGE_BITS] & Tlb::INVALID);
    }
    // With an ALIGNMENT, #GP(0) for what is not aligned so.
    template <class T, Access A, u32 ALIGNMENT = 1> static u8* memory(Cpu& c, const Insn* i, unsigned operand = 0)
    {
        u32 linear = offset32(c, i);
        if (TABPC_UNLIKELY(i->seg != Insn::FLAT_SEG)) {
            const u64 l = checked_linear(c, i->a16 ? linear & 0xffff : linear, i->seg, sizeof(T), A != Access::Read);
            if (l == ~u64(0)) return nullptr;
            linear = static_cast<u32>(l);
        }
        if (ALIGNMENT > 1 && TABPC_UNLIKELY(linear & (ALIGNMENT - 1))) {
            c.raise(exc::GP, 0);
            return nullptr;
        }
        return at<T, A>(c, i, linear, operand);
    }
    // The memory operand of BT and its kin, moved by a signed bit offset.
    template <class T, Access A> static u8* bit_memory(Cpu& c, const Insn* i, T bit)
    {
        const i64 step = (static_cast<i64>(static_cast<std::make_signed_t<T>>(bit)) >> (sizeof(T) == 2 ? 4 : 5)) * i64(sizeof(T));
        u32 linear = offset32(c, i) + static_cast<u32>(step);
        if (i->a16) linear &= 0xffff;
        if (i->seg != Insn::FLAT_SEG) {
            const u64 l = checked_linear(c, linear, i->seg, sizeof(T), A != Access::Read);
            if (l == ~u64(0)) return nullptr;
            linear = static_cast<u32>(l);
        }
        return at<T, A>(c, i, linear, 0);
    }
    // A stack slot at SS:sp, sp already masked.
    template <class T, Access A> static u8* stack(Cpu& c, const Insn* i, u32 sp, unsigned operand = 1)
    {
        if (TABPC_UNLIKELY(!(c.mode_key_ & Cpu::FLAT))) {
            const u64 l = checked_linear(c, sp, SS, sizeof(T), A != Access::Read);
            if (l == ~u64(0)) return nullptr;
            sp = static_cast<u32>(l);
        }
        return at<T, A>(c, i, sp, operand);
    }
    template <class T> static u8* push_slot(Cpu& c, const Insn* i)
    {
        const u32 sp = c.s.reg32(ESP) - sizeof(T);
        return stack<T, Access::Write>(c, i, i->stack16 ? sp & 0xffff : sp);
    }
    template <class T> static u8* pop_slot(Cpu& c, const Insn* i)
    {
        const u32 sp = c.s.reg32(ESP);
        return stack<T, Access::Read>(c, i, i->stack16 ? sp & 0xffff : sp);
    }
    // After a definition that may have written through p.
    static bool committed(Cpu& c, const Insn* i, const u8* p, unsigned operand)
    {
        return TABPC_UNLIKELY(c.is_bounce(p)) && c.commit_bounce(i, operand);
    }
    static TargetOp target(const Cpu& c, const Insn* i)
    {
        return {(c.s.rip + i->end + i->imm) & (i->o16 ? 0xffff : 0xffffffff)};
    }
    static u32 count_mask(const Insn* i) { return i->a16 ? 0xffff : 0xffffffff; }
};

} // namespace tabpc
