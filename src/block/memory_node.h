// MemoryNode: a disk that is a list of bytes. NullNode: QEMU's null-co://, a disk of any size that reads zeros and
// forgets what is written.
#pragma once
#include "block/node.h"
#include <vector>

namespace tabpc {

class MemoryNode final : public BlockNode {
public:
    explicit MemoryNode(std::vector<u8> bytes, bool read_only = false)
        : bytes_(std::move(bytes)), read_only_(read_only)
    {}
    u64 length() const override { return bytes_.size(); }
    bool read_only() const override { return read_only_; }
    Task<IoStatus> read(u64 offset, std::span<u8> to) override;
    Task<IoStatus> write(u64 offset, std::span<const u8> from) override;
    Task<IoStatus> flush() override { co_return IoStatus::Ok; }
    std::string description() const override { return "memory"; }
    std::span<const u8> bytes() const { return bytes_; }

private:
    std::vector<u8> bytes_;
    bool read_only_;
};

class NullNode final : public BlockNode {
public:
    explicit NullNode(u64 length) : length_(length) {}
    u64 length() const override { return length_; }
    bool read_only() const override { return false; }
    Task<IoStatus> read(u64 offset, std::span<u8> to) override;
    Task<IoStatus> write(u64 offset, std::span<const u8> from) override;
    Task<IoStatus> flush() override { co_return IoStatus::Ok; }
    std::string description() const override { return "null-co://"; }

private:
    u64 length_;
};

} // namespace tabpc
