// Operations as WebAssembly, run by the engine: each value operation against plain arithmetic, the order of reads and
// effects, exits, budget, calls.
#include "ir/evaluate.h"
#include "run.h"

namespace tabpc::jit {
namespace {

using ir::Code;
using ir::CodeInfo;
using ir::NONE;
using ir::Type;

constexpr u32 SCRATCH = offsetof(Machine, scratch);

// ---- value operations -------------------------------------------------------------------------------------------------

struct Case {
    Code code;
    Type type;
};
void PrintTo(const Case& c, std::ostream* out)
{
    *out << ir::info(c.code).name << (c.type == Type::I64 ? ".i64" : ".i32");
}

std::vector<Case> value_operations()
{
    std::vector<Case> all;
    for (unsigned n = 0; n < ir::CODES; n++) {
        const Code code = static_cast<Code>(n);
        const CodeInfo& info = ir::info(code);
        if (info.effect != ir::Effect::PURE || code == Code::Const) continue;
        all.push_back({code, Type::I32});
        if (info.result == CodeInfo::T || info.a == CodeInfo::T) all.push_back({code, Type::I64});
    }
    return all;
}

class ValueOperation : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(All, ValueOperation, testing::ValuesIn(value_operations()), [](const auto& info) {
    return std::string(ir::info(info.param.code).name) + (info.param.type == Type::I64 ? "64" : "32");
});

// scratch[3] = op(scratch[0], scratch[1], scratch[2]).
TEST_P(ValueOperation, EqualsPlainArithmetic)
{
    const auto [code, type] = GetParam();
    const CodeInfo& info = ir::info(code);
    auto w = make_builder(1, 1);
    ir::Op op{.code = code, .type = type};
    const auto argument = [&](CodeInfo::Kind kind, u32 n) {
        const Type t = ir::kind_type(kind, type);
        return kind == CodeInfo::_ ? NONE : w.load_state(SCRATCH + 8 * n, t == Type::I64 ? 8 : 4);
    };
    op.a = argument(info.a, 0);
    op.b = argument(info.b, 1);
    op.c = argument(info.c, 2);
    const Type result = ir::result_type(op);
    w.store_state(SCRATCH + 24, w.add(op), result == Type::I64 ? 8 : 4);
    w.leave(0);
    const Compiled compiled(w.region, target_of_machine());

    // clang-format off
    static const u64 operands[] = {0, 1, 2, 7, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x12345678,
        0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x100000000, 0x123456789abcdef0,
        0x7fffffffffffffff, 0x8000000000000000, 0xffffffff80000000, ~u64(0)};
    // clang-format on
    const auto narrow = [&](CodeInfo::Kind kind, u64 v) {
        return ir::kind_type(kind, type) == Type::I64 ? v : v & 0xffffffff;
    };
    for (const u64 x : operands) {
        for (const u64 y : operands) {
            const u64 a = narrow(info.a, x), b = narrow(info.b, y), c = narrow(info.c, x ^ y);
            if (!ir::has_value(code, type, a, b)) continue;
            Machine m;
            m.scratch[0] = x, m.scratch[1] = y, m.scratch[2] = x ^ y;
            ASSERT_EQ(compiled(m), 0u);
            ASSERT_EQ(m.scratch[3], ir::evaluate(code, type, a, b, c))
                << std::hex << "of " << a << ", " << b << ", " << c;
        }
    }
}

// ---- reads, effects and their order -----------------------------------------------------------------------------------

TEST(Lower, VariableIsReadBeforeItIsSet)
{
    auto w = make_builder(1, 1); // xchg eax, ebx; add ecx, eax's old value
    const ir::Ref eax = w.get(EAX), ebx = w.get(EBX);
    w.set(EAX, ebx);
    w.set(EBX, eax);
    w.set(ECX, w.pure(Code::Add, w.get(ECX), eax));
    w.leave(0);
    Machine m;
    m.gpr = {1, 100, 0, 2};
    EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 0u);
    EXPECT_EQ(m.gpr[EAX], 2u);
    EXPECT_EQ(m.gpr[EBX], 1u);
    EXPECT_EQ(m.gpr[ECX], 101u);
}

TEST(Lower, StateIsReadBeforeItIsWritten)
{
    auto w = make_builder(1, 1);
    const ir::Ref old = w.load_state(SCRATCH, 4);
    w.store_state(SCRATCH, w.pure(Code::Add, old, w.constant(1)), 4);
    w.store_state(SCRATCH + 4, old, 4);
    w.leave(0);
    Machine m;
    m.scratch[0] = 7;
    EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 0u);
    EXPECT_EQ(m.scratch[0], 8u | u64(7) << 32);
}

