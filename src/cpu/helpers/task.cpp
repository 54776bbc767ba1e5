// Hardware task switching with 16- and 32-bit TSSs, and the stack pointers a TSS holds. Intel SDM vol. 3, chapter 7; the
// order of the checks is table 7-1's.
#include "cpu/helpers/stack_frame.h"

namespace tabpc {

namespace {

using namespace systype;
using namespace eflags;

// Offsets in a TSS, SDM vol. 3, figures 7-2 and 7-10.
struct TssLayout {
    bool wide;
    u32 smallest_limit;
    u32 stacks, cr3, eip, eflags, gprs, segments, ldt, trap;
    unsigned segment_count, segment_stride;
};
constexpr TssLayout TSS_32{true, 0x67, 0x04, 0x1c, 0x20, 0x24, 0x28, 0x48, 0x60, 0x64, 6, 4};
constexpr TssLayout TSS_16{false, 0x2b, 0x02, 0, 0x0e, 0x10, 0x12, 0x22, 0x2a, 0, 4, 2};

const TssLayout& layout(unsigned type) { return type & 8 ? TSS_32 : TSS_16; }

// One TSS in memory: fields of its width, read and written as the supervisor.
struct Tss {
    Cpu& c;
    u64 base;
    const TssLayout& l;

    [[nodiscard]] bool get16(u32 at, u16& v) const { return c.read(linear(base + at), v, true); }
    [[nodiscard]] bool put16(u32 at, u16 v) const { return c.write(linear(base + at), v, true); }
    [[nodiscard]] bool get(u32 at, u32& v) const
    {
        if (l.wide) return c.read(linear(base + at), v, true);
        u16 word = 0;
        const bool good = get16(at, word);
        v = word;
        return good;
    }
    [[nodiscard]] bool put(u32 at, u32 v) const
    {
        return l.wide ? c.write(linear(base + at), v, true) : put16(at, static_cast<u16>(v));
    }
    u32 gpr(unsigned n) const { return l.gprs + n * (l.wide ? 4 : 2); }
    u32 segment(unsigned n) const { return l.segments + n * l.segment_stride; }

