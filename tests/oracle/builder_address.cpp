// See builder.h: where operands lie in memory, and the many ways to say so.
#include "builder.h"
#include "cpu/handlers.h"
#include "cpu/state.h"

namespace tabpc::oracle {

// Mostly in the middle of writable pages, aligned or not; else across or beside a border; read-only, absent or code.
u32 Builder::place(u32 size)
{
    const u32 page = r_.pick<u32>({ORACLE_DATA, ORACLE_PAIR, ORACLE_PAIR + ORACLE_PAGE});
    const u32 n = r_.below(100);
    const u32 unit = size >= 16 ? 16 : size & (0 - size);
    if (n < 62) return page + 0x400 + r_.below(0x800) / unit * unit;
    if (n < 72) return page + 0x400 + r_.below(0x800);
    if (n < 83) { // around a border
        const u32 border = ORACLE_DATA + ORACLE_PAGE * r_.below(6);
        return r_.percent(50) ? border - r_.below(size + 2) : border - unit * r_.below(3);
    }
    if (n < 93) return ORACLE_RO + 0x400 + r_.below(0x400) / unit * unit;
    if (n < 96) return ORACLE_DATA - ORACLE_PAGE + r_.below(ORACLE_PAGE);
    if (n < 97) return ORACLE_CODE + r_.below(ORACLE_PAGE - 64);
    if (n < 98) return ORACLE_STACK + 0x100 + r_.below(0xe00);
    return 0x40000000 + r_.below(0x40000000);
}

u32 Builder::base_of(int segment) const
{
    const u16 selectors[] = {s_.es, ORACLE_CS, ORACLE_DS, s_.ds, s_.fs, s_.gs};
    return selectors[segment] == ORACLE_SMALL ? u32{ORACLE_SMALL_BASE} : 0;
}

void Builder::address(Shape& i)
{
    i.where = place(i.bytes);
    if (i.a16) address16(i, i.where);
    else address32(i, i.where);
}

void Builder::address32(Shape& i, u32 linear)
{
    const u32 reg = i.modrm >> 3 & 7;
    const auto add = [&](u32 v, u32 bytes) {
        for (u32 n = 0; n < bytes; n++) i.tail.push_back(static_cast<u8>(v >> (8 * n)));
    };
    const bool by_sib = r_.percent(35);
    u32 rm = by_sib ? 4 : r_.pick<u32>({0, 1, 2, 3, 5, 6, 7});
    u32 mod = r_.below(3);
    u32 base = by_sib ? r_.below(8) : rm;
    const bool no_base = mod == 0 && base == 5;
    const int segment = i.segment >= 0 ? i.segment : !no_base && (base == 4 || base == 5) ? 2 : 3;
    u32 left = linear - base_of(segment);

    u32 scale = 0, index = 4;
    if (by_sib) {
        scale = r_.below(4);
        index = r_.below(8);
        if (index != 4) {
            pin(index);
            left -= gpr(index) << scale;
        }
    }
    u32 disp = 0;
    if (no_base) {
        disp = left;
    } else {
        if (pinned(base) && mod != 2) mod = 2;
        if (pinned(base)) disp = left - gpr(base);
        else if (mod == 1) disp = static_cast<u32>(static_cast<i8>(r_.next32()));
        else if (mod == 2) disp = integer(r_);
        set(base, left - disp);
    }
    i.modrm = modrm(mod, reg, rm);
    if (by_sib) i.tail.push_back(modrm(scale, index, base));
    if (no_base || mod == 2) add(disp, 4);
    else if (mod == 1) add(disp, 1);
}

// SDM vol. 2, table 2-1.
void Builder::address16(Shape& i, u32 linear)
{
    constexpr u8 bases[] = {EBX, EBX, EBP, EBP, ESI, EDI, EBP, EBX};
    constexpr int indices[] = {ESI, EDI, ESI, EDI, -1, -1, -1, -1};
    const u32 rm = r_.below(8);
    u32 mod = r_.below(3);
    const bool no_base = mod == 0 && rm == 6;
    const bool stack = !no_base && (rm == 2 || rm == 3 || rm == 6);
    const u32 base = base_of(i.segment >= 0 ? i.segment : stack ? 2 : 3);
    u32 left = linear - base;
    i.where = base + (left & 0xffff);
    if (indices[rm] >= 0) {
        pin(static_cast<u32>(indices[rm]));
        left -= gpr(static_cast<u32>(indices[rm]));
    }
    u32 disp = left;
    if (!no_base) {
        if (pinned(bases[rm])) {
            mod = 2;
            disp = left - gpr(bases[rm]);
        } else {
            disp = mod == 0 ? 0 : mod == 1 ? static_cast<u32>(static_cast<i8>(r_.next32())) : integer(r_);
            set(bases[rm], left - disp, 0xffff);
        }
    }
    i.modrm = modrm(mod, i.modrm >> 3 & 7, rm);
    if (no_base || mod == 2) i.tail = {static_cast<u8>(disp), static_cast<u8>(disp >> 8)};
    else if (mod == 1) i.tail = {static_cast<u8>(disp)};
}

void Builder::string_operands(const Shape& i)
{
    const u32 mask = i.a16 ? 0xffff : 0xffffffff;
    set(ESI, place(4) - base_of(i.segment >= 0 ? i.segment : 3), mask);
    const u32 di = r_.percent(25) ? gpr(ESI) + r_.below(16) - 8 : place(4) - base_of(0);
    set(EDI, di, mask);
    set(ECX, r_.percent(75) ? r_.below(48) : integer(r_), mask);
}

} // namespace tabpc::oracle
