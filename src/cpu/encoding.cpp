// See encoding.h: expands the opcode map and indexes it at compile time.
#include "cpu/encoding.h"

namespace tabpc {

namespace {

using enum Operand;
using enum Prefix;
using enum End;

// name -> Form, so that a row of the map names only its definition.
enum : u8 {
#define I(name, form, widths, access) FORM_##name = static_cast<u8>(Form::form),
#include "cpu/insns.inc"
#undef I
#define X87(name, form) FORM_##name = static_cast<u8>(Form::x87),
#include "cpu/insns_x87.inc"
#undef X87
#define HELPER(name) FORM_##name = static_cast<u8>(Form::helper),
#include "cpu/helpers.inc"
#undef HELPER
};

#define ROW(map, opcode, prefix, slash, rm, name, a, b, c, end)                                                        \
    {Map::map, opcode, prefix, slash, rm, op::name, static_cast<Form>(FORM_##name), #name, {a, b, c}, end},
#define X1(opcode, name, a, b, c, end) ROW(OneByte, opcode, ANY, -1, -1, name, a, b, c, end)
#define G1(opcode, slash, name, a, b, c, end) ROW(OneByte, opcode, ANY, slash, -1, name, a, b, c, end)
#define R1(opcode, slash, rm, name, a, b, c, end) ROW(OneByte, opcode, ANY, slash, rm, name, a, b, c, end)
#define X2(opcode, name, a, b, c, end) ROW(Map0F, opcode, ANY, -1, -1, name, a, b, c, end)
#define G2(opcode, slash, name, a, b, c, end) ROW(Map0F, opcode, ANY, slash, -1, name, a, b, c, end)
#define R2(opcode, slash, rm, name, a, b, c, end) ROW(Map0F, opcode, ANY, slash, rm, name, a, b, c, end)
#define P2(opcode, prefix, name, a, b, c, end) ROW(Map0F, opcode, prefix, -1, -1, name, a, b, c, end)
#define PG2(opcode, prefix, slash, name, a, b, c, end) ROW(Map0F, opcode, prefix, slash, -1, name, a, b, c, end)
#define P38(opcode, prefix, name, a, b, c, end) ROW(Map0F38, opcode, prefix, -1, -1, name, a, b, c, end)
#define P3A(opcode, prefix, name, a, b, c, end) ROW(Map0F3A, opcode, prefix, -1, -1, name, a, b, c, end)
constexpr Encoding rows[] = {
#include "cpu/opcodes.inc"
#include "cpu/opcodes_x87.inc"
#undef ROW
#define ROW(map, opcode, prefix, slash, rm, name, a, b, c, end)                                                        \
    {Map::map, opcode, prefix, slash, rm, op::SIMD_HANDLER(name, a, b, c), Form::sse, #name, {a, b, c}, end},
#include "cpu/opcodes_sse.inc"
};
constexpr size_t N = std::size(rows);

struct Index {
    std::array<u16, 4 * 256 + 1> first{};
    std::array<u16, N> row{};
};
constexpr unsigned slot(const Encoding& e) { return static_cast<unsigned>(e.map) * 256 + e.opcode; }

constexpr Index index = [] {
    Index x;
    for (const Encoding& e : rows) x.first[slot(e) + 1]++;
    for (size_t i = 1; i < x.first.size(); i++) x.first[i] = static_cast<u16>(x.first[i] + x.first[i - 1]);
    std::array<u16, 4 * 256 + 1> at = x.first;
    for (size_t i = 0; i < N; i++) x.row[at[slot(rows[i])]++] = static_cast<u16>(i);
    return x;
}();

constexpr bool by_modrm(Operand o)
{
    switch (o) {
    case _: case Zb: case Zv: case AL: case eAX: case eAXz: case CL: case DX: case One: case Ib: case sIb: case Ub: case Iw:
    case Iz: case IwIb: case Jb: case Jz: case Ap: case Ob: case Ov: case rES: case rCS: case rSS: case rDS: case rFS:
    case rGS: case ST0: case Xb: case Xv: case Xz: case Yb: case Yv: case Yz: case Vv:
        return false;
    default:
        return true;
    }
}

constexpr std::array<bool, 4 * 256> modrm = [] {
    std::array<bool, 4 * 256> m{};
    for (const Encoding& e : rows)
        m[slot(e)] = m[slot(e)] || e.slash >= 0 || by_modrm(e.o[0]) || by_modrm(e.o[1]) || by_modrm(e.o[2]);
    return m;
}();

} // namespace

std::span<const Encoding> encodings() { return rows; }

std::span<const u16> encodings_of(Map map, u8 opcode)
{
    const unsigned s = static_cast<unsigned>(map) * 256 + opcode;
    return std::span(index.row).subspan(index.first[s], index.first[s + 1] - index.first[s]);
}

bool has_modrm(Map map, u8 opcode)
{
    return modrm[static_cast<unsigned>(map) * 256 + opcode];
}

} // namespace tabpc
