// How translated code has an instruction done by the interpreter: what the operation Call calls, in every engine. Spill has
// written the state before it, and Reload fetches what it changed. Flag words of an instruction that has nothing to do with
// flags stay as they are: the region may have the same words in its variables.
#pragma once
#include "cpu/cpu.h"
#include "cpu/insn_effects.h"

namespace tabpc::ir {

inline Status call_out(Cpu& cpu, const Insn& insn)
{
    const Status status = cpu.interpret(insn);
    cpu.translated.status = static_cast<u32>(status);
    return status;
}

} // namespace tabpc::ir
