// Slots of the wasm table, and modules the engine refuses.
#include "run.h"

namespace tabpc::jit {
namespace {

// eax = value
std::vector<u8> module_that_sets(u32 value)
{
    auto w = make_builder(1, 1);
    w.set(EAX, w.constant(value));
    w.leave(0);
    const Job job{&w.region, target_of_machine()};
    std::vector<u8> bytes;
    EXPECT_TRUE(make_module({&job, 1}, bytes));
    return bytes;
}
u64 eax_after(u32 slot)
{
    Machine m;
    EXPECT_EQ(reinterpret_cast<MachineFunction>(Linker::function(slot))(&m), 0u);
    return m.gpr[EAX];
}

class LinkerTest : public testing::Test {
protected:
    Linker linker{interpret, [](void*, u32, bool) { ADD_FAILURE() << "nothing was asked for"; }, nullptr};
};

TEST_F(LinkerTest, SlotsOfLivingModulesAreDistinct)
{
    std::vector<std::pair<u32, u32>> taken; // slot, value
    for (u32 n = 0; n < 300; n++) {
        const u32 slot = linker.reserve(1);
        ASSERT_TRUE(linker.compile(module_that_sets(n), slot, 1));
        taken.push_back({slot, n});
    }
    for (const auto& [slot, value] : taken) ASSERT_EQ(eax_after(slot), value);
}

TEST_F(LinkerTest, ReleasedSlotsAreUsedAgainAndGrowTogether)
{
    const u32 a = linker.reserve(10), b = linker.reserve(10), c = linker.reserve(10), d = linker.reserve(10);
    ASSERT_EQ(b, a + 10);
    linker.release(a, 10);
    linker.release(c, 10);
    EXPECT_GT(linker.reserve(20), d) << "neither gap is large enough";
    linker.release(b, 10);
    EXPECT_EQ(linker.reserve(30), a) << "three gaps are one";
    EXPECT_EQ(linker.reserve(1), d + 30) << "behind the 20";
}

TEST_F(LinkerTest, RunsLongerThanAChunkAreContiguous)
{
    const u32 many = linker.reserve(5000), next = linker.reserve(1);
    ASSERT_NE(many, Linker::NO_SLOT);
    EXPECT_TRUE(next < many || next >= many + 5000);
    ASSERT_TRUE(linker.compile(module_that_sets(7), many + 4999, 1));
    EXPECT_EQ(eax_after(many + 4999), 7u);
}

TEST_F(LinkerTest, MoreSlotsThanTheEngineHasAreRefused)
{
    EXPECT_EQ(linker.reserve(0xf0000000), Linker::NO_SLOT);
    EXPECT_NE(linker.reserve(1), Linker::NO_SLOT) << "and nothing is lost";
}

TEST_F(LinkerTest, BytesThatAreNoModuleAreRefused)
{
    const u32 slot = linker.reserve(1);
    std::vector<u8> bytes = module_that_sets(1);
    EXPECT_FALSE(linker.compile({}, slot, 1));
    EXPECT_FALSE(linker.compile(std::span(bytes).first(bytes.size() - 1), slot, 1));
    bytes.back() = 0; // where the function ends
    EXPECT_FALSE(linker.compile(bytes, slot, 1));
    EXPECT_FALSE(linker.compile(module_that_sets(1), slot, 2)) << "it has one function, not two";
    EXPECT_TRUE(linker.compile(module_that_sets(2), slot, 1));
    EXPECT_EQ(eax_after(slot), 2u);
}

TEST_F(LinkerTest, ALinkerThatGoesGivesItsSlotsBack)
{
    u32 slot;
    {
        Linker other{interpret, nullptr, nullptr};
        slot = other.reserve(3);
    }
    EXPECT_EQ(linker.reserve(3), slot);
}

TEST_F(LinkerTest, AModuleIsReplacedInItsSlots)
{
    const u32 slot = linker.reserve(1);
    ASSERT_TRUE(linker.compile(module_that_sets(1), slot, 1));
    ASSERT_TRUE(linker.compile(module_that_sets(2), slot, 1));
    EXPECT_EQ(eax_after(slot), 2u);
}

} // namespace
} // namespace tabpc::jit
