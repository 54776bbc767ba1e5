// The control-flow graph of a region as WebAssembly's nested blocks, loops and ifs. After Norman Ramsey, "Beyond Relooper"
// (ICFP 2022): a walk of the dominator tree; a node that is entered by a back edge gets a loop, one that is entered by two
// or more forward edges a block that ends before it. A graph that is not reducible is made so first: all its edges go
// through one dispatching node (a br_table). Blocks that cannot be reached are left out.
#pragma once
#include "ir/ir.h"
#include <span>

namespace tabpc::jit {

struct Step {
    enum Kind : u8 {
        Block,    // opens a block
        Loop,     // opens a loop
        If,       // opens an if, of the condition of the Branch whose block was run last
        End,      // closes the innermost
        Body,     // runs the operations of IR block `n`, all but the Jump or Branch at its end
        Br,       // to label `n`, counted from the innermost
        BrIf,     // the same if the Branch's condition holds
        BrUnless, // if it does not
        SetNext,  // the dispatcher's variable = n
        Table,    // br_table by the dispatcher's variable over Plan::labels
    } kind;
    u32 n = 0;
    bool operator==(const Step&) const = default;
};

struct Plan {
    std::vector<Step> steps;
    std::vector<u32> labels;
    bool dispatches = false;
};

// Keeps its buffers from one region to the next.
class Structurer {
public:
    // Every path through the plan ends in a Br, in a Body whose block leaves the region, or at the End of the block it leads to.
    const Plan& plan(const ir::Region& region);

private:
    struct Task {
        enum Kind : u8 { Tree, Node, Edge, Close } kind;
        u32 from, node;
    };

    // ---- the graph: IR blocks by number, behind them the dispatcher if there is one
    std::span<const u32> successors(u32 node) const;
    void find_order(u32 entry);
    void find_dominators();
    bool reducible() const;
    void add_dispatcher();
    void mark_nodes();
    bool forward(u32 from, u32 to) const { return number_[to] > number_[from]; }

    // ---- the walk
    void tree(u32 node);
    void transfer(u32 node);
    void edge(u32 from, u32 to);
    bool is_branch(u32 from, u32 to) const;
    u32 depth(u32 node) const { return static_cast<u32>(open_.size()) - 1 - label_[node]; }
    void step(Step::Kind kind, u32 n = 0) { plan_.steps.push_back({kind, n}); }
    void open(Step::Kind kind, u32 leads_to);
    void close();

    const ir::Region* region_ = nullptr;
    u32 dispatcher_ = 0;              // its node: the number of IR blocks
    std::vector<u32> order_, number_; // nodes in reverse postorder; a node's place there
    std::vector<u32> dominator_;      // immediate, by node
    std::vector<u32> forward_;        // how many forward edges enter a node
    std::vector<bool> loop_;          // whether a back edge does
    std::vector<u32> first_merge_,
        next_merge_;         // merge nodes by immediate dominator, last in reverse postorder first
    std::vector<u32> label_; // place in open_ of the label that leads to a node
    std::vector<Step::Kind> open_;
    std::vector<std::pair<u32, u32>> walk_;
    std::vector<Task> tasks_;
    Plan plan_;
};

} // namespace tabpc::jit