    [[nodiscard]] bool probe(u32 first, u32 last, Access access) const
    {
        return c.probe(linear(base + first), 1, access, true) &&
               c.probe(linear(base + last), 1, access, true);
    }
};

// What a task's TSS holds of it.
struct TaskState {
    u32 cr3 = 0, eip = 0, eflags = 0;
    u32 gpr[8]{};
    u16 segment[6]{};
    u16 ldt = 0, trap = 0;
};

bool load_state(const Tss& tss, TaskState& t)
{
    if (!tss.get(tss.l.eip, t.eip) || !tss.get(tss.l.eflags, t.eflags) || !tss.get16(tss.l.ldt, t.ldt))
        return false;
    for (unsigned n = 0; n < 8; ++n) {
        if (!tss.get(tss.gpr(n), t.gpr[n])) return false;
        if (!tss.l.wide) t.gpr[n] |= 0xffff0000; // a 16-bit TSS holds no upper halves
    }
    for (unsigned n = 0; n < tss.l.segment_count; ++n)
        if (!tss.get16(tss.segment(n), t.segment[n])) return false;
    return !tss.l.wide || (tss.get(tss.l.cr3, t.cr3) && tss.get16(tss.l.trap, t.trap));
}

bool save_state(Cpu& c, const Tss& tss, u32 flags)
{
    if (!tss.put(tss.l.eip, static_cast<u32>(c.s.rip)) || !tss.put(tss.l.eflags, flags)) return false;
    for (unsigned n = 0; n < 8; ++n)
        if (!tss.put(tss.gpr(n), static_cast<u32>(c.s.gpr[n]))) return false;
    for (unsigned n = 0; n < tss.l.segment_count; ++n)
        if (!tss.put16(tss.segment(n), c.s.seg[n].selector)) return false;
    return true;
}

// The TSS descriptor a task is entered by. IRET wants a busy one and reports #TS, the others an available one and #GP.
bool check_tss(Cpu& c, u16 selector, TaskSource source, Descriptor& d)
{
    const bool back = source == TaskSource::Iret;
    const u8 vector = back ? exc::TS : exc::GP;
    if (is_null(selector) || (selector & 4)) return c.raise(vector, selector_error(selector));
    if (!read_descriptor(c, selector, d, vector)) return false;
    if (!d.is_tss() || static_cast<bool>(d.type() & BUSY) != back)
        return c.raise(vector, selector_error(selector));
    if (!d.present()) return c.raise(exc::NP, selector_error(selector));
    if (d.limit() < layout(d.type()).smallest_limit) return c.raise(exc::TS, selector_error(selector));
    return true;
}

// JMP and IRET leave the old task for good: its descriptor becomes available.
bool release_old_task(Cpu& c)
{
    Descriptor d;
    if (is_null(c.s.tr.selector)) return true; // LTR was never done
    return read_descriptor(c, c.s.tr.selector, d, exc::TS) && set_busy(c, c.s.tr.selector, d, false);
}

bool load_ldt(Cpu& c, u16 selector)
{
    c.s.ldtr.selector = selector;
    c.s.ldtr.attr = 0;
    if (is_null(selector)) return true;
    Descriptor d;
    if (selector & 4) return c.raise(exc::TS, selector_error(selector));
    if (!read_descriptor(c, selector, d, exc::TS)) return false;
    if (!d.is_system(LDT) || !d.present()) return c.raise(exc::TS, selector_error(selector));
    c.s.ldtr = hidden_part(selector, d);
    return true;
}

bool load_code(Cpu& c, u16 selector)
{
    const unsigned rpl = selector & 3;
    Descriptor d;
    if (is_null(selector)) return c.raise(exc::TS, 0);
    if (!read_descriptor(c, selector, d, exc::TS)) return false;
    if (!d.code() || (d.conforming() ? d.dpl() > rpl : d.dpl() != rpl))
        return c.raise(exc::TS, selector_error(selector));
    if (!d.present()) return c.raise(exc::NP, selector_error(selector));
    if (!set_accessed(c, selector, d)) return false;
    load_segment(c, CS, selector, d);
    return true;
}

bool load_stack(Cpu& c, u16 selector)
{
    Descriptor d;
    if (!check_stack_segment(c, selector, c.s.cpl, d, exc::TS) || !set_accessed(c, selector, d)) return false;
    load_segment(c, SS, selector, d);
    return true;
}

bool load_data(Cpu& c, Sreg seg, u16 selector)
{
    if (is_null(selector)) return true; // already null
    Descriptor d;
    if (!check_data_segment(c, selector, c.s.cpl, d, exc::TS) || !set_accessed(c, selector, d)) return false;
    load_segment(c, seg, selector, d);
    return true;
}

// The hidden parts of the new task's segments. A fault here belongs to the new task: it finds all selectors in place.
bool load_segments(Cpu& c, const TaskState& t)
{
    if (c.s.v86()) {
        for (const Sreg seg : {ES, CS, SS, DS, FS, GS}) load_segment_real(c, seg, t.segment[seg]);
        return load_ldt(c, t.ldt);
    }
    for (const Sreg seg : {ES, CS, SS, DS, FS, GS}) load_segment_null(c, seg, t.segment[seg]);
    if (!load_ldt(c, t.ldt) || !load_code(c, t.segment[CS]) || !load_stack(c, t.segment[SS])) return false;
    for (const Sreg seg : {ES, DS, FS, GS})
        if (!load_data(c, seg, t.segment[seg])) return false;
    return true;
}

// CR3 of a 32-bit task; only with paging on, and only a change costs the TLB.
bool load_cr3(Cpu& c, const Tss& tss, const TaskState& t)
{
    if (!tss.l.wide || !(c.s.cr0 & cr0::PG) || t.cr3 == c.s.cr3) return true;
    return write_cr3(c, t.cr3);
}

void load_registers(Cpu& c, const TaskState& t)
{
    for (unsigned n = 0; n < 8; ++n) c.s.gpr[n] = t.gpr[n];
    c.s.rip = t.eip;
    c.set_cpl(t.eflags & VM ? 3 : t.segment[CS] & 3);
    write_eflags(c, t.eflags, ARITH | TF | IF | DF | IOPL | NT | RF | VM | AC | VIF | VIP | ID);
}

constexpr u64 DR7_LOCAL = 0x155; // L0..L3, LE: a task's own breakpoints
constexpr u64 DR6_BT = 1u << 15;

// The first things that can go wrong in the new task.
bool start_new_task(Cpu& c, const Tss& tss, const TaskState& t, bool has_error, u32 error)
{
    if (!load_segments(c, t)) return false;
    if (has_error) {
        Stack stack(c);
        if (!stack.push(error, !tss.l.wide)) return false;
        c.s.gpr[ESP] = stack.sp();
    }
    if (t.eip > c.s.seg[CS].limit) return c.raise(exc::GP, 0);
    if (t.trap & 1) {
        c.s.dr[6] |= DR6_BT;
        return c.raise(exc::DB);
    }
    return true;
}

} // namespace

bool inner_stack(Cpu& c, unsigned level, u16& ss, u32& esp)
{
    const Tss tss{c, c.s.tr.base, layout(c.s.tr.type())};
    const u32 width = tss.l.wide ? 4 : 2;
    const u32 at = tss.l.stacks + level * 2 * width;
    if (at + width + 1 > c.s.tr.limit) return c.raise(exc::TS, selector_error(c.s.tr.selector));
    return tss.get(at, esp) && tss.get16(at + width, ss);
}

bool task_switch(Cpu& c, u16 selector, TaskSource source, bool has_error, u32 error)
{
    const bool nests = source == TaskSource::Call || source == TaskSource::Interrupt;
    const bool back = source == TaskSource::Iret;
    const u16 old_selector = c.s.tr.selector;
    Descriptor d;
    if (!check_tss(c, selector, source, d)) return false;

    // Everything that can fault in the old task comes before the first change.
    const Tss from{c, c.s.tr.base, layout(c.s.tr.type())}, to{c, d.base(), layout(d.type())};
    TaskState state;
    if (!from.probe(from.l.eip, from.segment(from.l.segment_count - 1) + 1, Access::Write)) return false;
    if (nests && !to.probe(0, 1, Access::Write)) return false;
    if (!load_state(to, state)) return false;

    const u32 flags = c.s.get_eflags() & ~(back ? u32{NT} : 0u);
    if (!nests && !release_old_task(c)) return false;
    if (!save_state(c, from, flags)) return false;
    if (nests && !to.put16(0, old_selector)) return false;
    if (!back && !set_busy(c, selector, d, true)) return false;
    if (nests) state.eflags |= NT;

    // From here on the new task runs.
    c.s.tr = hidden_part(selector, d);
    c.s.cr0 |= cr0::TS;
    c.s.dr[7] &= ~DR7_LOCAL; // load_registers() tells mode_changed()
    const bool mapped = load_cr3(c, to, state);
    load_registers(c, state);
    return mapped && start_new_task(c, to, state, has_error, error);
}

} // namespace tabpc
