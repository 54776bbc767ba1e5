// What a region does to the CPU: on every way out, around calls, and with the budget.
#include "base/bits.h"
#include "box.h"
#include "builder.h"
#include "cpu/decode.h"
#include "cpu/encoding.h"
#include "ir/reference.h"
#include "ir/verify.h"
#include <cstddef>
#include <gtest/gtest.h>

namespace tabpc::ir {

namespace {

class Reference : public testing::Test {
protected:
    test::Box box;
    Cpu& cpu = box.cpu;

    u32 run(const test::Builder& b)
    {
        EXPECT_EQ(verify(b.region).value_or(""), "");
        return ir::run(cpu, b.region);
    }
};

Insn decoded(std::initializer_list<u8> bytes)
{
    Insn i;
    End end;
    EXPECT_EQ(decode(std::span(bytes.begin(), bytes.size()), {true, true, true}, 0, i, end), Decoded::Ok);
    return i;
}

u64 high(u64 v) { return v | u64(0xabcd) << 32; }

} // namespace

TEST_F(Reference, AnExitStoresWhatTheRegionSets)
{
    test::Builder b;
    b.set(ECX, b.pure(Code::Add, b.get(EAX), b.constant(1)));
    b.set(FLAG_X, b.constant(5));
    b.leave(b.exit());
    cpu.s.gpr[EAX] = high(0xffffffff);
    cpu.s.gpr[ECX] = high(1);
    cpu.translated.y = 77;
    cpu.s.rip = 0x1234;

    EXPECT_EQ(run(b), 0u);
    EXPECT_EQ(cpu.s.gpr[EAX], high(0xffffffff)) << "not Set: not stored";
    EXPECT_EQ(cpu.s.gpr[ECX], 0u) << "zero-extended";
    EXPECT_EQ(cpu.translated.x, 5u);
    EXPECT_EQ(cpu.translated.y, 77u);
    EXPECT_EQ(cpu.s.rip, 0x1234u) << "the caller's business";
}

TEST_F(Reference, LeaveToSetsRip)
{
    test::Builder b;
    b.leave_to(b.get(EAX), b.exit());
    cpu.s.gpr[EAX] = high(0x8000);
    EXPECT_EQ(run(b), 0u);
    EXPECT_EQ(cpu.s.rip, 0x8000u);
}

// for (eax = 0; eax < 5; eax++), three instructions a round.
TEST_F(Reference, ALoopIsChargedUntilTheBudgetMayNotLast)
{
    test::Builder b(3);
    const u16 budget = b.exit({.reason = Exit::Budget});
    b.jump(1);
    b.start(1);
    b.check_budget(3, budget);
    b.charge(3);
    b.set(EAX, b.pure(Code::Add, b.get(EAX), b.constant(1)));
    b.branch(b.pure(Code::LtU, b.get(EAX), b.constant(5)), 1, 2);
    b.start(2);
    b.leave(b.exit());

    cpu.budget() = 100;
    EXPECT_EQ(run(b), 1u);
    EXPECT_EQ(cpu.s.gpr[EAX], 5u);
    EXPECT_EQ(cpu.budget(), 85);

    cpu.s.gpr[EAX] = 0;
    cpu.budget() = 8;
    EXPECT_EQ(run(b), budget);
    EXPECT_EQ(cpu.s.gpr[EAX], 2u);
    EXPECT_EQ(cpu.budget(), 2);

    cpu.s.gpr[EAX] = 0;
    cpu.budget() = 9;
    EXPECT_EQ(run(b), budget) << "exactly three rounds";
    EXPECT_EQ(cpu.s.gpr[EAX], 3u);
    EXPECT_EQ(cpu.budget(), 0);
}

TEST_F(Reference, MemoryIsReachedWhereTheSoftmmuAllows)
{
    struct {
        u32 at;
        u8 size;
        bool read, write;
    } const rows[] = {
        {test::Box::WRITABLE, 4, true, true},
        {test::Box::WRITABLE + 1, 4, true, true}, // misaligned
        {test::Box::WRITABLE + 0xffc, 4, true, true},
        {test::Box::WRITABLE + 0xffd, 4, false, false}, // crosses
        {test::Box::WRITABLE + 0xfff, 1, true, true},
        {test::Box::WRITABLE + 0xff8, 8, true, true},
        {test::Box::WRITABLE + 0xff9, 8, false, false},
        {test::Box::READABLE + 8, 2, true, false},
        {test::Box::UNKNOWN, 1, false, false},
        {0xfffffffc, 4, false, false},
    };
    for (const auto& row : rows) {
        for (MemoryAccess access : {MemoryAccess::Read, MemoryAccess::Write}) {
            const bool write = access == MemoryAccess::Write;
            test::Builder b;
            const u16 redo = b.exit({.reason = Exit::Redo});
            const u16 done = b.exit();
            b.translate(b.get(ESI), row.size, access, redo);
            b.leave(done);
            cpu.s.gpr[ESI] = row.at;
            EXPECT_EQ(run(b), (write ? row.write : row.read) ? done : redo)
                << std::hex << row.at << (write ? " write" : "");
        }
    }
}

TEST_F(Reference, LoadsAndStoresOfEverySize)
{
    test::Builder b;
    const u16 redo = b.exit({.reason = Exit::Redo});
    const u16 done = b.exit();
    const Ref at = b.get(ESI);
    const Ref p = b.translate(at, 8, MemoryAccess::Write, redo);
    b.set(EAX, b.load(p, 1));
    b.set(ECX, b.load(p, 2));
    b.set(EDX, b.load(p, 4));
    b.set(EBX, b.pure(Code::Wrap, b.pure64(Code::ShrU, b.load(p, 8), b.constant64(32))));
    b.store(p, b.constant(0x12345678), 1);
    const Ref q = b.translate(b.pure(Code::Add, at, b.constant(8)), 8, MemoryAccess::Write, redo);
    b.store(q, b.constant64(0x1122334455667788), 8);
    b.leave(done);
    st<u64>(box.at(test::Box::WRITABLE + 1), 0xfedcba9876543210);
    cpu.s.gpr[ESI] = test::Box::WRITABLE + 1;
    EXPECT_EQ(run(b), done);
    EXPECT_EQ(cpu.s.gpr[EAX], 0x10u);
    EXPECT_EQ(cpu.s.gpr[ECX], 0x3210u);
    EXPECT_EQ(cpu.s.gpr[EDX], 0x76543210u);
    EXPECT_EQ(cpu.s.gpr[EBX], 0xfedcba98u);
    EXPECT_EQ(ld<u64>(box.at(test::Box::WRITABLE + 1)), 0xfedcba9876543278u);
    EXPECT_EQ(ld<u64>(box.at(test::Box::WRITABLE + 9)), 0x1122334455667788u);
}

TEST_F(Reference, StateIsReadAndWrittenBehindTheCpu)
{
    const u64 offset = static_cast<u64>(reinterpret_cast<u8*>(&cpu.s.mxcsr) - reinterpret_cast<u8*>(&cpu));
    test::Builder b;
    b.set(EAX, b.load_state(offset, 2));
    b.store_state(offset, b.constant(0x2345), 2);
    b.leave(b.exit());
    cpu.s.mxcsr = 0xdead1f80;
    run(b);
    EXPECT_EQ(cpu.s.gpr[EAX], 0x1f80u);
    EXPECT_EQ(cpu.s.mxcsr, 0xdead2345u);
}

// AAS reads AF and AX, and writes AX, AF and CF.
TEST_F(Reference, ACallSeesTheStateAndItsChangesAreReloaded)
{
    test::Builder b;
    const u16 at_aas =
        b.exit({.rip = 0x1000, .undone = 2, .flags = FlagForm::SUB | 2 << FlagForm::WIDTH_SHIFT});
    b.charge(3);
    b.set(EAX, b.constant(0x1f03));
    b.set(EBX, b.constant(4));
    const Ref zero = b.constant(0), one = b.constant(1);
    b.set(FLAG_X, zero);
    b.set(FLAG_Y, one);
    b.set(FLAG_RESULT, b.pure(Code::Sub, zero, one)); // AF
    b.spill(at_aas);
    b.call(decoded({0x3f}), 1u << EAX | 1u << FLAG_RESULT | 1u << FLAG_Y);
    b.charge(2); // anew: the Spill has taken it back
    b.set(EBX, b.pure(Code::Add, b.get(EBX), b.get(EAX)));
    const u16 done = b.exit(FlagForm::CARRIES);
    b.leave(done);

    cpu.budget() = 10;
    EXPECT_EQ(run(b), done);
    EXPECT_EQ(cpu.s.gpr[EAX], 0x1d0du);
    EXPECT_EQ(cpu.s.gpr[EBX], 0x1d11u);
    EXPECT_EQ(cpu.budget(), 7);
    EXPECT_TRUE(cpu.translated.flags().cf());
    EXPECT_EQ(cpu.translated.status, static_cast<u32>(Status::Next));
}

// PUSH ES has nothing to do with flags: they stay as the region had them, in their form.
TEST_F(Reference, ACallThatDoesNotTouchFlagsLeavesTheirWordsAlone)
{
    test::Builder b;
    b.set(FLAG_RESULT, b.constant(0x80));
    b.spill(b.exit(FlagForm::LOGIC)); // of a byte: SF
    b.call(decoded({0x06}), 1u << ESP);
    const u16 done = b.exit(FlagForm::LOGIC);
    b.leave(done);
    cpu.s.gpr[ESP] = test::Box::WRITABLE + 4;
    EXPECT_EQ(run(b), done);
    EXPECT_EQ(cpu.s.gpr[ESP], test::Box::WRITABLE);
    EXPECT_EQ(cpu.translated.result, 0x80u);
    EXPECT_EQ(cpu.translated.form, static_cast<u32>(FlagForm::LOGIC));
    EXPECT_TRUE(cpu.translated.flags().sf());
}

// AAM 0 is #DE: the region is left with the state as the Spill wrote it.
TEST_F(Reference, ACallThatFaultsLeavesWhatWasSpilled)
{
    test::Builder b;
    const u16 at_aam = b.exit({.rip = 0x1002, .undone = 2, .flags = FlagForm::LOGIC});
    b.charge(3);
    b.set(EBX, b.constant(4));
    b.set(FLAG_RESULT, b.constant(0));
    b.spill(at_aam);
    b.set(EBX, b.constant(5));
    b.call(decoded({0xd4, 0x00}), 1u << EAX);
    b.leave(b.exit());

    cpu.budget() = 10;
    const u32 returned = 1;
    EXPECT_EQ(run(b), returned);
    EXPECT_EQ(cpu.translated.status, static_cast<u32>(Status::Fault));
    EXPECT_EQ(cpu.fault.vector, exc::DE);
    EXPECT_EQ(cpu.s.gpr[EBX], 4u);
    EXPECT_EQ(cpu.s.rip, 0x1002u);
    EXPECT_EQ(cpu.budget(), 9);
    EXPECT_TRUE(cpu.s.flags.zf());
}

TEST_F(Reference, ASpillOfDynamicFlagsWritesTheFormVariable)
{
    test::Builder b;
    b.set(FLAG_FORM, b.constant(FlagForm::ADD));
    b.spill(b.exit({.flags = FlagForm::DYNAMIC}));
    b.leave(b.exit());
    run(b);
    EXPECT_EQ(cpu.translated.form, static_cast<u32>(FlagForm::ADD));
}

} // namespace tabpc::ir
