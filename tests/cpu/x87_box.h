// The smallest machine for single x87 instructions: a CPU in flat 32-bit protected mode, code at CODE, an operand at DATA
// with ESI on it.
#pragma once
#include "../engine/engine.h"
#include "cpu/cpu.h"
#include "cpu/x87.h"
#include <cstring>
#include <initializer_list>
#include <span>

namespace tabpc {

struct X87Box {
    static constexpr u32 CODE = 0x1000, DATA = 0x2000, GDT = 0x4000, IDT = 0x5000, HANDLERS = 0x6000, STACK = 0x8000;
    static constexpr u32 RAM = 0x10000, CODE_SELECTOR = 8, VECTORS = 32, HANDLER_SIZE = 16;
    static constexpr u8 WAIT[] = {0xeb, 0xfe}; // JMP to itself: more instructions may run than are waited for
    static constexpr int IRQ13 = 30; // the vector an external interrupt has here

    VirtualClock clock;
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    RamBlock* block = ram.allocate("ram", RAM);
    PhysMap::Id map = memory.map_ram(0, RAM, *block, 0, 0, "ram");
    int ferr = 0; // FERR#
    Cpu cpu;
    test::AttachedEngine engine{cpu};
    Fpu& fpu = cpu.s.fpu;

    X87Box() : cpu(clock, memory, io, wires())
    {
        CpuState& s = cpu.s;
        s.cr0 |= cr0::PE | cr0::NE;
        for (Segment& g : s.seg) {
            g.attr |= Segment::DB | Segment::G;
            g.limit = 0xffffffff;
            g.base = 0;
            g.prepare(true);
        }
        s.seg[CS].attr |= Segment::CODE;
        s.seg[CS].prepare(true);
        s.seg[CS].selector = 0x1234;
        s.seg[DS].selector = 0x5678;
        s.gpr[ESI] = DATA;
        fninit(fpu);
        cpu.mode_changed();

        // A GDT with one flat code segment, and interrupt gates that lead to one address a vector.
        st(at(GDT + CODE_SELECTOR), u64{0x00cf9a000000ffff});
        for (u32 vector = 0; vector < VECTORS; vector++) {
            const u32 handler = HANDLERS + vector * HANDLER_SIZE;
            std::memcpy(at(handler), WAIT, sizeof WAIT);
            st(at(IDT + vector * 8), handler | CODE_SELECTOR << 16);
            st(at(IDT + vector * 8 + 4), 0x8e00u);
        }
        s.gdtr = {GDT, 0xf};
        s.idtr = {IDT, VECTORS * 8 - 1};
    }

    u8* at(u32 address) { return block->host + address; }
    u8* data() { return at(DATA); }

    static constexpr int NONE = -1;
    // Runs so many instructions, the whole of a block as a translator wants it, and waits behind them; the vector of an exception, or NONE.
    int run(std::span<const u8> code, unsigned instructions = 1)
    {
        ram.written(CODE, 32);
        ram.written(DATA, 1024);
        std::memcpy(at(CODE), code.data(), code.size());
        std::memcpy(at(CODE) + code.size(), WAIT, sizeof WAIT);
        cpu.s.rip = CODE;
        cpu.s.seg[CS].selector = 0x1234;
        cpu.s.set_reg32(ESP, STACK);
        cpu.run(instructions + 1);
        const u64 handler = cpu.s.rip - HANDLERS;
        return handler < VECTORS * HANDLER_SIZE ? static_cast<int>(handler / HANDLER_SIZE) : NONE;
    }
    int run(std::initializer_list<u8> code, unsigned instructions = 1)
    {
        return run(std::span(code.begin(), code.size()), instructions);
    }

private:
    CpuWires wires()
    {
        CpuWires w;
        w.opaque = this;
        w.ferr = [](void* box, int level) { static_cast<X87Box*>(box)->ferr = level; };
        w.acknowledge = [](void*) { return static_cast<u8>(IRQ13); };
        return w;
    }
};

} // namespace tabpc
