// Regions made by hand: a Writer appends operations to a block, a Machine stands for the Cpu that translated code works on.
#pragma once
#include "cpu/state.h"
#include "ir/ir.h"
#include "wasm-jit/target.h"
#include <array>
#include <cstddef>

namespace tabpc::jit {

// What a region sees of a CPU, at places of our own choice.
struct Machine {
    u64 before = 0x1122334455667788; // translated code must leave these alone
    std::array<u64, 16> gpr{};
    u64 rip = 0;
    TranslatedState translated;
    i64 left = 0;
    u64 after = 0x8877665544332211;
    u64 scratch[4] = {}; // for LoadState and StoreState
};

inline Target target_of_machine()
{
    Target t;
    t.gpr = offsetof(Machine, gpr);
    t.rip = offsetof(Machine, rip);
    t.translated = offsetof(Machine, translated);
    t.left = offsetof(Machine, left);
    return t;
}

class Writer {
public:
    Writer(ir::Region& region, u32 block) : ops_(region.blocks[block].ops), block_(region.blocks[block]) {}

    ir::Ref add(ir::Op op)
    {
        ops_.push_back(op);
        return static_cast<ir::Ref>(ops_.size() - 1);
    }
    ir::Ref op(ir::Code code, ir::Ref a, ir::Ref b = ir::NONE, ir::Ref c = ir::NONE,
               ir::Type type = ir::Type::I32)
    {
        return add({.code = code, .type = type, .a = a, .b = b, .c = c});
    }
    ir::Ref constant(u64 value, ir::Type type = ir::Type::I32)
    {
        return add({.code = ir::Code::Const, .type = type, .imm = value});
    }
    ir::Ref get(u32 var) { return add({.code = ir::Code::Get, .imm = var}); }
    void set(u32 var, ir::Ref value) { add({.code = ir::Code::Set, .a = value, .imm = var}); }
    ir::Ref translate(ir::Ref address, u8 size, ir::MemoryAccess access, u16 exit)
    {
        return add({.code = ir::Code::Translate, .size = size, .access = access, .a = address, .exit = exit});
    }
    ir::Ref load(ir::Ref pointer, u8 size, ir::Type type = ir::Type::I32)
    {
        return add({.code = ir::Code::Load, .type = type, .size = size, .a = pointer});
    }
    void store(ir::Ref pointer, ir::Ref value, u8 size, ir::Type type = ir::Type::I32)
    {
        add({.code = ir::Code::Store, .type = type, .size = size, .a = pointer, .b = value});
    }
    ir::Ref load_state(u32 offset, u8 size, ir::Type type = ir::Type::I32)
    {
        return add({.code = ir::Code::LoadState, .type = type, .size = size, .imm = offset});
    }
    void store_state(u32 offset, ir::Ref value, u8 size, ir::Type type = ir::Type::I32)
    {
        add({.code = ir::Code::StoreState, .type = type, .size = size, .a = value, .imm = offset});
    }
    void exit_if(ir::Ref condition, u16 exit)
    {
        add({.code = ir::Code::ExitIf, .a = condition, .exit = exit});
    }
    void charge(u32 instructions) { add({.code = ir::Code::Charge, .imm = instructions}); }
    void check_budget(u32 instructions, u16 exit)
    {
        add({.code = ir::Code::CheckBudget, .exit = exit, .imm = instructions});
    }
    void spill(u16 exit) { add({.code = ir::Code::Spill, .exit = exit}); }
    ir::Ref call(u32 insn) { return add({.code = ir::Code::Call, .imm = insn}); }
    void leave_spilled(ir::Ref status, u16 exit)
    {
        add({.code = ir::Code::LeaveSpilled, .a = status, .exit = exit});
    }
    void reload(u32 variables) { add({.code = ir::Code::Reload, .imm = variables}); }

    void jump(u32 to)
    {
        block_.target[0] = to;
        add({.code = ir::Code::Jump});
    }
    void branch(ir::Ref condition, u32 to, u32 otherwise)
    {
        block_.target[0] = to;
        block_.target[1] = otherwise;
        add({.code = ir::Code::Branch, .a = condition});
    }
    void leave(u16 exit) { add({.code = ir::Code::Leave, .exit = exit}); }
    void leave_to(ir::Ref rip, u16 exit) { add({.code = ir::Code::LeaveTo, .a = rip, .exit = exit}); }

private:
    std::vector<ir::Op>& ops_;
    ir::Block& block_;
};

inline ir::Region make_region(u32 blocks, u32 exits)
{
    ir::Region region;
    region.blocks.resize(blocks);
    region.exits.resize(exits);
    return region;
}

} // namespace tabpc::jit