TEST(Lower, SizesZeroExtendAndTruncate)
{
    auto w = make_builder(1, 1);
    w.set(EAX, w.load_state(SCRATCH, 1));
    w.set(EBX, w.load_state(SCRATCH, 2));
    w.store_state(SCRATCH + 8, w.add({.code = Code::LoadState, .type = Type::I64, .size = 1, .imm = SCRATCH}),
                  8);
    w.add({.code = Code::StoreState,
           .type = Type::I64,
           .size = 2,
           .a = w.constant64(0x1234567890abcdef),
           .imm = SCRATCH + 16});
    w.store_state(SCRATCH + 24, w.constant(0x12345678), 1);
    w.leave(0);
    Machine m;
    for (u64& s : m.scratch) s = ~u64(0);
    EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 0u);
    EXPECT_EQ(m.gpr[EAX], 0xffu);
    EXPECT_EQ(m.gpr[EBX], 0xffffu);
    EXPECT_EQ(m.scratch[1], 0xffu);
    EXPECT_EQ(m.scratch[2], 0xffffffffffffcdefu);
    EXPECT_EQ(m.scratch[3], 0xffffffffffffff78u);
}

TEST(Lower, RegistersThatAreSetAreZeroExtendedAndOthersLeftAlone)
{
    auto w = make_builder(1, 1);
    w.set(EAX, w.get(EBX));
    w.leave(0);
    Machine m;
    m.gpr.fill(0xdeadbeef00000005);
    m.translated = {.result = 1, .x = 2, .y = 3, .carry = 4, .form = 5};
    EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 0u);
    EXPECT_EQ(m.gpr[EAX], 5u);
    EXPECT_EQ(m.gpr[EBX], 0xdeadbeef00000005);
    EXPECT_EQ(m.gpr[ECX], 0xdeadbeef00000005);
    EXPECT_EQ(m.translated.form, 5u);
    EXPECT_EQ(m.before, Machine().before);
    EXPECT_EQ(m.after, Machine().after);
}

TEST(Lower, FlagWordsAreStored)
{
    auto w = make_builder(1, 1);
    for (u32 n = ir::FLAG_RESULT; n < ir::VARS; n++) w.set(n, w.constant(n));
    w.leave(0);
    Machine m;
    Compiled(w.region, target_of_machine())(m);
    EXPECT_EQ(m.translated.result, u32{ir::FLAG_RESULT});
    EXPECT_EQ(m.translated.x, u32{ir::FLAG_X});
    EXPECT_EQ(m.translated.y, u32{ir::FLAG_Y});
    EXPECT_EQ(m.translated.carry, u32{ir::FLAG_CARRY});
    EXPECT_EQ(m.translated.form, u32{ir::FLAG_FORM});
}

TEST(Lower, LongExpressionsNeedNoStack)
{
    auto w = make_builder(1, 1);
    ir::Ref sum = w.get(EAX);
    for (u32 n = 0; n < 20'000; n++) sum = w.pure(Code::Add, sum, w.constant(n));
    w.set(EAX, sum);
    w.leave(0);
    Machine m;
    EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 0u);
    EXPECT_EQ(m.gpr[EAX], 20'000u * 19'999 / 2);
}

