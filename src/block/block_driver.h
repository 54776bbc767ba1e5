// BlockDriver: a kind of image, chosen by name. A protocol knows where bytes are ("null-co://"); a format knows what they
// mean ("raw").
#pragma once
#include "base/result.h"
#include "block/node.h"
#include "core/module.h"
#include <memory>

namespace tabpc {

struct ImageOptions {
    bool read_only = false;
    bool snapshot = false; // writes stay in memory, the file is opened read-only
    u64 size = u64(1) << 30; // of null-co://
    std::string format = "raw";
};

// One of the two is set.
struct BlockDriver {
    using Node = Result<std::unique_ptr<BlockNode>>;
    Node (*open_protocol)(const std::string& name, const ImageOptions& options) = nullptr;
    Node (*open_format)(std::unique_ptr<BlockNode> protocol, const ImageOptions& options) = nullptr;
};

template <> const Modules<BlockDriver>& module_call_init<BlockDriver>();

} // namespace tabpc
