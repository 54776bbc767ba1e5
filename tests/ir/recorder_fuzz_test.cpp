// Random guest code, recorded and run by the reference interpreter of the IR, as recorded and after the passes, against the
// CPU's interpreter: after as many instructions as the region says it has done, registers, flags, memory and rip agree.
// TABPC_IR_REGIONS=<n> in the environment makes the run longer.
#include "../oracle/random.h"
#include "base/bits.h"
#include "box.h"
#include "cpu/encoding.h"
#include "guest.h"
#include "ir/passes.h"
#include "ir/print.h"
#include "ir/reference.h"
#include "ir/verify.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>

namespace tabpc::ir {

namespace {

using oracle::Random;
constexpr u32 CODE = 0x1000;
constexpr i64 BUDGET = 200;

// ---- code ----------------------------------------------------------------------------------------------------------------

bool is_recorded(const Encoding& row)
{
    switch (row.form) {
    case Form::helper:
        return row.insn == op::AAS || row.insn == op::DAA || row.insn == op::AAM; // called out for
    case Form::x87:
    case Form::sse:
    case Form::jump_condition:
    case Form::jump:
    case Form::call:
    case Form::ret:
    case Form::loop: return false;
    default: return row.end == End::NEXT;
    }
}

const std::vector<const Encoding*>& recorded_rows()
{
    static const std::vector<const Encoding*> rows = [] {
        std::vector<const Encoding*> v;
        for (const Encoding& row : encodings())
            if (is_recorded(row)) v.push_back(&row);
        return v;
    }();
    return rows;
}

// Appends a random instruction, and what the decoder makes of it.
class Writer {
public:
    explicit Writer(Random& random) : random_(random) {}

    std::vector<u8> bytes;

    Insn instruction(unsigned offset)
    {
        for (;;) {
            std::vector<u8> b =
                candidate(*recorded_rows()[random_.below(static_cast<u32>(recorded_rows().size()))]);
            Insn i;
            End end;
            if (decode(b, {true, true, true}, offset, i, end) != Decoded::Ok || end != End::NEXT) continue;
            if (i.rep != Insn::NO_REP && i.op >= op::MOVS && i.op <= op::SCAS_last) continue;
            bytes.insert(bytes.end(), b.begin(), b.begin() + i.length);
            return i;
        }
    }
    Insn jump(unsigned offset, i32 displacement)
    {
        const u8 code[] = {0x0f,
                           static_cast<u8>(0x80 | random_.below(16)),
                           static_cast<u8>(displacement),
                           static_cast<u8>(displacement >> 8),
                           static_cast<u8>(displacement >> 16),
                           static_cast<u8>(displacement >> 24)};
        Insn i;
        End end;
        if (decode(code, {true, true, true}, offset, i, end) != Decoded::Ok) std::abort();
        bytes.insert(bytes.end(), std::begin(code), std::end(code));
        return i;
    }

private:
    std::vector<u8> candidate(const Encoding& row)
    {
        std::vector<u8> b;
        const bool operand_size =
            row.prefix == Prefix::P66 ||
            ((row.prefix == Prefix::ANY || row.prefix == Prefix::NR) && random_.percent(25));
        if (operand_size) b.push_back(0x66);
        if (row.prefix == Prefix::F3) b.push_back(0xf3);
        if (row.prefix == Prefix::F2) b.push_back(0xf2);
        if (random_.percent(5)) b.push_back(random_.pick<u8>({0x67, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65}));
        if (row.map != Map::OneByte) b.push_back(0x0f);
        if (row.map == Map::Map0F38) b.push_back(0x38);
        if (row.map == Map::Map0F3A) b.push_back(0x3a);
        b.push_back(row.opcode);
        if (has_modrm(row.map, row.opcode)) {
            const u32 mod = random_.pick({0u, 1u, 1u, 3u, 3u, 2u}),
                      reg = row.slash >= 0 ? static_cast<u32>(row.slash) : random_.below(8);
            b.push_back(static_cast<u8>(mod << 6 | reg << 3 | random_.below(8)));
        }
        for (unsigned n = 0; n < 12; n++)
            b.push_back(static_cast<u8>(random_.percent(40) ? random_.below(4) : random_.next32()));
        return b;
    }

