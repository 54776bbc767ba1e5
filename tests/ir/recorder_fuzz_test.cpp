// Random guest code, recorded and run by an engine (engine.h), as recorded and after the passes, against the
// CPU's interpreter: after as many instructions as the region says it has done, registers, flags, memory and rip agree.
// TABPC_IR_REGIONS=<n> in the environment makes the run longer.
#include "base/bits.h"
#include "box.h"
#include "engine.h"
#include "ir/passes.h"
#include "ir/print.h"
#include "ir/verify.h"
#include "random_guest.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>

namespace tabpc::ir {

namespace {

using oracle::Random;
using test::RandomGuest;
using test::Segments;
// In ROM: nothing writes over it, which would be another test.
constexpr u32 CODE = test::Box::READABLE, IDLE = CODE + 0xff0;
constexpr i64 BUDGET = 200;

struct State {
    CpuState cpu;
    std::vector<u8> memory;
};

struct Outcome {
    i64 done; // instructions
    State state;
};

class Lockstep {
public:
    Lockstep(bool code32, Segments segments) : code32_(code32), segments_(segments), idle_(box_.cpu.s)
    {
        idle_.rip = IDLE;
        ready_ = idle_;
        ready_.rip = CODE;
        ready_.cr0 |= cr0::NE;
        ready_.cr4 |= cr4::OSFXSR | cr4::OSXMMEXCPT;
        if (segments == Segments::Words) ready_.cr0 &= ~u64(cr0::PE);
        for (Segment& g : ready_.seg) {
            if (segments == Segments::Flat) break;
            g.limit = 0xffff;
            g.attr &= ~u32{Segment::G};
            g.prepare(true);
        }
        if (segments == Segments::Odd) odd_segments();
        for (Sreg n : {CS, SS})
            ready_.seg[n].attr = (ready_.seg[n].attr & ~u32{Segment::DB}) | (code32 ? u32{Segment::DB} : 0);
        box_.cpu.s = ready_;
        box_.cpu.mode_changed();
        const u32 key = box_.cpu.mode_key();
        mode_ = {.flat = (key & Cpu::FLAT) != 0,
                 .word_segments = (key & Cpu::WORD_SEGMENTS) != 0,
                 .wide_stack = (key & Cpu::STACK32) != 0,
                 .cs_limit = ready_.seg[CS].limit,
                 .cpu = &box_.cpu};
    }

    RandomGuest random_guest(Random& random) const
    {
        return test::random_guest(random, mode_, code32_, segments_, CODE);
    }

    State random_state(Random& random, const std::vector<u8>& code) const
    {
        State s{ready_, std::vector<u8>(test::Box::RAM)};
        for (unsigned n = 0; n < 8; n++) {
            const u32 page = random.pick({test::Box::WRITABLE, test::Box::WRITABLE, test::Box::READABLE});
            const u32 kind = random.below(10);
            s.cpu.gpr[n] = kind < 5   ? page + random.below(0x200)
                           : kind < 8 ? random.below(40)
                                      : random.next32();
        }
        s.cpu.flags.set(random.next32());
        s.cpu.eflags = eflags::R1 | (random.percent(50) ? u32{eflags::DF} : 0);
        s.cpu.fpu.empty = static_cast<u8>(random.percent(50) ? 0 : random.next32());
        for (auto& r : s.cpu.fpu.reg)
            r = {random.next() | u64(1) << 63, static_cast<u16>(0x3fff + random.below(40))};
        for (auto& x : s.cpu.xmm) x = {random.next(), random.next()};
        for (size_t n = 0; n < s.memory.size(); n += 8)
            st(&s.memory[n], random.percent(30) ? random.below(0x100) : random.next());
        std::copy(code.begin(), code.end(), &s.memory[CODE]);
        s.memory[IDLE] = 0x90;
        return s;
    }

    Outcome interpret(const State& state, i64 instructions)
    {
        start(state);
        box_.cpu.run(static_cast<u64>(instructions));
        return outcome(instructions);
    }

    Outcome run_region(const State& state, const Region& region)
    {
        start(state);
        Cpu& c = box_.cpu;
        c.translated.enter(c.s.flags);
        c.translated.key = c.mode_key();
        c.budget() = BUDGET;
        const u32 n = test::run_in_engine(c, region);
        const Exit& exit = region.exits[n];
        if (exit.reason == Exit::Returned) {
            // The instruction is charged, which a fault takes back.
            const bool fault = c.translated.status == static_cast<u32>(Status::Fault);
            return outcome(BUDGET - c.budget() - (fault ? 1 : 0));
        }
        if (!leaves_to(region, n)) c.s.rip = exit.rip;
        if (exit.flags != FlagForm::DYNAMIC) c.translated.form = exit.flags;
        c.s.flags = c.translated.flags();
        return outcome(BUDGET - (c.budget() + exit.undone));
    }

private:
    // Bases that differ, a data segment that ends early, a stack that begins late.
    void odd_segments()
    {
        const auto set = [&](Sreg n, u64 base, u32 limit, u32 attr) {
            Segment& g = ready_.seg[n];
            g.base = base;
            g.limit = limit;
            g.attr |= attr;
            g.prepare(true);
        };
        set(DS, 0x123, 0x91ff, 0);
        set(ES, 0x1000, 0xffff, 0);
        set(SS, 0x10, 0x5fff, Segment::EXPAND_DOWN);
        set(FS, 0xfffff000, 0xffffffff, Segment::G);
        set(CS, 0, CODE + 0xfff, 0);
    }
    static bool leaves_to(const Region& region, u32 exit)
    {
        return std::ranges::any_of(region.blocks, [&](const Block& b) {
            return b.ops.back().code == Code::LeaveTo && b.ops.back().exit == exit;
        });
    }
    void start(const State& state)
    {
        Cpu& c = box_.cpu;
        std::copy(state.memory.begin(), state.memory.end(), box_.block->host);
        box_.ram.written(CODE, PAGE_SIZE_4K);
        c.s = idle_;
        c.mode_changed();
        c.run(1); // over a NOP, which settles what the change of code has stirred up
        c.s = state.cpu;
        c.mode_changed();
        box_.fill_tlb();
    }
    Outcome outcome(i64 done)
    {
        return {done, {box_.cpu.s, std::vector<u8>(box_.block->host, box_.block->host + test::Box::RAM)}};
    }

