// Nodes in memory and the backend in front of them.
#include "block/backend.h"
#include "block/overlay_node.h"
#include "block/slow_node.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {

constexpr u64 CLUSTER = OverlayNode::CLUSTER;

std::vector<u8> pattern(size_t n)
{
    std::vector<u8> v(n);
    for (size_t i = 0; i < n; i++) v[i] = static_cast<u8>(i * 7 + i / 512);
    return v;
}
std::vector<u8> read(BlockNode& node, u64 at, size_t n)
{
    std::vector<u8> v(n, 0xee);
    EXPECT_EQ(run(node.read(at, v)), IoStatus::Ok);
    return v;
}

TEST(MemoryNode, ReadsZerosBeyondItsEndAndRefusesToWriteThere)
{
    MemoryNode node({1, 2, 3});
    EXPECT_EQ(read(node, 1, 4), (std::vector<u8>{2, 3, 0, 0}));
    EXPECT_EQ(read(node, ~u64(0) - 1, 2), (std::vector<u8>{0, 0}));
    const u8 two[] = {8, 9};
    EXPECT_EQ(run(node.write(1, two)), IoStatus::Ok);
    EXPECT_EQ(run(node.write(2, two)), IoStatus::Failed);
    EXPECT_EQ(read(node, 0, 3), (std::vector<u8>{1, 8, 9}));
    MemoryNode fixed({1}, true);
    EXPECT_EQ(run(fixed.write(0, std::span(two).first(1))), IoStatus::ReadOnly);
}

TEST(NullNode, ForgetsEverything)
{
    NullNode node(1000);
    const u8 one[] = {1};
    EXPECT_EQ(run(node.write(999, one)), IoStatus::Ok);
    EXPECT_EQ(run(node.write(1000, one)), IoStatus::Failed);
    EXPECT_EQ(read(node, 999, 1), std::vector<u8>{0});
}

TEST(OverlayNode, KeepsWritesAndLeavesTheBaseAlone)
{
    const auto original = pattern(3 * CLUSTER + 1000); // the last cluster is not whole
    auto base = std::make_unique<MemoryNode>(original);
    const MemoryNode* below = base.get();
    OverlayNode overlay(std::move(base));
    auto expected = original;

    const std::vector<u8> text(CLUSTER + 100, 0x5a); // crosses two borders
    EXPECT_EQ(run(overlay.write(CLUSTER - 50, text)), IoStatus::Ok);
    std::copy(text.begin(), text.end(), expected.begin() + static_cast<ptrdiff_t>(CLUSTER - 50));
    EXPECT_EQ(run(overlay.write(expected.size() - 2, std::span(text).first(2))), IoStatus::Ok);
    expected[expected.size() - 1] = expected[expected.size() - 2] = 0x5a;
    EXPECT_EQ(run(overlay.write(expected.size() - 1, std::span(text).first(2))), IoStatus::Failed);

    EXPECT_EQ(read(overlay, 0, expected.size()), expected);
    EXPECT_EQ(read(overlay, 777, 2 * CLUSTER), std::vector<u8>(&expected[777], &expected[777 + 2 * CLUSTER]));
    EXPECT_TRUE(std::equal(original.begin(), original.end(), below->bytes().begin()));
    EXPECT_EQ(overlay.clusters().size(), 4u);
}

TEST(OverlayNode, OverlappingWritesOnASlowBaseKeepTheirOrder)
{
    auto base = std::make_unique<SlowNode>(pattern(CLUSTER));
    CoQueue& host = base->waiting;
    OverlayNode overlay(std::move(base));
    const std::vector<u8> first(100, 1), second(100, 2);
    const auto job = [](BlockNode& n, u64 at, std::span<const u8> v) -> Task<void> {
        (void)co_await n.write(at, v);
    };
    Job a(job(overlay, 0, first)); // waits for the rest of the cluster
    Job b(job(overlay, 50, second));
    EXPECT_FALSE(a.done() || b.done());
    EXPECT_TRUE(host.wake_one());
    EXPECT_TRUE(a.done() && b.done()) << "the second finds the cluster there";
    const auto result = read(overlay, 0, 200);
    EXPECT_EQ(result[49], 1);
    EXPECT_EQ(result[50], 2);
    EXPECT_EQ(result[149], 2);
    EXPECT_EQ(result[150], pattern(200)[150]);
}

TEST(OverlayNode, FailedBaseLeavesNoHalfCluster)
{
    auto base = std::make_unique<SlowNode>(pattern(CLUSTER));
    SlowNode& slow = *base;
    OverlayNode overlay(std::move(base));
    IoStatus status = IoStatus::Ok;
    const u8 one[] = {1};
    const auto job = [](BlockNode& n, std::span<const u8> v, IoStatus& s) -> Task<void> {
        s = co_await n.write(0, v);
    };
    slow.answer = IoStatus::Failed;
    Job a(job(overlay, one, status));
    slow.waiting.wake_one();
    EXPECT_EQ(status, IoStatus::Failed);
    EXPECT_TRUE(overlay.clusters().empty());
}

struct Listener final : BlockBackend::MediumListener {
    int changes = 0;
    void medium_changed() override { changes++; }
};

TEST(BlockBackend, TellsOfMediaAndCountsTraffic)
{
    BlockBackend drive("floppy0");
    Listener listener;
    drive.set_listener(&listener);
    u8 sector[512];
    EXPECT_EQ(run(drive.read(0, sector)), IoStatus::Failed) << "no medium";
    drive.insert(std::make_unique<MemoryNode>(pattern(1024)));
    EXPECT_EQ(listener.changes, 1);
    EXPECT_EQ(run(drive.read(512, sector)), IoStatus::Ok);
    EXPECT_EQ(drive.stats().read_bytes, 512u);
    drive.set_read_only(true);
    EXPECT_EQ(run(drive.write(0, sector)), IoStatus::ReadOnly);
    drive.eject();
    EXPECT_EQ(listener.changes, 2);
}

TEST(BlockBackend, CountsRequestsInFlightAndCancelledOnesOut)
{
    BlockBackend drive("ide0-hd0");
    drive.insert(std::make_unique<SlowNode>(pattern(1024)));
    u8 sector[512];
    const auto job = [](BlockBackend& d, std::span<u8> to) -> Task<void> { (void)co_await d.read(0, to); };
    Job a(job(drive, sector));
    EXPECT_EQ(drive.in_flight(), 1);
    a.cancel();
    EXPECT_EQ(drive.in_flight(), 0);
}

} // namespace
} // namespace tabpc
