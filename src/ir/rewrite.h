// A block made anew, operation by operation: what the passes that replace values by others have in common.
#pragma once
#include "ir/ir.h"

namespace tabpc::ir {

// Passes may add operations, and Refs are 16 bits wide. Longer blocks, which no recorder makes, are left as they are.
inline constexpr size_t REWRITABLE = 16000;

class Rewrite {
public:
    std::vector<Op> ops; // made so far

    void start(const Block& block)
    {
        ops.clear();
        ops.reserve(block.ops.size() + 16);
        renamed_.assign(block.ops.size(), NONE);
    }
    // An operation of the old block, with the new names of its operands.
    Op renamed(const Op& old) const
    {
        Op op = old;
        for (Ref* ref : {&op.a, &op.b, &op.c})
            if (*ref != NONE) *ref = renamed_[*ref];
        return op;
    }
    // Old operation n is now `ref`.
    void rename(size_t n, Ref ref) { renamed_[n] = ref; }
    Ref add(const Op& op)
    {
        ops.push_back(op);
        return static_cast<Ref>(ops.size() - 1);
    }
    void finish(Block& block) { block.ops.swap(ops); }

private:
    std::vector<Ref> renamed_;
};

} // namespace tabpc::ir
