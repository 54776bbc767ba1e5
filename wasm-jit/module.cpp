// See module.h. WebAssembly core specification, 5.5; branch hints: the branch-hinting proposal's custom section.
#include "wasm-jit/module.h"
#include "wasm-jit/lower.h"
#include <charconv>

namespace tabpc::jit {

namespace {

enum TypeIndex : u32 { REGION_TYPE, INTERPRET_TYPE };

void head(Encoder& out, u32 functions)
{
    constexpr u8 magic_and_version[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    constexpr u8 I32 = static_cast<u8>(ValType::I32);
    constexpr u8 types[] = {2, FUNC_TYPE, 1, I32, 1, I32, FUNC_TYPE, 2, I32, I32, 1, I32};
    out.append(magic_and_version);
    size_t section = out.begin_section(Section::Type);
    out.append(types);
    out.end_section(section);

    section = out.begin_section(Section::Import);
    out.unsigned_leb(2);
    out.name("t");
    out.name("interpret");
    out.byte(static_cast<u8>(ExternKind::Function));
    out.unsigned_leb(INTERPRET_TYPE);
    out.name("t");
    out.name("memory");
    out.byte(static_cast<u8>(ExternKind::Memory));
    out.byte(0); // limits without a maximum: they fit any memory
    out.unsigned_leb(0);
    out.end_section(section);

    section = out.begin_section(Section::Function);
    out.unsigned_leb(functions);
    for (u32 i = 0; i < functions; i++) out.unsigned_leb(REGION_TYPE);
    out.end_section(section);

    section = out.begin_section(Section::Export);
    out.unsigned_leb(functions);
    for (u32 i = 0; i < functions; i++) {
        char digits[12];
        out.name({digits, std::to_chars(digits, std::end(digits), i).ptr});
        out.byte(static_cast<u8>(ExternKind::Function));
        out.unsigned_leb(IMPORTED_FUNCTIONS + i);
    }
    out.end_section(section);
}

// Hints are places behind the start of a function's body, where its locals are declared.
void hint(Encoder& out, u32 function, u32 code_at, std::span<const u32> unlikely)
{
    out.unsigned_leb(IMPORTED_FUNCTIONS + function);
    out.unsigned_leb(static_cast<u32>(unlikely.size()));
    for (const u32 place : unlikely) {
        out.unsigned_leb(code_at + place);
        out.unsigned_leb(1);
        out.byte(0);
    }
}

} // namespace

bool make_module(std::span<const Job> jobs, std::vector<u8>& bytes)
{
    Lowerer lowerer;
    Encoder bodies(64 << 10), hints, locals;
    u32 hinted = 0;
    for (u32 i = 0; i < jobs.size(); i++) {
        if (!lowerer.lower(jobs[i])) return false;
        locals.clear();
        lowerer.locals().encode(locals);
        bodies.unsigned_leb(static_cast<u32>(locals.size() + lowerer.code().size()));
        bodies.append(locals.bytes());
        bodies.append(lowerer.code());
        if (lowerer.unlikely().empty()) continue;
        hint(hints, i, static_cast<u32>(locals.size()), lowerer.unlikely());
        hinted++;
    }

    const u32 functions = static_cast<u32>(jobs.size());
    Encoder out(bodies.size() + hints.size() + 256 + 8 * jobs.size());
    head(out, functions);
    if (hinted != 0) { // must stand before the code
        const size_t section = out.begin_section(Section::Custom);
        out.name("metadata.code.branch_hint");
        out.unsigned_leb(hinted);
        out.append(hints.bytes());
        out.end_section(section);
    }
    const size_t section = out.begin_section(Section::Code);
    out.unsigned_leb(functions);
    out.append(bodies.bytes());
    out.end_section(section);
    bytes.insert(bytes.end(), out.bytes().begin(), out.bytes().end());
    return true;
}

} // namespace tabpc::jit
