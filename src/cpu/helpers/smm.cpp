// System management mode: SMI entry and RSM. Intel SDM vol. 3, chapter 34; the state save map is table 34-1 (32-bit
// processors), revision 20000H: SMBASE can be relocated. What the table reserves holds the hidden state, in our own order.
#include "cpu/helpers.h"

namespace tabpc {

namespace {

constexpr u32 REVISION = 0x20000;
constexpr u32 FIRST = 0x7e00, END = 0x8000;

// The save map as doublewords, by the manual's offsets from SMBASE + 8000H.
struct SaveMap {
    // clang-format off
    enum : u32 {
        CR0 = 0x7ffc, CR3 = 0x7ff8, EFLAGS = 0x7ff4, EIP = 0x7ff0,
        EDI = 0x7fec, // then ESI, EBP, ESP, EBX, EDX, ECX, EAX downwards
        DR6 = 0x7fcc, DR7 = 0x7fc8, TR = 0x7fc4, LDTR = 0x7fc0,
        GS = 0x7fbc, // then FS, DS, SS, CS, ES downwards
        AUTO_HALT = 0x7f00, // upper word; the lower one is I/O restart
        REVISION_ID = 0x7efc, SMBASE = 0x7ef8,
        // Reserved by Intel.
        HIDDEN = 0x7f04, // attributes, limit, base of ES CS SS DS FS GS LDTR TR
        GDT_BASE = 0x7f64, GDT_LIMIT = 0x7f68, IDT_BASE = 0x7f6c, IDT_LIMIT = 0x7f70,
        CR4 = 0x7f74, NMI_BLOCKED = 0x7f78,
    };
    // clang-format on
    std::array<u32, (END - FIRST) / 4> words{};
    u32& operator[](u32 offset) { return words[(offset - FIRST) / 4]; }

