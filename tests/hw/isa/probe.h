// What the tests of this folder share: a wire's far end that remembers, and the clock moved by hand.
#pragma once
#include "core/clock.h"
#include "core/ioport.h"
#include "core/irq.h"
#include <vector>

namespace tabpc {

// Connect an output to probe.in(); it keeps the level and counts rising edges.
struct Probe {
    int level = 0;
    int edges = 0;
    std::vector<int> history;
    IrqInput in() { return irq_input<&Probe::set>(this); }
    void set(int, int l)
    {
        if (l && !level) edges++;
        level = l;
        history.push_back(l);
    }
};

struct Bench {
    VirtualClock clock;
    IoSpace io;
    u8 in(u16 port) { return static_cast<u8>(io.read(port, 1)); }
    void out(u16 port, u32 v) { io.write(port, v, 1); }
    // Move to `ns`, stopping at every deadline on the way, as the machine's loop does.
    void run_to(i64 ns)
    {
        while (clock.deadline() <= ns) {
            if (clock.deadline() > clock.now()) clock.set_now(clock.deadline());
            clock.run_timers();
        }
        clock.set_now(ns);
    }
    void run_for(i64 ns) { run_to(clock.now() + ns); }
};

} // namespace tabpc
