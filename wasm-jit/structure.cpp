// See structure.h.
#include "wasm-jit/structure.h"
#include <algorithm>
#include <cassert>

namespace tabpc::jit {

namespace {
constexpr u32 NO_NODE = ~0u;
}

const Plan& Structurer::plan(const ir::Region& region)
{
    region_ = &region;
    dispatcher_ = static_cast<u32>(region.blocks.size());
    plan_.steps.clear();
    plan_.labels.clear();
    plan_.dispatches = false;

    find_order(0);
    find_dominators();
    if (!reducible()) add_dispatcher();
    mark_nodes();

    tasks_ = {{Task::Tree, 0, order_[0]}};
    while (!tasks_.empty()) {
        const Task task = tasks_.back();
        tasks_.pop_back();
        switch (task.kind) {
        case Task::Tree: tree(task.node); break;
        case Task::Node: transfer(task.node); break;
        case Task::Edge: edge(task.from, task.node); break;
        case Task::Close: close(); break;
        }
    }
    assert(open_.empty());
    return plan_;
}

// ---- the graph --------------------------------------------------------------------------------------------------------

// Where a block goes on in the region.
static std::span<const u32> targets(const ir::Block& block)
{
    switch (block.ops.back().code) {
    case ir::Code::Jump: return {block.target, 1};
    case ir::Code::Branch: return {block.target, block.target[0] == block.target[1] ? 1u : 2u};
    default: return {};
    }
}

std::span<const u32> Structurer::successors(u32 node) const
{
    if (!plan_.dispatches) return targets(region_->blocks[node]);
    return node == dispatcher_ ? std::span(order_).subspan(1) : std::span(&dispatcher_, 1);
}

void Structurer::find_order(u32 entry)
{
    number_.assign(dispatcher_ + 1, NO_NODE);
    order_.clear();
    walk_ = {{entry, 0}};
    number_[entry] = 0; // seen
    while (!walk_.empty()) {
        auto& [node, next] = walk_.back();
        const auto to = successors(node);
        if (next < to.size()) {
            const u32 s = to[next++];
            if (number_[s] != NO_NODE) continue;
            number_[s] = 0;
            walk_.push_back({s, 0});
        } else {
            order_.push_back(node);
            walk_.pop_back();
        }
    }
    std::reverse(order_.begin(), order_.end());
    for (u32 i = 0; i < order_.size(); i++) number_[order_[i]] = i;
}

// Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", by edges instead of lists of predecessors.
void Structurer::find_dominators()
{
    dominator_.assign(dispatcher_ + 1, NO_NODE);
    dominator_[order_[0]] = order_[0];
    for (bool changed = true; changed;) {
        changed = false;
        for (const u32 from : order_) {
            for (const u32 to : successors(from)) {
                if (to == order_[0]) continue;
                u32 a = from, b = dominator_[to] == NO_NODE ? from : dominator_[to];
                while (a != b) {
                    while (number_[a] > number_[b]) a = dominator_[a];
                    while (number_[b] > number_[a]) b = dominator_[b];
                }
                if (dominator_[to] == a) continue;
                dominator_[to] = a;
                changed = true;
            }
        }
    }
}

// Every back edge leads to a node that dominates where it comes from.
bool Structurer::reducible() const
{
    for (const u32 from : order_) {
        for (const u32 to : successors(from)) {
            u32 above = from;
            while (number_[above] > number_[to]) above = dominator_[above];
            if (!forward(from, to) && above != to) return false;
        }
    }
    return true;
}

// Every edge of the region goes through the dispatcher, which is its new entry and chooses by a block's place in order_.
void Structurer::add_dispatcher()
{
    plan_.dispatches = true;
    order_.insert(order_.begin(), dispatcher_);
    dominator_.assign(dispatcher_ + 1, dispatcher_);
    for (u32 i = 0; i < order_.size(); i++) number_[order_[i]] = i;
}

void Structurer::mark_nodes()
{
    const size_t nodes = dispatcher_ + 1;
    forward_.assign(nodes, 0);
    loop_.assign(nodes, false);
    first_merge_.assign(nodes, NO_NODE);
    next_merge_.assign(nodes, NO_NODE);
    label_.assign(nodes, NO_NODE);
    for (const u32 from : order_) {
        const bool chooses = from == dispatcher_; // br_table can only branch
        for (const u32 to : successors(from)) {
            if (forward(from, to)) forward_[to] += chooses ? 2 : 1;
            else loop_[to] = true;
        }
    }
    for (const u32 node : order_) {
        if (forward_[node] < 2) continue;
        next_merge_[node] = first_merge_[dominator_[node]];
        first_merge_[dominator_[node]] = node;
    }
}

// ---- the walk ---------------------------------------------------------------------------------------------------------

// All that `node` dominates. Merge nodes among its children stand behind it, each behind the end of a block that leads
// there: the later in reverse postorder, the further out.
void Structurer::tree(u32 node)
{
    if (loop_[node]) {
        open(Step::Loop, node);
        tasks_.push_back({Task::Close, 0, 0});
    }
    for (u32 merge = first_merge_[node]; merge != NO_NODE; merge = next_merge_[merge]) {
        open(Step::Block, merge);
        tasks_.push_back({Task::Tree, 0, merge});
        tasks_.push_back({Task::Close, 0, 0});
    }
    tasks_.push_back({Task::Node, 0, node});
}

void Structurer::transfer(u32 node)
{
    if (node == dispatcher_) {
        step(Step::Table);
        for (const u32 to : successors(node)) plan_.labels.push_back(depth(to));
        return;
    }
    step(Step::Body, node);
    const auto to = targets(region_->blocks[node]);
    if (to.size() == 1) edge(node, to[0]);
    if (to.size() != 2) return;
    if (is_branch(node, to[0])) {
        step(Step::BrIf, depth(to[0]));
        edge(node, to[1]);
    } else if (is_branch(node, to[1])) {
        step(Step::BrUnless, depth(to[1]));
        edge(node, to[0]);
    } else {
        open(Step::If, NO_NODE);
        tasks_.push_back({Task::Edge, node, to[1]});
        tasks_.push_back({Task::Close, 0, 0});
        edge(node, to[0]);
    }
}

bool Structurer::is_branch(u32 from, u32 to) const
{
    return !plan_.dispatches && (!forward(from, to) || forward_[to] >= 2);
}

void Structurer::edge(u32 from, u32 to)
{
    if (plan_.dispatches) {
        step(Step::SetNext, number_[to] - 1);
        step(Step::Br, depth(dispatcher_));
    } else if (is_branch(from, to)) {
        step(Step::Br, depth(to));
    } else {
        tree(to);
    }
}

void Structurer::open(Step::Kind kind, u32 leads_to)
{
    step(kind);
    if (leads_to != NO_NODE) label_[leads_to] = static_cast<u32>(open_.size());
    open_.push_back(kind);
}

// A Br to where falling out of the innermost blocks leads anyway is dropped.
void Structurer::close()
{
    if (open_.back() == Step::Block) {
        size_t last = plan_.steps.size() - 1;
        u32 ends = 0;
        for (; plan_.steps[last].kind == Step::End; last--) ends++;
        if (plan_.steps[last] == Step{Step::Br, ends})
            plan_.steps.erase(plan_.steps.begin() + static_cast<ptrdiff_t>(last));
    }
    open_.pop_back();
    step(Step::End);
}

} // namespace tabpc::jit
