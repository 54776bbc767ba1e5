// Cirrus Logic CL-GD5446 "Alpine" (Technical Reference Manual, 1996; vgadoc's CIRRUS.TXT): an IBM VGA with 4 MiB, banks,
// linear ("packed-pixel") modes of 8 to 32 bits, a hidden DAC register and a hardware cursor.
// Left out: the BitBLT engine (its registers are in cirrus_blitter.h), the video window, programmable clocks. SR6 reads
// as the lock does, but the extended registers answer locked too: drivers written for QEMU rely on that.
#pragma once
#include "hw/display/cirrus_blitter.h"
#include "hw/display/vga.h"

namespace tabpc {

class Gd5446 final : public Vga {
public:
    static constexpr u64 VRAM_SIZE = 4u << 20;

    Gd5446(VirtualClock& clock, IoSpace& io, PhysMap& phys, RamBlock& vram);
    ~Gd5446() override;

    void reset() override;
    void serialize(Archive& ar) override;
    u32 port_read(u16 port, int size) override;
    void port_write(u16 port, u32 value, int size) override;

    // The page of BAR 1: ports 3C0-3DF from 0, the BitBLT's registers from 100.
    u64 mmio_read(u64 offset, int size);
    void mmio_write(u64 offset, u64 value, int size);
    // The linear frame buffer, for when it is not plain memory.
    u64 linear_read(u64 offset, int size);
    void linear_write(u64 offset, u64 value, int size);
    // Told when writes of the frame buffer begin or cease to be plain.
    void on_linear_changed(void (*notify)(void*), void* opaque);
    bool linear_is_plain() const { return !expands() && !by_eight(); }

private:
    u8 sr_read(u8 index) const override;
    void sr_write(u8 index, u8 value) override;
    u8 gr_read(u8 index) const override;
    void gr_write(u8 index, u8 value) override;
    u8 cr_read(u8 index) const override;
    void cr_write(u8 index, u8 value) override;
    bool blanked() const override;
    vga::ScanMode scan_mode() const override;
    vga::HardwareCursor hardware_cursor() const override;
    bool window_is_linear() const override;
    u8 read_byte(u32 at) override;
    void write_byte(u32 at, u8 value) override;

    u64 legacy_mmio_read(u64 offset, int size);
    void legacy_mmio_write(u64 offset, u64 value, int size);
    bool packed() const;
    bool by_eight() const; // an address stands for eight pixels
    bool expands() const;  // write modes 4 and 5: a bit becomes a pixel
    u32 packed_address(u32 at) const;
    void write_packed(u32 at, u8 value);
    void derive(); // what follows from the registers

    u8 hidden_dac_ = 0;
    u8 mask_reads_ = 0;                      // of port 3C6 in a row
    u8 cursor_x_low_ = 0, cursor_y_low_ = 0; // SR10 and SR11: bits 2:0 came with the index
    vga::Dac cursor_dac_;                    // behind the palette, for SR12 bit 1
    CirrusBlitter blitter_;

    PhysMap::Id legacy_mmio_ = PhysMap::NONE;
    bool linear_plain_ = true;
    void (*linear_changed_)(void*) = nullptr;
    void* linear_changed_opaque_ = nullptr;
};

} // namespace tabpc
