// The passes: each makes a region cheaper and keeps what it does to the CPU, to memory and at its exits. All take time
// linear in the region's size, for they run while the guest waits.
#pragma once
#include "ir/ir.h"

namespace tabpc::ir {

// Constants and algebra; masks and extensions that known bits make useless; 64-bit operations of which the low half alone is
// used; exits and branches whose condition is known. Leaves dead operations behind. fold.cpp
void fold_constants(Region& region);

// One operation for equal values of a block: pure ones, Gets, LoadStates; what a Set or StoreState wrote is not read again,
// and not written again. cse.cpp
void eliminate_common_subexpressions(Region& region);

// One Translate for the same address, where the softmmu cannot have changed in between. memory.cpp
void remove_repeated_translations(Region& region);

// Loads of what has just been loaded or stored through the same pointer. memory.cpp
void forward_loads(Region& region);

// Values that nothing uses, and Sets of variables that are Set again before anything reads them: flags above all, which an
// exit reads as its form says. Live variables are followed through the whole region. dead_code.cpp
void remove_dead_code(Region& region);

// All of them, in an order that lets each profit from the others.
void optimize(Region& region);

} // namespace tabpc::ir
