// See evaluate.h.
#include "ir/evaluate.h"
#include <bit>
#include <limits>
#include <type_traits>

namespace tabpc::ir {

namespace {

// U: u32 or u64. A u64 argument that is to be an i32 is cut to it by the parameter.
template <class U>
U arithmetic(Code code, U a, U b, bool c)
{
    using I = std::make_signed_t<U>;
    constexpr unsigned MASK = sizeof(U) * 8 - 1;
    const unsigned count = b & MASK;
    const I sa = static_cast<I>(a), sb = static_cast<I>(b);
    switch (code) {
    case Code::Add: return a + b;
    case Code::Sub: return a - b;
    case Code::Mul: return a * b;
    case Code::DivU: return a / b;
    case Code::DivS: return static_cast<U>(sa / sb);
    case Code::RemU: return a % b;
    case Code::RemS: return sb == -1 ? 0 : static_cast<U>(sa % sb);
    case Code::And: return a & b;
    case Code::Or: return a | b;
    case Code::Xor: return a ^ b;
    case Code::Shl: return a << count;
    case Code::ShrU: return a >> count;
    case Code::ShrS: return static_cast<U>(sa >> count);
    case Code::Rotl: return std::rotl(a, static_cast<int>(count));
    case Code::Rotr: return std::rotr(a, static_cast<int>(count));
    case Code::Clz: return static_cast<U>(std::countl_zero(a));
    case Code::Ctz: return static_cast<U>(std::countr_zero(a));
    case Code::Popcnt: return static_cast<U>(std::popcount(a));
    case Code::Extend8: return static_cast<U>(static_cast<i8>(a));
    case Code::Extend16: return static_cast<U>(static_cast<i16>(a));
    case Code::Eqz: return a == 0;
    case Code::Eq: return a == b;
    case Code::Ne: return a != b;
    case Code::LtU: return a < b;
    case Code::LtS: return sa < sb;
    case Code::LeU: return a <= b;
    case Code::LeS: return sa <= sb;
    case Code::Select: return c ? a : b;
    default: return 0;
    }
}

} // namespace

u64 evaluate(Code code, Type type, u64 a, u64 b, u64 c)
{
    switch (code) {
    case Code::ZeroExtend:
    case Code::Wrap: return static_cast<u32>(a);
    case Code::SignExtend: return static_cast<u64>(static_cast<i64>(static_cast<i32>(a)));
    default: break;
    }
    const bool chosen = static_cast<u32>(c) != 0;
    if (type == Type::I64) return arithmetic<u64>(code, a, b, chosen);
    return arithmetic<u32>(code, static_cast<u32>(a), static_cast<u32>(b), chosen);
}

bool has_value(Code code, Type type, u64 a, u64 b)
{
    switch (code) {
    case Code::DivU:
    case Code::DivS:
    case Code::RemU:
    case Code::RemS: break;
    default: return true;
    }
    if (type == Type::I64) {
        const u64 lowest = u64(1) << 63;
        return b != 0 && !(code == Code::DivS && a == lowest && b == ~u64(0));
    }
    const u32 lowest = u32(1) << 31;
    return static_cast<u32>(b) != 0 &&
           !(code == Code::DivS && static_cast<u32>(a) == lowest && static_cast<u32>(b) == ~u32(0));
}

} // namespace tabpc::ir
