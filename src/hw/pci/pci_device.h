// PciDevice: the 256-byte configuration space of one function (PCI 2.1 chapter 6): masks for what a guest can write,
// base address registers that map and move what lies behind them, the expansion ROM, the interrupt pin.
// 64-bit BARs and capabilities are left out.
#pragma once
#include "core/device.h"
#include "hw/pci/pci_bus.h"
#include <optional>

namespace tabpc {

// Offsets of the configuration header, type 0.
enum PciConfig : u8 {
    PCI_VENDOR_ID = 0x00,
    PCI_DEVICE_ID = 0x02,
    PCI_COMMAND = 0x04,
    PCI_STATUS = 0x06,
    PCI_REVISION_ID = 0x08,
    PCI_CLASS_PROG = 0x09,
    PCI_CACHE_LINE_SIZE = 0x0c,
    PCI_LATENCY_TIMER = 0x0d,
    PCI_HEADER_TYPE = 0x0e,
    PCI_BASE_ADDRESS_0 = 0x10,
    PCI_SUBSYSTEM_VENDOR_ID = 0x2c,
    PCI_SUBSYSTEM_ID = 0x2e,
    PCI_ROM_ADDRESS = 0x30,
    PCI_INTERRUPT_LINE = 0x3c,
    PCI_INTERRUPT_PIN = 0x3d,
};
enum PciCommand : u16 {
    PCI_COMMAND_IO = 1 << 0,
    PCI_COMMAND_MEMORY = 1 << 1,
    PCI_COMMAND_MASTER = 1 << 2,
    PCI_COMMAND_SERR = 1 << 8,
    PCI_COMMAND_INTX_DISABLE = 1 << 10,
};

struct PciIdentity {
    u16 vendor = 0, device = 0;
    u8 revision = 0;
    u32 class_code = 0;   // base class, subclass, programming interface: 0x010180
    u8 interrupt_pin = 0; // 0 none, 1 INTA#
    bool multifunction = false;
    u16 subsystem_vendor = 0x1af4, subsystem = 0x1100; // QEMU's
};

class PciDevice : public Device {
public:
    static constexpr int ROM = 6; // the expansion ROM counts as BAR 6

    PciDevice(PciBus& bus, u8 devfn, const PciIdentity& identity);
    ~PciDevice() override;

    u8 devfn() const { return devfn_; }
    int pin() const { return config_[PCI_INTERRUPT_PIN] ? config_[PCI_INTERRUPT_PIN] - 1 : 0; } // 0: INTA#
    // Drives its pin, and the command register lets it.
    bool asserts_irq() const { return irq_level_ && !(command() & PCI_COMMAND_INTX_DISABLE); }

    virtual u32 config_read(u8 at, int size);
    void config_write(u8 at, u32 value, int size);

    // Where BAR n answers now; nothing while it is disabled or holds no usable address.
    std::optional<u64> bar_address(int n) const { return bars_[n].mapped; }
    u64 bar_size(int n) const { return bars_[n].size; }
    std::string_view bar_name(int n) const { return bars_[n].name; }

    // RESET#: command, BARs and the interrupt pin are cleared. Devices extend it.
    void reset() override;

protected:
    // BARs, from the constructor only. Sizes are powers of two: 4 bytes up for ports, 4 KiB up for memory.
    void add_io_bar(int n, u32 size, IoHandler handler, std::string name);
    void add_mmio_bar(int n, u64 size, MmioHandler handler, std::string name);
    void add_ram_bar(int n, u64 size, RamBlock& block, std::string name);
    void add_rom(RamBlock& block, std::string name); // the block's size must be a power of two

    void set_irq(bool level);
    bool irq_level() const { return irq_level_; }
    u16 command() const { return ld<u16>(&config_[PCI_COMMAND]); }
    bool bus_master() const { return command() & PCI_COMMAND_MASTER; }

    // After the guest wrote config_[at .. at+size), and after a snapshot was loaded (0, 256).
    virtual void config_written(int at, int size);
    // BAR n was mapped at an address, moved, or taken away.
    virtual void bar_moved(int n, std::optional<u64> address);
    // The memory map's name for BAR n while it is mapped: to turn its reads or writes off.
    PhysMap::Id bar_map(int n) const { return bars_[n].memory_id; }

    // Call from within the device's section.
    void serialize_config(Archive& ar);

    PciBus& bus_;
    std::array<u8, 256> config_{};
    std::array<u8, 256> write_mask_{}; // bits a guest can set and clear
    std::array<u8, 256> w1c_mask_{};   // bits a guest clears by writing one

private:
    struct Bar {
        enum Kind : u8 { NONE, IO, MMIO, RAM_BAR, ROM_BAR };
        Kind kind = NONE;
        u64 size = 0;
        IoHandler io{};
        MmioHandler mmio{};
        RamBlock* block = nullptr;
        std::string name{};
        std::optional<u64> mapped{};
        IoSpace::Id io_id = IoSpace::NONE;
        PhysMap::Id memory_id = PhysMap::NONE;
    };

    static u8 bar_register(int n)
    {
        return static_cast<u8>(n == ROM ? +PCI_ROM_ADDRESS : PCI_BASE_ADDRESS_0 + 4 * n);
    }
    // The read-only low bits: port space, prefetchable memory.
    u8 type_bits(int n) const
    {
        return bars_[n].kind == Bar::IO ? 1 : bars_[n].kind == Bar::ROM_BAR ? 0 : 0xf;
    }
    void add_bar(int n, Bar bar);
    std::optional<u64> decode(int n) const;
    void map(Bar& bar, std::optional<u64> address);
    void update_mappings();

    u8 devfn_;
    bool irq_level_ = false;
    std::array<Bar, 7> bars_;
};

} // namespace tabpc
