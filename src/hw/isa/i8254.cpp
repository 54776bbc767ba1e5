// See i8254.h.
#include "hw/isa/i8254.h"
#include "base/bits.h"
#include <algorithm>

namespace tabpc {

namespace {
constexpr i64 FAR = i64(1) << 56; // no clock gets there in two years
u32 from_bcd(u32 v)
{
    return (v & 15) + 10 * ((v >> 4) & 15) + 100 * ((v >> 8) & 15) + 1000 * ((v >> 12) & 15);
}
u16 to_bcd(i64 v)
{
    return static_cast<u16>(v % 10 | v / 10 % 10 << 4 | v / 100 % 10 << 8 | v / 1000 % 10 << 12);
}
} // namespace

// Modes: 0 interrupt on terminal count, 1 one-shot, 2 rate generator, 3 square wave, 4/5 software/hardware strobe.
bool I8254::Counter::wire(i64 d) const
{
    const i64 n = ce_start;
    if (mode == 0) return loaded && d >= n;
    if (!loaded) return true;
    switch (mode) {
    case 1: return !counting || d >= n;
    case 2: return !counting || d == 0 || d % n != 0;
    case 3: return !counting || d % n < (n + 1) / 2;
    case 4: return d != n;
    default: return !counting || d != n;
    }
}

i64 I8254::Counter::next_edge(i64 d) const
{
    const i64 n = ce_start;
    if (!counting) return -1;
    i64 edge = -1;
    switch (mode) {
    case 0:
    case 1: edge = d < n ? n : -1; break;
    case 2:
        if (n > 1) edge = d > 0 && d % n == 0 ? d + 1 : d - d % n + n;
        break;
    case 3:
        if (n > 1) edge = d - d % n + (d % n < (n + 1) / 2 ? (n + 1) / 2 : n);
        break;
    default: edge = d < n ? n : d == n ? n + 1 : -1; break;
    }
    if (reload_at > d && (edge < 0 || reload_at < edge)) edge = reload_at;
    return edge;
}

u16 I8254::Counter::count(i64 d) const
{
    const i64 n = ce_start, modulus = bcd ? 10000 : 65536;
    i64 v;
    if (mode == 2) {
        v = n - d % n;
    } else if (mode == 3) {
        // Counts by two from an even number, once for each half; an odd count stays one clock longer in the high half.
        const i64 high = (n + 1) / 2, p = d % n;
        v = n - (n & 1) - 2 * (p < high ? p : p - high);
    } else {
        v = ((n - d) % modulus + modulus) % modulus;
    }
    return bcd ? to_bcd(v % modulus) : static_cast<u16>(v);
}

void I8254::Counter::control_word(u8 v, i64 now)
{
    settle(now);
    held = clocks(now);
    counting = loaded = false;
    null_count = true;
    reload_at = -1;
    rw = bits(v, 5, 4);
    mode = bits(v, 3, 1);
    if (mode > 5) mode -= 4;
    bcd = bit(v, 0);
    write_msb = read_msb = status_latched = false;
    ol_bytes = 0;
}

void I8254::Counter::load(i64 now)
{
    ce_start = cr;
    loaded = true;
    null_count = false;
    reload_at = -1;
    start = now;
    held = 0;
    counting = true;
}

void I8254::Counter::write_cr(u32 value, i64 now)
{
    cr = bcd ? from_bcd(value) : value;
    if (cr == 0) cr = bcd ? 10000 : 65536;
    null_count = true;
    switch (mode) {
    case 0:
    case 4:
        load(now);
        counting = gate;
        break;
    case 2:
    case 3:
        if (counting) { // "does not affect the current counting sequence"
            if (reload_at < 0) reload_at = end_of_cycle(clocks(now));
        } else if (!loaded) {
            load(now);
            counting = gate;
        }
        break;
    default: loaded = true; break; // 1, 5: taken at the next trigger
    }
}

i64 I8254::Counter::end_of_cycle(i64 d) const
{
    const i64 n = ce_start, half = (n + 1) / 2;
    if (mode == 3 && d % n < half) return d - d % n + half;
    return d - d % n + n;
}

void I8254::Counter::settle(i64 now)
{
    if (!counting || reload_at < 0 || clocks(now) < reload_at) return;
    // The new cycle begins where the old one ended: at its top, or in mode 3 perhaps at its low half.
    const bool low_half = mode == 3 && reload_at % ce_start != 0;
    const i64 begins = time_of(reload_at);
    const i64 phase = low_half ? (cr + 1) / 2 : cr; // one whole cycle: mode 2 is in the clock of its pulse
    load(begins - ticks_to_ns(phase, CLK_HZ));
}

void I8254::Counter::set_gate(bool level, i64 now)
{
    if (level == gate) return;
    settle(now);
    gate = level;
    switch (mode) {
    case 0:
    case 4: // gate pauses
        if (!level) {
            held = clocks(now);
            counting = false;
        } else if (loaded) {
            start = now - ticks_to_ns(held, CLK_HZ);
            counting = true;
        }
        break;
    case 1:
    case 5: // a rising edge triggers
        if (level && loaded) load(now);
        break;
    default: // gate stops with OUT high, a rising edge starts again
        if (!level) {
            held = clocks(now);
            counting = false;
            reload_at = -1;
        } else if (loaded) {
            load(now);
        }
        break;
    }
}

void I8254::Counter::serialize(Archive& ar)
{
    ar(mode, rw, bcd, gate, null_count, loaded, counting, write_msb, read_msb, cr_lsb, cr, ce_start, start,
       held, reload_at, ol_bytes, ol, status_latched, status);
    if (!ar.loading()) return;
    if (mode > 5 || rw > WORD || ol_bytes > 2 || held < 0 || cr - 1 > 65535 || ce_start - 1 > 65535 ||
        start < -FAR || start > FAR || held > FAR || reload_at > FAR)
        ar.fail("section i8254 holds a state the chip cannot be in");
    if (!ar.ok()) *this = {};
}

I8254::I8254(VirtualClock& clock, IoSpace& io)
    : clock_(clock), timer_{{clock, timer_callback<&I8254::expired<0>, I8254>(), this},
                            {clock, timer_callback<&I8254::expired<1>, I8254>(), this},
                            {clock, timer_callback<&I8254::expired<2>, I8254>(), this}}
{
    io.map<&I8254::read, &I8254::write>(0x40, 4, this, "pit");
}

void I8254::reset()
{
    // As QEMU: every counter is a square wave of 65536 clocks; gate 2 is port 61h's.
    const i64 now = clock_.now();
    for (int n = 0; n < 3; n++) {
        Counter& c = counter_[n];
        c = {};
        c.load(now);
        c.gate = c.counting = n != 2;
        update(n, now);
        out[n].set(wire_[n]);
    }
}

void I8254::set_gate(int n, bool level)
{
    const i64 now = clock_.now();
    counter_[n].set_gate(level, now);
    update(n, now);
}

bool I8254::level(int n)
{
    Counter& c = counter_[n];
    c.settle(clock_.now());
    const bool out_wire = c.wire(c.clocks(clock_.now()));
    return c.mode == 2 && c.loaded ? !out_wire : out_wire;
}

void I8254::update(int n, i64 now)
{
    if (!out[n].target().handler) return;
    Counter& c = counter_[n];
    c.settle(now);
    const i64 d = c.clocks(now), edge = c.next_edge(d);
    if (c.wire(d) != wire_[n]) {
        wire_[n] = !wire_[n];
        changed_at_[n] = now;
        out[n].set(wire_[n]);
    }
    timer_[n].schedule(edge < 0 ? Clock::NEVER : c.time_of(edge));
}

u32 I8254::read(u16 port, int)
{
    const int n = port & 3;
    if (n == 3) return 0;
    Counter& c = counter_[n];
    if (c.status_latched) {
        c.status_latched = false;
        return c.status;
    }
    const i64 now = clock_.now();
    c.settle(now);
    const bool latched = c.ol_bytes > 0;
    const u16 v = latched ? c.ol : c.count(c.clocks(now));
    if (latched) c.ol_bytes--;
    bool msb = c.rw == MSB;
    if (c.rw == WORD) {
        msb = c.read_msb;
        c.read_msb = !c.read_msb;
    }
    return msb ? v >> 8 : v & 0xff;
}

void I8254::write(u16 port, u32 value, int)
{
    const u8 v = static_cast<u8>(value);
    const i64 now = clock_.now();
    const int n = port & 3;
    if (n < 3) return write_counter(n, v, now);
    const int select = bits(v, 7, 6);
    if (select == 3) return read_back(v, now);
    if (bits(v, 5, 4) == LATCH) return latch_count(counter_[select], now);
    counter_[select].control_word(v, now);
    update(select, now);
}

void I8254::write_counter(int n, u8 v, i64 now)
{
    Counter& c = counter_[n];
    c.settle(now);
    if (c.rw == WORD && !c.write_msb) {
        c.cr_lsb = v;
        c.write_msb = true;
        if (c.mode == 0) { // the first byte stops the count and lowers OUT
            c.held = c.clocks(now);
            c.counting = c.loaded = false;
        }
    } else {
        c.write_msb = false;
        c.write_cr(c.rw == WORD ? v << 8 | c.cr_lsb : c.rw == MSB ? v << 8 : v, now);
    }
    update(n, now);
}

void I8254::latch_count(Counter& c, i64 now)
{
    if (c.ol_bytes) return; // a second latch before the first is read is ignored
    c.settle(now);
    c.ol = c.count(c.clocks(now));
    c.ol_bytes = c.rw == WORD ? 2 : 1;
}

void I8254::read_back(u8 command, i64 now)
{
    for (int n = 0; n < 3; n++) {
        if (!bit(command, n + 1)) continue;
        Counter& c = counter_[n];
        if (!bit(command, 5)) latch_count(c, now);
        if (!bit(command, 4) && !c.status_latched) {
            c.status = status(n);
            c.status_latched = true;
        }
    }
}

u8 I8254::status(int n)
{
    const bool out_level = level(n);
    const Counter& c = counter_[n];
    return static_cast<u8>(out_level << 7 | c.null_count << 6 | c.rw << 4 | c.mode << 1 | c.bcd);
}

void I8254::serialize(Archive& ar)
{
    ar.section("i8254", 1);
    ar(counter_[0], counter_[1], counter_[2], timer_[0], timer_[1], timer_[2], changed_at_, wire_);
}

} // namespace tabpc
