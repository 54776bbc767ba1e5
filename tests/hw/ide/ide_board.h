// A board with an IDE function and nothing else, and the few things a driver does with it.
#pragma once
#include "block/slow_node.h"
#include "hw/ide/piix3_ide.h"
#include "hw/snapshot_test.h"

namespace tabpc {

inline std::vector<u8> disk_pattern(size_t sectors)
{
    std::vector<u8> v(sectors * 512);
    for (size_t i = 0; i < v.size(); i++) v[i] = static_cast<u8>(i * 7 + i / 512 * 13);
    return v;
}

struct IdeBoard {
    static constexpr u16 BMDMA = 0xc000;

    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    PciBus bus{io, memory};
    VirtualClock clock;
    int irq14 = 0, irq14_edges = 0;
    BlockBackend disk{"ide0-hd0"}, cd{"ide0-cd1"};
    PIIX3Ide ide{bus,
                 pci_devfn(1, 1),
                 clock,
                 {[](void* o, int, int level) {
                      auto& b = *static_cast<IdeBoard*>(o);
                      b.irq14 = level;
                      b.irq14_edges += level;
                  },
                  this, 0},
                 {}};

    IdeBoard()
    {
        memory.map_ram(0, 1 << 20, *ram.allocate("pc.ram", 1 << 20), 0, 0, "ram");
        bus.config_write(u32(pci_devfn(1, 1)) << 8 | (PCI_BASE_ADDRESS_0 + 16), BMDMA, 4);
        bus.config_write(u32(pci_devfn(1, 1)) << 8 | PCI_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MASTER, 2);
    }

    u8 in(u16 port) { return static_cast<u8>(io.read(port, 1)); }
    void out(u16 port, u32 v) { io.write(port, v, 1); }
    u8 alt_status() { return in(0x3f6); }

    // Lets time pass until the drive needs no more of it.
    void settle()
    {
        while (clock.deadline() != Clock::NEVER) {
            clock.set_now(std::max(clock.now(), clock.deadline()));
            const i64 before = clock.deadline();
            clock.run_timers();
            if (clock.deadline() == before) break;
        }
    }

    void lba(u32 at, u8 count, u8 device = 0xe0)
    {
        out(0x1f6, device | at >> 24);
        out(0x1f2, count);
        out(0x1f3, at);
        out(0x1f4, at >> 8);
        out(0x1f5, at >> 16);
    }
    void command(u8 opcode)
    {
        out(0x1f7, opcode);
        settle();
    }
    std::vector<u8> read_words(size_t words)
    {
        std::vector<u8> v;
        while (words--) {
            const u32 w = io.read(0x1f0, 2);
            v.push_back(static_cast<u8>(w));
            v.push_back(static_cast<u8>(w >> 8));
        }
        settle();
        return v;
    }
    void write_words(std::span<const u8> bytes)
    {
        for (size_t i = 0; i < bytes.size(); i += 2) io.write(0x1f0, u32(bytes[i] | bytes[i + 1] << 8), 2);
        settle();
    }

    // A descriptor table at 1000h, one region for each address and length.
    struct Region {
        u32 address;
        u32 length;
    };
    void prd(std::initializer_list<Region> regions, bool end = true)
    {
        u32 at = 0x1000;
        for (const Region& r : regions) {
            const bool last = &r == regions.end() - 1;
            memory.dma_store(at, r.address);
            memory.dma_store(at + 4, (r.length & 0xffff) | (last && end ? 0x80000000u : 0));
            at += 8;
        }
        io.write(BMDMA + 4, 0x1000, 4);
    }
    void start(u8 direction)
    {
        out(BMDMA, direction | 1);
        settle();
    }
    std::vector<u8> memory_bytes(PhysAddr at, size_t n)
    {
        std::vector<u8> v(n);
        memory.dma_read(at, v);
        return v;
    }
};

inline std::vector<u8> part(const std::vector<u8>& v, size_t at, size_t n)
{
    return {v.begin() + static_cast<ptrdiff_t>(at), v.begin() + static_cast<ptrdiff_t>(at + n)};
}

} // namespace tabpc
