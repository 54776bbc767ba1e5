// A disk in memory whose requests wait until the test lets them go, as they do for a disk on the web.
#pragma once
#include "block/memory_node.h"
#include "core/coroutine_sync.h"
#include <optional>

namespace tabpc {

class SlowNode final : public BlockNode {
public:
    explicit SlowNode(std::vector<u8> bytes) : disk_(std::move(bytes)) {}

    CoQueue waiting;
    IoStatus answer = IoStatus::Ok; // what the next requests come to

    u64 length() const override { return disk_.length(); }
    bool read_only() const override { return false; }
    Task<IoStatus> read(u64 offset, std::span<u8> to) override
    {
        co_await waiting.wait();
        if (answer != IoStatus::Ok) co_return answer;
        co_return co_await disk_.read(offset, to);
    }
    Task<IoStatus> write(u64 offset, std::span<const u8> from) override
    {
        co_await waiting.wait();
        if (answer != IoStatus::Ok) co_return answer;
        co_return co_await disk_.write(offset, from);
    }
    Task<IoStatus> flush() override
    {
        co_await waiting.wait();
        co_return answer;
    }
    std::string description() const override { return "slow"; }
    std::span<const u8> bytes() const { return disk_.bytes(); }

private:
    MemoryNode disk_;
};

// Runs a request that does not wait; one that does is a failed test.
inline IoStatus run(Task<IoStatus> task)
{
    std::optional<IoStatus> status;
    const auto job = [](Task<IoStatus> t, std::optional<IoStatus>& s) -> Task<void> {
        s = co_await std::move(t);
    };
    Job j(job(std::move(task), status));
    return status.value_or(IoStatus::Failed);
}

} // namespace tabpc
