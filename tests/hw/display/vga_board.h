// A board with nothing but a display card, driven as a guest would: ports and memory.
#pragma once
#include "hw/display/bochs_vga.h"
#include "vga_modes.h"
#include <gtest/gtest.h>

namespace tabpc {

template <class Card>
struct DisplayBoard {
    explicit DisplayBoard(u64 vram_bytes)
        : phys(ram), vram(*ram.allocate("vga.vram", vram_bytes)), vga(clock, io, phys, vram)
    {}

    u8 in(u16 port) { return static_cast<u8>(io.read(port, 1)); }
    void out(u16 port, u8 value) { io.write(port, value, 1); }
    void sr(u8 index, u8 value) { io.write(0x3c4, index | value << 8, 2); }
    void gr(u8 index, u8 value) { io.write(0x3ce, index | value << 8, 2); }
    void cr(u8 index, u8 value) { io.write(crtc(), index | value << 8, 2); }
    u8 sr(u8 index) { return out(0x3c4, index), in(0x3c5); }
    u8 gr(u8 index) { return out(0x3ce, index), in(0x3cf); }
    u8 cr(u8 index) { return out(crtc(), index), in(crtc() + 1); }
    u16 crtc() { return in(0x3cc) & 1 ? 0x3d4 : 0x3b4; }
    void ar(u8 index, u8 value)
    {
        in(crtc() + 6); // the flip-flop
        out(0x3c0, index);
        out(0x3c0, value);
        out(0x3c0, 0x20);
    }
    void dac(u8 index, u8 r, u8 g, u8 b)
    {
        out(0x3c8, index);
        out(0x3c9, r);
        out(0x3c9, g);
        out(0x3c9, b);
    }
    void dispi(u16 index, u16 value)
    {
        io.write(0x1ce, index, 2);
        io.write(0x1cf, value, 2);
    }
    u16 dispi(u16 index)
    {
        io.write(0x1ce, index, 2);
        return static_cast<u16>(io.read(0x1cf, 2));
    }
    void vbe_mode(u16 width, u16 height, u16 bpp, u16 flags = 0x41)
    {
        dispi(4, 0);
        dispi(1, width);
        dispi(2, height);
        dispi(3, bpp);
        dispi(4, flags);
        in(0x3da);
        out(0x3c0, 0x20);
    }

    void set_mode(const VgaModeTable& m)
    {
        out(0x3c2, m.misc);
        for (u8 i = 0; i < m.sr.size(); i++) sr(i, m.sr[i]);
        cr(0x11, 0); // lifts the protection of CR0-7
        for (u8 i = 0; i < m.cr.size(); i++) cr(i, m.cr[i]);
        for (u8 i = 0; i < m.gr.size(); i++) gr(i, m.gr[i]);
        for (u8 i = 0; i < m.ar.size(); i++) ar(i, m.ar[i]);
        for (u32 i = 0; i < 256; i++) // colours that tell their number
            dac(static_cast<u8>(i), i & 63, (i >> 2) & 63, (i * 7) & 63);
    }
    static u32 color(u32 i)
    {
        const auto widen = [](u32 v) { return static_cast<u8>((v & 63) << 2 | (v & 63) >> 4); };
        return rgba(widen(i), widen(i >> 2), widen(i * 7));
    }

    // As the CPU writes: the display notices.
    void write(PhysAddr at, u64 value, int size = 1)
    {
        if (phys.page(at).write)
            phys.dma_write(at, {reinterpret_cast<const u8*>(&value), static_cast<size_t>(size)});
        else phys.write(at, value, size);
    }
    u8 read(PhysAddr at) { return static_cast<u8>(phys.read(at, 1)); }

    // The rows that update() reports as new since the last call.
    std::vector<std::pair<u32, u32>> damage()
    {
        const Surface& s = vga.update();
        std::vector<std::pair<u32, u32>> runs;
        s.for_each_damage(seen, [&](u32 y, u32 rows) { runs.push_back({y, rows}); });
        seen = s.generation;
        return runs;
    }

    VirtualClock clock;
    IoSpace io;
    RamList ram;
    PhysMap phys;
    RamBlock& vram;
    Card vga;
    u64 seen = 0;
};

struct VgaBoard : DisplayBoard<Vga> {
    VgaBoard() : DisplayBoard(256 << 10) {}
};
struct BochsBoard : DisplayBoard<BochsVga> {
    BochsBoard() : DisplayBoard(16 << 20) {}
};

using Damage = std::vector<std::pair<u32, u32>>;

} // namespace tabpc
