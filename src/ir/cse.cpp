// eliminate_common_subexpressions: a hash table of the block's pure values, and what its variables and state words are known
// to hold.
#include "ir/passes.h"
#include "ir/rewrite.h"
#include <algorithm>
#include <array>
#include <bit>

namespace tabpc::ir {

namespace {

// Pure values by what they compute. Open addressing; a slot is the value's Ref.
class PureValues {
public:
    void start(size_t operations) { slots_.assign(std::bit_ceil(operations * 2 + 1), NONE); }
    // The value equal to `op` among those of `ops`, or where it is to be entered: NONE.
    Ref& find(const Op& op, const std::vector<Op>& ops)
    {
        for (u64 at = hash(op);; at++) {
            Ref& slot = slots_[at & (slots_.size() - 1)];
            if (slot == NONE || same(op, ops[slot])) return slot;
        }
    }

private:
    static u64 hash(const Op& op)
    {
        const u64 operands = is_commutative(op.code) ? u64{op.a} + op.b : op.a * u64{31} + op.b;
        const u64 v = (operands << 16 ^ static_cast<u64>(op.code) << 8 ^ op.c ^ op.imm) * 0x9e3779b97f4a7c15;
        return v >> 32;
    }
    static bool same(const Op& x, const Op& y)
    {
        if (x.code != y.code || x.imm != y.imm || x.c != y.c) return false;
        if (x.type != y.type && carries_type(x.code)) return false;
        return (x.a == y.a && x.b == y.b) || (is_commutative(x.code) && x.a == y.b && x.b == y.a);
    }

    std::vector<Ref> slots_;
};

// What the last accesses say some state words hold. A few are enough: a block looks at DF, at a segment's base and limits, or
// at the x87's top of stack.
class StateWords {
public:
    void forget() { size_ = 0; }
    Ref find(const Op& op) const
    {
        for (unsigned n = 0; n < size_; n++)
            if (words_[n].at == op.imm && words_[n].size == op.size) return words_[n].value;
        return NONE;
    }
    void put(const Op& op, Ref value)
    {
        if (size_ < words_.size()) words_[size_++] = {op.imm, op.size, value};
        else words_[next_++ % words_.size()] = {op.imm, op.size, value};
    }
    void forget(const Op& written)
    {
        for (unsigned n = size_; n-- > 0;)
            if (words_[n].at < written.imm + written.size && written.imm < words_[n].at + words_[n].size)
                words_[n] = words_[--size_];
    }

private:
    struct Word {
        u64 at;
        u8 size;
        Ref value;
    };
    std::array<Word, 16> words_;
    unsigned size_ = 0, next_ = 0;
};

class Cse {
public:
    void run(Block& block)
    {
        rewrite_.start(block);
        pure_.start(block.ops.size());
        variables_.fill(NONE);
        state_.forget();
        for (size_t n = 0; n < block.ops.size(); n++)
            rewrite_.rename(n, operation(rewrite_.renamed(block.ops[n])));
        rewrite_.finish(block);
    }

private:
    // What an operation is now called; NONE if it has no value.
    Ref operation(const Op& op)
    {
        if (info(op.code).effect == Effect::PURE) {
            Ref& known = pure_.find(op, rewrite_.ops);
            if (known == NONE) known = rewrite_.add(op);
            return known;
        }
        switch (op.code) {
        case Code::Get:
            if (variables_[op.imm] == NONE) variables_[op.imm] = rewrite_.add(op);
            return variables_[op.imm];
        case Code::Set:
            if (variables_[op.imm] == op.a) return NONE; // it holds that already
            variables_[op.imm] = op.a;
            break;
        case Code::Reload:
            for (unsigned v = 0; v < VARS; v++)
                if (op.imm >> v & 1) variables_[v] = NONE;
            break;
        case Code::LoadState: return load_state(op);
        case Code::StoreState: return store_state(op);
        case Code::Spill:
        case Code::Call: state_.forget(); break;
        default: break;
        }
        return rewrite_.add(op);
    }

    Ref load_state(const Op& op)
    {
        const Ref known = state_.find(op);
        if (known != NONE) return known;
        const Ref ref = rewrite_.add(op);
        state_.put(op, ref);
        return ref;
    }
    Ref store_state(const Op& op)
    {
        if (state_.find(op) == op.a) return NONE; // it holds that already
        state_.forget(op);
        if (op.size >= 4)
            state_.put(op, op.a); // of a narrower one the value has bits that would not be loaded
        return rewrite_.add(op);
    }

    Rewrite rewrite_;
    PureValues pure_;
    std::array<Ref, VARS> variables_; // the values they hold, as far as known
    StateWords state_;
};

} // namespace

void eliminate_common_subexpressions(Region& region)
{
    Cse cse;
    for (Block& block : region.blocks) cse.run(block);
}

} // namespace tabpc::ir
