// QEMU's -vga std (docs/specs/standard-vga.txt): BochsVga as the PCI device 1234:1111. BAR 0 is the video memory, BAR 2 a
// page with the monitor's EDID, the VGA's ports, the VBE registers and the byte order.
// The legacy ports and the window at A0000 always answer, whatever the command register says, as in QEMU.
#pragma once
#include "hw/display/bochs_vga.h"
#include "hw/pci/pci_device.h"

namespace tabpc {

class StdVga final : public PciDevice {
public:
    static constexpr u64 VRAM_SIZE = 16u << 20;

    // `rom`: a block with the video BIOS, or null; made by load_video_rom.
    StdVga(PciBus& bus, u8 devfn, VirtualClock& clock, RamBlock& vram, RamBlock* rom);

    void reset() override;
    void serialize(Archive& ar) override;
    Display& display() { return vga_; }
    BochsVga& vga() { return vga_; }

private:
    u64 mmio_read(u64 offset, int size);
    void mmio_write(u64 offset, u64 value, int size);

    BochsVga vga_;
};

// A block whose size is the power of two that holds `image`, the rest all ones. Null for an empty image or no memory.
RamBlock* load_video_rom(RamList& ram, std::span<const u8> image);

} // namespace tabpc
