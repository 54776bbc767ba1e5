// remove_dead_code: liveness of variables over the region's blocks, of values within each.
#include "ir/passes.h"
#include <algorithm>

namespace tabpc::ir {

namespace {

// The variables that are read when the region is left by this exit, or spilled for it: all registers, and the flag words
// that the form of the flags is made of.
u32 read_by(const Exit& exit)
{
    constexpr u32 RESULT = 1u << FLAG_RESULT, X = 1u << FLAG_X, Y = 1u << FLAG_Y;
    constexpr u32 BY_KIND[FlagForm::KINDS] = {RESULT | Y, RESULT, RESULT | X | Y, RESULT | X | Y, X | Y, X | Y, X | Y, X | Y, X | Y};
    if (exit.flags & FlagForm::DYNAMIC) return (1u << VARS) - 1;
    const u32 carry = exit.flags & FlagForm::OWN_CARRY ? 1u << FLAG_CARRY : 0;
    return ALL_REGISTERS | BY_KIND[exit.flags & FlagForm::KIND] | carry;
}

class DeadCode {
public:
    explicit DeadCode(Region& region) : region_(region), blocks_(region.blocks.size())
    {
        read_by_exit_.reserve(region.exits.size());
        for (const Exit& exit : region.exits) read_by_exit_.push_back(read_by(exit));
        size_t operations = 0;
        for (size_t b = 0; b < blocks_.size(); b++) {
            blocks_[b].first = operations;
            operations += region.blocks[b].ops.size();
        }
        marks_.resize(operations);
    }

    // Starts from the assumption that nothing is live, and looks at a block again when more turns out to be live behind it.
    // Blocks mostly lead to later ones, so without loops one round, backwards, is all it takes.
    void run()
    {
        for (bool changed = true; changed;) {
            changed = false;
            for (size_t b = blocks_.size(); b-- > 0;) {
                const u32 live_out = live_behind(region_.blocks[b]);
                if (blocks_[b].seen && blocks_[b].live_out == live_out) continue;
                const u32 live_in = walk(b, live_out);
                changed |= live_in != blocks_[b].live_in;
                blocks_[b].live_in = live_in;
            }
        }
        for (size_t b = 0; b < blocks_.size(); b++) {
            if (blocks_[b].reloads) trim_reloads(b);
            compact(region_.blocks[b].ops, needed(b));
        }
    }

private:
    struct State {
        bool seen = false, reloads = false;
        u32 live_in = 0, live_out = 0;
        size_t first = 0; // of its operations' marks
    };

    u32 live_behind(const Block& block) const
    {
        switch (block.ops.back().code) {
        case Code::Jump: return blocks_[block.target[0]].live_in;
        case Code::Branch: return blocks_[block.target[0]].live_in | blocks_[block.target[1]].live_in;
        default: return 0;
        }
    }

    // Marks what is needed in a block; returns the variables live at its start.
    u32 walk(size_t b, u32 live)
    {
        State& state = blocks_[b];
        const auto& ops = region_.blocks[b].ops;
        state.seen = true;
        state.live_out = live;
        u8* const needed = this->needed(b);
        std::fill_n(needed, ops.size(), false);
        for (size_t n = ops.size(); n-- > 0;) {
            const Op& op = ops[n];
            if (op.code == Code::Set && !(live >> op.imm & 1)) continue;
            if (removable(op) && !needed[n]) continue;
            needed[n] = true;
            for (Ref ref : {op.a, op.b, op.c})
                if (ref != NONE) needed[ref] = true;
            state.reloads |= op.code == Code::Reload;
            live = (live & ~written(op)) | read(op);
        }
        return live;
    }

    // A Reload reads what is live behind it; if that is nothing, the budget is left.
    void trim_reloads(size_t b)
    {
        auto& ops = region_.blocks[b].ops;
        u32 live = blocks_[b].live_out;
        for (size_t n = ops.size(); n-- > 0;) {
            if (!needed(b)[n]) continue;
            if (ops[n].code == Code::Reload) ops[n].imm &= live;
            live = (live & ~written(ops[n])) | read(ops[n]);
        }
    }

    // After a call the flags have the form CARRIES: what a Spill has written to the other words is read again as it was.
    static constexpr u32 KEPT_BY_CALLS = 1u << FLAG_X | 1u << FLAG_CARRY;
    static u32 written(const Op& op)
    {
        switch (op.code) {
        case Code::Set: return 1u << op.imm;
        case Code::Reload: return static_cast<u32>(op.imm) & ~KEPT_BY_CALLS;
        default: return 0;
        }
    }
    u32 read(const Op& op) const
    {
        switch (op.code) {
        case Code::Get: return 1u << op.imm;
        case Code::Translate:
        case Code::ExitIf:
        case Code::CheckBudget:
        case Code::Spill:
        case Code::Leave:
        case Code::LeaveTo: return read_by_exit_[op.exit];
        default: return 0; // LeaveSpilled among them: it writes nothing
        }
    }

    void compact(std::vector<Op>& ops, const u8* needed)
    {
        new_name_.resize(ops.size());
        size_t kept = 0;
        for (size_t n = 0; n < ops.size(); n++) {
            if (!needed[n]) continue;
            Op op = ops[n];
            for (Ref* ref : {&op.a, &op.b, &op.c})
                if (*ref != NONE) *ref = new_name_[*ref];
            new_name_[n] = static_cast<Ref>(kept);
            ops[kept++] = op;
        }
        ops.resize(kept);
    }

    u8* needed(size_t b) { return marks_.data() + blocks_[b].first; }

    Region& region_;
    std::vector<State> blocks_;
    std::vector<u8> marks_; // by operation, of all blocks: whether it is needed
    std::vector<u32> read_by_exit_;
    std::vector<Ref> new_name_;
};

} // namespace

void remove_dead_code(Region& region) { DeadCode(region).run(); }

} // namespace tabpc::ir
