// -kernel: puts a Linux kernel, its RAM disk and command line into fw_cfg, for the option ROM in rom/linuxboot.asm.
// Documentation/arch/x86/boot.rst is the protocol; offsets below are its. Images of other kinds are refused.
#include "machine/pc.h"
#include "machine/pc_memory.h"
#include <algorithm>
#include <numeric>

namespace tabpc {

namespace {

constexpr u8 ROM[] = {
#include "machine/rom/linuxboot.inc"
};

enum Header : size_t {
    SETUP_SECTS = 0x1f1,
    BOOT_FLAG = 0x1fe,
    HEADER = 0x202,
    VERSION = 0x206,
    TYPE_OF_LOADER = 0x210,
    LOADFLAGS = 0x211,
    RAMDISK_IMAGE = 0x218,
    RAMDISK_SIZE = 0x21c,
    HEAP_END_PTR = 0x224,
    CMD_LINE_PTR = 0x228,
    INITRD_ADDR_MAX = 0x22c,
    HEADER_END = 0x230
};
constexpr u32 HDRS = 0x53726448; // "HdrS"
constexpr u8 LOADED_HIGH = 0x01, CAN_USE_HEAP = 0x80, UNKNOWN_LOADER = 0xff;
constexpr u32 SETUP_ADDRESS = 0x10000, CMDLINE_ADDRESS = 0x20000, KERNEL_ADDRESS = 0x100000;
constexpr u64 TABLES_AT_TOP = 512 << 10; // where SeaBIOS keeps its tables

} // namespace

Result<> PcMachine::load_kernel()
{
    const char* name = config_.kernel.c_str();
    auto file = host_.read_file(config_.kernel);
    if (!file) return Error{file.error()};
    std::vector<u8>& image = *file;
    const auto field = [&]<class T>(size_t at, T) { return ld<T>(&image[at]); };

    if (image.size() < HEADER_END || field(BOOT_FLAG, u16()) != 0xaa55 || field(HEADER, u32()) != HDRS)
        return error("%s is not a Linux kernel (bzImage)", name);
    const u16 version = field(VERSION, u16());
    if (version < 0x202 || !(image[LOADFLAGS] & LOADED_HIGH))
        return error(
            "%s is a kernel of the old kind (zImage, boot protocol %d.%02d): 2.02 and loaded high is needed",
            name, version >> 8, version & 0xff);
    const size_t setup_size = ((image[SETUP_SECTS] ? image[SETUP_SECTS] : 4) + 1) * 512u;
    if (setup_size >= image.size()) return error("%s is cut short", name);
    if (setup_size > 0x8000) return error("%s: its setup code is longer than 32 KiB", name);

    const u64 memory = low_memory(config_.ram_size);
    const u64 kernel_end = KERNEL_ADDRESS + image.size() - setup_size;
    if (kernel_end + TABLES_AT_TOP > memory)
        return error("%s does not fit into %llu MiB of memory; try a larger -m", name,
                     static_cast<unsigned long long>(config_.ram_size >> 20));

    std::vector<u8> initrd;
    u64 initrd_address = 0;
    if (!config_.initrd.empty()) {
        auto bytes = host_.read_file(config_.initrd);
        if (!bytes) return Error{bytes.error()};
        initrd = bytes.take();
        const u64 highest = version >= 0x203 ? field(INITRD_ADDR_MAX, u32()) : 0x37ffffff;
        const u64 top = std::min(memory - TABLES_AT_TOP, highest + 1);
        if (initrd.size() > top || top - initrd.size() < align_up(kernel_end, 0x1000))
            return error("%s does not fit into %llu MiB of memory beside the kernel; try a larger -m",
                         config_.initrd.c_str(), static_cast<unsigned long long>(config_.ram_size >> 20));
        initrd_address = align_down(top - initrd.size(), 0x1000);
    }

    image[TYPE_OF_LOADER] = UNKNOWN_LOADER;
    image[LOADFLAGS] |= CAN_USE_HEAP;
    st<u16>(&image[HEAP_END_PTR], CMDLINE_ADDRESS - SETUP_ADDRESS - 0x200);
    st<u32>(&image[CMD_LINE_PTR], CMDLINE_ADDRESS);
    st<u32>(&image[RAMDISK_IMAGE], static_cast<u32>(initrd_address));
    st<u32>(&image[RAMDISK_SIZE], static_cast<u32>(initrd.size()));

    const auto add = [&](u16 address_key, u32 address, u16 size_key, u16 data_key, std::vector<u8> data) {
        fw_cfg_->add_u32(address_key, address);
        fw_cfg_->add_u32(size_key, static_cast<u32>(data.size()));
        fw_cfg_->add(data_key, std::move(data));
    };
    const auto setup_end = image.begin() + static_cast<std::ptrdiff_t>(setup_size);
    std::vector<u8> cmdline(config_.append.begin(), config_.append.end());
    cmdline.push_back(0);
    add(FW_CFG_SETUP_ADDR, SETUP_ADDRESS, FW_CFG_SETUP_SIZE, FW_CFG_SETUP_DATA, {image.begin(), setup_end});
    add(FW_CFG_KERNEL_ADDR, KERNEL_ADDRESS, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA, {setup_end, image.end()});
    add(FW_CFG_INITRD_ADDR, static_cast<u32>(initrd_address), FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA,
        std::move(initrd));
    add(FW_CFG_CMDLINE_ADDR, CMDLINE_ADDRESS, FW_CFG_CMDLINE_SIZE, FW_CFG_CMDLINE_DATA, std::move(cmdline));

    // The PnP header's sum and the whole ROM's must be 0.
    std::vector<u8> rom(std::begin(ROM), std::end(ROM));
    const size_t pnp = ld<u16>(&rom[0x1a]);
    const auto sum = [&](size_t from, size_t n) {
        return static_cast<u8>(std::accumulate(rom.begin() + static_cast<std::ptrdiff_t>(from),
                                               rom.begin() + static_cast<std::ptrdiff_t>(from + n), 0u));
    };
    rom[pnp + 9] = static_cast<u8>(-sum(pnp, 32));
    rom.back() = static_cast<u8>(-sum(0, rom.size()));
    fw_cfg_->add_file("genroms/linuxboot.bin", std::move(rom));
    const std::string_view order = "/rom@genroms/linuxboot.bin";
    std::vector<u8> bootorder(order.begin(), order.end());
    bootorder.push_back(0);
    fw_cfg_->add_file("bootorder", std::move(bootorder));
    return {};
}

} // namespace tabpc
