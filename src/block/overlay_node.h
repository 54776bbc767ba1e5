// OverlayNode: copy on write. Writes go to clusters in memory, reads come from there or from the base, which is never
// written. snapshot=on is this and nothing else.
#pragma once
#include "block/node.h"
#include "core/coroutine_sync.h"
#include <map>
#include <memory>

namespace tabpc {

class OverlayNode final : public BlockNode {
public:
    static constexpr u64 CLUSTER = 64 * 1024;

    explicit OverlayNode(std::unique_ptr<BlockNode> base) : base_(std::move(base)) {}

    u64 length() const override { return base_->length(); }
    bool read_only() const override { return false; }
    Task<IoStatus> read(u64 offset, std::span<u8> to) override;
    Task<IoStatus> write(u64 offset, std::span<const u8> from) override;
    Task<IoStatus> flush() override { co_return IoStatus::Ok; } // there is nothing to be safe on
    std::string description() const override { return "overlay of " + base_->description(); }

    BlockNode& base() { return *base_; }
    // By number: what differs from the base. Each has CLUSTER bytes.
    const std::map<u64, std::unique_ptr<u8[]>>& clusters() const { return clusters_; }

private:
    std::unique_ptr<BlockNode> base_;
    std::map<u64, std::unique_ptr<u8[]>> clusters_;
    CoMutex writing_; // a cluster is filled from the base before a second write may touch it
};

} // namespace tabpc
