// The rules of ir.h and ops.inc, checked: after recording and after every pass in tests and debug builds.
#pragma once
#include "ir/ir.h"
#include <optional>
#include <string>

namespace tabpc::ir {

// A sentence that says what is wrong and where; none: the region keeps every rule.
std::optional<std::string> verify(const Region& region);

} // namespace tabpc::ir
