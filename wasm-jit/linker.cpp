// See linker.h.
#include "wasm-jit/linker.h"

#ifdef __EMSCRIPTEN__
#include <emscripten/emscripten.h>

extern "C" {
using tabpc::u32;
using tabpc::u8;
u32 tabpc_jit_reserve(u32 count);
void tabpc_jit_release(u32 first_slot, u32 count);
bool tabpc_jit_compile(const u8* bytes, u32 size, u32 first_slot, u32 count,
                       tabpc::jit::Linker::Interpret interpret);
void tabpc_jit_compile_async(const u8* bytes, u32 size, u32 first_slot, u32 count,
                             tabpc::jit::Linker::Interpret interpret, tabpc::jit::Linker* linker);

EMSCRIPTEN_KEEPALIVE void tabpc_jit_compiled(tabpc::jit::Linker* linker, u32 first_slot, bool ok)
{
    linker->report(first_slot, ok);
}
}

namespace tabpc::jit {

u32 Linker::reserve(u32 count)
{
    const u32 first = tabpc_jit_reserve(count);
    if (first != NO_SLOT) reserved_.push_back({first, count});
    return first;
}
void Linker::release(u32 first_slot, u32 count)
{
    std::erase_if(reserved_, [=](const Run& run) { return run.first == first_slot; });
    tabpc_jit_release(first_slot, count);
}
Linker::~Linker()
{
    for (const Run& run : reserved_) tabpc_jit_release(run.first, run.count);
}
bool Linker::compile(std::span<const u8> module, u32 first_slot, u32 count)
{
    return tabpc_jit_compile(module.data(), module.size(), first_slot, count, interpret_);
}
void Linker::compile_async(std::span<const u8> module, u32 first_slot, u32 count)
{
    tabpc_jit_compile_async(module.data(), module.size(), first_slot, count, interpret_, this);
}

} // namespace tabpc::jit

#else

namespace tabpc::jit {

Linker::~Linker() = default;
u32 Linker::reserve(u32) { return NO_SLOT; }
void Linker::release(u32, u32) {}
bool Linker::compile(std::span<const u8>, u32, u32) { return false; }
void Linker::compile_async(std::span<const u8>, u32 first_slot, u32) { report(first_slot, false); }

} // namespace tabpc::jit

#endif
