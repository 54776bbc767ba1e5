// Asynchronous compilation. The reports come from the event loop, so this is a program of its own: main() asks, the reports
// are looked at as they come, and a timer at the end says what is missing.
#include "regions.h"
#include "wasm-jit/linker.h"
#include "wasm-jit/module.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <emscripten/emscripten.h>
#include <emscripten/eventloop.h>

using namespace tabpc;
using namespace tabpc::jit;

namespace {

[[noreturn]] void fail(const char* what)
{
    std::fprintf(stderr, "failed: %s\n", what);
    emscripten_force_exit(1);
    std::abort();
}
void expect(bool holds, const char* what)
{
    if (!holds) fail(what);
}

std::vector<u8> module_that_sets(u32 value)
{
    auto w = make_builder(1, 1);
    w.set(EAX, w.constant(value));
    w.leave(0);
    const Job job{&w.region, target_of_machine()};
    std::vector<u8> bytes;
    expect(make_module({&job, 1}, bytes), "a module is made");
    return bytes;
}
u64 eax_after(u32 slot)
{
    Machine m;
    reinterpret_cast<u32 (*)(Machine*)>(Linker::function(slot))(&m);
    return m.gpr[EAX];
}

struct Test {
    u32 good, bad, forgotten, replaced;
    int good_reports = 0, bad_reports = 0, replaced_reports = 0;
    bool in_main = true;

    static void compiled(void* opaque, u32 slot, bool ok)
    {
        Test& t = *static_cast<Test*>(opaque);
        expect(!t.in_main, "reports come from the event loop");
        if (slot == t.good) {
            expect(ok && eax_after(slot) == 11, "the module runs");
            t.good_reports++;
        } else if (slot == t.bad) {
            expect(!ok, "bytes that are no module are refused");
            t.bad_reports++;
        } else if (slot == t.replaced) {
            expect(ok && eax_after(slot) == 33, "of two compilations for a slot the later counts");
            t.replaced_reports++;
        } else {
            fail("a compilation whose slot was released is not reported");
        }
    }
};
Test test;
Linker linker([](Cpu*, const Insn*) -> u32 { return 0; }, Test::compiled, &test);

} // namespace

int main()
{
    test.good = linker.reserve(1), test.bad = linker.reserve(1);
    test.forgotten = linker.reserve(1), test.replaced = linker.reserve(1);

    std::vector<u8> bytes = module_that_sets(11);
    linker.compile_async(bytes, test.good, 1);
    std::memset(bytes.data(), 0, bytes.size()); // they were copied
    linker.compile_async(bytes, test.bad, 1);
    linker.compile_async(module_that_sets(1), test.forgotten, 1);
    linker.release(test.forgotten, 1);
    linker.compile_async(module_that_sets(22), test.replaced, 1);
    linker.release(test.replaced, 1);
    const u32 other = linker.reserve(1), same = linker.reserve(1);
    expect(other == test.forgotten && same == test.replaced, "released slots are used again");
    expect(linker.compile(module_that_sets(99), other, 1), "for another module");
    linker.compile_async(module_that_sets(33), same, 1);
    test.in_main = false;

    emscripten_set_timeout(
        [](void*) {
            expect(test.good_reports == 1 && test.bad_reports == 1 && test.replaced_reports == 1,
                   "each is reported once");
            expect(eax_after(test.forgotten) == 99, "a slot's new owner is left alone");
            std::puts("passed");
            emscripten_force_exit(0);
        },
        500, nullptr);
    emscripten_exit_with_live_runtime();
}
