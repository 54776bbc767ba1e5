// Runs regions as WebAssembly, in the engine that runs the test.
#pragma once
#include "regions.h"
#include "wasm-jit/linker.h"
#include "wasm-jit/module.h"
#include <gtest/gtest.h>
#include <span>

namespace tabpc::jit {

using MachineFunction = u32 (*)(Machine*);

// What Call calls in these tests; gets the machine and the instruction.
inline u32 (*interpret_hook)(Machine&, const Insn&) = nullptr;
inline u32 interpret(Cpu* cpu, const Insn* insn)
{
    return interpret_hook(*reinterpret_cast<Machine*>(cpu), *insn);
}

// Regions compiled into one module; their functions live as long as this.
class Compiled {
public:
    explicit Compiled(std::span<const Job> jobs) : count_(static_cast<u32>(jobs.size()))
    {
        std::vector<u8> bytes;
        EXPECT_TRUE(make_module(jobs, bytes));
        first_ = linker_.reserve(count_);
        EXPECT_NE(first_, Linker::NO_SLOT);
        EXPECT_TRUE(linker_.compile(bytes, first_, count_)) << "the engine refuses the module";
    }
    explicit Compiled(const Job& job) : Compiled(std::span(&job, 1)) {}
    Compiled(const ir::Region& region, const Target& target) : Compiled(Job{&region, target}) {}
    ~Compiled() { linker_.release(first_, count_); }

    u32 operator()(Machine& machine, u32 n = 0) const
    {
        return reinterpret_cast<MachineFunction>(Linker::function(first_ + n))(&machine);
    }

private:
    Linker linker_{interpret, [](void*, u32, bool) {}, nullptr};
    u32 count_, first_;
};

} // namespace tabpc::jit
