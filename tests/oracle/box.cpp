// See box.h.
#include "box.h"

namespace tabpc::oracle {

namespace {

constexpr u64 RAM_SIZE = 0x100000;
// The system's own structures: physically behind the snippet's pages, linearly where no snippet reaches.
constexpr LinAddr SYSTEM = 0xf0000000;
constexpr PhysAddr SYSTEM_PHYS = 0x40000;
enum : u32 { // offsets in it, a page each
    GDT = 0x0000,
    IDT = 0x1000,
    TSS = 0x2000,
    HANDLERS = 0x3000,
    STACK = 0x4000,
    STACK_TOP = 0x5000,
    SYSTEM_PAGES = 5,
};
constexpr PhysAddr PDPT = 0x60000, PAGE_DIRECTORY_0 = 0x61000, PAGE_DIRECTORY_3 = 0x62000,
                   TABLE_LOW = 0x63000, TABLE_SYSTEM = 0x64000;

enum PageBits : u64 { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, NX = u64(1) << 63 };

enum : u16 { RING0_CODE = 0x08, RING0_DATA = 0x10, TASK = 0x40 };

// A descriptor from its fields; attr as in Segment::attr, its low bits where they stand in the high dword.
void descriptor(u8* table, u16 selector, u32 base, u32 limit, u32 attr)
{
    st<u32>(table + (selector & ~7), base << 16 | (limit & 0xffff));
    st<u32>(table + (selector & ~7) + 4,
            (base >> 16 & 0xff) | attr | (limit & 0xf0000) | (base & 0xff000000));
}

} // namespace

Box::Box() : block_(ram_.allocate("ram", RAM_SIZE)), cpu_(clock_, memory_, io_, {})
{
    memory_.map_ram(0, RAM_SIZE, *block_, 0, 0, "ram");
    build_tables();
    build_descriptors();
    ready_ = cpu_.s;
}

void Box::map_page(LinAddr linear, PhysAddr phys, u64 rights)
{
    const PhysAddr table = linear < 0x200000 ? TABLE_LOW : TABLE_SYSTEM;
    st<u64>(at(table + (linear >> 12 & 511) * 8), phys | P | A | D | rights);
}

// PAE, because only there is a page not executable, and only with EFER.NXE does an error code say "fetch", as on Linux.
void Box::build_tables()
{
    st<u64>(at(PDPT), PAGE_DIRECTORY_0 | P);
    st<u64>(at(PDPT + 3 * 8), PAGE_DIRECTORY_3 | P);
    st<u64>(at(PAGE_DIRECTORY_0), TABLE_LOW | P | W | U | A);
    st<u64>(at(PAGE_DIRECTORY_3 + (SYSTEM >> 21 & 511) * 8), TABLE_SYSTEM | P | W | U | A);
    map_page(ORACLE_CODE, ORACLE_CODE, U);
    for (const u32 page : oracle_content_at) map_page(page, page, (page == ORACLE_RO ? u64{U} : U | W) | NX);
    for (u32 n = 0; n < SYSTEM_PAGES; n++)
        map_page(SYSTEM + n * ORACLE_PAGE, SYSTEM_PHYS + n * ORACLE_PAGE, W);
}

void Box::build_descriptors()
{
    constexpr u32 FLAT =
        Segment::G | Segment::DB | Segment::P | Segment::S | Segment::ACCESSED | Segment::WRITABLE;
    constexpr u32 SMALL =
        Segment::DB | Segment::P | Segment::S | Segment::DPL | Segment::ACCESSED | Segment::WRITABLE;
    constexpr u32 AVL = 1u << 20; // Linux marks what set_thread_area() made
    u8* const gdt = at(SYSTEM_PHYS + GDT);
    descriptor(gdt, RING0_CODE, 0, 0xfffff, FLAT | Segment::CODE);
    descriptor(gdt, RING0_DATA, 0, 0xfffff, FLAT);
    descriptor(gdt, ORACLE_CS, 0, 0xfffff, FLAT | Segment::CODE | Segment::DPL);
    descriptor(gdt, ORACLE_DS, 0, 0xfffff, FLAT | Segment::DPL);
    descriptor(gdt, TASK, u32(SYSTEM) + TSS, 0x67, Segment::P | 11u << 8);
    descriptor(gdt, ORACLE_SMALL, ORACLE_SMALL_BASE, ORACLE_SMALL_LIMIT, SMALL | AVL);
    descriptor(gdt, ORACLE_DOWN, 0, ORACLE_DOWN_LIMIT, SMALL | AVL | Segment::EXPAND_DOWN);

    u8* const handlers = at(SYSTEM_PHYS + HANDLERS);
    for (u32 vector = 0; vector < 256; vector++) {
        handlers[vector] = 0xf4; // HLT
        const u32 to = u32(SYSTEM) + HANDLERS + vector;
        const bool for_users = vector == exc::BP || vector == exc::OF;
        u8* const gate = at(SYSTEM_PHYS + IDT + vector * 8);
        st<u32>(gate, u32{RING0_CODE} << 16 | (to & 0xffff));
        st<u32>(gate + 4, (to & 0xffff0000) | Segment::P | (for_users ? u32{Segment::DPL} : 0) | 14u << 8);
    }
    u8* const tss = at(SYSTEM_PHYS + TSS);
    st<u32>(tss + 4, u32(SYSTEM) + STACK_TOP); // ESP0
    st<u32>(tss + 8, RING0_DATA);              // SS0
    st<u16>(tss + 0x66, 0x68);                 // no I/O permission bitmap

    CpuState& s = cpu_.s;
    s.cr0 = cr0::PE | cr0::MP | cr0::ET | cr0::NE | cr0::WP | cr0::AM | cr0::PG;
    s.cr4 = cr4::PAE | cr4::OSFXSR | cr4::OSXMMEXCPT;
    s.efer = efer::NXE;
    s.cr3 = PDPT;
    for (u32 n = 0; n < 4; n++) s.pdpte[n] = ld<u64>(at(PDPT + n * 8));
    s.gdtr = {SYSTEM + GDT, 0x7f};
    s.idtr = {SYSTEM + IDT, 0x7ff};
    const auto load = [&](Segment& g, u16 selector, u64 base, u32 limit, u32 attr) {
        g.selector = selector;
        g.base = base;
        g.limit = limit;
        g.attr = attr;
        g.prepare(true);
    };
    load(s.tr, TASK, SYSTEM + TSS, 0x67, Segment::P | 11u << 8);
    load(s.seg[CS], ORACLE_CS, 0, 0xffffffff, FLAT | Segment::CODE | Segment::DPL);
    for (const Sreg n : {ES, SS, DS, FS, GS}) load(s.seg[n], ORACLE_DS, 0, 0xffffffff, FLAT | Segment::DPL);
    s.ldtr = {};
    s.cpl = 3;
    cpu_.flush_tlb(true);
}

void Box::patch(u32 where, u8 value)
{
    for (const u32 page : oracle_content_at)
        if (where - page < ORACLE_PAGE) *at(where) = value;
}

void Box::start(const OracleSnippet& t)
{
    for (u32 n = 0; n < ORACLE_CONTENT_PAGES; n++)
        std::memcpy(at(oracle_content_at[n]), content_->content[n], ORACLE_PAGE);
    for (const OraclePatch& p : t.patch)
        for (u32 n = 0; n < p.length; n++) patch(p.at + n, p.bytes[n]);
    for (u32 n = 0; n < ORACLE_CONTENT_PAGES; n++)
        std::memcpy(before_[n], at(oracle_content_at[n]), ORACLE_PAGE);
    std::memset(at(ORACLE_CODE), 0xcc, ORACLE_PAGE);
    for (u32 n = 0; n < t.code_length; n++)
        if (t.eip + n - ORACLE_CODE < ORACLE_PAGE) *at(t.eip + n) = t.code[n];
    ram_.written(ORACLE_CODE, ORACLE_PAGE);

    CpuState& s = cpu_.s;
    s = ready_;
    for (u32 n = 0; n < 8; n++) s.gpr[n] = t.gpr[n];
    s.rip = t.eip;
    s.eflags = (t.eflags & ~u32{eflags::ARITH}) | eflags::R1 | eflags::IF;
    s.flags.set(t.eflags & eflags::ARITH);
    const auto load = [&](Sreg n, u16 selector) {
        const u8* const d = at(SYSTEM_PHYS + GDT + (selector & ~7));
        const u32 low = ld<u32>(d), high = ld<u32>(d + 4), limit = (low & 0xffff) | (high & 0xf0000);
        Segment& g = s.seg[n];
        g.selector = selector;
        g.base = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000);
        g.attr = high & 0x00f0ff00;
        g.limit = high & Segment::G ? limit << 12 | 0xfff : limit;
        g.prepare((selector & ~3) != 0);
    };
    load(ES, t.es);
    load(DS, t.ds);
    load(FS, t.fs);
    load(GS, t.gs);
    load_fx(s, t.fx);
    cpu_.mode_changed();
}

