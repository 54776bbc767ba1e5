// Appends operations to a block. What can be worked out at once is: constants, and sums of a value and constants, so that
// PUSH after PUSH ends in one subtraction; the rest is left to the passes. Variables set and read again in the block are
// handed on as values.
#pragma once
#include "ir/ir.h"
#include <array>
#include <concepts>
#include <type_traits>

namespace tabpc::ir {

// A value with the width of the guest's operand: 1, 2 and 4 bytes are an I32 whose higher bits are 0, 8 an I64.
struct Val {
    Ref ref = NONE;
    u8 bytes = 4;
};

class Builder {
public:
    explicit Builder(Block& block) : block_(block) { forget_variables(~u32(0)); }

    Ref emit(Op op);
    Ref emit(Code code, Type type, Ref a = NONE, Ref b = NONE, Ref c = NONE, u64 imm = 0);
    Ref constant(u64 v, Type type = Type::I32);
    bool is_constant(Ref r, u64& v) const;
    // Binary operations of one type.
    Ref binary(Code code, Ref a, Ref b);
    // (A constant of an enum must not be taken for a Ref.)
    template <class I>
        requires(!std::same_as<I, Ref> && (std::integral<I> || std::is_enum_v<I>))
    Ref binary(Code code, Ref a, I constant_b)
    {
        return binary(code, a, constant(static_cast<u64>(constant_b), type(a)));
    }
    Ref compare(Code code, Ref a, Ref b);
    Ref unary(Code code, Ref a) { return emit(code, type(a), a); }
    Ref convert(Code code, Ref a);
    Ref select(Ref bit, Ref a, Ref b);

    Ref get(u8 var);
    void set(u8 var, Ref value);
    void forget_variables(u32 mask);

    Type type(Ref r) const { return result_type(block_.ops[r]); }
    const Op& op(Ref r) const { return block_.ops[r]; }
    Block& block() { return block_; }

private:
    Block& block_;
    std::array<Ref, VARS> variables_;
    std::array<Ref, 2> last_constant_{NONE, NONE};
};

} // namespace tabpc::ir
