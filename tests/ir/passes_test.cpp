// What each pass is for, case by case; that none changes what a region does is passes_fuzz_test.cpp's business.
#include "box.h"
#include "builder.h"
#include "ir/passes.h"
#include "ir/print.h"
#include "ir/reference.h"
#include "ir/verify.h"
#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

namespace tabpc::ir {

namespace {

using test::Builder;

// The operations of a block, one a line, without what every test has at its end.
std::string lines(const Region& region, u32 block = 0)
{
    EXPECT_EQ(verify(region).value_or(""), "") << print(region);
    const Block& b = region.blocks[block];
    std::string s;
    for (Ref n = 0; n < b.ops.size(); n++) s += print(b, n) + "\n";
    return s;
}

// What fold_constants makes of a value, without what has died.
std::string folded(const std::function<Ref(Builder&)>& make)
{
    Builder b;
    b.set(EDI, make(b));
    b.leave(b.exit());
    fold_constants(b.region);
    remove_dead_code(b.region);
    std::string s = lines(b.region);
    const std::string end = "leave exit 0\n";
    EXPECT_TRUE(s.ends_with(end)) << s;
    return s.substr(0, s.size() - end.size());
}

} // namespace

// ---- fold_constants --------------------------------------------------------------------------------------------------------

TEST(FoldConstants, ConstantsAreComputed)
{
    EXPECT_EQ(folded([](Builder& b) { return b.pure(Code::Rotl, b.constant(0x80000001), b.constant(1)); }),
              "%0 = const.i32 3\nset.i32 edi, %0\n");
    EXPECT_EQ(folded([](Builder& b) {
                  return b.pure(Code::Wrap, b.pure64(Code::ShrU, b.constant64(0x123456789), b.constant64(4)));
              }),
              "%0 = const.i32 0x12345678\nset.i32 edi, %0\n");
    // Which would trap, should it ever run.
    EXPECT_EQ(folded([](Builder& b) { return b.pure(Code::DivU, b.constant(1), b.constant(0)); }),
              "%0 = const.i32 1\n%1 = const.i32 0\n%2 = div_u.i32 %0, %1\nset.i32 edi, %2\n");
}

TEST(FoldConstants, NeutralOperands)
{
    const std::string same = "%0 = get.i32 eax\nset.i32 edi, %0\n";
    const auto with = [](Code code, u32 c) {
        return folded([=](Builder& b) { return b.pure(code, b.get(EAX), b.constant(c)); });
    };
    EXPECT_EQ(with(Code::Add, 0), same);
    EXPECT_EQ(with(Code::Sub, 0), same);
    EXPECT_EQ(with(Code::And, ~0u), same);
    EXPECT_EQ(with(Code::Or, 0), same);
    EXPECT_EQ(with(Code::Xor, 0), same);
    EXPECT_EQ(with(Code::Shl, 32), same);
    EXPECT_EQ(with(Code::Rotr, 0), same);
    EXPECT_EQ(with(Code::Mul, 1), same);
    EXPECT_EQ(with(Code::DivS, 1), same);
}

TEST(FoldConstants, SumsOfConstantsMeet)
{
    // PUSH, PUSH, POP
    EXPECT_EQ(folded([](Builder& b) {
                  const Ref four = b.constant(4);
                  return b.pure(Code::Add, b.pure(Code::Sub, b.pure(Code::Sub, b.get(ESP), four), four),
                                four);
              }),
              "%0 = get.i32 esp\n%1 = const.i32 0xfffffffc\n%2 = add.i32 %0, %1\nset.i32 edi, %2\n");
    EXPECT_EQ(folded([](Builder& b) {
                  return b.pure(Code::And, b.constant(0xff0),
                                b.pure(Code::And, b.get(EAX), b.constant(0x1ff)));
              }),
              "%0 = get.i32 eax\n%1 = const.i32 0x1f0\n%2 = and.i32 %0, %1\nset.i32 edi, %2\n");
}

TEST(FoldConstants, MasksOfWhatIsZeroAnyway)
{
    const u64 offset = 0x100;
    const std::string byte = "%0 = load_state.i32.1 [0x100]\nset.i32 edi, %0\n";
    EXPECT_EQ(
        folded([&](Builder& b) { return b.pure(Code::And, b.load_state(offset, 1), b.constant(0xff)); }),
        byte);
    EXPECT_EQ(folded([&](Builder& b) { return b.pure(Code::Extend16, b.load_state(offset, 1)); }), byte);
    EXPECT_EQ(folded([&](Builder& b) { return b.pure(Code::ShrU, b.load_state(offset, 1), b.constant(8)); }),
              "%0 = const.i32 0\nset.i32 edi, %0\n");
    // AL after AH was written: (eax & ~ff00 | x << 8) & ff
    EXPECT_EQ(folded([&](Builder& b) {
                  const Ref kept = b.pure(Code::And, b.get(EAX), b.constant(0xffff00ff));
                  const Ref x = b.pure(Code::Shl, b.load_state(offset, 1), b.constant(8));
                  return b.pure(Code::And, b.pure(Code::Or, kept, x), b.constant(0xff));
              }),
              "%0 = get.i32 eax\n%1 = const.i32 0xff\n%2 = and.i32 %0, %1\nset.i32 edi, %2\n");
    // The count of a shift is masked by wasm.
    EXPECT_EQ(folded([](Builder& b) {
                  const Ref cl =
                      b.pure(Code::And, b.pure(Code::And, b.get(ECX), b.constant(0xff)), b.constant(31));
                  return b.pure(Code::Shl, b.get(EAX), cl);
              }),
              "%0 = get.i32 ecx\n%1 = get.i32 eax\n%2 = shl.i32 %1, %0\nset.i32 edi, %2\n");
}

TEST(FoldConstants, WhatCancels)
{
    const auto with = [](Code code, auto make) {
        return folded([=](Builder& b) {
            const Ref x = b.get(EAX);
            return b.pure(code, x, make(b, x));
        });
    };
    const auto xor_ecx = [](Builder& b, Ref x) { return b.pure(Code::Xor, x, b.get(ECX)); };
    const auto inverse = [](Builder& b, Ref x) { return b.pure(Code::Xor, x, b.constant(~0u)); };
    EXPECT_EQ(with(Code::Xor, xor_ecx), "%0 = get.i32 ecx\nset.i32 edi, %0\n");
    EXPECT_EQ(with(Code::And, inverse), "%0 = const.i32 0\nset.i32 edi, %0\n");
    EXPECT_EQ(with(Code::Or, inverse), "%0 = const.i32 0xffffffff\nset.i32 edi, %0\n");
    EXPECT_EQ(with(Code::Sub, [](Builder&, Ref x) { return x; }), "%0 = const.i32 0\nset.i32 edi, %0\n");
}

TEST(FoldConstants, AnExtensionGoesOnlyWhereNoneOfItsBitsIsAskedFor)
{
    const auto masked = [](Code extension, u32 mask) {
        return folded(
            [=](Builder& b) { return b.pure(Code::And, b.pure(extension, b.get(EAX)), b.constant(mask)); });
    };
    EXPECT_EQ(masked(Code::Extend8, 0xff).find("extend8"), std::string::npos);
    EXPECT_NE(masked(Code::Extend8, 0x1ff).find("extend8"), std::string::npos);
    EXPECT_EQ(masked(Code::Extend16, 0xffff).find("extend16"), std::string::npos);
    EXPECT_NE(masked(Code::Extend16, 0x1ffff).find("extend16"), std::string::npos);
}

TEST(FoldConstants, AStoreCutsItsValueByItself)
{
    Builder b;
    const u16 redo = b.exit({.reason = Exit::Redo});
    const Ref p = b.translate(b.get(ESI), 1, MemoryAccess::Write, redo);
    b.store(p, b.pure(Code::Extend8, b.pure(Code::And, b.get(EAX), b.constant(0xffff))), 1);
    b.leave(redo);
    fold_constants(b.region);
    remove_dead_code(b.region);
    EXPECT_EQ(lines(b.region), "%0 = get.i32 esi\n%1 = translate.1.write %0, exit 0\n%2 = get.i32 eax\n"
                               "store.i32.1 %1, %2\nleave exit 0\n");
}

// The carry of SHL EAX, 3 is bit 32 of the 64-bit shift.
TEST(FoldConstants, ABitPushedOutIsTestedIn32Bits)
{
    EXPECT_EQ(folded([](Builder& b) {
                  const Ref wide = b.pure64(Code::Shl, b.pure(Code::ZeroExtend, b.get(EAX)), b.constant64(3));
                  return b.pure(Code::And, b.pure(Code::Wrap, b.pure64(Code::ShrU, wide, b.constant64(32))),
                                b.constant(1));
              }),
              "%0 = get.i32 eax\n%1 = const.i32 0x1d\n%2 = shr_u.i32 %0, %1\n%3 = const.i32 1\n%4 = and.i32 "
              "%2, %3\n"
              "set.i32 edi, %4\n");
}

// Every pair of counts, for both extensions and directions, against the 64-bit operations.
TEST(FoldConstants, NarrowedShiftsAreExact)
{
    test::Box box;
    const u64 values[] = {0x80000001, 0x12345678, 0xffffffff, 0x7ffffffe};
    for (Code extension : {Code::ZeroExtend, Code::SignExtend})
        for (Code first : {Code::Shl, Code::ShrU})
            for (Code second : {Code::ShrU, Code::ShrS, Code::Shl})
                for (u64 k = 0; k < 64; k++)
                    for (u64 c = 0; c < 64; c++) {
                        Builder b;
                        Ref wide = b.pure(extension, b.get(EAX));
                        wide = b.pure64(first, wide, b.constant64(k));
                        wide = b.pure64(second, wide, b.constant64(c));
                        b.set(EBX, b.pure(Code::Wrap, wide));
                        b.leave(b.exit());
                        Region after = b.region;
                        fold_constants(after);
                        for (u64 value : values) {
                            box.cpu.s.gpr[EAX] = value;
                            run(box.cpu, b.region);
                            const u64 want = box.cpu.s.gpr[EBX];
                            run(box.cpu, after);
                            ASSERT_EQ(box.cpu.s.gpr[EBX], want) << std::hex << value << "\n"
                                                                << print(b.region) << print(after);
                        }
                    }
}

TEST(FoldConstants, SixtyFourBitsWhereThirtyTwoDo)
{
    const auto wide = [](Builder& b, unsigned var) { return b.pure(Code::ZeroExtend, b.get(var)); };
    EXPECT_EQ(folded([&](Builder& b) {
                  return b.pure(Code::Wrap, b.pure64(Code::Mul, wide(b, EAX), wide(b, ECX)));
              }),
              "%0 = get.i32 eax\n%1 = get.i32 ecx\n%2 = mul.i32 %0, %1\nset.i32 edi, %2\n");
    EXPECT_EQ(folded([&](Builder& b) { return b.pure64(Code::LtS, wide(b, EAX), wide(b, ECX)); }),
              "%0 = get.i32 eax\n%1 = get.i32 ecx\n%2 = lt_u.i32 %0, %1\nset.i32 edi, %2\n");
    EXPECT_EQ(folded([&](Builder& b) { return b.pure64(Code::Eq, wide(b, EAX), b.constant64(0)); }),
              "%0 = get.i32 eax\n%1 = eqz.i32 %0\nset.i32 edi, %1\n");
    // MUL wants both halves: the product stays, and a Wrap of it costs nothing.
    EXPECT_EQ(
        folded([&](Builder& b) {
            const Ref product = b.pure64(Code::Mul, wide(b, EAX), wide(b, ECX));
            const Ref high = b.pure(Code::Wrap, b.pure64(Code::ShrU, product, b.constant64(32)));
            b.set(EDX, high);
            return b.pure(Code::Wrap, product);
        }),
        "%0 = get.i32 eax\n%1 = zero_extend %0\n%2 = get.i32 ecx\n%3 = zero_extend %2\n%4 = mul.i64 %1, %3\n"
        "%5 = const.i64 0x20\n%6 = shr_u.i64 %4, %5\n%7 = wrap %6\nset.i32 edx, %7\n%9 = wrap %4\nset.i32 "
        "edi, %9\n");
}

TEST(FoldConstants, Comparisons)
{
    const auto operands = [](Builder& b, Code code) { return b.pure(code, b.get(EAX), b.get(ECX)); };
    const auto with = [](const char* op) {
        return std::string("%0 = get.i32 eax\n%1 = get.i32 ecx\n%2 = ") + op + "\nset.i32 edi, %2\n";
    };
    EXPECT_EQ(folded([&](Builder& b) { return b.pure(Code::Eqz, operands(b, Code::Eq)); }),
              with("ne.i32 %0, %1"));
    EXPECT_EQ(folded([&](Builder& b) { return b.pure(Code::Eqz, operands(b, Code::LtU)); }),
              with("le_u.i32 %1, %0"));
    EXPECT_EQ(folded([&](Builder& b) { return b.pure(Code::Eqz, operands(b, Code::LeS)); }),
              with("lt_s.i32 %1, %0"));
    EXPECT_EQ(folded([&](Builder& b) { return b.pure(Code::Xor, operands(b, Code::LtS), b.constant(1)); }),
              with("le_s.i32 %1, %0"));
    EXPECT_EQ(folded([&](Builder& b) { return b.pure(Code::Ne, operands(b, Code::LtS), b.constant(0)); }),
              with("lt_s.i32 %0, %1"));
    EXPECT_EQ(folded([&](Builder& b) {
                  return b.pure(Code::Select, b.constant(0), b.constant(1), operands(b, Code::Eq));
              }),
              with("ne.i32 %0, %1"));
}

TEST(FoldConstants, KnownConditions)
{
    Builder b(3);
    const u16 never = b.exit(), always = b.exit();
    const Ref x = b.get(EAX);
    b.exit_if(b.pure(Code::LtU, x, x), never); // false: goes
    b.branch(b.pure(Code::Eqz, b.pure(Code::Eqz, b.get(EBX))), 1, 2);
    b.start(1);
    b.exit_if(b.constant(2), always);
    b.leave(never);
    b.start(2);
    b.branch(b.constant(0), 0, 1);
    fold_constants(b.region);
    remove_dead_code(b.region);
    EXPECT_EQ(lines(b.region, 0), "%0 = get.i32 ebx\nbranch %0, block 1, block 2\n");
    EXPECT_EQ(lines(b.region, 1), "leave exit 1\n");
    EXPECT_EQ(lines(b.region, 2), "jump block 1\n");
}

TEST(FoldConstants, ANegatedConditionTurnsTheBranch)
{
    Builder b(2);
    b.branch(b.pure(Code::Eqz, b.get(EBX)), 0, 1);
    b.start(1);
    b.leave(b.exit());
    fold_constants(b.region);
    remove_dead_code(b.region);
    EXPECT_EQ(lines(b.region), "%0 = get.i32 ebx\nbranch %0, block 1, block 0\n");
}

// ---- eliminate_common_subexpressions -----------------------------------------------------------------------------------------

TEST(CommonSubexpressions, OneValueForEqualOnes)
{
    Builder b;
    const Ref x = b.pure(Code::Add, b.get(EAX), b.get(ECX));
    const Ref y = b.pure(Code::Add, b.get(ECX), b.get(EAX)); // in whatever order
    b.set(EDX, b.pure(Code::Sub, x, y));
    b.set(EAX, b.constant(1));
    b.set(EBX, b.pure(Code::Add, b.get(EAX), b.constant(1)));
    b.leave(b.exit());
    eliminate_common_subexpressions(b.region);
    EXPECT_EQ(lines(b.region),
              "%0 = get.i32 eax\n%1 = get.i32 ecx\n%2 = add.i32 %0, %1\n%3 = sub.i32 %2, %2\n"
              "set.i32 edx, %3\n%5 = const.i32 1\nset.i32 eax, %5\n%7 = add.i32 %5, %5\nset.i32 ebx, %7\n"
              "leave exit 0\n");
}

TEST(CommonSubexpressions, TypesAreDifferent)
{
    Builder b;
    b.set(EAX, b.constant(1));
    b.store_state(0x100, b.constant64(1), 8);
    b.leave(b.exit());
    eliminate_common_subexpressions(b.region);
    EXPECT_EQ(
        lines(b.region),
        "%0 = const.i32 1\nset.i32 eax, %0\n%2 = const.i64 1\nstore_state.i64.8 [0x100], %2\nleave exit 0\n");
}

TEST(CommonSubexpressions, AReloadedVariableIsReadAgain)
{
    Builder b;
    b.set(EBX, b.get(EAX));
    b.set(EDX, b.get(ECX));
    b.spill(b.exit());
    b.call({}, 1u << EAX);
    b.set(ESI, b.get(EAX));
    b.set(EDI, b.get(ECX));
    b.leave(b.exit());
    eliminate_common_subexpressions(b.region);
    EXPECT_EQ(lines(b.region),
              "%0 = get.i32 eax\nset.i32 ebx, %0\n%2 = get.i32 ecx\nset.i32 edx, %2\nspill exit 0\n%5 = call "
              "insn 0\n"
              "leave_spilled %5, exit 1\nreload {eax}\n%8 = get.i32 eax\nset.i32 esi, %8\nset.i32 edi, %2\n"
              "leave exit 2\n");
}

TEST(CommonSubexpressions, WhatIsThereAlreadyIsNotWritten)
{
    Builder b;
    b.set(EAX, b.get(EAX));
    b.store_state(0x100, b.load_state(0x100, 2), 2);
    b.leave(b.exit());
    eliminate_common_subexpressions(b.region);
    EXPECT_EQ(lines(b.region), "%0 = get.i32 eax\n%1 = load_state.i32.2 [0x100]\nleave exit 0\n");
}

TEST(CommonSubexpressions, StateIsForgottenWhereItIsWritten)
{
    Builder b;
    const Ref low = b.load_state(0x100, 4), high = b.load_state(0x104, 4);
    b.store_state(0x102, b.get(EAX), 2); // within the first
    b.set(ECX, b.pure(Code::Add, low, b.load_state(0x100, 4)));
    b.set(EDX, b.pure(Code::Add, high, b.load_state(0x104, 4)));
    b.leave(b.exit());
    eliminate_common_subexpressions(b.region);
    EXPECT_EQ(
        lines(b.region),
        "%0 = load_state.i32.4 [0x100]\n%1 = load_state.i32.4 [0x104]\n%2 = get.i32 eax\n"
        "store_state.i32.2 [0x102], %2\n%4 = load_state.i32.4 [0x100]\n%5 = add.i32 %0, %4\nset.i32 ecx, %5\n"
        "%7 = add.i32 %1, %1\nset.i32 edx, %7\nleave exit 0\n");
}

// ---- remove_repeated_translations, forward_loads -----------------------------------------------------------------------------

namespace {

// Translates the address in ESI a few times; which of them stay.
std::string translations(std::initializer_list<std::pair<u8, MemoryAccess>> list)
{
    Builder b;
    const u16 redo = b.exit({.reason = Exit::Redo});
    const Ref at = b.get(ESI);
    for (const auto& [size, access] : list) b.translate(at, size, access, redo);
    b.leave(redo);
    remove_repeated_translations(b.region);
    std::string s;
    for (const Op& op : b.region.blocks[0].ops)
        if (op.code == Code::Translate)
            s += std::to_string(op.size) + (op.access == MemoryAccess::Write ? "w " : "r ");
    return s;
}
constexpr MemoryAccess READ = MemoryAccess::Read, WRITE = MemoryAccess::Write;

} // namespace

TEST(RepeatedTranslations, WhatAnEarlierOneCoversGoes)
{
    EXPECT_EQ(translations({{4, READ}, {4, READ}}), "4r ");
    EXPECT_EQ(translations({{4, READ}, {2, READ}}), "4r ");
    EXPECT_EQ(translations({{4, WRITE}, {4, READ}}), "4w ");
    EXPECT_EQ(translations({{4, WRITE}, {4, WRITE}}), "4w ");
    EXPECT_EQ(translations({{4, READ}, {4, WRITE}, {4, READ}, {4, WRITE}}), "4r 4w ");
    EXPECT_EQ(translations({{2, READ}, {4, READ}, {4, READ}}), "2r 4r ");
    EXPECT_EQ(translations({{8, READ}, {4, WRITE}, {8, READ}}), "8r 4w ");
}

TEST(RepeatedTranslations, ACallMayChangeTheSoftmmu)
{
    Builder b;
    const u16 redo = b.exit({.reason = Exit::Redo});
    const Ref at = b.get(ESI);
    b.translate(at, 4, READ, redo);
    b.spill(redo);
    b.call({}, 0);
    b.translate(at, 4, READ, redo);
    b.leave(redo);
    const std::string before = lines(b.region);
    remove_repeated_translations(b.region);
    EXPECT_EQ(lines(b.region), before);
}

TEST(ForwardLoads, UntilAStore)
{
    Builder b;
    const u16 redo = b.exit({.reason = Exit::Redo});
    const Ref p = b.translate(b.get(ESI), 4, WRITE, redo), q = b.translate(b.get(EDI), 4, WRITE, redo);
    b.set(EAX, b.load(p, 4));
    b.set(ECX, b.load(p, 4)); // the same
    b.set(EDX, b.load(p, 2)); // of another size
    b.store(q, b.get(EBP), 4);
    b.set(EBX, b.load(q, 4)); // what was stored
    b.set(EAX, b.load(p, 4)); // may be the same place
    b.store(q, b.get(EBP), 1);
    b.set(EBX, b.load(q, 1)); // not the whole value
    b.leave(redo);
    forward_loads(b.region);
    EXPECT_EQ(lines(b.region), R"(%0 = get.i32 esi
%1 = translate.4.write %0, exit 0
%2 = get.i32 edi
%3 = translate.4.write %2, exit 0
%4 = load.i32.4 %1
set.i32 eax, %4
set.i32 ecx, %4
%7 = load.i32.2 %1
set.i32 edx, %7
%9 = get.i32 ebp
store.i32.4 %3, %9
set.i32 ebx, %9
%12 = load.i32.4 %1
set.i32 eax, %12
%14 = get.i32 ebp
store.i32.1 %3, %14
%16 = load.i32.1 %3
set.i32 ebx, %16
leave exit 0
)");
}

// ---- remove_dead_code ----------------------------------------------------------------------------------------------------------

TEST(DeadCode, ValuesNothingUses)
{
    Builder b;
    const u16 redo = b.exit({.reason = Exit::Redo});
    const Ref p = b.translate(b.get(ESI), 4, READ, redo); // may leave: stays
    b.pure(Code::Add, b.load(p, 4), b.load_state(0x100, 4));
    b.set(EAX, b.constant(1));
    b.leave(redo);
    remove_dead_code(b.region);
    EXPECT_EQ(lines(b.region), "%0 = get.i32 esi\n%1 = translate.4.read %0, exit 0\n%2 = const.i32 "
                               "1\nset.i32 eax, %2\nleave exit 0\n");
}

namespace {

// Sets every flag word and leaves with this form: those that stay.
std::string flags_kept(u8 form)
{
    Builder b;
    for (unsigned v = FLAG_RESULT; v < VARS; v++) b.set(v, b.constant(0));
    b.leave(b.exit(form));
    remove_dead_code(b.region);
    std::string s;
    for (const Op& op : b.region.blocks[0].ops)
        if (op.code == Code::Set) s += std::string(variable_name(op.imm) + 5) + " ";
    return s;
}

} // namespace

TEST(DeadCode, AnExitReadsTheFlagsItsFormIsMadeOf)
{
    EXPECT_EQ(flags_kept(FlagForm::CARRIES), "result y ");
    EXPECT_EQ(flags_kept(FlagForm::ADC), "result x y ");
    EXPECT_EQ(flags_kept(FlagForm::SUB | 2 << FlagForm::WIDTH_SHIFT), "x y ");
    EXPECT_EQ(flags_kept(FlagForm::LOGIC), "result ");
    EXPECT_EQ(flags_kept(FlagForm::SAR), "x y ");
    EXPECT_EQ(flags_kept(FlagForm::LOGIC | FlagForm::OWN_CARRY), "result carry ");
    EXPECT_EQ(flags_kept(FlagForm::DYNAMIC), "result x y carry form ");
}

// adc; sbb; a loop around both: only the last flags count, but where something may leave in between.
TEST(DeadCode, FlagsAreFollowedThroughLoops)
{
    for (bool exit_between : {false, true}) {
        Builder b(2);
        const u16 add = b.exit(FlagForm::ADC), sub = b.exit(FlagForm::SBB);
        b.jump(1);
        b.start(1);
        const auto set_flags = [&](u32 v) {
            for (unsigned var : {FLAG_RESULT, FLAG_X, FLAG_Y}) b.set(var, b.constant(v));
        };
        set_flags(1);
        if (exit_between) b.exit_if(b.get(EAX), add);
        set_flags(2);
        b.exit_if(b.get(ECX), sub);
        b.jump(1);
        remove_dead_code(b.region);
        const auto& ops = b.region.blocks[1].ops;
        EXPECT_EQ(std::count_if(ops.begin(), ops.end(), [](const Op& op) { return op.code == Code::Set; }),
                  exit_between ? 6 : 3);
    }
}

TEST(DeadCode, LiveInAnotherBlock)
{
    Builder b(3);
    b.set(FLAG_X, b.constant(1)); // read by block 2 alone
    b.set(FLAG_Y, b.constant(2)); // by none
    b.branch(b.get(EAX), 1, 2);
    b.start(1);
    b.leave(b.exit(FlagForm::LOGIC));
    b.start(2);
    b.set(EBX, b.get(FLAG_X));
    b.leave(b.exit(FlagForm::LOGIC));
    remove_dead_code(b.region);
    EXPECT_EQ(lines(b.region),
              "%0 = const.i32 1\nset.i32 flag_x, %0\n%2 = get.i32 eax\nbranch %2, block 1, block 2\n");
}

// A loop in which a variable only ever becomes itself plus one, and nothing reads it, has no use for it.
TEST(DeadCode, AVariableThatOnlyFeedsItself)
{
    Builder b(2);
    const u16 out = b.exit(FlagForm::LOGIC);
    b.jump(1);
    b.start(1);
    b.set(FLAG_X, b.pure(Code::Add, b.get(FLAG_X), b.constant(1)));
    b.exit_if(b.get(EAX), out);
    b.jump(1);
    remove_dead_code(b.region);
    EXPECT_EQ(lines(b.region, 1), "%0 = get.i32 eax\nexit_if %0, exit 0\njump block 1\n");
}

TEST(DeadCode, ASpillReadsAllAndAReloadOnlyWhatIsWanted)
{
    Builder b;
    b.set(EAX, b.constant(1));
    b.set(FLAG_RESULT, b.constant(0));
    b.set(FLAG_X, b.constant(0)); // not of the form
    b.spill(b.exit(FlagForm::LOGIC));
    b.call({}, 1u << EAX | 1u << ECX | 1u << FLAG_RESULT | 1u << FLAG_Y);
    b.set(ECX, b.constant(2)); // so ECX need not be read again
    b.set(FLAG_RESULT, b.constant(3));
    b.leave(b.exit(FlagForm::LOGIC));
    remove_dead_code(b.region);
    EXPECT_EQ(lines(b.region),
              "%0 = const.i32 1\nset.i32 eax, %0\n%2 = const.i32 0\nset.i32 flag_result, %2\nspill exit 0\n"
              "%5 = call insn 0\nleave_spilled %5, exit 1\nreload {eax}\n%8 = const.i32 2\nset.i32 ecx, %8\n"
              "%10 = const.i32 3\nset.i32 flag_result, %10\nleave exit 2\n");
}

} // namespace tabpc::ir
