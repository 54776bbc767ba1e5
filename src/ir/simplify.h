// Values by algebra: makes pure operations, but gives out an older value, or a cheaper operation, where one does the same.
// simplify.cpp has the arithmetic, simplify_compare.cpp comparisons and conditions, narrow.cpp 64-bit operations of which
// only the low half is used.
#pragma once
#include "ir/known_zeros.h"
#include "ir/rewrite.h"
#include <optional>

namespace tabpc::ir {

class Simplifier {
public:
    Rewrite rewrite;

    void start(const Block& block);
    // An operation of the old block with the new names of its operands, and its own new name.
    Op renamed(const Op& old) const { return rewrite.renamed(old); }
    void rename(size_t n, Ref ref);
    // Takes over an operation as it is.
    Ref add(const Op& op) { return add(op, known_zeros(op, known(op.a), known(op.b))); }
    // A value equal to what the pure operation computes.
    Ref value(Op op);
    // An i32 that is 0 where `ref` is 0, and only there.
    Ref condition(Ref ref) const;
    // A value that has the bits of `mask` in common with `ref`.
    Ref within(Ref ref, u64 mask) const;

    const Op& op(Ref ref) const { return rewrite.ops[ref]; }
    std::optional<u64> constant(Ref ref) const;
    u64 zeros(Ref ref) const { return values_[ref].zeros; }

private:
    Ref add(const Op& op, u64 zeros);
    Ref make(Type type, u64 constant)
    {
        return add({.code = Code::Const, .type = type, .imm = constant & ones(type)});
    }
    Ref make(Code code, Type type, Ref a, Ref b = NONE)
    {
        return value({.code = code, .type = type, .a = a, .b = b});
    }
    bool is(Ref ref, Code code) const { return op(ref).code == code; }
    bool is_bool(Ref ref) const { return (zeros(ref) | 1) == ~u64(0); }
    // The constant b of ref = code(a, b).
    std::optional<u64> constant_of(Ref ref, Code code) const;
    Known known(Ref ref) const;

    // Each gives NONE where it knows nothing better.
    Ref simpler(const Op& op);
    Ref simpler_add(const Op& op, std::optional<u64> c);
    Ref simpler_multiply_or_divide(const Op& op, u64 c);
    Ref simpler_bitwise(const Op& op, std::optional<u64> c);
    Ref simpler_pair(const Op& op);
    Ref simpler_and(const Op& op, u64 mask);
    Ref simpler_shift(const Op& op, std::optional<u64> c);
    Ref shift_of_shift(const Op& op, unsigned count);
    Ref simpler_extension(const Op& op);
    Ref simpler_eqz(const Op& op);
    Ref simpler_comparison(const Op& op, std::optional<u64> c);
    Ref comparison_of_extended(const Op& op);
    Ref simpler_select(const Op& op);
    Ref simpler_wrap(const Op& op);
    Ref narrow(Ref ref, unsigned depth);
    Ref narrow_shift(const Op& op, unsigned depth);

    // Whether the old block uses it more than once: to make a cheaper form of it then is to make both.
    bool is_shared(Ref ref) const { return values_[ref].uses > 1; }

    struct Value {
        u64 zeros;
        u32 uses = 0; // in the old block
    };
    std::vector<Value> values_; // by new name
    std::vector<u32> uses_;     // by old name
};

} // namespace tabpc::ir
