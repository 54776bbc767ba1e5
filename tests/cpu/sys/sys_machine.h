// The smallest machine that runs the images of the system tests: a CPU, 4 MiB of RAM, a debug console at port E9 and a
// few ports that remember what was written to them or pull at the CPU's pins.
#pragma once
#include "../../engine/engine.h"
#include "cpu/cpu.h"
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tabpc {

class SysMachine {
public:
    static constexpr PhysAddr IMAGE = 0x10000;
    static constexpr u64 RAM_SIZE = 4 << 20;

    explicit SysMachine(const std::string& image)
    {
        block = ram.allocate("ram", RAM_SIZE);
        memory.map_ram(0, RAM_SIZE, *block, 0, 0, "ram");
        io.map<&SysMachine::console_read, &SysMachine::console_write>(0xe9, 1, this, "console");
        io.map<&SysMachine::latch_read, &SysMachine::latch_write>(0x100, 32, this, "latch", 4);
        io.map<&SysMachine::no_read, &SysMachine::smi_write>(0xb2, 1, this, "smi");
        io.map<&SysMachine::no_read, &SysMachine::pin_write>(0x120, 2, this, "pins");
        load(image);
        CpuState& s = cpu.s;
        s.rip = 0;
        s.seg[CS].selector = IMAGE >> 4;
        s.seg[CS].base = IMAGE;
        s.seg[CS].prepare(true);
        cpu.mode_changed();
    }

    // Runs until the image halts for good, the CPU shuts down or `limit` instructions have passed.
    const std::string& run(u64 limit = 2'000'000)
    {
        while (clock.instructions() < limit && !cpu.halted() && !cpu.shut_down()) cpu.run(1000);
        return console;
    }

    VirtualClock clock;
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    RamBlock* block;
    Cpu cpu{clock, memory, io, CpuWires{this, &SysMachine::acknowledge, nullptr, nullptr, nullptr}};
    test::AttachedEngine engine{cpu};
    std::string console;
    u32 latch[32]{};

private:
    void load(const std::string& name)
    {
        std::ifstream file(std::string(SYS_IMAGES "/") + name + ".bin", std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        memory.dma_write(IMAGE, {reinterpret_cast<const u8*>(bytes.data()), bytes.size()});
    }
    u32 console_read(u16, int) { return 0xe9; }
    void console_write(u16, u32 value, int) { console += static_cast<char>(value); }
    u32 no_read(u16, int) { return 0; }
    void smi_write(u16, u32, int) { cpu.smi(); }
    void pin_write(u16 port, u32, int) { port & 1 ? cpu.nmi() : cpu.set_intr(1); }
    static u8 acknowledge(void* opaque)
    {
        static_cast<SysMachine*>(opaque)->cpu.set_intr(0);
        return 0x20;
    }
    u32 latch_read(u16 port, int) { return latch[port & 31]; }
    void latch_write(u16 port, u32 value, int) { latch[port & 31] = value; }
};

} // namespace tabpc
