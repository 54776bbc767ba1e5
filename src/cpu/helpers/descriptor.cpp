// Descriptors and the hidden parts of segment registers. Intel SDM vol. 3, 3.4 and 3.5; 20.1 for real mode, 20.2 for V86.
#include "cpu/helpers.h"

namespace tabpc {

void Segment::prepare(bool usable)
{
    lo = 0;
    hi_read = hi_write = -1;
    if (!usable) return;
    const bool is_code = attr & CODE;
    i64 top = limit;
    if (!is_code && (attr & EXPAND_DOWN)) {
        lo = u64{limit} + 1;
        top = big() ? 0xffffffff : 0xffff;
    }
    if (!is_code || (attr & READABLE)) hi_read = top;
    if (!is_code && (attr & WRITABLE)) hi_write = top;
}

namespace {

constexpr u32 HIDDEN_ATTR = 0x00f0ff00;
constexpr unsigned TYPE_BYTE = 5; // offset in a descriptor of type, S, DPL and P

// Where a selector's descriptor lies; false: beyond its table, or there is no LDT.
bool descriptor_address(const CpuState& s, u16 selector, LinAddr& at)
{
    const bool local = selector & 4;
    if (local && !s.ldtr.present()) return false;
    const u64 base = local ? s.ldtr.base : s.gdtr.base;
    const u32 limit = local ? s.ldtr.limit : s.gdtr.limit;
    if ((selector | 7u) > limit) return false;
    at = linear(base + (selector & ~7u));
    return true;
}

bool write_type_byte(Cpu& c, u16 selector, const Descriptor& d)
{
    LinAddr at;
    if (!descriptor_address(c.s, selector, at)) return c.raise(exc::GP, selector_error(selector));
    return c.write(linear(at + TYPE_BYTE), static_cast<u8>(d.high >> 8), true);
}

} // namespace

bool find_descriptor(Cpu& c, u16 selector, Descriptor& d, bool& found)
{
    LinAddr at;
    found = !is_null(selector) && descriptor_address(c.s, selector, at);
    if (!found) return true;
    return c.read(at, d.low, true) && c.read(linear(at + 4), d.high, true);
}

bool read_descriptor(Cpu& c, u16 selector, Descriptor& d, u8 fault_vector)
{
    LinAddr at;
    if (!descriptor_address(c.s, selector, at)) return c.raise(fault_vector, selector_error(selector));
    return c.read(at, d.low, true) && c.read(linear(at + 4), d.high, true);
}

bool set_accessed(Cpu& c, u16 selector, Descriptor& d)
{
    if (d.high & Segment::ACCESSED) return true;
    d.high |= Segment::ACCESSED;
    return write_type_byte(c, selector, d);
}

bool set_busy(Cpu& c, u16 selector, Descriptor& d, bool busy)
{
    constexpr u32 BUSY_BIT = u32{systype::BUSY} << 8;
    d.high = busy ? d.high | BUSY_BIT : d.high & ~BUSY_BIT;
    return write_type_byte(c, selector, d);
}

Segment hidden_part(u16 selector, const Descriptor& d)
{
    Segment g;
    g.selector = selector;
    g.attr = d.high & HIDDEN_ATTR;
    g.limit = d.limit();
    g.base = d.base();
    g.prepare(true);
    return g;
}

void load_segment(Cpu& c, Sreg seg, u16 selector, const Descriptor& d)
{
    c.s.seg[seg] = hidden_part(selector, d);
    c.mode_changed();
}

void load_segment_real(Cpu& c, Sreg seg, u16 selector)
{
    constexpr u32 DATA = Segment::P | Segment::S | Segment::WRITABLE | Segment::ACCESSED;
    Segment& g = c.s.seg[seg];
    g.selector = selector;
    g.base = u64{selector} << 4;
    if (c.s.v86()) {
        g.attr = DATA | Segment::DPL; // DPL 3
        g.limit = 0xffff;
    } else {
        // Real mode keeps limit, G and D/B as protected mode left them ("big real mode").
        g.attr = DATA | (g.attr & (Segment::G | Segment::DB));
    }
    g.prepare(true);
    c.mode_changed();
}

void load_segment_null(Cpu& c, Sreg seg, u16 selector)
{
    Segment& g = c.s.seg[seg];
    g.selector = selector;
    g.attr &= ~u32{Segment::P};
    g.prepare(false);
    c.mode_changed();
}

} // namespace tabpc
