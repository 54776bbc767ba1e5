// See builder.h.
#include "ir/builder.h"
#include "ir/evaluate.h"

namespace tabpc::ir {

namespace {

u64 truncated(u64 v, Type type) { return type == Type::I32 ? static_cast<u32>(v) : v; }

bool is_neutral(Code code, u64 b, Type type)
{
    switch (code) {
    case Code::Add: case Code::Sub: case Code::Or: case Code::Xor: case Code::Shl: case Code::ShrU: case Code::ShrS: case Code::Rotl:
    case Code::Rotr:
        return b == 0;
    case Code::And: return b == truncated(~u64(0), type);
    default: return false;
    }
}

} // namespace

Ref Builder::emit(Op op)
{
    block_.ops.push_back(op);
    return static_cast<Ref>(block_.ops.size() - 1);
}

Ref Builder::emit(Code code, Type type, Ref a, Ref b, Ref c, u64 imm)
{
    return emit(Op{.code = code, .type = type, .a = a, .b = b, .c = c, .imm = imm});
}

Ref Builder::constant(u64 v, Type type)
{
    Ref& last = last_constant_[type == Type::I64];
    if (last != NONE && op(last).imm == truncated(v, type)) return last;
    return last = emit(Code::Const, type, NONE, NONE, NONE, truncated(v, type));
}

bool Builder::is_constant(Ref r, u64& v) const
{
    if (block_.ops[r].code != Code::Const) return false;
    v = block_.ops[r].imm;
    return true;
}

Ref Builder::binary(Code code, Ref a, Ref b)
{
    const Type t = type(a);
    u64 x, y;
    if (is_constant(b, y)) {
        if (is_neutral(code, y, t)) return a;
        if (code == Code::And && y == 0) return b;
        if (is_constant(a, x) && has_value(code, t, x, y)) return constant(evaluate(code, t, x, y), t);
        if (code == Code::Sub) return binary(Code::Add, a, constant(0 - y, t));
        // (a + c1) + c2, (a & c1) & c2
        if ((code == Code::Add || code == Code::And) && op(a).code == code && is_constant(op(a).b, x)) {
            const Ref inner = op(a).a;
            return binary(code, inner, constant(code == Code::Add ? x + y : x & y, t));
        }
    } else if (is_constant(a, x) && (code == Code::Add || code == Code::And || code == Code::Or || code == Code::Xor)) {
        return binary(code, b, a);
    }
    return emit(code, t, a, b);
}

Ref Builder::compare(Code code, Ref a, Ref b) { return emit(code, type(a), a, b); }

Ref Builder::convert(Code code, Ref a)
{
    u64 v;
    if (is_constant(a, v)) {
        if (code == Code::Wrap) return constant(v);
        return constant(code == Code::SignExtend ? static_cast<u64>(static_cast<i64>(static_cast<i32>(v))) : v, Type::I64);
    }
    if (code == Code::Wrap && (op(a).code == Code::ZeroExtend || op(a).code == Code::SignExtend)) return op(a).a;
    return emit(code, code == Code::Wrap ? Type::I64 : Type::I32, a);
}

Ref Builder::select(Ref bit, Ref a, Ref b)
{
    u64 v;
    if (is_constant(bit, v)) return v ? a : b;
    return a == b ? a : emit(Code::Select, type(a), a, b, bit);
}

Ref Builder::get(u8 var)
{
    Ref& known = variables_[var];
    if (known == NONE) known = emit(Code::Get, Type::I32, NONE, NONE, NONE, var);
    return known;
}

void Builder::set(u8 var, Ref value)
{
    variables_[var] = value;
    emit(Code::Set, Type::I32, value, NONE, NONE, var);
}

void Builder::forget_variables(u32 mask)
{
    for (unsigned n = 0; n < VARS; n++)
        if (mask >> n & 1) variables_[n] = NONE;
}

} // namespace tabpc::ir
