// QEMU's -vga cirrus: the GD5446 as the PCI device 1013:00B8. BAR 0 is 32 MiB, of which the video memory is repeated in the
// lower half; BAR 1 is a page of registers.
#pragma once
#include "hw/display/gd5446.h"
#include "hw/pci/pci_device.h"

namespace tabpc {

class CirrusVga final : public PciDevice {
public:
    // `rom`: a block with the video BIOS, or null; made by load_video_rom.
    CirrusVga(PciBus& bus, u8 devfn, VirtualClock& clock, RamBlock& vram, RamBlock* rom);
    ~CirrusVga() override;

    void reset() override;
    void serialize(Archive& ar) override;
    Display& display() { return vga_; }
    Gd5446& vga() { return vga_; }

private:
    u64 aperture_read(u64 offset, int size);
    void aperture_write(u64 offset, u64 value, int size);
    void bar_moved(int n, std::optional<u64> address) override;
    void map_linear();

    Gd5446 vga_;
    PhysMap::Id linear_ = PhysMap::NONE; // over BAR 0, while writes are plain
};

} // namespace tabpc
