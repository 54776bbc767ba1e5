// One instruction to IR: its operands by the form of its handler, then its definition; or a call out to the interpreter's
// function for what has no definition a Recorder can run.
#pragma once
#include "ir/recorder.h"

namespace tabpc::ir {

// How an instruction goes on. Jump: Recorder::jump_to and jump_on say where and when.
enum class Flow : u8 { Next, Jump, Leaves /* by a call out, always */ };

Flow record(Recorder& r);

} // namespace tabpc::ir
