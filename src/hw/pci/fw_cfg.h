// fw_cfg (QEMU's docs/specs/fw_cfg): how the board hands its firmware the memory map, the boot order, a kernel and
// files by name. Selector 510 and data 511, or by DMA through the descriptor whose address goes to 514.
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "core/memory.h"
#include <map>

namespace tabpc {

// Items with a number of their own. Values are little-endian.
enum FwCfgKey : u16 {
    FW_CFG_SIGNATURE = 0x00, // "QEMU"
    FW_CFG_ID = 0x01,        // u32: bit 0 the ports, bit 1 DMA
    FW_CFG_UUID = 0x02,
    FW_CFG_RAM_SIZE = 0x03,  // u64
    FW_CFG_NOGRAPHIC = 0x04, // u16
    FW_CFG_NB_CPUS = 0x05,   // u16
    FW_CFG_MACHINE_ID = 0x06,
    FW_CFG_KERNEL_ADDR = 0x07, // u32, like all of …_ADDR and …_SIZE
    FW_CFG_KERNEL_SIZE = 0x08,
    FW_CFG_INITRD_ADDR = 0x0a,
    FW_CFG_INITRD_SIZE = 0x0b,
    FW_CFG_BOOT_DEVICE = 0x0c,
    FW_CFG_BOOT_MENU = 0x0e, // u16
    FW_CFG_MAX_CPUS = 0x0f,  // u16
    FW_CFG_KERNEL_ENTRY = 0x10,
    FW_CFG_KERNEL_DATA = 0x11,
    FW_CFG_INITRD_DATA = 0x12,
    FW_CFG_CMDLINE_ADDR = 0x13,
    FW_CFG_CMDLINE_SIZE = 0x14,
    FW_CFG_CMDLINE_DATA = 0x15,
    FW_CFG_SETUP_ADDR = 0x16,
    FW_CFG_SETUP_SIZE = 0x17,
    FW_CFG_SETUP_DATA = 0x18,
    FW_CFG_FILE_DIR = 0x19,
    FW_CFG_FILE_FIRST = 0x20,
    FW_CFG_ARCH_LOCAL = 0x8000, // x86: +2 IRQ0_OVERRIDE, +3 E820_TABLE
};

class FwCfg final : public Device {
public:
    FwCfg(IoSpace& io, PhysMap& memory);

    // An item added again replaces the old one.
    void add(u16 key, std::vector<u8> bytes);
    void add_u16(u16 key, u16 value);
    void add_u32(u16 key, u32 value);
    void add_u64(u16 key, u64 value);
    // Files are found by name in FILE_DIR. A guest may write to a writable one, by DMA. False: the name is too long or
    // the directory is full.
    bool add_file(std::string_view name, std::vector<u8> bytes, bool writable = false);
    const std::vector<u8>* file(std::string_view name) const;

    void reset() override;
    void serialize(Archive& ar) override;

private:
    struct Item {
        std::vector<u8> bytes;
        bool writable = false;
    };
    enum DmaControl : u32 { ERROR = 1, READ = 2, SKIP = 4, SELECT = 8, WRITE = 16 };

    void make_directory();
    void select(u16 key);
    u32 port_read(u16 port, int size);
    void port_write(u16 port, u32 value, int size);
    u32 dma_read(u16 port, int size);
    void dma_write(u16 port, u32 value, int size);
    void dma_transfer(PhysAddr descriptor);
    bool dma_data(u32 control, PhysAddr at, u32 length);

    PhysMap& memory_;
    std::map<u16, Item> items_;
    std::vector<std::string> files_; // in order of their keys

    u16 key_ = 0;
    u32 offset_ = 0; // of the next byte in the selected item
    u32 dma_high_ = 0;
};

} // namespace tabpc