    Random& random_;
};

struct Guest {
    std::vector<u8> bytes;
    GuestCode code;
};

// A few blocks one behind the other. Each but the last may end with a jump: over the next one, or back.
Guest random_guest(Random& random, const Cpu& cpu)
{
    Guest g{{}, test::GuestBuilder(cpu).code};
    Writer writer(random);
    const u32 blocks = 1 + random.below(3);
    std::vector<i32> lengths;
    for (u32 b = 0; b < blocks; b++) {
        GuestBlock& block = g.code.blocks.emplace_back();
        const size_t start = writer.bytes.size();
        block.rip = CODE + start;
        const auto offset = [&] { return static_cast<unsigned>(writer.bytes.size() - start); };
        for (u32 n = 1 + random.below(8); n > 0; n--) block.insns.push_back(writer.instruction(offset()));
        if (random.percent(60)) {
            const bool back = random.percent(30);
            const i32 to = back ? static_cast<i32>(g.code.blocks[random.below(b + 1)].rip)
                                : static_cast<i32>(CODE + 0x800);
            const i32 behind = static_cast<i32>(CODE + writer.bytes.size() + 6);
            block.insns.push_back(writer.jump(offset(), to - behind));
            block.ends = GuestBlock::Ends::Branches;
            block.target[0] = static_cast<u32>(to);
            block.target[1] = CODE + writer.bytes.size();
        } else {
            block.target[0] = CODE + writer.bytes.size();
        }
    }
    for (GuestBlock& block : g.code.blocks)
        for (unsigned n = 0; n < 2; n++)
            for (size_t to = 0; to < g.code.blocks.size(); to++)
                if ((n == 0 || block.ends == GuestBlock::Ends::Branches) &&
                    block.target[n] == g.code.blocks[to].rip)
                    block.next[n] = static_cast<int>(to);
    g.bytes = std::move(writer.bytes);
    return g;
}

// ---- running it --------------------------------------------------------------------------------------------------------------

struct State {
    CpuState cpu;
    std::vector<u8> memory;
};

struct Outcome {
    i64 done = 0; // instructions
    std::array<u64, 17> gpr;
    u64 rip;
    u32 eflags;
    std::vector<u8> memory;
};

class Lockstep {
public:
    Lockstep() { idle_ = box_.cpu.s; }

    const Cpu& cpu() const { return box_.cpu; }

    State random_state(Random& random, const std::vector<u8>& code)
    {
        State s{idle_, std::vector<u8>(test::Box::RAM)};
        for (unsigned n = 0; n < 8; n++) {
            const u32 page = random.pick({test::Box::WRITABLE, test::Box::WRITABLE, test::Box::READABLE});
            const u32 kind = random.below(10);
            s.cpu.gpr[n] = kind < 5   ? page + random.below(0x200)
                           : kind < 8 ? random.below(40)
                                      : random.next32();
        }
        s.cpu.rip = CODE;
        s.cpu.flags.set(random.next32());
        s.cpu.eflags = eflags::R1 | (random.percent(50) ? u32{eflags::DF} : 0);
        for (size_t n = 0; n < s.memory.size(); n += 8)
            st(&s.memory[n], random.percent(30) ? random.below(0x100) : random.next());
        std::copy(code.begin(), code.end(), &s.memory[CODE]);
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
        c.translated.set(c.s.flags);
        c.budget() = BUDGET;
        const u32 n = run(c, region);
        const Exit& exit = region.exits[n];
        if (exit.reason == Exit::Returned) {
            // Spill has charged the instruction, which a fault takes back.
            const bool fault = c.translated.status == static_cast<u32>(Status::Fault);
            return outcome(BUDGET - c.budget() - (fault ? 1 : 0));
        }
        c.s.rip = exit.rip;
        if (exit.flags != FlagForm::DYNAMIC) c.translated.form = exit.flags;
        c.s.flags = c.translated.flags();
        return outcome(BUDGET - (c.budget() + exit.undone));
    }

private:
    void start(const State& state)
    {
        Cpu& c = box_.cpu;
        std::copy(state.memory.begin(), state.memory.end(), box_.block->host);
        *box_.at(test::Box::READABLE) = 0x90;
        box_.ram.written(CODE, PAGE_SIZE_4K);
        c.s = idle_;
        c.s.rip = test::Box::READABLE;
        c.run(1); // over a NOP, which settles what the change of code has stirred up
        c.s = state.cpu;
        c.mode_changed();
        box_.fill_tlb();
    }
    Outcome outcome(i64 done)
    {
        const CpuState& s = box_.cpu.s;
        return {done, s.gpr, s.rip, s.get_eflags(),
                std::vector<u8>(box_.block->host, box_.block->host + test::Box::RAM)};
    }

