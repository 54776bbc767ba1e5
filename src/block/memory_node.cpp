// See memory_node.h.
#include "block/memory_node.h"
#include "block/block_driver.h"
#include <algorithm>
#include <cstring>

namespace tabpc {

Task<IoStatus> MemoryNode::read(u64 offset, std::span<u8> to)
{
    const size_t n = clip(offset, to.size());
    std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(n ? offset : 0), n, to.begin());
    std::fill(to.begin() + static_cast<ptrdiff_t>(n), to.end(), u8(0));
    co_return IoStatus::Ok;
}

Task<IoStatus> MemoryNode::write(u64 offset, std::span<const u8> from)
{
    if (read_only_) co_return IoStatus::ReadOnly;
    if (clip(offset, from.size()) < from.size()) co_return IoStatus::Failed;
    if (!from.empty()) std::memcpy(&bytes_[static_cast<size_t>(offset)], from.data(), from.size());
    co_return IoStatus::Ok;
}

Task<IoStatus> NullNode::read(u64, std::span<u8> to)
{
    std::fill(to.begin(), to.end(), u8(0));
    co_return IoStatus::Ok;
}

Task<IoStatus> NullNode::write(u64 offset, std::span<const u8> from)
{
    co_return clip(offset, from.size()) < from.size() ? IoStatus::Failed : IoStatus::Ok;
}

static BlockDriver::Node open_null(const std::string& name, const ImageOptions& options)
{
    if (name != "null-co:" && name != "null-co://") return error("%s: a null-co:// disk has no name", name.c_str());
    return std::unique_ptr<BlockNode>(new NullNode(options.size));
}

void module_init_null_co(Modules<BlockDriver>& modules)
{
    modules.add("null-co", {.open_protocol = open_null});
}

} // namespace tabpc
