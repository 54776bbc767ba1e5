// The architectural state of one x86 CPU. Registers are 16 x 64 bits wide; 32-bit code uses the low halves.
// Intel SDM vol. 3, chapters 2, 3 and 4 for the system registers, vol. 1, chapters 8, 10 for x87 and SSE.
#pragma once
#include "base/types.h"
#include "cpu/eflags.h"
#include "cpu/fp/format.h"
#include <array>

namespace tabpc {

enum Gpr : u8 { EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI, R_ZERO = 16 }; // R_ZERO: a slot that is always 0
enum Sreg : u8 { ES, CS, SS, DS, FS, GS };

namespace cr0 {
enum : u32 {
    PE = 1u << 0, MP = 1u << 1, EM = 1u << 2, TS = 1u << 3, ET = 1u << 4, NE = 1u << 5,
    WP = 1u << 16, AM = 1u << 18, NW = 1u << 29, CD = 1u << 30, PG = 1u << 31,
};
}
namespace cr4 {
enum : u32 {
    VME = 1u << 0, PVI = 1u << 1, TSD = 1u << 2, DE = 1u << 3, PSE = 1u << 4, PAE = 1u << 5, MCE = 1u << 6,
    PGE = 1u << 7, PCE = 1u << 8, OSFXSR = 1u << 9, OSXMMEXCPT = 1u << 10,
};
}
namespace efer {
enum : u32 { SCE = 1u << 0, LME = 1u << 8, LMA = 1u << 10, NXE = 1u << 11 };
}

// Exception vectors, SDM vol. 3, table 6-1.
namespace exc {
enum : u8 {
    DE = 0, DB = 1, NMI = 2, BP = 3, OF = 4, BR = 5, UD = 6, NM = 7, DF = 8, TS = 10, NP = 11, SS = 12, GP = 13,
    PF = 14, MF = 16, AC = 17, MC = 18, XM = 19,
};
}

// A segment register with its hidden part. `attr` is the descriptor's high dword & 0x00f0ff00 (type, S, DPL, P, AVL,
// L, D/B, G as they stand there). The checks of a data access are prepared: an access of n bytes at offset a is good when
// a >= lo and a + n - 1 <= hi_read (hi_write); a segment that cannot be read (written) has hi = -1.
struct Segment {
    u16 selector = 0;
    u32 attr = 0;
    u32 limit = 0; // in bytes, G applied
    u64 base = 0;
    u64 lo = 0;
    i64 hi_read = -1, hi_write = -1;

    enum : u32 {
        ACCESSED = 1u << 8, WRITABLE = 1u << 9, READABLE = 1u << 9, EXPAND_DOWN = 1u << 10, CONFORMING = 1u << 10,
        CODE = 1u << 11, S = 1u << 12, DPL = 3u << 13, P = 1u << 15, L = 1u << 21, DB = 1u << 22, G = 1u << 23,
    };
    unsigned type() const { return (attr >> 8) & 15; }
    unsigned dpl() const { return (attr >> 13) & 3; }
    bool big() const { return attr & DB; }
    bool present() const { return attr & P; }

    // Recomputes lo, hi_read and hi_write. `usable` is false for a null selector.
    void prepare(bool usable);

    template <class Archive> void serialize(Archive& ar) { ar(selector, attr, limit, base, lo, hi_read, hi_write); }
};

struct DescriptorTable {
    u64 base = 0;
    u32 limit = 0;
    template <class Archive> void serialize(Archive& ar) { ar(base, limit); }
};

struct alignas(16) Xmm {
    u64 lo = 0, hi = 0;
    template <class Archive> void serialize(Archive& ar) { ar(lo, hi); }
};

inline constexpr u32 MXCSR_MASK = 0xffff; // the bits that may be set, DAZ included

// x87 and MMX. MMX register n is the significand of physical register n.
struct Fpu {
    std::array<fp::F80, 8> reg; // by physical number: ST(i) is reg[(top + i) & 7]
    u16 cw = 0x37f;
    u16 sw = 0;        // without TOP (bits 13:11)
    u8 top = 0;
    u8 empty = 0xff;   // bit n: physical register n is empty
    u16 opcode = 0;
    u16 cs = 0, ds = 0;
    u64 ip = 0, dp = 0;

    template <class Archive> void serialize(Archive& ar)
    {
        for (auto& r : reg) ar(r.sig, r.se);
        ar(cw, sw, top, empty, opcode, cs, ds, ip, dp);
    }
};

// Memory type ranges: plain storage, nothing here caches. SDM vol. 3, 11.11.
struct Mtrrs {
    static constexpr unsigned VARIABLE = 8, FIXED = 11;
    u64 def_type = 0;
    std::array<u64, FIXED> fixed{};
    std::array<u64, VARIABLE * 2> variable{}; // PHYSBASEn, PHYSMASKn

    template <class Archive> void serialize(Archive& ar) { ar(def_type, fixed, variable); }
};

struct CpuState {
    std::array<u64, 17> gpr{}; // [16] is R_ZERO
    u64 rip = 0;               // while a block runs: of the block's first instruction
    LazyFlags flags;
    u32 eflags = eflags::R1;   // everything but the arithmetic flags

    std::array<Segment, 6> seg;
    Segment ldtr, tr;
    DescriptorTable gdtr, idtr;
    u8 cpl = 0;

    u64 cr0 = 0, cr2 = 0, cr3 = 0, cr4 = 0;
    u64 efer = 0;
    std::array<u64, 8> dr{};
    u64 tsc_offset = 0;
    u64 apic_base = 0;
    u64 sysenter_cs = 0, sysenter_esp = 0, sysenter_eip = 0;
    u64 pat = 0x0007040600070406;
    Mtrrs mtrr;
    std::array<u64, 4> pdpte{}; // PAE: loaded with CR3, SDM vol. 3, 4.4.1

    Fpu fpu;
    std::array<Xmm, 16> xmm;
    u32 mxcsr = 0x1f80;

    bool halted = false;
    bool in_smm = false;
    bool nmi_blocked = false;  // until IRET
    u32 smbase = 0x30000;

    u32 get_eflags() const { return eflags | flags.get(); }
    u32 reg32(Gpr r) const { return static_cast<u32>(gpr[r]); }
    u16 reg16(Gpr r) const { return static_cast<u16>(gpr[r]); }
    void set_reg32(Gpr r, u32 v) { gpr[r] = v; }
    void set_reg16(Gpr r, u16 v) { gpr[r] = (gpr[r] & ~u64(0xffff)) | v; }

    bool protected_mode() const { return cr0 & cr0::PE; }
    bool v86() const { return eflags & eflags::VM; }
    bool real_or_v86() const { return !protected_mode() || v86(); }
    unsigned iopl() const { return (eflags >> 12) & 3; }
};

} // namespace tabpc
