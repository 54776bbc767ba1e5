// Regions written by hand: a function for each operation a test uses, on the block that is being filled.
#pragma once
#include "cpu/state.h"
#include "ir/ir.h"

namespace tabpc::ir::test {

struct Builder {
    Region region;
    u32 current = 0; // block

    explicit Builder(u32 blocks = 1)
    {
        region.rip = 0x1000;
        region.blocks.resize(blocks);
        region.insns.resize(1); // what stands behind the last one
    }

    Block& block() { return region.blocks[current]; }
    void start(u32 block) { current = block; }
    Ref add(Op op)
    {
        block().ops.push_back(op);
        return static_cast<Ref>(block().ops.size() - 1);
    }
    u16 exit(Exit e = {})
    {
        region.exits.push_back(e);
        return static_cast<u16>(region.exits.size() - 1);
    }
    u16 exit(u8 flags) { return exit({.flags = flags}); }

    Ref constant(u32 v) { return add({.code = Code::Const, .imm = v}); }
    Ref constant64(u64 v) { return add({.code = Code::Const, .type = Type::I64, .imm = v}); }
    Ref pure(Code code, Ref a, Ref b = NONE, Ref c = NONE)
    {
        return add({.code = code, .a = a, .b = b, .c = c});
    }
    Ref pure64(Code code, Ref a, Ref b = NONE, Ref c = NONE)
    {
        return add({.code = code, .type = Type::I64, .a = a, .b = b, .c = c});
    }
    Ref get(unsigned var) { return add({.code = Code::Get, .imm = var}); }
    void set(unsigned var, Ref a) { add({.code = Code::Set, .a = a, .imm = var}); }
    Ref load_state(u64 offset, u8 size)
    {
        return add({.code = Code::LoadState, .type = type(size), .size = size, .imm = offset});
    }
    void store_state(u64 offset, Ref a, u8 size)
    {
        add({.code = Code::StoreState, .type = type(size), .size = size, .a = a, .imm = offset});
    }
    Ref translate(Ref a, u8 size, MemoryAccess access, u16 exit)
    {
        return add({.code = Code::Translate, .size = size, .access = access, .a = a, .exit = exit});
    }
    Ref load(Ref pointer, u8 size)
    {
        return add({.code = Code::Load, .type = type(size), .size = size, .a = pointer});
    }
    void store(Ref pointer, Ref v, u8 size)
    {
        add({.code = Code::Store, .type = type(size), .size = size, .a = pointer, .b = v});
    }
    void exit_if(Ref a, u16 exit) { add({.code = Code::ExitIf, .a = a, .exit = exit}); }
    void charge(u32 n) { add({.code = Code::Charge, .imm = n}); }
    void check_budget(u32 n, u16 exit) { add({.code = Code::CheckBudget, .exit = exit, .imm = n}); }
    void spill(u16 exit) { add({.code = Code::Spill, .exit = exit}); }
    // Calls `insn`, and reads the variables of the mask again.
    void call(const Insn& insn, u32 mask)
    {
        region.insns.insert(region.insns.end() - 1, insn);
        const Ref status = add({.code = Code::Call, .imm = region.insns.size() - 2});
        add({.code = Code::LeaveSpilled, .a = status, .exit = exit({.reason = Exit::Returned})});
        add({.code = Code::Reload, .imm = mask});
    }
    void jump(u32 to)
    {
        block().target[0] = to;
        add({.code = Code::Jump});
    }
    void branch(Ref a, u32 yes, u32 no)
    {
        block().target[0] = yes;
        block().target[1] = no;
        add({.code = Code::Branch, .a = a});
    }
    void leave(u16 exit) { add({.code = Code::Leave, .exit = exit}); }
    void leave_to(Ref a, u16 exit) { add({.code = Code::LeaveTo, .a = a, .exit = exit}); }

    static Type type(u8 size) { return size == 8 ? Type::I64 : Type::I32; }
};

} // namespace tabpc::ir::test
