// Says how two outcomes of a snippet differ, leaving out what exceptions.inc says is not defined.
#pragma once
#include "answer.h"
#include "generator.h"

namespace tabpc::oracle {

// Empty when they agree.
std::string difference(const Snippet& snippet, const Answer& native, const Answer& interpreted);

// Whether the processor may run it: what the interpreter saw stays within the pages the layout has, or far from every page of
// the runner itself.
bool safe_to_run(const Answer& interpreted);

// The snippet for a reader: bytes, rows, registers, patches.
std::string describe(const Snippet& snippet);

} // namespace tabpc::oracle