    const bool code32_;
    const Segments segments_;
    test::Box box_;
    CpuState idle_, ready_;
    CodeMode mode_;
};

std::string hex(u64 v)
{
    char text[20];
    std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(v));
    return text;
}

// Interpreter / region.
std::string difference(const State& a, const State& b)
{
    std::string s;
    const auto compare = [&](const std::string& what, u64 x, u64 y) {
        if (x != y) s += " " + what + " " + hex(x) + "/" + hex(y);
    };
    const CpuState &x = a.cpu, &y = b.cpu;
    for (unsigned n = 0; n < 17; n++) compare(n < 16 ? variable_name(n) : "zero", x.gpr[n], y.gpr[n]);
    compare("rip", x.rip, y.rip);
    compare("eflags", x.get_eflags(), y.get_eflags());
    for (unsigned n = 0; n < 6; n++) compare("segment " + std::to_string(n), x.seg[n].base, y.seg[n].base);
    const Fpu &f = x.fpu, &g = y.fpu;
    compare("fsw", f.sw, g.sw);
    compare("top", f.top, g.top);
    compare("tags", f.empty, g.empty);
    compare("fip", f.ip, g.ip);
    compare("fdp", f.dp, g.dp);
    compare("fop", f.opcode, g.opcode);
    for (unsigned n = 0; n < 8; n++) {
        compare("st" + std::to_string(n), f.reg[n].sig, g.reg[n].sig);
        compare("st" + std::to_string(n), f.reg[n].se, g.reg[n].se);
    }
    compare("mxcsr", x.mxcsr, y.mxcsr);
    for (unsigned n = 0; n < 16; n++) {
        compare("xmm" + std::to_string(n), x.xmm[n].lo, y.xmm[n].lo);
        compare("xmm" + std::to_string(n), x.xmm[n].hi, y.xmm[n].hi);
    }
    for (size_t n = 0; n < a.memory.size(); n++)
        if (a.memory[n] != b.memory[n]) return s + " memory at " + hex(n);
    return s;
}

void run_lockstep(bool code32, Segments segments)
{
    const char* longer = std::getenv("TABPC_IR_REGIONS");
    const u32 regions = longer ? static_cast<u32>(std::atoi(longer)) : 500;
    Lockstep lockstep(code32, segments);
    i64 instructions = 0;
    for (u32 seed = 0; seed < regions; seed++) {
        Random random(seed, 2);
        const RandomGuest guest = lockstep.random_guest(random);
        Region recorded;
        record(guest.code, recorded);
        ASSERT_EQ(verify(recorded).value_or(""), "") << "seed " << seed << "\n"
                                                     << guest.listing() << print(recorded);
        Region optimized = recorded;
        optimize(optimized);
        ASSERT_EQ(verify(optimized).value_or(""), "") << "seed " << seed << "\n"
                                                      << guest.listing() << print(optimized);
        for (int k = 0; k < 3; k++) {
            const State state = lockstep.random_state(random, guest.bytes);
            for (const Region* region : {&recorded, &optimized}) {
                const Outcome got = lockstep.run_region(state, *region);
                const std::string wrong = difference(lockstep.interpret(state, got.done).state, got.state);
                ASSERT_EQ(wrong, "") << "seed " << seed << ", after " << got.done << " instructions, "
                                     << (region == &recorded ? "recorded" : "optimized") << "\n"
                                     << guest.listing() << print(*region);
                instructions += got.done;
            }
        }
    }
    EXPECT_GT(instructions, regions * 6) << "most regions should get somewhere";
    std::printf("%lld instructions\n", static_cast<long long>(instructions));
}

} // namespace

TEST(RecorderFuzz, Flat32) { run_lockstep(true, Segments::Flat); }
TEST(RecorderFuzz, Flat16) { run_lockstep(false, Segments::Flat); }
TEST(RecorderFuzz, RealMode) { run_lockstep(false, Segments::Words); }
TEST(RecorderFuzz, Segments32) { run_lockstep(true, Segments::Odd); }
TEST(RecorderFuzz, Segments16) { run_lockstep(false, Segments::Odd); }

} // namespace tabpc::ir
