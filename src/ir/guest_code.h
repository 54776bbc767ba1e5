// A piece of guest code as it is handed to the recorder: its decoded blocks and how they follow each other. The first one
// is the entry.
#pragma once
#include "cpu/insn.h"
#include "ir/recorder.h"
#include <vector>

namespace tabpc::ir {

struct GuestBlock {
    enum class Ends : u8 {
        Jumps,   // goes on at target[0], also where it only falls through
        Branches, // to target[0] or, behind it, target[1]
        Indirect, // to where a register or memory says
        Leaves,  // by an instruction that is called out for
    };
    static constexpr int OUTSIDE = -1;

    u64 rip = 0;
    std::vector<Insn> insns;
    Ends ends = Ends::Jumps;
    u64 target[2] = {0, 0};
    int next[2] = {OUTSIDE, OUTSIDE}; // the blocks there
    bool repeats = false; // ends with a repeated instruction, which may have used up the budget
};

struct GuestCode {
    std::vector<GuestBlock> blocks;
    CodeMode mode;
};

// Where the budget is looked at: at the entry, where a loop closes, and behind repeated instructions. For such a block, the
// most instructions a way from it to the next look can have; for others 0. Every cycle has a look in it.
std::vector<u32> budget_looks(const GuestCode& code);

// Records all of it.
void record(const GuestCode& code, Region& region);

} // namespace tabpc::ir
