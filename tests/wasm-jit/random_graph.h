// Random control-flow graphs: chains, loops, and jumps from anywhere to anywhere.
#pragma once
#include "regions.h"
#include <initializer_list>

namespace tabpc::jit {

class Random {
public:
    explicit Random(u64 seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
    u64 next() // splitmix64
    {
        u64 z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
    u32 below(u32 n) { return static_cast<u32>(next() % n); }
    bool one_in(u32 n) { return below(n) == 0; }

private:
    u64 state_;
};

// Ends a block: to nowhere, one or two blocks. A condition is EAX.
inline void end_block(ir::Region& region, u32 n, std::initializer_list<u32> to)
{
    Writer w(region, n);
    const u32* targets = to.begin();
    if (to.size() == 0) w.leave(0);
    else if (to.size() == 1) w.jump(targets[0]);
    else w.branch(w.get(EAX), targets[0], targets[1]);
}

// Where the blocks of a random graph go.
inline void end_randomly(ir::Region& region, u32 n, Random& random)
{
    const u32 blocks = static_cast<u32>(region.blocks.size());
    // Mostly to near blocks, so that graphs look like code; the more often to any, the fewer are reducible.
    const auto target = [&] {
        const u32 ahead = n + 1 + random.below(3), back = n - random.below(n < 4 ? n + 1 : 4);
        const u32 to = random.one_in(12) ? random.below(blocks) : random.one_in(4) ? back : ahead;
        return to < blocks ? to : blocks - 1;
    };
    if (n + 1 == blocks || random.one_in(12)) end_block(region, n, {});
    else if (random.one_in(3)) end_block(region, n, {target()});
    else end_block(region, n, {target(), target()});
}

inline ir::Region random_graph(Random& random, u32 blocks)
{
    ir::Region region = make_region(blocks, 1);
    for (u32 n = 0; n < blocks; n++) end_randomly(region, n, random);
    return region;
}

} // namespace tabpc::jit
