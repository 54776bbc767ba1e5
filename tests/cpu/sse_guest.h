// The interpreter under test: a CPU in flat protected mode that runs a few instructions and halts; exceptions halt in a
// handler of their own, so that their vector is seen.
#pragma once
#include "../engine/engine.h"
#include "cpu/cpu.h"
#include "cpu/encoding.h"
#include "cpu/x87.h"
#include <span>

namespace tabpc::test {

class SimdGuest {
public:
    static constexpr u32 GDT = 0x1000, IDT = 0x2000, HANDLERS = 0x3000, STACK = 0x8000, CODE = 0x100000, SIZE = 0x4000000;

    SimdGuest()
    {
        Cpu& c = cpu;
        st<u64>(&byte(GDT + 8), 0x00cf9b000000ffff);
        for (u32 v = 0; v < 32; v++) {
            const u32 handler = HANDLERS + 16 * v;
            byte(handler) = HLT;
            st<u64>(&byte(IDT + 8 * v), (handler & 0xffff) | 0x8u << 16 | u64(0x8e00) << 32);
        }
        c.s.gdtr = {GDT, 15};
        c.s.idtr = {IDT, 255};
        c.s.cr0 = cr0::PE | cr0::ET | cr0::NE;
        c.s.cr4 = cr4::OSFXSR | cr4::OSXMMEXCPT;
        for (Segment& g : c.s.seg) {
            g.selector = 8;
            g.base = 0;
            g.limit = 0xffffffff;
            g.attr = Segment::P | Segment::S | Segment::WRITABLE | Segment::ACCESSED | Segment::DB | Segment::G;
            g.prepare(true);
        }
        c.s.seg[CS].attr |= Segment::CODE;
        c.s.seg[CS].prepare(true);
        c.mode_changed();
    }

    u8& byte(u32 at) { return block->host[at]; }

    // Runs `code`; returns the vector of the exception it ended with, or -1.
    int run(std::span<const u8> code)
    {
        Cpu& c = cpu;
        const u32 n = static_cast<u32>(code.size());
        if (next_ + n + 1 > SIZE) next_ = CODE;
        ram.written(next_, n + 1);
        std::copy(code.begin(), code.end(), &byte(next_));
        byte(next_ + n) = HLT;
        c.s.rip = next_;
        next_ = static_cast<u32>(align_up(next_ + n + 1, 64));
        c.s.gpr[ESP] = STACK;
        c.s.halted = false;
        c.s.eflags = eflags::R1;
        for (int k = 0; k < 100 && !c.s.halted && !c.shut_down(); k++) c.run(20);
        if (c.s.rip < HANDLERS || c.s.rip >= HANDLERS + 16 * 32) return -1;
        return static_cast<int>((c.s.rip - HANDLERS) / 16);
    }

    VirtualClock clock;
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    RamBlock* block = ram.allocate("ram", SIZE);
    PhysMap::Id map = memory.map_ram(0, SIZE, *block, 0, 0, "ram");
    Cpu cpu{clock, memory, io, {}};
    AttachedEngine engine{cpu};

private:
    static constexpr u8 HLT = 0xf4;
    u32 next_ = CODE;
};

} // namespace tabpc::test