    void store(Cpu& c) const
    {
        for (u32 n = 0; n < words.size(); ++n) c.memory.dma_store(address(c, n), words[n]);
    }
    void load(Cpu& c)
    {
        for (u32 n = 0; n < words.size(); ++n) words[n] = c.memory.dma_load<u32>(address(c, n));
    }

private:
    static PhysAddr address(const Cpu& c, u32 n)
    {
        return (u64{c.s.smbase} + 0x8000 + FIRST + n * 4) & 0xffffffff;
    }
};

constexpr u32 AUTO_HALT_RESTART = 1u << 16;

u32 gpr_slot(unsigned n) { return SaveMap::EDI - (7 - n) * 4; } // EAX is lowest
u32 selector_slot(unsigned n) { return SaveMap::GS - (5 - n) * 4; }
u32 hidden_slot(unsigned n) { return SaveMap::HIDDEN + n * 12; }

void save_hidden(SaveMap& m, unsigned n, const Segment& g)
{
    m[hidden_slot(n)] = g.attr;
    m[hidden_slot(n) + 4] = g.limit;
    m[hidden_slot(n) + 8] = static_cast<u32>(g.base);
}

void load_hidden(SaveMap& m, unsigned n, Segment& g, u32 selector)
{
    g.selector = static_cast<u16>(selector);
    g.attr = m[hidden_slot(n)] & 0x00f0ff00;
    g.limit = m[hidden_slot(n) + 4];
    g.base = m[hidden_slot(n) + 8];
    g.prepare(g.present());
}

void save_state(const CpuState& s, SaveMap& m)
{
    m[SaveMap::CR0] = static_cast<u32>(s.cr0);
    m[SaveMap::CR3] = static_cast<u32>(s.cr3);
    m[SaveMap::CR4] = static_cast<u32>(s.cr4);
    m[SaveMap::EFLAGS] = s.get_eflags();
    m[SaveMap::EIP] = static_cast<u32>(s.rip);
    m[SaveMap::DR6] = static_cast<u32>(s.dr[6]);
    m[SaveMap::DR7] = static_cast<u32>(s.dr[7]);
    m[SaveMap::TR] = s.tr.selector;
    m[SaveMap::LDTR] = s.ldtr.selector;
    for (unsigned n = 0; n < 8; ++n) m[gpr_slot(n)] = static_cast<u32>(s.gpr[n]);
    for (unsigned n = 0; n < 6; ++n) {
        m[selector_slot(n)] = s.seg[n].selector;
        save_hidden(m, n, s.seg[n]);
    }
    save_hidden(m, 6, s.ldtr);
    save_hidden(m, 7, s.tr);
    m[SaveMap::GDT_BASE] = static_cast<u32>(s.gdtr.base);
    m[SaveMap::GDT_LIMIT] = s.gdtr.limit;
    m[SaveMap::IDT_BASE] = static_cast<u32>(s.idtr.base);
    m[SaveMap::IDT_LIMIT] = s.idtr.limit;
    m[SaveMap::AUTO_HALT] = s.halted ? AUTO_HALT_RESTART : 0;
    m[SaveMap::NMI_BLOCKED] = s.nmi_blocked;
    m[SaveMap::REVISION_ID] = REVISION;
    m[SaveMap::SMBASE] = s.smbase;
}

void load_state(CpuState& s, SaveMap& m)
{
    using namespace eflags;
    constexpr u32 OTHER_FLAGS = TF | IF | DF | IOPL | NT | RF | VM | AC | VIF | VIP | ID;
    s.flags.set(m[SaveMap::EFLAGS] & ARITH);
    s.eflags = (m[SaveMap::EFLAGS] & OTHER_FLAGS) | R1;
    s.rip = m[SaveMap::EIP];
    s.dr[6] = m[SaveMap::DR6];
    s.dr[7] = m[SaveMap::DR7];
    for (unsigned n = 0; n < 8; ++n) s.gpr[n] = m[gpr_slot(n)];
    for (unsigned n = 0; n < 6; ++n) load_hidden(m, n, s.seg[n], m[selector_slot(n)]);
    load_hidden(m, 6, s.ldtr, m[SaveMap::LDTR]);
    load_hidden(m, 7, s.tr, m[SaveMap::TR]);
    s.gdtr = {m[SaveMap::GDT_BASE], m[SaveMap::GDT_LIMIT] & 0xffff};
    s.idtr = {m[SaveMap::IDT_BASE], m[SaveMap::IDT_LIMIT] & 0xffff};
    s.halted = m[SaveMap::AUTO_HALT] & AUTO_HALT_RESTART;
    s.nmi_blocked = m[SaveMap::NMI_BLOCKED] & 1;
    s.smbase = m[SaveMap::SMBASE];
}

// Control registers through the ordinary checks; a map that breaks them is a shutdown (34.4.2: RSM).
bool load_control_registers(Cpu& c, SaveMap& m)
{
    return write_cr4(c, m[SaveMap::CR4]) && write_cr3(c, m[SaveMap::CR3]) && write_cr0(c, m[SaveMap::CR0]);
}

// The flat real-mode-like environment of an SMI handler, table 34-3.
void enter_smm_environment(Cpu& c)
{
    CpuState& s = c.s;
    s.flags.set(0);
    s.eflags = eflags::R1;
    s.cr0 &= ~u64{cr0::PE | cr0::EM | cr0::TS | cr0::PG};
    s.cr4 = 0;
    s.dr[7] = 0x400;
    s.rip = 0x8000;
    s.halted = false;
    s.nmi_blocked = true;
    for (unsigned n = 0; n < 6; ++n) {
        Segment& g = s.seg[n];
        g.selector = n == CS ? static_cast<u16>(s.smbase >> 4) : 0;
        g.base = n == CS ? s.smbase : 0;
        g.limit = 0xffffffff;
        g.attr = Segment::P | Segment::S | Segment::WRITABLE | Segment::ACCESSED | Segment::G;
        g.prepare(true);
    }
    c.set_cpl(0);
    c.flush_tlb(true);
    c.mode_changed();
}

void set_smiact(Cpu& c, int level)
{
    c.s.in_smm = level;
    if (c.wires.smiact) c.wires.smiact(c.wires.opaque, level);
}

} // namespace

void enter_smm(Cpu& c)
{
    SaveMap m;
    save_state(c.s, m);
    set_smiact(c, 1);
    m.store(c);
    enter_smm_environment(c);
}

Status helper::RSM(Cpu& c, const Insn&)
{
    if (!c.s.in_smm) return fault_ud(c);
    SaveMap m;
    m.load(c);
    set_smiact(c, 0);
    load_state(c.s, m);
    if (!load_control_registers(c, m)) {
        c.enter_shutdown();
        return Status::Leave;
    }
    c.set_cpl(static_cast<u8>(c.s.v86() ? 3 : c.s.protected_mode() ? c.s.seg[SS].dpl() : 0));
    c.flush_tlb(true);
    c.mode_changed();
    return Status::Leave;
}

} // namespace tabpc
