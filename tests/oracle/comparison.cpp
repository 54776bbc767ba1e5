// See comparison.h.
#include "comparison.h"
#include "cpu/eflags.h"
#include "exceptions.h"
#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <map>

namespace tabpc::oracle {

namespace {

constexpr const char* GPR_NAMES[] = {"EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"};

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void print(std::string& to, const char* format, ...)
{
    char line[200];
    va_list args;
    va_start(args, format);
    std::vsnprintf(line, sizeof line, format, args);
    va_end(args);
    to += line;
}

void show(std::string& text, const char* what, u32 before, u32 native, u32 interpreted)
{
    if (native != interpreted)
        print(text, "  %-6s was %08x  native %08x  interpreter %08x\n", what, before, native, interpreted);
}

// The FXSAVE image after the snippet; memory changes go to `memory`.
std::array<u8, ORACLE_FX> expand(const Snippet& s, const Answer& a, std::map<u32, u8>& memory)
{
    std::array<u8, ORACLE_FX> fx;
    std::copy_n(s.bytes.fx, ORACLE_FX, fx.begin());
    each_run(a.changes, [&](u32 at, const u8* bytes, u32 length) {
        for (u32 n = 0; n < length; n++) {
            if (at + n < ORACLE_FX) fx[at + n] = bytes[n];
            else memory[at + n] = bytes[n];
        }
    });
    return fx;
}

std::string hex(const u8* p, u32 n) // as a number
{
    std::string text;
    while (n--) print(text, "%02x", p[n]);
    return text;
}

fp::F80 st(const u8* fx, u32 n) { return {ld<u64>(fx + 32 + n * 16), ld<u16>(fx + 40 + n * 16)}; }

bool close_elements(const u8* native, const u8* interpreted)
{
    for (u32 n = 0; n < 16; n += 4)
        if (!close_enough(ld<u32>(native + n), ld<u32>(interpreted + n))) return false;
    return true;
}

// FOP, FIP and FDP are not compared: AMD keeps them for unmasked exceptions only, and Intel's models differ.
void compare_fx(std::string& text, const Snippet& s, const Undefined& undefined, const u8* native,
                const u8* interpreted)
{
    const auto field = [&](const char* name, u32 at, u32 length) {
        if (!std::memcmp(native + at, interpreted + at, length)) return;
        print(text, "  %-6s was %s  native %s  interpreter %s\n", name, hex(s.bytes.fx + at, length).c_str(),
              hex(native + at, length).c_str(), hex(interpreted + at, length).c_str());
    };
    field("FCW", 0, 2);
    field("MXCSR", 24, 4);
    for (u32 n = 0; n < 8; n++) {
        const char name[] = {'X', 'M', 'M', static_cast<char>('0' + n), 0};
        const bool approximate = !s.rows.empty() && is_approximation(*s.rows.back());
        if (!approximate || !close_elements(native + 160 + n * 16, interpreted + 160 + n * 16))
            field(name, 160 + n * 16, 16);
    }
    if (undefined.x87) return;
    if ((ld<u16>(native + 2) ^ ld<u16>(interpreted + 2)) & ~undefined.fsw) field("FSW", 2, 2);
    field("FTW", 4, 1);
    for (u32 n = 0; n < 8; n++) {
        const char name[] = {'S', 'T', static_cast<char>('0' + n), 0};
        if (!close_enough(s, st(native, n), st(interpreted, n))) field(name, 32 + n * 16, 10);
    }
}

void compare_memory(std::string& text, const Snippet& s, const Undefined& undefined,
                    const std::map<u32, u8>& native, const std::map<u32, u8>& interpreted)
{
    u32 lines = 0;
    const auto ignored = [&](u32 at) {
        return undefined_byte(s, at - s.operand_at) || (undefined.destination && at - s.operand_at < 4);
    };
    for (const auto& [at, v] : native) {
        const auto other = interpreted.find(at);
        if (ignored(at) || (other != interpreted.end() && other->second == v) || ++lines > 20) continue;
        if (other == interpreted.end()) print(text, "  byte %05x: only native changed it, to %02x\n", at, v);
        else print(text, "  byte %05x: native %02x, interpreter %02x\n", at, v, other->second);
    }
    for (const auto& [at, v] : interpreted)
        if (!ignored(at) && !native.contains(at) && ++lines <= 20)
            print(text, "  byte %05x: only the interpreter changed it, to %02x\n", at, v);
}

} // namespace

std::string difference(const Snippet& s, const Answer& native, const Answer& interpreted)
{
    if (native == interpreted || faults_by_model(s, native.outcome)) return {};
    const Undefined undefined = undefined_after(s);
    std::string text;
    const OracleOutcome &a = native.outcome, &b = interpreted.outcome;
    for (u32 n = 0; n < 8; n++)
        if (!undefined.destination && !(undefined.registers && a.vector == 14))
            show(text, GPR_NAMES[n], s.bytes.gpr[n], a.gpr[n], b.gpr[n]);
    show(text, "EIP", s.bytes.eip, a.eip, b.eip);
    show(text, "EFLAGS", s.bytes.eflags, a.eflags & ~undefined.flags, b.eflags & ~undefined.flags);
    show(text, "ES", s.bytes.es, a.es, b.es);
    show(text, "DS", s.bytes.ds, a.ds, b.ds);
    show(text, "FS", s.bytes.fs, a.fs, b.fs);
    show(text, "GS", s.bytes.gs, a.gs, b.gs);
    if (!same_fault(s, a, b)) {
        show(text, "vector", 0, a.vector, b.vector);
        show(text, "error", 0, a.error, b.error);
        show(text, "CR2", 0, a.cr2, b.cr2);
    }
    std::map<u32, u8> written_native, written_interpreted;
    const auto fx_native = expand(s, native, written_native),
               fx_interpreted = expand(s, interpreted, written_interpreted);
    compare_fx(text, s, undefined, fx_native.data(), fx_interpreted.data());
    compare_memory(text, s, undefined, written_native, written_interpreted);
    return text;
}

bool safe_to_run(const Answer& a)
{
    const auto safe = [](u32 at) {
        return at < 0x200000 || (at >= 0x40000000 && at < 0xc0000000) || at >= 0xffffe000;
    };
    if (a.outcome.vector == ENDLESS) return false;
    return safe(a.outcome.eip) && (a.outcome.vector != 14 || safe(a.outcome.cr2));
}

std::string describe(const Snippet& s)
{
    std::string text;
    for (u32 n = 0; n < s.bytes.code_length; n++) print(text, "%02x ", s.bytes.code[n]);
    for (const Encoding* row : s.rows) print(text, "; %s", row_name(*row).c_str());
    print(text, "  (at %08x)\n ", s.bytes.eip);
    for (u32 n = 0; n < 8; n++) print(text, " %s %08x", GPR_NAMES[n], s.bytes.gpr[n]);
    print(text, " EFLAGS %08x ES %x DS %x FS %x GS %x\n", s.bytes.eflags, s.bytes.es, s.bytes.ds, s.bytes.fs,
          s.bytes.gs);
    for (const OraclePatch& p : s.bytes.patch)
        if (p.length) print(text, "  [%05x] = %s\n", p.at, hex(p.bytes, p.length).c_str());
    return text;
}

} // namespace tabpc::oracle
