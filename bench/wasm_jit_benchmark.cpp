// How fast regions become WebAssembly modules: bytes_per_second is wasm written, items_per_second IR operations.
#include "ir/ir.h"
#include "wasm-jit/module.h"
#include "wasm-jit/structure.h"
#include <algorithm>
#include <benchmark/benchmark.h>

using namespace tabpc;

namespace {

using ir::Code;
using ir::Ref;

// Blocks of code as a recorder makes it: read-modify-write of memory with flags, a loop every few blocks.
ir::Region typical_region(u32 blocks)
{
    ir::Region region;
    region.blocks.resize(blocks);
    region.exits.resize(1);
    for (u32 n = 0; n < blocks; n++) {
        ir::Block& block = region.blocks[n];
        const auto add = [&](ir::Op op) {
            block.ops.push_back(op);
            return static_cast<Ref>(block.ops.size() - 1);
        };
        add({.code = Code::CheckBudget, .imm = 5});
        add({.code = Code::Charge, .imm = 5});
        for (u32 k = 0; k < 5; k++) {
            const u64 address = (n + k) % 8, value = (n * 3 + k) % 8;
            const Ref base = add({.code = Code::Get, .imm = address}),
                      offset = add({.code = Code::Const, .imm = 4 * k});
            const Ref at = add({.code = Code::Add, .a = base, .b = offset});
            const Ref pointer =
                add({.code = Code::Translate, .size = 4, .access = ir::MemoryAccess::Write, .a = at});
            const Ref x = add({.code = Code::Load, .size = 4, .a = pointer}),
                      y = add({.code = Code::Get, .imm = value});
            const Ref sum = add({.code = Code::Add, .a = x, .b = y});
            add({.code = Code::Store, .size = 4, .a = pointer, .b = sum});
            add({.code = Code::Set, .a = sum, .imm = value});
            add({.code = Code::Set, .a = sum, .imm = ir::FLAG_RESULT});
            add({.code = Code::Set, .a = x, .imm = ir::FLAG_X});
            add({.code = Code::Set, .a = y, .imm = ir::FLAG_Y});
        }
        const Ref condition = add({.code = Code::Get, .imm = ir::FLAG_RESULT});
        block.target[0] = n % 4 == 3 ? n - 2 : std::min(n + 2, blocks - 1);
        block.target[1] = n + 1;
        if (n + 1 == blocks) add({.code = Code::Leave});
        else add({.code = Code::Branch, .a = condition});
    }
    return region;
}

void make_modules(benchmark::State& state)
{
    const ir::Region region = typical_region(static_cast<u32>(state.range(0)));
    const std::vector<jit::Job> jobs(static_cast<size_t>(state.range(1)), jit::Job{&region, {}});
    size_t ops = 0;
    for (const ir::Block& block : region.blocks) ops += block.ops.size();
    std::vector<u8> bytes;
    i64 written = 0;
    for (auto _ : state) {
        bytes.clear();
        if (!jit::make_module(jobs, bytes)) return state.SkipWithError("refused");
        written += static_cast<i64>(bytes.size());
    }
    state.SetBytesProcessed(written);
    state.SetItemsProcessed(static_cast<i64>(ops * jobs.size()) * static_cast<i64>(state.iterations()));
}

void structure(benchmark::State& state)
{
    const ir::Region region = typical_region(static_cast<u32>(state.range(0)));
    jit::Structurer structurer;
    for (auto _ : state) benchmark::DoNotOptimize(structurer.plan(region).steps.size());
    state.SetItemsProcessed(static_cast<i64>(state.iterations()) * state.range(0)); // blocks
}

// Blocks of a region, regions of a module.
BENCHMARK(make_modules)->Args({1, 1})->Args({20, 1})->Args({20, 20})->Args({500, 1});
BENCHMARK(structure)->Arg(20)->Arg(500)->Arg(5000);

} // namespace
