// The VGA of Bochs and of QEMU's -vga std: an IBM VGA with the "VBE DISPI" registers (Bochs iodev/display/vga "VBE
// Display Interface", QEMU docs/specs/standard-vga.txt), at ports 1CE and 1CF (1D0). Enabled, they alone describe the
// picture; the VGA's own registers keep their values and rule again when they are disabled.
#pragma once
#include "hw/display/vga.h"

namespace tabpc {

class BochsVga final : public Vga {
public:
    BochsVga(VirtualClock& clock, IoSpace& io, PhysMap& phys, RamBlock& vram);
    ~BochsVga() override;

    void reset() override;
    void serialize(Archive& ar) override;

    u16 dispi_read(u16 index) const;
    void dispi_write(u16 index, u16 value);
    bool big_endian() const { return big_endian_; }
    void set_big_endian(bool on) { big_endian_ = on; }

private:
    enum Index : u16 {
        ID,
        XRES,
        YRES,
        BPP,
        ENABLE,
        BANK,
        VIRT_WIDTH,
        VIRT_HEIGHT,
        X_OFFSET,
        Y_OFFSET,
        VIDEO_MEMORY_64K
    };
    enum Enable : u16 {
        ENABLED = 0x01,
        GETCAPS = 0x02,
        DAC_8BIT = 0x20,
        LFB_ENABLED = 0x40,
        NOCLEARMEM = 0x80
    };
    static constexpr u16 ID_0 = 0xb0c0, ID_5 = 0xb0c5;
    static constexpr u16 MAX_XRES = 16000, MAX_YRES = 12000, MAX_BPP = 32;

    u32 port_in(u16 port, int size);
    void port_out(u16 port, u32 value, int size);
    bool enabled() const { return reg_[ENABLE] & ENABLED; }
    bool packed() const { return enabled() && reg_[BPP] != 4; }
    void write_enable(u16 value);
    void fit();     // the geometry into the video memory
    void applied(); // what follows from the registers
    u32 line_bytes() const;

    u8 read_byte(u32 at) override;
    void write_byte(u32 at, u8 value) override;
    bool window_is_linear() const override { return packed() || Vga::window_is_linear(); }
    vga::ScanMode scan_mode() const override;

    std::array<u16, VIDEO_MEMORY_64K> reg_{};
    u16 index_ = 0;
    bool big_endian_ = false;
    IoSpace::Id port_id_ = IoSpace::NONE;
};

} // namespace tabpc
