// Regions as a WebAssembly module. It imports "t"."memory", the core's memory, and "t"."interpret",
// (cpu, instruction) -> Status; it exports one function a region, (cpu) -> exit number, named "0", "1" and so on.
#pragma once
#include "wasm-jit/target.h"
#include <span>
#include <vector>

namespace tabpc::jit {

// Appends a module with one function per job; false, and nothing appended, if a region cannot be expressed.
bool make_module(std::span<const Job> jobs, std::vector<u8>& bytes);

} // namespace tabpc::jit
