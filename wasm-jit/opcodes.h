// Which instruction an operation of the IR is.
#pragma once
#include "ir/ir.h"
#include "wasm-jit/wasm.h"

namespace tabpc::jit {

// Of an operation without effect that is one instruction over its arguments.
Wasm opcode(ir::Code code, ir::Type type);
bool is_comparison(ir::Code code);
// The comparison that holds when this one does not.
Wasm inverse(Wasm comparison);
// Loads zero-extend, stores take the low bytes.
Wasm load_opcode(ir::Type type, unsigned size);
Wasm store_opcode(ir::Type type, unsigned size);

inline ValType val_type(ir::Type type)
{
    switch (type) {
    case ir::Type::I64: return ValType::I64;
    case ir::Type::F64: return ValType::F64;
    case ir::Type::V128: return ValType::V128;
    default: return ValType::I32;
    }
}

} // namespace tabpc::jit
