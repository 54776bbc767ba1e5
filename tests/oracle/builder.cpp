// See builder.h: prefixes, opcode, ModRM, immediates, jump targets.
#include "builder.h"
#include "cpu/decode.h"
#include "cpu/eflags.h"
#include "cpu/handlers.h"

namespace tabpc::oracle {

Builder::Builder(Random& random, OracleSnippet& snippet) : r_(random), s_(snippet)
{
    for (u32& g : s_.gpr) g = integer(r_);
    s_.gpr[4] = r_.percent(85) ? ORACLE_STACK + 0x200 + r_.below(0x300) * 4 : place(4);
    s_.eip =
        r_.percent(97) ? ORACLE_CODE + 0x400 + r_.below(0x800) : ORACLE_CODE + ORACLE_PAGE - 1 - r_.below(12);
    s_.eflags = (r_.next32() & eflags::ARITH) | eflags::R1;
    if (r_.percent(25)) s_.eflags |= eflags::DF;
    if (r_.percent(1)) s_.eflags |= eflags::NT;
    if (r_.percent(15)) s_.eflags |= eflags::AC;
    if (r_.percent(1)) s_.eflags |= eflags::ID;
    // Not both: a repeated instruction that is trapped keeps RF on some models.
    const u32 n = r_.below(100);
    if (n < 2) s_.eflags |= n ? eflags::RF : eflags::TF;
    const auto data_segment = [&](u32 flat, u32 small, u32 down) -> u16 {
        const u32 n = r_.below(100);
        return n < flat                  ? ORACLE_DS
               : n < flat + small        ? ORACLE_SMALL
               : n < flat + small + down ? ORACLE_DOWN
                                         : 0;
    };
    s_.ds = data_segment(90, 5, 3);
    s_.es = data_segment(90, 5, 3);
    s_.fs = data_segment(15, 65, 12);
    s_.gs = data_segment(50, 20, 20);
}

// Prefixes beyond the limit of 15 bytes included.
constexpr u32 LONGEST = 36;

bool Builder::append(const Encoding& row)
{
    if (s_.code_length + LONGEST > ORACLE_MAX_CODE) return false;
    Shape i;
    i.row = &row;
    choose_prefixes(i);
    if (has_modrm(row.map, row.opcode) && !choose_modrm(i)) return false;
    i.bytes = memory_bytes(i);
    if (i.memory) address(i);
    operands(i);

    std::vector<u8> code = i.prefixes;
    if (row.map != Map::OneByte) code.push_back(0x0f);
    if (row.map == Map::Map0F38) code.push_back(0x38);
    if (row.map == Map::Map0F3A) code.push_back(0x3a);
    code.push_back(row.opcode);
    if (has_modrm(row.map, row.opcode)) code.push_back(i.modrm);
    code.insert(code.end(), i.tail.begin(), i.tail.end());
    immediates(i, code);
    for (const u8 b : code) s_.code[s_.code_length++] = b;
    operand_at_ = i.where;
    return true;
}

void Builder::choose_prefixes(Shape& i)
{
    const Encoding& row = *i.row;
    const auto add = [&](u8 b) { i.prefixes.push_back(b); };
    const bool sized = row.prefix == Prefix::ANY || row.prefix == Prefix::NR || row.form == Form::load;
    if (row.form == Form::x87) i.o16 = r_.percent(3);
    else if (row.form != Form::sse && sized) i.o16 = r_.percent(30);
    if (i.o16) add(0x66);
    i.a16 = r_.percent(8);
    if (i.a16) add(0x67);

    constexpr u8 override_byte[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};
    if (r_.percent(i.a16 ? 85 : 14)) {
        i.segment = r_.percent(i.a16 ? 85 : 30) ? 4 : static_cast<int>(r_.below(6));
        add(override_byte[i.segment]);
    }
    const bool string = row.form == Form::string || row.insn == op::INS || row.insn == op::OUTS;
    // Not with LOOPcc, whose condition F2 and F3 change on AMD.
    if (row.prefix == Prefix::ANY && row.map == Map::OneByte && row.form != Form::loop &&
        r_.percent(string ? 60 : 1))
        add(r_.pick<u8>({0xf2, 0xf3}));
    const bool may_lock = row.form == Form::alu || row.form == Form::unary || row.form == Form::exchange ||
                          row.form == Form::bit_string || row.insn == op::CMPXCHG8B;
    if (r_.percent(may_lock ? 12 : row.form == Form::helper ? 0 : 1)) add(0xf0);
    if (r_.below(500) == 0) // towards the limit of 15 bytes
        for (u32 n = 8 + r_.below(7); n; n--) add(i.segment >= 0 ? override_byte[i.segment] : 0x3e);
    if (i.segment < 0 && !i.prefixes.empty() && i.prefixes.back() == 0x3e) i.segment = 3;
    for (u32 n = 0; n + 1 < i.prefixes.size(); n++)
        std::swap(i.prefixes[n], i.prefixes[n + r_.below(static_cast<u32>(i.prefixes.size()) - n)]);

    // Mandatory ones last, as compilers place them; any order will do.
    if (row.prefix == Prefix::P66 || row.prefix == Prefix::F2_66) add(0x66);
    if (row.prefix == Prefix::F3) add(0xf3);
    if (row.prefix == Prefix::F2 || row.prefix == Prefix::F2_66) add(0xf2);
}

// Whether the decoder takes it: which of the two forms of ModRM a row has, it knows best.
bool Builder::decodes(const Shape& i) const
{
    std::vector<u8> code;
    for (const u8 b : i.prefixes)
        if (b == 0x66 || b == 0x67 || b == 0xf2 || b == 0xf3) code.push_back(b);
    if (i.row->map != Map::OneByte) code.push_back(0x0f);
    if (i.row->map == Map::Map0F38) code.push_back(0x38);
    if (i.row->map == Map::Map0F3A) code.push_back(0x3a);
    code.push_back(i.row->opcode);
    code.push_back(i.modrm);
    code.resize(code.size() + 16);
    Insn insn;
    End end;
    decode(code, {true, true, true}, 0, insn, end);
    return insn.op != op::UD || i.row->insn == op::UD;
}

static bool has_x87_memory(const Encoding& row)
{
    for (const Operand o : row.o)
        if (o >= Operand::Mw_x87 && o <= Operand::Menv) return true;
    return false;
}

bool Builder::choose_modrm(Shape& i)
{
    const u32 reg = i.row->slash >= 0 ? static_cast<u32>(i.row->slash) : r_.below(8);
    const bool memory_only = exclusion_of_register_form(*i.row) || has_x87_memory(*i.row);
    const bool register_only =
        i.row->o[0] == Operand::STi || i.row->o[1] == Operand::STi || exclusion_of_memory_form(*i.row);
    for (u32 tries = 0; tries < 20; tries++) {
        i.memory = i.row->rm < 0 && !register_only && (memory_only || r_.percent(55));
        const u32 rm = i.row->rm >= 0 ? static_cast<u32>(i.row->rm) : r_.below(8);
        i.modrm = i.memory ? modrm(0, reg, 6) : modrm(3, reg, rm);
        if (decodes(i)) return true;
    }
    return false;
}

// Where a jump goes: INT3s of the code page, mostly; the absent page behind it; a page that is not executable; nowhere.
u32 Builder::target(bool close)
{
    if (close || r_.percent(92)) {
        u32 to;
        do {
            to = close ? s_.eip + r_.below(200) - 100 : ORACLE_CODE + r_.below(ORACLE_PAGE);
        } while (to - s_.eip + 16 <
                 ORACLE_MAX_CODE + 32); // not into the snippet, whose middle could be any instruction
        return to;
    }
    return r_.pick<u32>({ORACLE_CODE + ORACLE_PAGE, ORACLE_DATA + 0x10, ORACLE_RO,
                         0x40000000 + r_.below(0x1000), r_.below(0x8000)});
}

void Builder::immediates(Shape& i, std::vector<u8>& code)
{
    const auto add = [&](u64 v, u32 bytes) {
        for (u32 n = 0; n < bytes; n++) code.push_back(static_cast<u8>(v >> (8 * n)));
    };
    const u32 here = s_.eip + s_.code_length;
    for (const Operand o : i.row->o) {
        const u32 z = i.o16 ? 2 : 4;
        switch (o) {
        case Operand::Ib:
        case Operand::sIb:
        case Operand::Ub: {
            u8 v = static_cast<u8>(r_.percent(50) ? r_.below(40) : integer(r_));
            if (i.row->insn == op::INT) do
                    v = r_.percent(50) ? r_.pick<u8>({0, 1, 3, 4, 13}) : static_cast<u8>(r_.below(256));
                while (v == 0x80); // Linux's system calls
            if (i.row->insn == op::AAM && r_.percent(60)) v = 10;
            add(v, 1);
            break;
        }
        case Operand::Iw: add(r_.percent(60) ? r_.below(64) : integer(r_), 2); break;
        case Operand::Iz: add(integer(r_), z); break;
        case Operand::IwIb:
            add(r_.percent(80) ? r_.below(256) : integer(r_), 2);
            add(r_.percent(85) ? r_.below(5) : r_.below(256), 1);
            break;
        case Operand::Jb: add(target(true) - (here + static_cast<u32>(code.size()) + 1), 1); break;
        case Operand::Jz: add(target(false) - (here + static_cast<u32>(code.size()) + z), z); break;
        case Operand::Ap:
            add(target(false), z);
            add(r_.percent(85) ? u32{ORACLE_CS}
                               : r_.pick<u32>({0, 3, ORACLE_DS, 0x20, 0x10, 0x18, 0x83, 0xfff7}),
                2);
            break;
        default: break;
        }
    }
}

} // namespace tabpc::oracle
