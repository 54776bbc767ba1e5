// Instructions from the opcode map: the bytes of a row of opcodes_sse.inc with chosen operands.
#pragma once
#include "cpu/encoding.h"
#include "cpu/vector_operands.h"
#include <string>
#include <vector>

namespace tabpc::test {

inline std::vector<const Encoding*> simd_rows()
{
    std::vector<const Encoding*> rows;
    for (const Encoding& e : encodings())
        if (e.form == Form::sse) rows.push_back(&e);
    return rows;
}

constexpr bool is_e_side(Operand o)
{
    using enum Operand;
    switch (o) {
    case Rd: case Nq: case Ux: case U8: case U4: return true;
    default: return letter(o).in_memory;
    }
}

struct RowOperands {
    const Encoding& e;
    int e_side = -1, g_side = -1; // which operand ModRM.rm and ModRM.reg name
    bool immediate = false;

    explicit RowOperands(const Encoding& row) : e(row)
    {
        for (int n = 0; n < 3; n++) {
            const Operand o = row.o[n];
            if (o == Operand::_) continue;
            if (letter(o).file == File::Immediate) immediate = true;
            else if (is_e_side(o)) e_side = n;
            else g_side = n;
        }
    }
    Letter e_letter() const { return letter(e.o[e_side]); }
    Letter g_letter() const { return letter(e.o[g_side]); }
    bool may_be_memory() const { return e_side >= 0 && e_letter().in_memory; }
    bool may_be_register() const { return e_side >= 0 && e_letter().in_register; }
};

// With ModRM as given (its reg field is replaced by /n where the row has one).
inline void encode(std::vector<u8>& out, const Encoding& e, u8 modrm, u8 disp8, u8 imm)
{
    switch (e.prefix) {
    case Prefix::P66: out.push_back(0x66); break;
    case Prefix::F3: out.push_back(0xf3); break;
    case Prefix::F2: out.push_back(0xf2); break;
    default: break;
    }
    out.push_back(0x0f);
    if (e.map == Map::Map0F38) out.push_back(0x38);
    if (e.map == Map::Map0F3A) out.push_back(0x3a);
    out.push_back(e.opcode);
    if (has_modrm(e.map, e.opcode)) {
        out.push_back(e.slash < 0 ? modrm : static_cast<u8>((modrm & 0xc7) | e.slash << 3));
        if (modrm >> 6 == 1) out.push_back(disp8);
    }
    if (RowOperands(e).immediate) out.push_back(imm);
}

} // namespace tabpc::test
