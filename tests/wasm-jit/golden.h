// A few regions whose code is kept in golden/, so that a change of code generation is seen in review.
#pragma once
#include "wasm-jit/target.h"
#include <vector>

namespace tabpc::jit {

struct Golden {
    const char* name;
    ir::Region region;
};
std::vector<Golden> golden_regions();
// The same in every build.
Target golden_target();

} // namespace tabpc::jit
