// See open_image.h.
#include "block/open_image.h"
#include "block/file_node.h"
#include "block/memory_node.h"
#include "block/overlay_node.h"

namespace tabpc {

Result<std::unique_ptr<BlockNode>> open_image(const std::string& path, const ImageOptions& options)
{
    if (path.empty()) return error("a disk image needs a file name");
    if (path == "null-co://") return std::unique_ptr<BlockNode>(new NullNode(options.size));
    auto file = FileNode::open(path, options.read_only || options.snapshot);
    if (!file) return file;
    if ((*file)->length() % 512)
        return error("%s ends inside a sector (%llu bytes): the file is cut short", path.c_str(),
                     static_cast<unsigned long long>((*file)->length()));
    if (!options.snapshot) return file;
    return std::unique_ptr<BlockNode>(new OverlayNode(file.take()));
}

} // namespace tabpc
