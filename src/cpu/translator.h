// What the interpreter knows of a translator: it hands over blocks that have become hot, and says when code has changed.
#pragma once
#include "base/types.h"

namespace tabpc {

class Cpu;
struct Block;

class Translator {
public:
    enum class Ran : u8 {
        Nothing,   // interpret the block
        Somewhere, // rip is where to go on, in either engine
        Redo,      // rip is where to go on, and the interpreter has to run at least one instruction
        Leave,     // rip is set: look at interrupts and the mode first
    };

    virtual ~Translator() = default;
    // The block at rip has run Block::heat times, or its translation is there.
    virtual Ran hot(Cpu& c, Block& b) = 0;
    // Bytes of storage that decoded code was made from have changed.
    virtual void code_changed(RamAddr at, u32 size) = 0;
    // All blocks are gone.
    virtual void code_dropped() = 0;
    // A block that goes may be known by the translator.
    virtual void block_gone(Block& b) = 0;

    i32 threshold = 200; // how often a block is interpreted before hot() is asked
};

} // namespace tabpc
