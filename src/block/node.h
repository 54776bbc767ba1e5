// BlockNode: anything that holds the bytes of a disk: a raw file, a qcow2 image, an overlay, an HTTP range source.
// Nodes stack (an overlay has a base). Requests are coroutines: they may wait, the guest runs on.
#pragma once
#include "base/types.h"
#include "core/coroutine.h"
#include <algorithm>
#include <span>
#include <string>

namespace tabpc {

enum class IoStatus : u8 {
    Ok,
    Failed,   // the medium or the host gave an error
    NoSpace,  // host storage is full (ENOSPC)
    ReadOnly, // a write to what cannot be written
};

class BlockNode {
public:
    BlockNode() = default;
    BlockNode(const BlockNode&) = delete;
    virtual ~BlockNode() = default;

    virtual u64 length() const = 0; // bytes; need not be a multiple of a sector
    virtual bool read_only() const = 0;
    // Bytes beyond length() read as zero and cannot be written. Offsets and lengths are free of alignment.
    virtual Task<IoStatus> read(u64 offset, std::span<u8> to) = 0;
    virtual Task<IoStatus> write(u64 offset, std::span<const u8> from) = 0;
    virtual Task<IoStatus> flush() = 0; // what was written is safe when this completes
    virtual std::string description() const = 0;

protected:
    // How many of `n` bytes at `offset` the node has.
    size_t clip(u64 offset, size_t n) const
    {
        if (offset >= length()) return 0;
        return static_cast<size_t>(std::min<u64>(n, length() - offset));
    }
};

} // namespace tabpc
