// A region that keeps every rule, and each rule broken in it by one change.
#include "builder.h"
#include "cpu/cpu.h"
#include "ir/verify.h"
#include <functional>
#include <gtest/gtest.h>

namespace tabpc::ir {

namespace {

using test::Builder;

// Block 0 falls into block 1, which leaves. Operation numbers as the tests below use them.
Builder good()
{
    Builder b(2);
    const u16 redo = b.exit({.rip = 0x1000, .reason = Exit::Redo});
    const Ref x = b.get(EAX);                                   // 0
    const Ref p = b.translate(x, 4, MemoryAccess::Read, redo);  // 1
    const Ref q = b.translate(x, 4, MemoryAccess::Write, redo); // 2
    const Ref y = b.load(p, 4);                                 // 3
    b.store(q, b.pure(Code::Add, x, y), 4);                     // 4, 5
    b.pure(Code::ZeroExtend, y);                                // 6
    b.spill(redo);                                              // 7
    b.call({}, 1);                                              // 8 call, 9 leave_spilled, 10 reload
    b.check_budget(3, redo);                                    // 11
    b.constant(7);                                              // 12
    b.load_state(sizeof(Cpu) - 4, 4);                           // 13
    b.jump(1);                                                  // 14
    b.start(1);
    b.branch(b.get(EAX), 1, 0);
    return b;
}

// What verify() says after a change to the good region.
std::string after(const std::function<void(Region&)>& change)
{
    Builder b = good();
    change(b.region);
    return verify(b.region).value_or("");
}
std::string after(unsigned op, const std::function<void(Op&)>& change)
{
    return after([&](Region& r) { change(r.blocks[0].ops[op]); });
}

} // namespace

TEST(Verify, AGoodRegion) { EXPECT_EQ(verify(good().region), std::nullopt); }

TEST(Verify, SaysWhere)
{
    EXPECT_EQ(after(4, [](Op& op) { op.b = 9; }),
              "block 0, op 4 (%4 = add.i32 %0, %9): operand b is not defined before it");
}

TEST(Verify, Operands)
{
    const auto add = [](auto change) {
        const std::string said = after(4, change);
        return said.substr(said.rfind(": ") + 2);
    };
    EXPECT_EQ(add([](Op& op) { op.b = 4; }), "operand b is not defined before it");
    EXPECT_EQ(add([](Op& op) { op.c = 0; }), "it takes no operand c");
    EXPECT_EQ(add([](Op& op) { op.b = 1; }), "operand b is ptr, not i32");
    EXPECT_EQ(add([](Op& op) { op.a = NONE; }), "operand a is missing");
    EXPECT_NE(after(12, [](Op& op) { op = {.code = Code::Eqz, .a = 5}; }).find("operand a has no value"),
              std::string::npos);
    EXPECT_NE(after(12, [](Op& op) { op = {.code = Code::Eqz, .a = 6}; }).find("operand a is i64, not i32"),
              std::string::npos);
    EXPECT_NE(after(12, [](Op& op) { op.type = Type::Ptr; }).find("neither i32 nor i64"), std::string::npos);
}

TEST(Verify, Fields)
{
    struct {
        unsigned op;
        void (*change)(Op&);
        const char* says;
    } const rows[] = {
        {0, [](Op& op) { op.imm = VARS; }, "no such variable"},
        {0, [](Op& op) { op.type = Type::I64; }, "variables are i32"},
        {1, [](Op& op) { op.size = 3; }, "no access has this size"},
        {1, [](Op& op) { op.exit = 2; }, "no such exit"},
        {1, [](Op& op) { op.exit = 1; }, "its exit has the reason `returned`"},
        {9, [](Op& op) { op.exit = 0; }, "its exit must have the reason `returned`"},
        {3, [](Op& op) { op.size = 8; }, "its size does not fit its type"},
        {2, [](Op& op) { op.size = 2; }, "it reaches behind what was translated"},
        {5, [](Op& op) { op.a = 1; }, "it stores to what was translated for reading"},
        {12, [](Op& op) { op = {.code = Code::Load, .size = 4, .a = 1}; },
         "its pointer is from before a call"},
        {8, [](Op& op) { op.imm = 2; }, "no such instruction"},
        {8, [](Op& op) { op.imm = 1; }, "nothing stands behind its instruction"},
        {10, [](Op& op) { op.imm = 1u << VARS; }, "the mask names variables that do not exist"},
        {11, [](Op& op) { op.imm = 0x80000000; }, "more than a budget can hold"},
        {12, [](Op& op) { op.imm = 0xffffffff80000000; }, "the constant does not fit an i32"},
        {13, [](Op& op) { op.imm++; }, "it is not within the CPU's state"},
        {13, [](Op& op) { op.size = 10; }, "its size does not fit its type"},
        {12, [](Op& op) { op.code = static_cast<Code>(CODES); }, "no such operation"},
    };
    for (const auto& row : rows) {
        const std::string said = after(row.op, row.change);
        EXPECT_TRUE(said.ends_with(std::string(": ") + row.says)) << said << "\nand not: " << row.says;
    }
}

TEST(Verify, BlocksAndExits)
{
    EXPECT_EQ(after([](Region& r) { r.blocks.clear(); }), "a region needs a block");
    EXPECT_EQ(after([](Region& r) { r.blocks[1].ops.clear(); }), "block 1: a block needs an end");
    EXPECT_EQ(after([](Region& r) { r.blocks[1].ops.pop_back(); }),
              "block 1, op 0 (%0 = get.i32 eax): the last operation is not an end");
    EXPECT_EQ(after([](Region& r) { r.blocks[0].ops.insert(r.blocks[0].ops.begin(), {.code = Code::Jump}); }),
              "block 0, op 0 (jump block 1): an end in the middle of its block");
    EXPECT_EQ(after([](Region& r) { r.blocks[1].target[1] = 2; }),
              "block 1, op 1 (branch %0, block 1, block 2): no such target");
    EXPECT_EQ(after([](Region& r) { r.exits[0].flags = 3 << FlagForm::WIDTH_SHIFT; }),
              "exit 0: the flags have no such form");
    EXPECT_EQ(after([](Region& r) { r.exits[0].flags = FlagForm::KINDS; }),
              "exit 0: the flags have no such form");
    EXPECT_EQ(after([](Region& r) { r.exits[0].flags = FlagForm::DYNAMIC | FlagForm::ADD; }),
              "exit 0: the flags have no such form");
    EXPECT_EQ(after([](Region& r) { r.exits[1].reason = static_cast<Exit::Reason>(5); }),
              "exit 1: no such reason");
}

} // namespace tabpc::ir