// ---- leaving ----------------------------------------------------------------------------------------------------------

TEST(Lower, ExitIfLeavesWithTheVariablesAsTheyAre)
{
    auto w = make_builder(1, 3);
    w.charge(5);
    w.set(EAX, w.constant(1));
    w.exit_if(w.pure(Code::LtU, w.get(EBX), w.constant(10)), 1);
    w.set(EAX, w.constant(2));
    w.exit_if(w.pure(Code::Eqz, w.pure(Code::LtU, w.get(EBX), w.constant(20))), 2);
    w.set(EAX, w.constant(3));
    w.leave(0);
    const Compiled compiled(w.region, target_of_machine());
    struct {
        u32 ebx, exit, eax;
    } const cases[] = {{9, 1, 1}, {10, 0, 3}, {19, 0, 3}, {20, 2, 2}};
    for (const auto& c : cases) {
        Machine m;
        m.left = 100;
        m.gpr[EBX] = c.ebx;
        EXPECT_EQ(compiled(m), c.exit);
        EXPECT_EQ(m.gpr[EAX], c.eax);
        EXPECT_EQ(m.left, 95);
        EXPECT_EQ(m.rip, 0u) << "that is the caller's";
    }
}

TEST(Lower, LeaveToStoresRip)
{
    auto w = make_builder(1, 2);
    w.leave_to(w.pure(Code::Add, w.get(EAX), w.constant(1)), 1);
    Machine m;
    m.gpr[EAX] = 0xfffffffe;
    m.rip = ~u64(0);
    EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 1u);
    EXPECT_EQ(m.rip, 0xffffffffu);
}

TEST(Lower, BudgetIsSignedAnd64Bits)
{
    auto w = make_builder(1, 2); // a loop of 3 instructions
    w.check_budget(3, 1);
    w.charge(3);
    w.set(EAX, w.pure(Code::Add, w.get(EAX), w.constant(1)));
    w.jump(0);
    const Compiled compiled(w.region, target_of_machine());
    struct {
        i64 left;
        u32 rounds;
    } const cases[] = {{10, 3},           {9, 3}, {3, 1}, {2, 0}, {0, 0}, {-1, 0}, {-(i64(1) << 40), 0},
                       {300'000, 100'000}};
    for (const auto& c : cases) {
        Machine m;
        m.left = c.left;
        EXPECT_EQ(compiled(m), 1u);
        EXPECT_EQ(m.gpr[EAX], c.rounds);
        EXPECT_EQ(m.left, c.left - 3 * i64{c.rounds});
    }
}

// ---- calling out ------------------------------------------------------------------------------------------------------

// Two calls of instruction 1; EAX is set before, read again after. Status: Next unless the hook says otherwise.
ir::Region calling_region()
{
    auto w = make_builder(1, 3);
    w.region.exits[1] = {
        .rip = 0x1234567890, .undone = 7, .reason = ir::Exit::Returned, .flags = FlagForm::SUB};
    w.region.insns.resize(2);
    w.region.insns[1].length = 5;
    w.charge(10);
    w.set(EAX, w.constant(42));
    const ir::Ref ebx = w.get(EBX), state = w.load_state(SCRATCH, 4);
    w.spill(1);
    w.add({.code = Code::LeaveSpilled, .a = w.add({.code = Code::Call, .imm = 1}), .exit = 2});
    w.add({.code = Code::Reload, .imm = 1u << EAX | 1u << EBX});
    w.set(ECX, w.pure(Code::Add, w.get(EAX), w.pure(Code::Add, ebx, state)));
    w.leave(0);
    return w.region;
}
Target calling_target(const ir::Region& region)
{
    Target t = target_of_machine();
    t.insns = static_cast<u32>(reinterpret_cast<uintptr_t>(region.insns.data()));
    return t;
}

