// See variables.h.
#include "wasm-jit/variables.h"
#include <cstddef>

namespace tabpc::jit {

// General registers are 64 bits wide in memory; 32-bit code keeps their low halves, and clears the high ones when it
// stores them.
ValType Variables::type(u32) { return ValType::I32; }

u32 Variables::address(u32 var) const
{
    switch (var) {
    case ir::FLAG_RESULT: return target_.translated + offsetof(TranslatedState, result);
    case ir::FLAG_X: return target_.translated + offsetof(TranslatedState, x);
    case ir::FLAG_Y: return target_.translated + offsetof(TranslatedState, y);
    case ir::FLAG_CARRY: return target_.translated + offsetof(TranslatedState, carry);
    case ir::FLAG_FORM: return target_.translated + offsetof(TranslatedState, form);
    default: return target_.gpr + var * sizeof(u64);
    }
}

void Variables::declare(const ir::Region& region, const Target& target, Locals& locals)
{
    target_ = target;
    set_ = 0;
    u32 read = 0;
    for (const ir::Block& block : region.blocks) {
        for (const ir::Op& op : block.ops) {
            if (op.code == ir::Code::Get) read |= 1u << op.imm;
            else if (op.code == ir::Code::Set) set_ |= 1u << op.imm;
            else if (op.code == ir::Code::Spill && region.exits[op.exit].flags == FlagForm::DYNAMIC)
                read |= 1u << ir::FLAG_FORM;
        }
    }
    for (u32 var = 0; var < ir::VARS; var++)
        local_[var] = (read | set_) >> var & 1 ? locals.add(type(var)) : CPU;
    left_ = locals.add(ValType::I64);
}

void Variables::load(Encoder& code, u32 var) const
{
    code.get(CPU);
    code.memory(Wasm::i32_load, 2, address(var));
    code.set(local_[var]);
}

void Variables::load_left(Encoder& code) const
{
    code.get(CPU);
    code.memory(Wasm::i64_load, 3, target_.left);
    code.set(left_);
}

void Variables::load_all(Encoder& code) const
{
    for (u32 var = 0; var < ir::VARS; var++)
        if (has_local(var)) load(code, var);
    load_left(code);
}

void Variables::store_all(Encoder& code) const
{
    for (u32 var = 0; var < ir::VARS; var++) {
        if (!is_set(var)) continue;
        code.get(CPU);
        code.get(local_[var]);
        if (var < ir::FLAG_RESULT) {
            code.op(Wasm::i64_extend_i32_u);
            code.memory(Wasm::i64_store, 3, address(var));
        } else {
            code.memory(Wasm::i32_store, 2, address(var));
        }
    }
}

void Variables::store_left(Encoder& code, u32 undone) const
{
    code.get(CPU);
    code.get(left_);
    if (undone != 0) {
        code.i64_const(undone);
        code.op(Wasm::i64_add);
    }
    code.memory(Wasm::i64_store, 3, target_.left);
}

void Variables::store_form(Encoder& code, u8 flags) const
{
    code.get(CPU);
    if (flags == FlagForm::DYNAMIC) code.get(local_[ir::FLAG_FORM]);
    else code.i32_const(flags);
    code.memory(Wasm::i32_store, 2, address(ir::FLAG_FORM));
}

} // namespace tabpc::jit