    test::Box box_;
    CpuState idle_;
};

std::string difference(const Outcome& a, const Outcome& b)
{
    std::string s;
    const auto hex = [](u64 v) {
        char text[20];
        std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(v));
        return std::string(text);
    };
    for (unsigned n = 0; n < 17; n++)
        if (a.gpr[n] != b.gpr[n])
            s += std::string(" ") + variable_name(n) + " " + hex(a.gpr[n]) + "/" + hex(b.gpr[n]);
    if (a.rip != b.rip) s += " rip " + hex(a.rip) + "/" + hex(b.rip);
    if (a.eflags != b.eflags) s += " eflags " + hex(a.eflags) + "/" + hex(b.eflags);
    for (size_t n = 0; n < a.memory.size(); n++)
        if (a.memory[n] != b.memory[n]) return s + " memory at " + hex(n);
    return s;
}

std::string listing(const Guest& g)
{
    std::string s;
    for (const GuestBlock& block : g.code.blocks) {
        u64 rip = block.rip;
        for (const Insn& i : block.insns) {
            char text[16];
            std::snprintf(text, sizeof text, "%llx:", static_cast<unsigned long long>(rip));
            s += text;
            for (unsigned n = 0; n < i.length; n++) {
                std::snprintf(text, sizeof text, " %02x", g.bytes[rip - CODE + n]);
                s += text;
            }
            s += "\n";
            rip += i.length;
        }
    }
    return s;
}

} // namespace

TEST(Recorder, RandomCodeDoesWhatTheInterpreterDoes)
{
    const char* longer = std::getenv("TABPC_IR_REGIONS");
    const u32 regions = longer ? static_cast<u32>(std::atoi(longer)) : 1000;
    Lockstep lockstep;
    i64 instructions = 0;
    for (u32 seed = 0; seed < regions; seed++) {
        Random random(seed, 2);
        const Guest guest = random_guest(random, lockstep.cpu());
        Region recorded;
        record(guest.code, recorded);
        ASSERT_EQ(verify(recorded).value_or(""), "") << "seed " << seed << "\n"
                                                     << listing(guest) << print(recorded);
        Region optimized = recorded;
        optimize(optimized);
        ASSERT_EQ(verify(optimized).value_or(""), "") << "seed " << seed << "\n"
                                                      << listing(guest) << print(optimized);
        for (int k = 0; k < 3; k++) {
            const State state = lockstep.random_state(random, guest.bytes);
            for (const Region* region : {&recorded, &optimized}) {
                const Outcome got = lockstep.run_region(state, *region);
                const std::string wrong = difference(lockstep.interpret(state, got.done), got);
                ASSERT_EQ(wrong, "") << "seed " << seed << ", after " << got.done << " instructions, "
                                     << (region == &recorded ? "recorded" : "optimized") << "\n"
                                     << listing(guest) << print(*region);
                instructions += got.done;
            }
        }
    }
    EXPECT_GT(instructions, regions * 10) << "most regions should get somewhere";
    std::printf("%lld instructions\n", static_cast<long long>(instructions));
}

} // namespace tabpc::ir
