// FileNode: a raw image in a file of the host (POSIX; under node through Emscripten's NODERAWFS). Host I/O blocks: a
// local file answers sooner than a guest could notice.
#pragma once
#include "base/result.h"
#include "block/node.h"
#include <memory>

namespace tabpc {

class FileNode final : public BlockNode {
public:
    static Result<std::unique_ptr<BlockNode>> open(const std::string& path, bool read_only);
    ~FileNode() override;

    u64 length() const override { return length_; }
    bool read_only() const override { return read_only_; }
    Task<IoStatus> read(u64 offset, std::span<u8> to) override;
    Task<IoStatus> write(u64 offset, std::span<const u8> from) override;
    Task<IoStatus> flush() override;
    std::string description() const override { return path_; }

private:
    FileNode(int fd, u64 length, bool read_only, std::string path)
        : fd_(fd), length_(length), read_only_(read_only), path_(std::move(path))
    {}
    int fd_;
    u64 length_;
    bool read_only_;
    std::string path_;
};

} // namespace tabpc
