// How translated code has an instruction done by the interpreter: what the operation Call calls, in every engine. Spill has
// written the state before it, and Reload fetches what it changed.
#pragma once
#include "cpu/cpu.h"

namespace tabpc::ir {

inline Status call_out(Cpu& cpu, const Insn& insn)
{
    cpu.s.flags = cpu.translated.flags();
    const Status status = cpu.interpret(insn);
    cpu.translated.set(cpu.s.flags);
    cpu.translated.status = static_cast<u32>(status);
    return status;
}

} // namespace tabpc::ir
