// The text form of the IR, for people and for tests:
//     %2 = add.i32 %0, %1
//     set.i32 eax, %2
//     branch %3, block 1, block 2
// Operations as in ops.inc, in lower case, with the type where they carry one; sizes in bytes; numbers hexadecimal.
#pragma once
#include "ir/ir.h"
#include <string>

namespace tabpc::ir {

std::string print(const Region& region);
std::string print(const Block& block, Ref op); // one line, without its end

const char* type_name(Type type);
const char* variable_name(u64 var);

} // namespace tabpc::ir
