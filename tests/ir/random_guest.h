// Random guest code for the recorder, from the project's own opcode map: everything that is recorded, and of what is called
// out for all that neither faults for want of a system around it nor reads the clock.
#pragma once
#include "../oracle/random.h"
#include "ir/guest_code.h"
#include <string>
#include <vector>

namespace tabpc::ir::test {

enum class Segments : u8 {
    Flat,  // protected mode, base 0, limit 4 GiB
    Words, // real mode
    Odd,   // protected mode, bases and limits of all kinds, one expand-down
};

struct RandomGuest {
    std::vector<u8> bytes; // at the first block's rip
    GuestCode code;

    std::string listing() const;
};

// A few blocks one behind the other, with jumps between them and out.
RandomGuest random_guest(oracle::Random& random, const CodeMode& mode, bool code32, Segments segments,
                         u32 rip);

} // namespace tabpc::ir::test