// The HLT of handler n, and on the ring-0 stack: error code (if the vector has one), EIP, CS, EFLAGS, ESP, SS.
OracleOutcome Box::read_frame()
{
    const CpuState& s = cpu_.s;
    OracleOutcome o{};
    for (u32 n = 0; n < 8; n++) o.gpr[n] = s.reg32(static_cast<Gpr>(n));
    o.es = s.seg[ES].selector;
    o.ds = s.seg[DS].selector;
    o.fs = s.seg[FS].selector;
    o.gs = s.seg[GS].selector;
    o.vector = static_cast<u32>(s.rip - 1 - SYSTEM - HANDLERS);
    const u8* frame = at(SYSTEM_PHYS + (s.reg32(ESP) - SYSTEM));
    if (STACK_TOP - (s.reg32(ESP) - SYSTEM) == 24) {
        o.error = ld<u32>(frame);
        frame += 4;
    }
    o.eip = ld<u32>(frame);
    o.eflags = ld<u32>(frame + 8);
    o.gpr[ESP] = ld<u32>(frame + 12);
    if (o.vector == exc::PF) o.cr2 = static_cast<u32>(s.cr2);
    return o;
}

Answer Box::run(const OracleSnippet& snippet)
{
    constexpr u64 MORE_THAN_ANY = 100'000; // a string instruction does at most two pages of bytes
    start(snippet);
    const u64 end = clock_.instructions() + MORE_THAN_ANY;
    while (!cpu_.s.halted && !cpu_.shut_down() && clock_.instructions() < end) cpu_.run(1000);

    Answer a;
    const bool in_handler = cpu_.s.halted && cpu_.s.cpl == 0 && cpu_.s.rip - 1 - SYSTEM - HANDLERS < 256;
    if (!in_handler) {
        cpu_.reset(); // it may have shut down
        cpu_.s = ready_;
        cpu_.flush_tlb(true);
        a.outcome.vector = ENDLESS;
        return a;
    }
    a.outcome = read_frame();
    u8 fx[ORACLE_FX];
    std::memcpy(fx, snippet.fx, sizeof fx);
    save_fx(cpu_.s, fx);
    changes_.resize(ORACLE_MAX_CHANGES);
    u8* end_of_changes = oracle_changes(changes_.data(), 0, snippet.fx, fx, ORACLE_FX);
    for (u32 n = 0; n < ORACLE_CONTENT_PAGES; n++) {
        const u8* const now = at(oracle_content_at[n]);
        if (std::memcmp(before_[n], now, ORACLE_PAGE))
            end_of_changes =
                oracle_changes(end_of_changes, oracle_content_at[n], before_[n], now, ORACLE_PAGE);
    }
    a.changes.assign(changes_.data(), end_of_changes);
    a.outcome.changes = static_cast<u32>(a.changes.size());
    return a;
}

