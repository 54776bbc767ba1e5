// Runs instruction vectors captured from a real 80286 and a real 386EX on the interpreter: from the given registers and
// memory until HLT has executed, then every register and byte must be what the chip left. What is masked and what is
// skipped, each with its reason, is in exceptions.h.
#include "../engine/engine.h"
#include "cpu/cpu.h"
#include "exceptions.h"
#include "moo.h"
#include <filesystem>
#include <gtest/gtest.h>

using namespace tabpc;

namespace {

struct Box {
    VirtualClock clock;
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    RamBlock* block = ram.allocate("ram", 0x1000000 + 0x100000);
    PhysMap::Id map = memory.map_ram(0, block->size, *block, 0, 0, "ram");
    Cpu cpu{clock, memory, io, {}};
    test::AttachedEngine engine{cpu};

    u8& byte(u32 a) { return block->host[a]; }
};

void load_real(Cpu& c, Sreg n, u32 selector)
{
    c.s.seg[n].selector = static_cast<u16>(selector);
    c.s.seg[n].base = u64(selector) << 4;
}

constexpr Gpr GPRS[] = {EAX, EBX, ECX, EDX, ESP, EBP, ESI, EDI};
constexpr int GPR_SLOTS[] = {moo::Registers::AX, moo::Registers::BX, moo::Registers::CX, moo::Registers::DX,
                             moo::Registers::SP, moo::Registers::BP, moo::Registers::SI, moo::Registers::DI};
constexpr Sreg SREGS[] = {CS, SS, DS, ES, FS, GS};
constexpr int SREG_SLOTS[] = {moo::Registers::CS, moo::Registers::SS, moo::Registers::DS,
                              moo::Registers::ES, moo::Registers::FS, moo::Registers::GS};

// The 286's registers are 16 bits wide.
u32 width_mask(const moo::File& f) { return f.is_386 ? 0xffffffff : 0xffff; }

std::string run(Box& box, const moo::File& f, const moo::Test& t, u32 flags_mask)
{
    using R = moo::Registers;
    Cpu& c = box.cpu;
    c.reset();
    for (const auto& b : t.initial_ram) {
        box.ram.written(b.address, 1);
        box.byte(b.address) = b.value;
    }
    const auto initial = [&](int n) { return t.initial.value[static_cast<size_t>(n)]; };
    for (int n = 0; n < 8; n++) c.s.gpr[GPRS[n]] = initial(GPR_SLOTS[n]).value_or(0);
    for (int n = 0; n < 6; n++) load_real(c, SREGS[n], initial(SREG_SLOTS[n]).value_or(0));
    c.s.rip = *initial(R::IP);
    c.s.flags.set(*initial(R::FLAGS));
    c.s.eflags = (*initial(R::FLAGS) & (f.is_386 ? 0x7fd7 : 0xfd7) & ~u32{eflags::ARITH}) | eflags::R1;
    c.s.idtr = {0, 0x3ff};
    c.mode_changed();

    c.run(1000);
    if (!c.s.halted) return " never reached HLT";

    const auto final = [&](int n) {
        const auto v = t.final.value[static_cast<size_t>(n)];
        return v ? v : initial(n);
    };
    std::string wrong;
    const auto differs = [&](const char* what, u32 got, u32 want) {
        char line[100];
        std::snprintf(line, sizeof line, " %s is %x, not %x;", what, got, want);
        wrong += line;
    };
    static const char* const names[] = {"AX", "BX", "CX", "DX", "SP", "BP", "SI", "DI"};
    for (int n = 0; n < 8; n++)
        if (final(GPR_SLOTS[n]) && ((c.s.reg32(GPRS[n]) ^ *final(GPR_SLOTS[n])) & width_mask(f)))
            differs(names[n], c.s.reg32(GPRS[n]), *final(GPR_SLOTS[n]));
    for (int n = 0; n < 6; n++)
        if (final(SREG_SLOTS[n]) && c.s.seg[SREGS[n]].selector != (*final(SREG_SLOTS[n]) & 0xffff))
            differs("a segment", c.s.seg[SREGS[n]].selector, *final(SREG_SLOTS[n]));
    if ((c.s.rip ^ *final(R::IP)) & width_mask(f)) differs("IP", static_cast<u32>(c.s.rip), *final(R::IP));
    const u32 flags = c.s.get_eflags();
    if ((flags ^ *final(R::FLAGS)) & flags_mask) differs("FLAGS", flags, *final(R::FLAGS));
    const u32 flags_at = static_cast<u32>(c.s.seg[SS].base) + c.s.reg16(ESP) + 4; // after an exception
    for (const auto& b : t.final_ram) {
        u8 got = box.byte(b.address), want = b.value;
        const u32 offset = ((b.address - flags_at) & 0xffff);
        if (t.exception && offset < 2) { // the pushed FLAGS
            const u8 mask = static_cast<u8>(flags_mask >> (8 * offset));
            got &= mask;
            want &= mask;
        }
        if (got != want) differs(("byte " + std::to_string(b.address)).c_str(), box.byte(b.address), b.value);
    }
    return wrong;
}

std::vector<std::string> folders;

} // namespace

TEST(Vectors, MatchTheRealChips)
{
    std::vector<std::filesystem::path> files;
    for (const auto& folder : folders) {
        std::error_code none;
        for (const auto& e : std::filesystem::directory_iterator(folder, none))
            if (e.path().extension() == ".MOO") files.push_back(e.path());
    }
    if (files.empty()) GTEST_SKIP() << "no captured vectors (shared/vectors) beside the checkout";
    std::sort(files.begin(), files.end());
    auto box = std::make_unique<Box>();
    u64 ran = 0, skipped = 0;
    for (const auto& path : files) {
        const auto file = moo::read(path.string());
        ASSERT_TRUE(file) << path << " is not a MOO file";
        const std::string opcode = path.stem().string();
        int failures = 0;
        for (const moo::Test& t : file->tests) {
            if (const char* reason = skip_reason(*file, t); reason) {
                skipped++;
                continue;
            }
            ran++;
            const std::string wrong = run(*box, *file, t, defined_flags(*file, opcode, t));
            if (wrong.empty()) continue;
            if (++failures <= 3) ADD_FAILURE() << opcode << " #" << t.index << " " << t.name << ":" << wrong;
        }
        if (failures > 3) ADD_FAILURE() << opcode << ": " << failures << " of " << file->tests.size() << " differ";
    }
    test::expect_engine_ran(box->cpu);
    std::printf("%llu vectors ran, %llu skipped for the reasons in exceptions.h\n", static_cast<unsigned long long>(ran),
                static_cast<unsigned long long>(skipped));
}

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    for (int n = 1; n < argc; n++) folders.push_back(argv[n]);
    return RUN_ALL_TESTS();
}
