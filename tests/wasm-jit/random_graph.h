// Control-flow graphs: by hand, and random ones with chains, loops, and jumps from anywhere to anywhere.
#pragma once
#include "../oracle/random.h"
#include "regions.h"
#include <span>

namespace tabpc::jit {

// Ends the current block: to nowhere, one or two blocks. The condition is EAX.
inline void end_block(ir::test::Builder& w, std::span<const u32> to)
{
    if (to.size() == 0) w.leave(0);
    else if (to.size() == 1) w.jump(to[0]);
    else w.branch(w.get(EAX), to[0], to[1]);
}

inline ir::Region random_graph(oracle::Random& random, u32 blocks)
{
    auto w = make_builder(blocks, 1);
    for (u32 n = 0; n < blocks; n++) {
        // Mostly to near blocks, so that graphs look like code; the more often to any, the fewer are reducible.
        const auto target = [&] {
            const u32 ahead = n + 1 + random.below(3), back = n - random.below(n < 4 ? n + 1 : 4);
            const u32 to = random.percent(8) ? random.below(blocks) : random.percent(25) ? back : ahead;
            return to < blocks ? to : blocks - 1;
        };
        const u32 to[] = {target(), target()};
        w.start(n);
        end_block(w, std::span(to).first(n + 1 == blocks || random.percent(8) ? 0
                                         : random.percent(33)                 ? 1
                                                                              : 2));
    }
    return w.region;
}

} // namespace tabpc::jit