namespace {
enum FxOffset { CW = 0, SW = 2, TAGS = 4, FOP = 6, IP = 8, DP = 16, MXCSR = 24, ST = 32, XMM = 160 };
constexpr u16 TOP_FIELD = 7u << 11;
} // namespace

void load_fx(CpuState& s, const u8* image)
{
    Fpu& f = s.fpu;
    const u16 sw = ld<u16>(image + SW);
    f.cw = ld<u16>(image + CW);
    f.sw = static_cast<u16>(sw & ~u32{TOP_FIELD});
    f.top = sw >> 11 & 7;
    f.empty = static_cast<u8>(~image[TAGS]);
    f.opcode = ld<u16>(image + FOP) & 0x7ff;
    f.ip = ld<u32>(image + IP);
    f.dp = ld<u32>(image + DP);
    f.cs = ORACLE_CS;
    f.ds = ORACLE_DS;
    for (u32 n = 0; n < 8; n++)
        f.reg[(f.top + n) & 7] = {ld<u64>(image + ST + n * 16), ld<u16>(image + ST + n * 16 + 8)};
    s.mxcsr = ld<u32>(image + MXCSR);
    for (u32 n = 0; n < 8; n++) s.xmm[n] = ld<Xmm>(image + XMM + n * 16);
}

// Over an image that was loaded: the selectors and reserved bytes stay.
void save_fx(const CpuState& s, u8* image)
{
    const Fpu& f = s.fpu;
    st<u16>(image + CW, f.cw);
    st<u16>(image + SW, static_cast<u16>(f.sw | f.top << 11));
    st<u16>(image + TAGS, static_cast<u8>(~f.empty));
    st<u16>(image + FOP, f.opcode);
    st<u32>(image + IP, static_cast<u32>(f.ip));
    st<u32>(image + DP, static_cast<u32>(f.dp));
    for (u32 n = 0; n < 8; n++) {
        const fp::F80& v = f.reg[(f.top + n) & 7];
        st<u64>(image + ST + n * 16, v.sig);
        st<u16>(image + ST + n * 16 + 8, v.se);
    }
    st<u32>(image + MXCSR, s.mxcsr);
    for (u32 n = 0; n < 8; n++) st(image + XMM + n * 16, s.xmm[n]);
}

} // namespace tabpc::oracle
