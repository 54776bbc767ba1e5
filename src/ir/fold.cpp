// fold_constants: every value through the Simplifier, and what follows from conditions that turn out to be known.
#include "ir/passes.h"
#include "ir/simplify.h"
#include <utility>

namespace tabpc::ir {

namespace {

class Fold {
public:
    void run(Block& block)
    {
        simplifier_.start(block);
        for (size_t n = 0; n < block.ops.size(); n++) {
            const Op op = simplifier_.renamed(block.ops[n]);
            if (info(op.code).effect == Effect::PURE) simplifier_.rename(n, simplifier_.value(op));
            else if (op.code == Code::ExitIf) {
                if (exit_if(op)) break;
            } else {
                simplifier_.rename(n, simplifier_.add(other(op, block)));
            }
        }
        simplifier_.rewrite.finish(block);
    }

private:
    // True: the block ends here.
    bool exit_if(Op op)
    {
        op.a = simplifier_.condition(op.a);
        const std::optional<u64> c = simplifier_.constant(op.a);
        if (!c) simplifier_.add(op);
        else if (*c) simplifier_.add({.code = Code::Leave, .exit = op.exit});
        return c && *c;
    }

    Op other(Op op, Block& block) const
    {
        switch (op.code) {
        case Code::Store: op.b = simplifier_.within(op.b, ones(op.size * 8u)); break;
        case Code::StoreState: op.a = simplifier_.within(op.a, ones(op.size * 8u)); break;
        case Code::Branch: return branch(op, block);
        default: break;
        }
        return op;
    }

    Op branch(Op op, Block& block) const
    {
        op.a = simplifier_.condition(op.a);
        if (simplifier_.op(op.a).code == Code::Eqz && simplifier_.op(op.a).type == Type::I32) {
            op.a = simplifier_.op(op.a).a;
            std::swap(block.target[0], block.target[1]);
        }
        const std::optional<u64> c = simplifier_.constant(op.a);
        if (!c && block.target[0] != block.target[1]) return op;
        if (c == 0) block.target[0] = block.target[1];
        return {.code = Code::Jump};
    }

    Simplifier simplifier_;
};

} // namespace

void fold_constants(Region& region)
{
    Fold fold;
    for (Block& block : region.blocks)
        if (block.ops.size() <= REWRITABLE) fold.run(block);
}

} // namespace tabpc::ir
