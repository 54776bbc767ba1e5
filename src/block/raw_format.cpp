// The format "raw": the bytes of the protocol are the bytes of the disk.
#include "block/block_driver.h"

namespace tabpc {

static BlockDriver::Node open_raw(std::unique_ptr<BlockNode> protocol, const ImageOptions&)
{
    if (protocol->length() % 512)
        return error("%s ends inside a sector (%llu bytes): the file is cut short", protocol->description().c_str(),
                     static_cast<unsigned long long>(protocol->length()));
    return protocol;
}

void module_init_raw(Modules<BlockDriver>& modules)
{
    modules.add("raw", {.open_format = open_raw});
}

} // namespace tabpc
