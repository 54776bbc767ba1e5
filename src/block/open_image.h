// open_image: from what a user names to the node that holds the disk.
#pragma once
#include "block/block_driver.h"

namespace tabpc {

// `name` is "PROTOCOL:…" of a protocol there is, or a path. An error is a sentence for the user.
Result<std::unique_ptr<BlockNode>> open_image(const std::string& name, const ImageOptions& options = {});

// The formats there are: "raw".
std::string image_formats();

} // namespace tabpc
