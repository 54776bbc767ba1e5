// Random regions, run by the reference interpreter as they are, and by an engine as they are and after each pass, from the
// same random CPU: same exit, same state, same memory. TABPC_IR_REGIONS=<n> in the environment makes the run longer.
#include "box.h"
#include "engine.h"
#include "generator.h"
#include "ir/passes.h"
#include "ir/print.h"
#include "ir/reference.h"
#include "ir/verify.h"
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>

namespace tabpc::ir {

namespace {

using oracle::Random;

struct State {
    std::array<u64, 17> gpr;
    u64 rip;
    std::array<Xmm, 16> xmm;
    LazyFlags flags;
    TranslatedState translated;
    i64 budget;
    std::vector<u8> memory;
};

State random_state(Random& random, const test::Box& box)
{
    State s{};
    // 32-bit code leaves the high halves 0: an exit that stores a register clears them, whether the register changed or not.
    for (unsigned n = 0; n < 16; n++) s.gpr[n] = random.percent(50) ? random.next32() : random.below(0x10000);
    s.gpr[ESI] = test::Box::WRITABLE + random.below(0x40);
    for (Xmm& x : s.xmm) x = {random.next(), random.next()};
    s.translated.result = random.percent(20) ? 0 : random.next32();
    s.translated.x = random.next32();
    s.translated.y = random.next32();
    s.translated.carry = random.below(2);
    s.translated.form = random.below(FlagForm::KINDS) | random.below(3) << FlagForm::WIDTH_SHIFT | random.below(2) * FlagForm::OWN_CARRY;
    s.translated.key = box.cpu.mode_key();
    s.budget = random.below(60);
    s.memory.resize(test::Box::RAM);
    for (size_t n = 0; n < s.memory.size(); n += 8) st(&s.memory[n], random.next());
    return s;
}

struct Outcome {
    u32 exit;
    State state;
};

using Engine = u32 (*)(Cpu&, const Region&);

Outcome run_from(test::Box& box, const State& start, const Region& region, Engine engine)
{
    Cpu& cpu = box.cpu;
    std::memcpy(box.block->host, start.memory.data(), start.memory.size());
    cpu.s.gpr = start.gpr;
    cpu.s.rip = start.rip;
    cpu.s.xmm = start.xmm;
    cpu.s.flags = start.flags;
    cpu.translated = start.translated;
    cpu.budget() = start.budget;
    cpu.s.cr3 = 0;
    box.fill_tlb();

    const u32 exit = engine(cpu, region);
    const Exit& e = region.exits[exit];
    if (e.reason != Exit::Returned && e.flags != FlagForm::DYNAMIC) cpu.translated.form = e.flags;
    return {exit,
            {cpu.s.gpr, cpu.s.rip, cpu.s.xmm, cpu.translated.flags(), cpu.translated, cpu.budget(),
             std::vector<u8>(box.block->host, box.block->host + test::Box::RAM)}};
}

// What differs; empty: nothing a guest could tell. Of the flags what counts is what they say, not the words they are in.
std::string difference(const Outcome& a, const Outcome& b)
{
    std::string s;
    if (a.exit != b.exit) s += " exit " + std::to_string(a.exit) + "/" + std::to_string(b.exit);
    for (unsigned n = 0; n < 17; n++)
        if (a.state.gpr[n] != b.state.gpr[n]) s += std::string(" ") + variable_name(n);
    if (a.state.rip != b.state.rip) s += " rip";
    if (a.state.budget != b.state.budget) s += " budget";
    if (a.state.flags.result != b.state.flags.result || a.state.flags.cv != b.state.flags.cv) s += " flags";
    if (std::memcmp(&a.state.xmm, &b.state.xmm, sizeof a.state.xmm)) s += " state";
    if (a.state.memory != b.state.memory) s += " memory";
    return s;
}

struct Pass {
    const char* name;
    void (*run)(Region&);
};
constexpr Pass PASSES[] = {
    {"no pass", [](Region&) {}},
    {"fold_constants", fold_constants},
    {"eliminate_common_subexpressions", eliminate_common_subexpressions},
    {"remove_repeated_translations", remove_repeated_translations},
    {"forward_loads", forward_loads},
    {"remove_dead_code", remove_dead_code},
    {"optimize", optimize},
};

size_t operations(const Region& region)
{
    size_t n = 0;
    for (const Block& b : region.blocks) n += b.ops.size();
    return n;
}

} // namespace

TEST(Passes, RandomRegionsDoTheSameAfterEachPass)
{
    const char* longer = std::getenv("TABPC_IR_REGIONS");
    const u32 regions = longer ? static_cast<u32>(std::atoi(longer)) : 1500;
    test::Box box;
    size_t before = 0, after[std::size(PASSES)] = {};
    std::vector<u32> exits;
    for (u32 seed = 0; seed < regions; seed++) {
        Random random(seed, 1);
        const Region region = test::random_region(random);
        ASSERT_EQ(verify(region).value_or(""), "") << print(region);
        before += operations(region);
        Region passed[std::size(PASSES)];
        for (size_t p = 0; p < std::size(PASSES); p++) {
            passed[p] = region;
            PASSES[p].run(passed[p]);
            ASSERT_EQ(verify(passed[p]).value_or(""), "") << "seed " << seed << ", " << PASSES[p].name << "\n"
                                                          << print(region) << print(passed[p]);
            after[p] += operations(passed[p]);
        }
        for (int k = 0; k < 3; k++) {
            const State state = random_state(random, box);
            const Outcome want = run_from(box, state, region, run);
            for (size_t p = 0; p < std::size(PASSES); p++) {
                const std::string wrong =
                    difference(want, run_from(box, state, passed[p], test::run_in_engine));
                ASSERT_EQ(wrong, "") << "seed " << seed << ", " << PASSES[p].name << "\n"
                                     << print(region) << print(passed[p]);
            }
        }
    }
    for (size_t p = 0; p < std::size(PASSES); p++)
        std::printf("%-32s leaves %2zu%% of the operations\n", PASSES[p].name, after[p] * 100 / before);
}

} // namespace tabpc::ir
