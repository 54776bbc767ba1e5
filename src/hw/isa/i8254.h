// Intel 8254 Programmable Interval Timer (data sheet 231164): three 16-bit counters at 1.193182 MHz. Counts and OUT
// are functions of the clocks since a counter was loaded; nothing here runs per tick.
// Guests see what QEMU shows them: the clock that loads the counting element is left out, except for mode 2's OUT.
#pragma once
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"

namespace tabpc {

class I8254 final : public Device {
public:
    static constexpr i64 CLK_HZ = 1193182;
    IrqLine out[3]; // OUT pins; one that is not connected costs no timer

    I8254(VirtualClock& clock, IoSpace& io);

    void set_gate(int n, bool level);
    bool gate(int n) const { return counter_[n].gate; }
    // OUT as status and port 61h show it. In mode 2 that is, as in QEMU, a pulse that is high once a period, while the
    // wire carries the data sheet's low pulse.
    bool level(int n);
    // Virtual time of OUT's last change on the wire: a timer that ran late says when it was due.
    i64 changed_at(int n) const { return changed_at_[n]; }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    enum RW : u8 { LATCH, LSB, MSB, WORD }; // control word bits 5:4

    struct Counter {
        u8 mode = 3, rw = WORD;
        bool bcd = false, gate = true;
        bool null_count = false; // CR is not in the counting element yet
        bool loaded = false;     // since the control word
        bool counting = false;
        bool write_msb = false, read_msb = false;
        u8 cr_lsb = 0;          // first byte of a word being written
        u32 cr = 0x10000;       // Count Register, 1..65536 (BCD: 1..10000)
        u32 ce_start = 0x10000; // what the counting element was loaded with
        i64 start = 0;          // counting: virtual time of clock 0
        i64 held = 0;           // not counting: the clock it stands at
        i64 reload_at = -1;     // clock at which modes 2 and 3 take a CR written while counting
        u8 ol_bytes = 0;        // latched count bytes still to be read
        u16 ol = 0;             // Output Latch
        bool status_latched = false;
        u8 status = 0;

        i64 clocks(i64 now) const { return counting ? ns_to_ticks(now - start, CLK_HZ) : held; }
        i64 time_of(i64 clock) const { return start + ticks_to_ns(clock, CLK_HZ); }
        bool wire(i64 d) const;     // OUT after d clocks
        i64 next_edge(i64 d) const; // the first clock > d at which OUT changes or CR is taken; -1: none
        u16 count(i64 d) const;     // what the counting element shows

        void control_word(u8 v, i64 now);
        void write_cr(u32 value, i64 now);
        void load(i64 now);   // CR -> counting element, clock 0 is now
        void settle(i64 now); // takes a CR whose time has come
        void set_gate(bool level, i64 now);
        i64 end_of_cycle(i64 d) const;

        void serialize(Archive& ar);
    };

    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    void write_counter(int n, u8 v, i64 now);
    void read_back(u8 command, i64 now);
    void latch_count(Counter& c, i64 now);
    u8 status(int n);
    void update(int n, i64 now); // drive OUT and aim the timer at its next edge
    template <int N>
    void expired()
    {
        update(N, timer_[N].deadline());
    }

    VirtualClock& clock_;
    Counter counter_[3];
    Timer timer_[3];
    i64 changed_at_[3] = {};
    bool wire_[3] = {};
};

} // namespace tabpc
