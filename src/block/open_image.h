// open_image: from what a user names to the node that holds the disk.
#pragma once
#include "base/result.h"
#include "block/node.h"
#include <memory>

namespace tabpc {

struct ImageOptions {
    bool read_only = false;
    bool snapshot = false;   // writes stay in memory, the file is opened read-only
    u64 size = u64(1) << 30; // of null-co://
};

// Raw images and null-co://. An error is a sentence for the user.
Result<std::unique_ptr<BlockNode>> open_image(const std::string& path, const ImageOptions& options = {});

} // namespace tabpc