TEST(Lower, CallSeesAndChangesTheWholeState)
{
    const ir::Region region = calling_region();
    interpret_hook = [](Machine& m, const Insn& insn) -> u32 {
        EXPECT_EQ(insn.length, 5);
        EXPECT_EQ(m.gpr[EAX], 42u);
        EXPECT_EQ(m.rip, 0x1234567890u);
        EXPECT_EQ(m.left, 97) << "100 - 10 charged + 7 not done";
        EXPECT_EQ(m.translated.form, u32{FlagForm::SUB});
        m.gpr[EAX] = 1000;
        m.gpr[EBX] = 2000;
        m.scratch[0] = 3000;
        m.left = 50;
        return 0;
    };
    Machine m;
    m.left = 100;
    m.gpr[EBX] = 20;
    m.scratch[0] = 3;
    EXPECT_EQ(Compiled(region, calling_target(region))(m), 0u);
    EXPECT_EQ(m.gpr[ECX], 1000u + 20 + 3) << "what was read before keeps its value";
    EXPECT_EQ(m.gpr[EAX], 1000u);
    EXPECT_EQ(m.gpr[EBX], 2000u);
    EXPECT_EQ(m.left, 50);
}

TEST(Lower, LeaveSpilledWritesNothing)
{
    const ir::Region region = calling_region();
    interpret_hook = [](Machine& m, const Insn&) -> u32 {
        m.gpr[EAX] = 1000;
        m.rip = 77;
        m.left = -3;
        return 2;
    };
    Machine m;
    m.left = 100;
    EXPECT_EQ(Compiled(region, calling_target(region))(m), 2u);
    EXPECT_EQ(m.gpr[EAX], 1000u);
    EXPECT_EQ(m.gpr[ECX], 0u);
    EXPECT_EQ(m.rip, 77u);
    EXPECT_EQ(m.left, -3);
}

TEST(Lower, SpillOfADynamicFormKeepsTheWord)
{
    for (const bool set : {false, true}) {
        auto w = make_builder(1, 2);
        w.region.exits[1].flags = FlagForm::DYNAMIC;
        if (set) w.set(ir::FLAG_FORM, w.constant(9));
        w.spill(1);
        w.leave(0);
        Machine m;
        m.translated.form = 6;
        EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 0u);
        EXPECT_EQ(m.translated.form, set ? 9u : 6u);
    }
}

TEST(Lower, StateIsReadBeforeASpillWritesIt)
{
    auto w = make_builder(1, 2);
    w.set(EAX, w.constant(5));
    const ir::Ref in_memory = w.load_state(offsetof(Machine, gpr), 4);
    w.spill(1);
    w.set(EBX, in_memory);
    w.leave(0);
    Machine m;
    m.gpr[EAX] = 77;
    EXPECT_EQ(Compiled(w.region, target_of_machine())(m), 0u);
    EXPECT_EQ(m.gpr[EAX], 5u);
    EXPECT_EQ(m.gpr[EBX], 77u);
}

TEST(Lower, FunctionsOfOneModule)
{
    ir::Region regions[3];
    std::vector<Job> jobs;
    for (u32 n = 0; n < 3; n++) {
        auto w = make_builder(1, 1);
        w.set(EAX, w.pure(Code::Mul, w.get(EAX), w.constant(n + 2)));
        w.leave(0);
        regions[n] = w.region;
        jobs.push_back({&regions[n], target_of_machine()});
    }
    const Compiled compiled(jobs);
    Machine m;
    m.gpr[EAX] = 1;
    for (u32 n = 0; n < 3; n++) compiled(m, n);
    EXPECT_EQ(m.gpr[EAX], 24u);
}

TEST(Lower, OtherTypesAreRefused)
{
    auto w = make_builder(1, 1);
    w.add({.code = Code::Const, .type = Type::F64});
    w.leave(0);
    const Job job{&w.region, target_of_machine()};
    std::vector<u8> bytes{1};
    EXPECT_FALSE(make_module({&job, 1}, bytes));
    EXPECT_EQ(bytes, (std::vector<u8>{1}));
}

} // namespace
} // namespace tabpc::jit
