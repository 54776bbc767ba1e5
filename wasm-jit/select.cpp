// See select.h.
#include "wasm-jit/select.h"
#include "cpu/encoding.h"
#include "cpu/handlers.h"
#include <algorithm>
#include <map>

namespace tabpc::jit {

namespace {

constexpr size_t MAX_BLOCKS = 48;
constexpr u32 MAX_INSTRUCTIONS = 320;

using ir::GuestBlock;

bool is(u16 op, u16 first, u16 last) { return op >= first && op <= last; }

// How the last instruction of a decoded block goes on.
struct End {
    GuestBlock::Ends ends = GuestBlock::Ends::Jumps;
    unsigned targets = 1;
    u64 target[2] = {0, 0};
    bool inside = true; // the first target may be of the same region
    bool repeats = false;
};

End end_of(const Block& b, const Insn& last, u64 behind)
{
    const u64 to = (behind + last.imm) & (last.o16 ? 0xffff : 0xffffffff);
    const bool conditional = is(last.op, op::Jcc, op::Jcc_last) || is(last.op, op::JCXZ, op::LOOPNE_last);
    if (conditional) return {GuestBlock::Ends::Branches, 2, {to, behind}};
    if (is(last.op, op::JMP, op::CALL_last)) {
        const bool call = last.op >= op::CALL;
        const unsigned form = (last.op - (call ? op::CALL : op::JMP)) / 4;
        if (form != form::jump_j) return {GuestBlock::Ends::Indirect, 0};
        return {GuestBlock::Ends::Jumps, 1, {to}, !call};
    }
    if (is(last.op, op::RET, op::RET_last)) return {GuestBlock::Ends::Indirect, 0};
    if (is(last.op, op::MOVS, op::SCAS_last)) return {GuestBlock::Ends::Jumps, 1, {behind}, true, last.rep != Insn::NO_REP};
    if (static_cast<tabpc::End>(b.end) == tabpc::End::JUMP) return {GuestBlock::Ends::Leaves, 0, {behind}};
    const bool repeats = last.rep != Insn::NO_REP; // INS, OUTS
    return {GuestBlock::Ends::Jumps, 1, {behind}, true, repeats};
}

class Selector {
public:
    explicit Selector(Cpu& c) : c_(c), base_(c.s.seg[CS].base) {}

    Selection run()
    {
        if (!lead(c_.s.rip)) return {};
        for (size_t n = 0; n < leaders_.size(); n++) {
            const Leader l = leaders_[n];
            const End end = end_of(*l.block, l.block->insns()[l.block->count - 1], l.rip + l.block->bytes);
            for (unsigned k = 0; k < end.targets; k++)
                if (k > 0 || end.inside) lead(end.target[k]);
        }
        Selection s;
        for (const Leader& l : leaders_) s.code.blocks.push_back(guest_block(l, s.origin));
        const u32 key = c_.mode_key();
        s.code.mode = {(key & Cpu::FLAT) != 0, (key & Cpu::WORD_SEGMENTS) != 0, (key & Cpu::STACK32) != 0, c_.s.seg[CS].limit, &c_};
        return s;
    }

private:
    struct Leader {
        u64 rip;
        Block* block;
    };

    u64 linear(u64 rip) const { return (base_ + rip) & 0xffffffff; }

    // Takes in what was executed from rip on; false: nothing, or there is no room.
    bool lead(u64 rip)
    {
        if (numbers_.contains(rip)) return true;
        if (leaders_.size() == MAX_BLOCKS || instructions_ >= MAX_INSTRUCTIONS) return false;
        Block* b = c_.blocks().peek(c_, linear(rip));
        if (!b || rip + b->bytes - 1 > c_.s.seg[CS].limit) return false;
        numbers_[rip] = static_cast<int>(leaders_.size());
        leaders_.push_back({rip, b});
        instructions_ += b->count;
        return true;
    }

    int number(u64 rip) const
    {
        const auto it = numbers_.find(rip);
        return it == numbers_.end() ? GuestBlock::OUTSIDE : it->second;
    }

    // The block's instructions up to the next leader.
    GuestBlock guest_block(const Leader& l, Origin& origin) const
    {
        GuestBlock g;
        g.rip = l.rip;
        u64 rip = l.rip;
        const Block& b = *l.block;
        unsigned n = 0;
        do {
            g.insns.push_back(b.insns()[n]);
            rip += b.insns()[n].length;
            n++;
        } while (n < b.count && number(rip) < 0);
        origin.bytes.push_back({b.ram, static_cast<u32>(rip - l.rip)});
        const u64 page = linear(l.rip) & ~u64(PAGE_MASK_4K);
        if (std::none_of(origin.pages.begin(), origin.pages.end(), [&](const Origin::Page& p) { return p.linear == page; }))
            origin.pages.push_back({page, b.ram & ~RamAddr(PAGE_MASK_4K)});

        if (n < b.count) {
            g.target[0] = rip;
            g.next[0] = number(rip);
            return g;
        }
        const End end = end_of(b, b.insns()[n - 1], rip);
        g.ends = end.ends;
        g.repeats = end.repeats;
        for (unsigned k = 0; k < 2; k++) {
            g.target[k] = end.target[k];
            if (k < end.targets && (k > 0 || end.inside)) g.next[k] = number(end.target[k]);
        }
        return g;
    }

    Cpu& c_;
    u64 base_;
    std::vector<Leader> leaders_;
    std::map<u64, int> numbers_;
    u32 instructions_ = 0;
};

} // namespace

Selection select(Cpu& c) { return Selector(c).run(); }

} // namespace tabpc::jit
