// See opcodes.h.
#include "wasm-jit/opcodes.h"
#include <bit>

namespace tabpc::jit {

namespace {

struct Row {
    Wasm i32 = Wasm::unreachable, i64 = Wasm::unreachable;
};
struct Table {
    Row rows[ir::CODES];
};

constexpr Table make_table()
{
    Table t;
    const auto row = [&t](ir::Code code, Wasm i32, Wasm i64) {
        t.rows[static_cast<unsigned>(code)] = {i32, i64};
    };
#define ROW(code, name) row(ir::Code::code, Wasm::i32_##name, Wasm::i64_##name)
    ROW(Add, add);
    ROW(Sub, sub);
    ROW(Mul, mul);
    ROW(DivU, div_u);
    ROW(DivS, div_s);
    ROW(RemU, rem_u);
    ROW(RemS, rem_s);
    ROW(And, and);
    ROW(Or, or);
    ROW(Xor, xor);
    ROW(Shl, shl);
    ROW(ShrU, shr_u);
    ROW(ShrS, shr_s);
    ROW(Rotl, rotl);
    ROW(Rotr, rotr);
    ROW(Clz, clz);
    ROW(Ctz, ctz);
    ROW(Popcnt, popcnt);
    ROW(Extend8, extend8_s);
    ROW(Extend16, extend16_s);
    ROW(Eqz, eqz);
    ROW(Eq, eq);
    ROW(Ne, ne);
    ROW(LtU, lt_u);
    ROW(LtS, lt_s);
    ROW(LeU, le_u);
    ROW(LeS, le_s);
#undef ROW
    row(ir::Code::Select, Wasm::select, Wasm::select);
    // The conversions, whatever type they carry.
    row(ir::Code::ZeroExtend, Wasm::i64_extend_i32_u, Wasm::i64_extend_i32_u);
    row(ir::Code::SignExtend, Wasm::i64_extend_i32_s, Wasm::i64_extend_i32_s);
    row(ir::Code::Wrap, Wasm::i32_wrap_i64, Wasm::i32_wrap_i64);
    return t;
}
constexpr Table table = make_table();

} // namespace

Wasm opcode(ir::Code code, ir::Type type)
{
    const Row& row = table.rows[static_cast<unsigned>(code)];
    return type == ir::Type::I64 ? row.i64 : row.i32;
}

bool is_comparison(ir::Code code) { return code >= ir::Code::Eq && code <= ir::Code::LeS; }

Wasm inverse(Wasm comparison)
{
    switch (comparison) {
    case Wasm::i32_eq: return Wasm::i32_ne;
    case Wasm::i32_ne: return Wasm::i32_eq;
    case Wasm::i32_lt_s: return Wasm::i32_ge_s;
    case Wasm::i32_lt_u: return Wasm::i32_ge_u;
    case Wasm::i32_le_s: return Wasm::i32_gt_s;
    case Wasm::i32_le_u: return Wasm::i32_gt_u;
    case Wasm::i64_eq: return Wasm::i64_ne;
    case Wasm::i64_ne: return Wasm::i64_eq;
    case Wasm::i64_lt_s: return Wasm::i64_ge_s;
    case Wasm::i64_lt_u: return Wasm::i64_ge_u;
    case Wasm::i64_le_s: return Wasm::i64_gt_s;
    case Wasm::i64_le_u: return Wasm::i64_gt_u;
    default: return Wasm::unreachable;
    }
}

Wasm load_opcode(ir::Type type, unsigned size)
{
    constexpr Wasm i32[] = {Wasm::i32_load8_u, Wasm::i32_load16_u, Wasm::i32_load, Wasm::unreachable};
    constexpr Wasm i64[] = {Wasm::i64_load8_u, Wasm::i64_load16_u, Wasm::i64_load32_u, Wasm::i64_load};
    return (type == ir::Type::I64 ? i64 : i32)[std::countr_zero(size)];
}

Wasm store_opcode(ir::Type type, unsigned size)
{
    constexpr Wasm i32[] = {Wasm::i32_store8, Wasm::i32_store16, Wasm::i32_store, Wasm::unreachable};
    constexpr Wasm i64[] = {Wasm::i64_store8, Wasm::i64_store16, Wasm::i64_store32, Wasm::i64_store};
    return (type == ir::Type::I64 ? i64 : i32)[std::countr_zero(size)];
}

} // namespace tabpc::jit
