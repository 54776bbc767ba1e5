// See ir.h.
#include "ir/ir.h"

namespace tabpc::ir {

namespace {
using K = CodeInfo;
constexpr CodeInfo table[] = {
#define OP(code, result, a, b, c, effect) {#code, K::result, K::a, K::b, K::c, Effect::effect},
#include "ir/ops.inc"
#undef OP
};
} // namespace

const CodeInfo& info(Code code) { return table[static_cast<unsigned>(code)]; }

bool is_commutative(Code code)
{
    switch (code) {
    case Code::Add:
    case Code::Mul:
    case Code::And:
    case Code::Or:
    case Code::Xor:
    case Code::Eq:
    case Code::Ne: return true;
    default: return false;
    }
}

Type kind_type(CodeInfo::Kind kind, Type type)
{
    switch (kind) {
    case CodeInfo::_: return Type::None;
    case CodeInfo::T: return type;
    case CodeInfo::I32: return Type::I32;
    case CodeInfo::I64: return Type::I64;
    case CodeInfo::F64: return Type::F64;
    case CodeInfo::V128: return Type::V128;
    case CodeInfo::Ptr: return Type::Ptr;
    }
    return Type::None;
}

} // namespace tabpc::ir
