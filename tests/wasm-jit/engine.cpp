// ../ir/engine.h: regions as WebAssembly, each compiled when it is run.
#include "../ir/engine.h"
#include "ir/call_out.h"
#include "wasm-jit/linker.h"
#include "wasm-jit/module.h"
#include <cstddef>
#include <cstdlib>

namespace tabpc::ir::test {

namespace {

// Offsets behind a Cpu, as in cpu.h; asking the object itself avoids offsetof of what is not standard layout.
u32 offset(const Cpu& cpu, const void* member)
{
    return static_cast<u32>(static_cast<const u8*>(member) - reinterpret_cast<const u8*>(&cpu));
}
u32 address(const void* p) { return static_cast<u32>(reinterpret_cast<uintptr_t>(p)); }

u32 interpret(Cpu* cpu, const Insn* insn) { return static_cast<u32>(call_out(*cpu, *insn)); }

} // namespace

u32 run_in_engine(Cpu& cpu, const Region& region)
{
    static jit::Linker linker(interpret, nullptr, nullptr);
    static const u32 slot = linker.reserve(1);
    const jit::Target target{.gpr = offset(cpu, cpu.s.gpr.data()),
                             .rip = offset(cpu, &cpu.s.rip),
                             .translated = offset(cpu, &cpu.translated),
                             .left = offset(cpu, &cpu.budget()),
                             .read_table = address(cpu.tlb_table(false, false)),
                             .write_table = address(cpu.tlb_table(false, true)),
                             .insns = address(region.insns.data())};
    const jit::Job job{&region, target};
    std::vector<u8> bytes;
    if (!jit::make_module({&job, 1}, bytes) || !linker.compile(bytes, slot, 1)) std::abort();
    return jit::Linker::function(slot)(&cpu);
}

} // namespace tabpc::ir::test
