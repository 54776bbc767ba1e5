// IBM VGA (IBM VGA Technical Reference, 1992; FreeVGA): sequencer, graphics controller, attribute controller, CRTC and DAC
// behind ports 3B4-3DA and the memory at A0000-BFFFF. SVGA chips derive from it and add registers, banks and formats.
//
// Video memory is a RamBlock in which byte n of plane p is at 4 * n + p. So a dword is what the four latches hold, and
// chain-4 memory is linear: while it is plainly so (mode 13h, banked VBE) the window is mapped as RAM and the CPU writes
// pixels without a call. Other modes go through window_read and window_write (vga_memory.cpp).
//
// Left out: the vertical retrace interrupt (the pc does not wire it), count by two and four, the page bit of odd/even.
#pragma once
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "core/memory.h"
#include "hw/display/display.h"
#include "hw/display/scan_out.h"
#include "hw/display/vga_dac.h"
#include "hw/display/vga_regs.h"
#include "hw/display/vga_timing.h"

namespace tabpc {

class Vga : public Device, public Display {
public:
    static constexpr PhysAddr WINDOW = 0xa0000;
    static constexpr u64 WINDOW_SIZE = 0x20000;

    // Null if the host has no memory for `vram_bytes` (a power of two, 256 KiB or more).
    static RamBlock* allocate_vram(RamList& ram, u64 vram_bytes)
    {
        return ram.allocate("vga.vram", vram_bytes);
    }

    Vga(VirtualClock& clock, IoSpace& io, PhysMap& phys, RamBlock& vram);
    ~Vga() override;

    void reset() override;
    void serialize(Archive& ar) override; // all but the video memory, which is RAM
    const Surface& update() override;
    TextScreen text_screen() const override;

    // Ports 3B0-3DF, for cards that show them in a memory BAR too.
    virtual u32 port_read(u16 port, int size);
    virtual void port_write(u16 port, u32 value, int size);
    RamBlock& vram() { return vram_; }

protected:
    // What SVGA chips add. Indexed registers: `index` is as the guest wrote it.
    virtual u8 sr_read(u8 index) const;
    virtual void sr_write(u8 index, u8 value);
    virtual u8 gr_read(u8 index) const;
    virtual void gr_write(u8 index, u8 value);
    virtual u8 cr_read(u8 index) const;
    virtual void cr_write(u8 index, u8 value);
    virtual bool blanked() const { return !r_.displaying() || r_.screen_off(); }
    virtual vga::ScanMode scan_mode() const;
    virtual vga::HardwareCursor hardware_cursor() const { return {}; }
    // Is a byte of the window a byte of linear memory, with nothing done to it on the way?
    virtual bool window_is_linear() const;
    // Chains other than the VGA's own, and write modes beyond 3.
    virtual u8 read_byte(u32 at);
    virtual void write_byte(u32 at, u8 value);

    // The two halves of the 64 KiB window at A0000 show memory from these addresses: the CPU's, before the chains.
    void set_banks(u32 low, u32 high);
    void set_address_mask(u32 mask); // of a plane's bytes: 64 Ki on a VGA
    void registers_changed();        // derives the window and the mapping again
    void vram_written(u32 at)
    {
        const RamAddr ram = vram_.offset + at;
        if (phys_.ram().flags(ram)) phys_.ram().written(ram, 1);
    }
    u32 write_logic(u8 value) const; // write modes 0 to 3: what goes to the planes
    void write_planes(u32 n, u32 value, u8 planes);

    vga::Registers r_;
    vga::Dac dac_;
    u32 latch_ = 0; // one byte a plane
    VirtualClock& clock_;
    IoSpace& io_;
    PhysMap& phys_;
    RamBlock& vram_;
    vga::ScanOut scan_;

private:
    u64 window_read(u64 offset, int size);
    void window_write(u64 offset, u64 value, int size);
    u32 window_address(u32 at) const; // after banking
    void map_linear(bool on);
    bool decodes(u16 port) const;
    u8 input_status_1();
    void ar_write(u8 value);

    std::array<IoSpace::Id, 5> port_ids_{};
    PhysMap::Id window_id_ = PhysMap::NONE;

    // Derived from the registers.
    struct Linear {
        bool on = false;
        u32 base = 0, size = 0; // in the window
        u32 low = 0, high = 0;  // banks
        bool operator==(const Linear&) const = default;
    } linear_;
    std::array<PhysMap::Id, 2> linear_ids_{};
    u32 window_base_ = 0, window_size_ = 0; // from A0000; size 0: the CPU sees nothing
    bool text_layout_ = false;              // plain odd/even: a word is a character and its attribute
    u32 bank_low_ = 0, bank_high_ = 0x8000;
    u32 address_mask_ = 0xffff;
    vga::Timing timing_;
};

} // namespace tabpc
