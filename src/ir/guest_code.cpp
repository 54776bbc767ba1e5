// See guest_code.h.
#include "ir/guest_code.h"
#include "cpu/handlers.h"
#include "ir/record_insn.h"
#include <algorithm>
#include <deque>

namespace tabpc::ir {

namespace {

// Depth-first numbering: blocks in post order, and the targets of edges that close a cycle.
struct Order {
    std::vector<u32> post;
    std::vector<bool> closes;
};

Order order_of(const GuestCode& code)
{
    const size_t n = code.blocks.size();
    Order o{{}, std::vector<bool>(n, false)};
    enum : u8 { New, Open, Done };
    std::vector<u8> state(n, New);
    struct Frame {
        u32 block;
        unsigned edge = 0;
    };
    std::vector<Frame> stack{{0}};
    state[0] = Open;
    while (!stack.empty()) {
        Frame& f = stack.back();
        if (f.edge == 2) {
            state[f.block] = Done;
            o.post.push_back(f.block);
            stack.pop_back();
            continue;
        }
        const int to = code.blocks[f.block].next[f.edge++];
        if (to < 0) continue;
        const u32 t = static_cast<u32>(to);
        if (state[t] == Open) o.closes[t] = true;
        if (state[t] != New) continue;
        state[t] = Open;
        stack.push_back({t});
    }
    return o;
}

// A block that is being recorded.
struct Recording {
    Recorder r;
    bool needs_flags = false; // on entry, as carries
    bool needs_carry = false; // on entry, in FLAG_CARRY
    Recording(Region& region, Block& block, const CodeMode& mode) : r(region, block, mode) {}
};

// How many instructions from the first one on are of one kind, x87 or SSE, so that the interpreter's function for the kind
// runs them in one go. None of them has to do with flags.
size_t called_out_together(std::span<const Insn> insns)
{
    const bool x87 = op::is_x87(insns[0].op);
    if ((!x87 && !op::is_simd(insns[0].op)) || touches_flags(insns[0])) return 1;
    size_t n = 1;
    while (n < insns.size() && (x87 ? op::is_x87(insns[n].op) : op::is_simd(insns[n].op)) && !touches_flags(insns[n])) n++;
    return n;
}

void record_body(Recorder& r, const GuestBlock& g, u32 look)
{
    const u16 count = static_cast<u16>(g.insns.size());
    if (look) {
        const u16 exit = r.exit(Exit::Budget, g.rip, 0);
        r.b.emit(Op{.code = Code::CheckBudget, .exit = exit, .imm = look});
    }
    r.b.emit(Op{.code = Code::Charge, .imm = count});
    u64 rip = g.rip;
    u16 undone = count;
    for (std::span<const Insn> rest = g.insns; !rest.empty();) {
        const std::span<const Insn> run = rest.first(called_out_together(rest));
        r.begin(run[0], rip, undone);
        if (run.size() > 1) r.call_out(run);
        else record(r);
        for (const Insn& i : run) rip = (rip + i.length) & 0xffffffff;
        undone = static_cast<u16>(undone - run.size());
        rest = rest.subspan(run.size());
    }
}

void end_block(Recorder& r, const GuestBlock& g)
{
    Block& block = r.b.block();
    const auto leave = [&](u64 rip) { return r.exit(Exit::Next, rip, 0); };
    const auto go = [&](unsigned n) {
        if (g.next[n] < 0) {
            r.b.emit(Op{.code = Code::Leave, .exit = leave(g.target[n])});
        } else {
            block.target[0] = static_cast<u32>(g.next[n]);
            r.b.emit(Op{.code = Code::Jump});
        }
    };
    switch (g.ends) {
    case GuestBlock::Ends::Jumps: return go(0);
    case GuestBlock::Ends::Branches:
        if (g.next[0] >= 0 && g.next[1] >= 0) {
            block.target[0] = static_cast<u32>(g.next[0]);
            block.target[1] = static_cast<u32>(g.next[1]);
            r.b.emit(Op{.code = Code::Branch, .a = r.jump_on});
        } else if (g.next[0] >= 0) {
            const Ref behind = r.b.unary(Code::Eqz, r.jump_on);
            r.b.emit(Op{.code = Code::ExitIf, .a = behind, .exit = leave(g.target[1])});
            go(0);
        } else {
            r.b.emit(Op{.code = Code::ExitIf, .a = r.jump_on, .exit = leave(g.target[0])});
            go(1);
        }
        return;
    case GuestBlock::Ends::Indirect: r.b.emit(Op{.code = Code::LeaveTo, .a = r.jump_to, .exit = r.exit(Exit::Indirect, 0, 0)}); return;
    case GuestBlock::Ends::Leaves: r.b.emit(Op{.code = Code::Leave, .exit = leave(g.target[0])}); return;
    }
}

} // namespace

std::vector<u32> budget_looks(const GuestCode& code)
{
    const Order order = order_of(code);
    std::vector<bool> looks = order.closes;
    looks[0] = true;
    for (const GuestBlock& g : code.blocks)
        if (g.repeats)
            for (int to : g.next)
                if (to >= 0) looks[static_cast<size_t>(to)] = true;
    // Successors come before a block in post order, but for those that close a cycle, which have a look.
    std::vector<u32> longest(code.blocks.size(), 0), result(code.blocks.size(), 0);
    for (u32 n : order.post) {
        u32 behind = 0;
        for (int to : code.blocks[n].next)
            if (to >= 0 && !looks[static_cast<size_t>(to)]) behind = std::max(behind, longest[static_cast<size_t>(to)]);
        longest[n] = static_cast<u32>(code.blocks[n].insns.size()) + behind;
        if (looks[n]) result[n] = longest[n];
    }
    return result;
}

void record(const GuestCode& code, Region& region)
{
    const size_t n = code.blocks.size();
    const std::vector<u32> looks = budget_looks(code);
    region.rip = code.blocks[0].rip;
    region.blocks.resize(n);
    std::deque<Recording> blocks;
    for (size_t k = 0; k < n; k++) {
        const GuestBlock& g = code.blocks[k];
        region.blocks[k].rip = g.rip;
        region.blocks[k].instructions = static_cast<u32>(g.insns.size());
        Recording& rec = blocks.emplace_back(region, region.blocks[k], code.mode);
        record_body(rec.r, g, looks[k]);
        rec.needs_flags = rec.r.reads_entry_flags();
        rec.needs_carry = rec.r.reads_entry_carry();
    }

    // Which blocks want the flags as carries, or CF: those that read them, and those that hand them on to one.
    const auto next_needs = [&](size_t k, bool Recording::*need) {
        for (int to : code.blocks[k].next)
            if (to >= 0 && blocks[static_cast<size_t>(to)].*need) return true;
        return false;
    };
    for (const auto need : {&Recording::needs_flags, &Recording::needs_carry}) {
        for (bool changed = true; changed;) {
            changed = false;
            for (size_t k = n; k-- > 0;) {
                Recording& rec = blocks[k];
                if (rec.*need || !rec.r.has_entry_flags() || !next_needs(k, need)) continue;
                changed = rec.*need = true;
            }
        }
    }

    for (size_t k = 0; k < n; k++) {
        Recording& rec = blocks[k];
        const GuestBlock& g = code.blocks[k];
        const bool unchanged = rec.r.has_entry_flags();
        if (next_needs(k, &Recording::needs_carry) && !unchanged) rec.r.own_carry();
        if (next_needs(k, &Recording::needs_flags) && !unchanged) rec.r.canonical_flags();
        bool says_form = false; // to a block that takes any
        for (int to : g.next) says_form |= to >= 0 && !blocks[static_cast<size_t>(to)].needs_flags;
        if (says_form && !(unchanged && !rec.needs_flags)) rec.r.b.set(FLAG_FORM, rec.r.b.constant(rec.r.form()));
        end_block(rec.r, g);
        const u8 entry_form = rec.needs_flags ? FlagForm::CARRIES : FlagForm::DYNAMIC;
        for (u16 e : rec.r.entry_exits) region.exits[e].flags = entry_form;
    }
}

} // namespace tabpc::ir
