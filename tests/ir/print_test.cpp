#include "builder.h"
#include "ir/print.h"
#include <gtest/gtest.h>

namespace tabpc::ir {

// One of each kind of line. `add [esi], eax` with a check of the budget, then DIV called out for.
TEST(Print, Region)
{
    test::Builder b(2);
    const u16 budget = b.exit({.rip = 0x1000, .reason = Exit::Budget, .flags = FlagForm::DYNAMIC});
    const u16 redo = b.exit({.rip = 0x1000, .undone = 2, .reason = Exit::Redo, .flags = FlagForm::DYNAMIC});
    const u16 spill =
        b.exit({.rip = 0x1002, .undone = 1, .flags = FlagForm::ADD | 2 << FlagForm::WIDTH_SHIFT});
    b.region.blocks[0].rip = 0x1000;
    b.region.blocks[0].instructions = 2;
    b.check_budget(20, budget);
    b.charge(2);
    const Ref at = b.translate(b.get(ESI), 4, MemoryAccess::Write, redo);
    const Ref x = b.load(at, 4), y = b.get(EAX), sum = b.pure(Code::Add, x, y);
    b.store(at, sum, 4);
    b.set(FLAG_RESULT, sum);
    b.spill(spill);
    b.call({.op = 77, .length = 2}, 1u << EAX | 1u << EDX | 1u << FLAG_FORM);
    b.branch(b.pure64(Code::Eqz, b.pure(Code::ZeroExtend, sum)), 0, 1);
    b.start(1);
    b.region.blocks[1].rip = 0x1004;
    b.store_state(0x40, b.load_state(0x48, 8), 8);
    b.set(FLAG_CARRY, b.constant(1));
    b.leave_to(b.constant(0xffff0000), b.exit({.flags = FlagForm::LOGIC | FlagForm::OWN_CARRY}));

    EXPECT_EQ(print(b.region), R"(region 0x1000
block 0: rip 0x1000, 2 instructions
    check_budget 0x14, exit 0
    charge 2
    %2 = get.i32 esi
    %3 = translate.4.write %2, exit 1
    %4 = load.i32.4 %3
    %5 = get.i32 eax
    %6 = add.i32 %4, %5
    store.i32.4 %3, %6
    set.i32 flag_result, %6
    spill exit 2
    %10 = call insn 0
    leave_spilled %10, exit 3
    reload {eax edx flag_form}
    %13 = zero_extend %6
    %14 = eqz.i64 %13
    branch %14, block 0, block 1
block 1: rip 0x1004, 0 instructions
    %0 = load_state.i64.8 [0x48]
    store_state.i64.8 [0x40], %0
    %2 = const.i32 1
    set.i32 flag_carry, %2
    %4 = const.i32 0xffff0000
    leave_to %4, exit 4
exit 0: budget, rip 0x1000, undone 0, flags dynamic
exit 1: redo, rip 0x1000, undone 2, flags dynamic
exit 2: next, rip 0x1002, undone 1, flags add.4
exit 3: returned, rip 0, undone 0, flags carries
exit 4: next, rip 0, undone 0, flags logic.1.own_carry
insn 0: handler 77, 2 bytes
insn 1: handler 0, 0 bytes
)");
}

// print() is for broken regions too: verify() quotes the operation.
TEST(Print, ABrokenOperation)
{
    test::Builder b;
    const Ref n = b.add({.code = Code::Set, .imm = 99});
    EXPECT_EQ(print(b.block(), n), "set.i32 ?, %none");
}

} // namespace tabpc::ir
