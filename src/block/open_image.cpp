// See open_image.h and block_driver.h.
#include "block/open_image.h"
#include "block/overlay_node.h"

namespace tabpc {

template <> const Modules<BlockDriver>& module_call_init<BlockDriver>()
{
#define MODULE(name) void module_init_##name(Modules<BlockDriver>&);
#include "block/modules.inc"
#undef MODULE
    static const Modules<BlockDriver> modules{
#define MODULE(name) module_init_##name,
#include "block/modules.inc"
#undef MODULE
    };
    return modules;
}

std::string image_formats()
{
    std::string names;
    for (const auto& m : module_call_init<BlockDriver>())
        if (m.entry.open_format) names += (names.empty() ? "" : ", ") + std::string(m.name);
    return names;
}

Result<std::unique_ptr<BlockNode>> open_image(const std::string& name, const ImageOptions& options)
{
    if (name.empty()) return error("a disk image needs a file name");
    const auto& drivers = module_call_init<BlockDriver>();
    const BlockDriver* format = drivers.find(options.format);
    if (!format || !format->open_format)
        return error("%s: there is no image format '%s'; there are: %s", name.c_str(), options.format.c_str(),
                     image_formats().c_str());
    const BlockDriver* protocol = drivers.find(name.substr(0, name.find(':')));
    if (name.find(':') == name.npos || !protocol || !protocol->open_protocol) protocol = drivers.find("file");

    auto node = protocol->open_protocol(name, options);
    if (!node) return node;
    node = format->open_format(node.take(), options);
    if (!node || !options.snapshot) return node;
    return std::unique_ptr<BlockNode>(new OverlayNode(node.take()));
}

} // namespace tabpc
