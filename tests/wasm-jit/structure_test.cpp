// Control flow: every path through a plan runs the blocks that a walk of the graph runs.
#include "random_graph.h"
#include "wasm-jit/structure.h"
#include <gtest/gtest.h>

namespace tabpc::jit {
namespace {

// Decides the n-th branch of a run.
struct Coin {
    u64 seed;
    bool operator()(u32 n) const
    {
        return (seed * 0x9e3779b97f4a7c15 ^ n * 0xbf58476d1ce4e5b9) * 0x94d049bb133111eb >> 63;
    }
};

using Trace = std::vector<u32>;
constexpr size_t LONGEST = 300;

Trace walk(const ir::Region& region, Coin coin)
{
    Trace trace;
    u32 at = 0, branches = 0;
    while (trace.size() < LONGEST) {
        trace.push_back(at);
        const ir::Block& block = region.blocks[at];
        const ir::Code end = block.ops.back().code;
        if (end == ir::Code::Leave) break;
        at = block.target[end == ir::Code::Branch && !coin(branches++)];
    }
    return trace;
}

// Runs a plan as an engine runs wasm. A branch that both ways lead the same way has no condition in the plan.
Trace follow(const ir::Region& region, const Plan& plan, Coin coin)
{
    Trace trace;
    std::vector<size_t> open; // places of the steps that opened
    u32 next = 0, branches = 0;
    bool condition = false;
    const auto end_of = [&](size_t at) {
        for (int depth = 0;; at++) {
            const auto kind = plan.steps[at].kind;
            if (kind == Step::Block || kind == Step::Loop || kind == Step::If) depth++;
            if (kind == Step::End && --depth == 0) return at;
        }
    };
    for (size_t at = 0; at < plan.steps.size() && trace.size() < LONGEST; at++) {
        const Step step = plan.steps[at];
        const auto branch = [&](u32 label) {
            open.resize(open.size() - label);
            at = open.back();
            if (plan.steps[at].kind == Step::Loop) return;
            at = end_of(at);
            open.pop_back();
        };
        switch (step.kind) {
        case Step::Block:
        case Step::Loop: open.push_back(at); break;
        case Step::If:
            if (condition) open.push_back(at);
            else at = end_of(at);
            break;
        case Step::End: open.pop_back(); break;
        case Step::Body: {
            trace.push_back(step.n);
            const ir::Code end = region.blocks[step.n].ops.back().code;
            if (end == ir::Code::Leave) return trace;
            if (end == ir::Code::Branch) condition = coin(branches++);
            break;
        }
        case Step::Br: branch(step.n); break;
        case Step::BrIf:
            if (condition) branch(step.n);
            break;
        case Step::BrUnless:
            if (!condition) branch(step.n);
            break;
        case Step::SetNext: next = step.n; break;
        case Step::Table: branch(plan.labels[next]); break;
        }
    }
    return trace;
}

ir::Region graph(std::initializer_list<std::vector<u32>> targets)
{
    auto w = make_builder(static_cast<u32>(targets.size()), 1);
    for (const auto& to : targets) {
        end_block(w, to);
        w.start(w.current + 1);
    }
    return w.region;
}

void check(const ir::Region& region, Structurer& structurer)
{
    const Plan& plan = structurer.plan(region);
    for (u64 seed = 0; seed < 20; seed++)
        ASSERT_EQ(follow(region, plan, {seed}), walk(region, {seed})) << "coin " << seed;
}

TEST(Structure, OneBlock)
{
    Structurer s;
    EXPECT_EQ(s.plan(graph({{}})).steps, (std::vector<Step>{{Step::Body, 0}}));
}

TEST(Structure, LoopThatBranchesToItself)
{
    Structurer s;
    const auto region = graph({{1}, {1, 2}, {}});
    EXPECT_EQ(
        s.plan(region).steps,
        (std::vector<Step>{
            {Step::Body, 0}, {Step::Loop}, {Step::Body, 1}, {Step::BrIf, 0}, {Step::Body, 2}, {Step::End}}));
    check(region, s);
}

TEST(Structure, DiamondMeetsBehindABlock)
{
    Structurer s;
    const auto region = graph({{1, 2}, {3}, {3}, {}});
    EXPECT_EQ(s.plan(region).steps, (std::vector<Step>{{Step::Block},
                                                       {Step::Body, 0},
                                                       {Step::If},
                                                       {Step::Body, 1},
                                                       {Step::Br, 1},
                                                       {Step::End},
                                                       {Step::Body, 2},
                                                       {Step::End},
                                                       {Step::Body, 3}}));
    check(region, s);
}

TEST(Structure, UnreachableBlocksAreLeftOut)
{
    Structurer s;
    const Plan& plan = s.plan(graph({{2}, {2}, {}}));
    EXPECT_EQ(plan.steps, (std::vector<Step>{{Step::Body, 0}, {Step::Body, 2}}));
}

TEST(Structure, LoopWithTwoEntriesTakesADispatcher)
{
    Structurer s;
    const auto region = graph({{1, 2}, {2, 3}, {1, 3}, {}});
    EXPECT_TRUE(s.plan(region).dispatches);
    check(region, s);
    EXPECT_FALSE(s.plan(graph({{1, 2}, {2, 3}, {3}, {}})).dispatches) << "only where it must be";
}

TEST(Structure, EntryThatIsALoop)
{
    Structurer s;
    check(graph({{1, 2}, {0}, {}}), s);
    check(graph({{0}}), s);
}

TEST(Structure, LongChainsNeedNoStack)
{
    constexpr u32 BLOCKS = 5'000;
    auto w = make_builder(BLOCKS, 1);
    for (u32 n = 0; n + 1 < BLOCKS; n++) {
        w.start(n);
        w.branch(w.get(EAX), n + 1, BLOCKS - 1);
    }
    w.start(BLOCKS - 1);
    w.leave(0);
    Structurer s;
    check(w.region, s);
}

TEST(Structure, RandomGraphs)
{
    Structurer s;
    u32 dispatched = 0;
    for (u32 seed = 0; seed < 3000; seed++) {
        SCOPED_TRACE(testing::Message() << "graph " << seed);
        oracle::Random random(seed, 1);
        const ir::Region region = random_graph(random, 1 + random.below(seed % 40 + 1));
        check(region, s);
        dispatched += s.plan(region).dispatches;
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(dispatched, 100u);
    EXPECT_LT(dispatched, 2900u);
}

} // namespace
} // namespace tabpc::jit
