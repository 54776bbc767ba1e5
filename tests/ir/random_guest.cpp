// See random_guest.h.
#include "random_guest.h"
#include "cpu/decode.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace tabpc::ir::test {

namespace {

using oracle::Random;

// Missing are PUSHA and ENTER: when they fault, part of what they push has been written. So is LDMXCSR below, because a fault of
// SSE leaves flags in MXCSR.
bool is_harmless(u16 helper)
{
    static constexpr u16 HARMLESS[] = {
        op::POPA,  op::BOUND,   op::CMPXCHG8B, op::DAA,       op::DAS,        op::AAA,    op::AAS,
        op::AAM,   op::AAD,     op::CPUID,     op::PUSH_SREG, op::MOV_E_SREG, op::PUSHF,  op::CLTS,
        op::SMSW,  op::FWAIT,   op::FNCLEX,    op::FNINIT,    op::FXTRACT,    op::FSCALE, op::FBLD,
        op::FBSTP, op::FNSTENV, op::FNSAVE,    op::FXSAVE,    op::INVLPG,
    };
    return std::ranges::find(HARMLESS, helper) != std::end(HARMLESS);
}

bool is_wanted(const Encoding& row, bool real_mode)
{
    switch (row.form) {
    case Form::helper:
        if (real_mode && (row.insn == op::MOV_SREG_E || row.insn == op::POP_SREG || row.insn == op::LFP))
            return true;
        return row.end == End::NEXT && is_harmless(row.insn);
    default: return row.end != End::LEAVE && row.name != std::string_view("LDMXCSR");
    }
}

std::vector<const Encoding*> wanted_rows(bool real_mode)
{
    std::vector<const Encoding*> rows;
    for (const Encoding& row : encodings())
        if (is_wanted(row, real_mode)) rows.push_back(&row);
    return rows;
}

class Writer {
public:
    Writer(Random& random, const CodeMode& mode, bool code32, Segments segments, u32 rip)
        : random_(random), code32_(code32), rip_(rip), rows_(wanted_rows(segments == Segments::Words))
    {
        guest_.code.mode = mode;
    }

    RandomGuest write()
    {
        for (u32 blocks = 1 + random_.below(3); blocks > 0; blocks--) block();
        connect();
        return std::move(guest_);
    }

private:
    u32 here() const { return rip_ + static_cast<u32>(guest_.bytes.size()); }

    void block()
    {
        GuestBlock g;
        g.rip = here();
        g.target[0] = 0;
        for (u32 n = 1 + random_.below(8);; n--) {
            End end;
            const auto [row, insn] = instruction(static_cast<unsigned>(here() - g.rip), n == 1, end);
            g.insns.push_back(insn);
            g.target[0] = here();
            g.repeats = insn.rep != Insn::NO_REP && insn.op >= op::MOVS && insn.op <= op::SCAS_last;
            if (end == End::JUMP) jump(g, *row, insn);
            if (end == End::LEAVE) g.ends = GuestBlock::Ends::Leaves;
            if (end != End::NEXT || g.repeats || n == 1) break;
        }
        guest_.code.blocks.push_back(g);
    }

    void jump(GuestBlock& g, const Encoding& row, const Insn& i)
    {
        const u32 to = static_cast<u32>(here() + i.imm) & (i.o16 ? 0xffff : 0xffffffff);
        const bool near = row.o[0] == tabpc::Operand::Jb || row.o[0] == tabpc::Operand::Jz;
        if (row.form == Form::jump_condition || row.form == Form::loop) {
            g.ends = GuestBlock::Ends::Branches;
            g.target[0] = to;
            g.target[1] = here();
        } else if (near) {
            g.target[0] = to;
        } else {
            g.ends = GuestBlock::Ends::Indirect;
        }
    }

    // Where a target is one of the blocks, the region goes on there.
    void connect()
    {
        auto& blocks = guest_.code.blocks;
        for (GuestBlock& g : blocks) {
            if (g.ends == GuestBlock::Ends::Indirect || g.ends == GuestBlock::Ends::Leaves) continue;
            for (unsigned n = 0; n < (g.ends == GuestBlock::Ends::Branches ? 2u : 1u); n++)
                for (size_t to = 0; to < blocks.size(); to++)
                    if (g.target[n] == blocks[to].rip) g.next[n] = static_cast<int>(to);
        }
    }

    std::pair<const Encoding*, Insn> instruction(unsigned offset, bool may_jump, End& end)
    {
        for (;;) {
            const Encoding* row = rows_[random_.below(static_cast<u32>(rows_.size()))];
            const bool fp = row->form == Form::x87 || row->form == Form::sse;
            if (fp && random_.percent(80)) continue; // two rows of three
            if (may_jump && row->end == End::NEXT && random_.percent(70)) continue;
            if (!may_jump && row->end == End::JUMP) continue;
            const std::vector<u8> b = candidate(*row);
            const CodeMode& m = guest_.code.mode;
            Insn i;
            if (decode(b, {code32_, m.wide_stack, m.flat}, offset, i, end) != Decoded::Ok || end != row->end)
                continue;
            if (row->form == Form::helper && i.op != row->insn) continue;
            if (i.op >= op::FIRST_HELPER && row->form != Form::helper) continue; // #UD
            guest_.bytes.insert(guest_.bytes.end(), b.begin(), b.begin() + i.length);
            return {row, i};
        }
    }

    std::vector<u8> candidate(const Encoding& row)
    {
        std::vector<u8> b;
        const bool any = row.prefix == Prefix::ANY,
                   word = (any || row.prefix == Prefix::NR) && random_.percent(25);
        if (row.prefix == Prefix::P66 || word) b.push_back(0x66);
        if (row.prefix == Prefix::F3) b.push_back(0xf3);
        if (row.prefix == Prefix::F2) b.push_back(0xf2);
        if (any && row.form == Form::string && random_.percent(40))
            b.push_back(random_.pick<u8>({0xf2, 0xf3}));
        if (random_.percent(8)) b.push_back(random_.pick<u8>({0x67, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65}));
        if (row.map != Map::OneByte) b.push_back(0x0f);
        if (row.map == Map::Map0F38) b.push_back(0x38);
        if (row.map == Map::Map0F3A) b.push_back(0x3a);
        b.push_back(row.opcode);
        if (has_modrm(row.map, row.opcode)) b.push_back(modrm(row));
        const bool jumps = row.o[0] == tabpc::Operand::Jb || row.o[0] == tabpc::Operand::Jz;
        if (jumps) displacement(b, row);
        while (b.size() < MAX_INSN_LENGTH + 5)
            b.push_back(static_cast<u8>(random_.percent(40) ? random_.below(4) : random_.next32()));
        return b;
    }
    u8 modrm(const Encoding& row)
    {
        const u32 reg = row.slash >= 0 ? static_cast<u32>(row.slash) : random_.below(8);
        if (row.rm >= 0) return static_cast<u8>(0xc0 | reg << 3 | static_cast<u32>(row.rm));
        const u32 mod = random_.pick({0u, 1u, 1u, 3u, 3u, 2u});
        return static_cast<u8>(mod << 6 | reg << 3 | random_.below(8));
    }
    // To a block that is there already, or a little ahead.
    void displacement(std::vector<u8>& b, const Encoding& row)
    {
        const auto& blocks = guest_.code.blocks;
        const u32 length = static_cast<u32>(b.size()) + (row.o[0] == tabpc::Operand::Jb ? 1 : 4);
        i32 by = static_cast<i32>(random_.below(24));
        if (!blocks.empty() && random_.percent(30))
            by = static_cast<i32>(blocks[random_.below(static_cast<u32>(blocks.size()))].rip) -
                 static_cast<i32>(here() + length);
        for (unsigned n = 0; n < 4; n++) b.push_back(static_cast<u8>(by >> (8 * n)));
    }

    Random& random_;
    const bool code32_;
    const u32 rip_;
    const std::vector<const Encoding*> rows_;
    RandomGuest guest_;
};

} // namespace

std::string RandomGuest::listing() const
{
    std::string s;
    for (const GuestBlock& block : code.blocks) {
        u64 rip = block.rip;
        for (const Insn& i : block.insns) {
            char text[16];
            std::snprintf(text, sizeof text, "%llx:", static_cast<unsigned long long>(rip));
            s += text;
            for (unsigned n = 0; n < i.length; n++) {
                std::snprintf(text, sizeof text, " %02x", bytes[rip - code.blocks[0].rip + n]);
                s += text;
            }
            s += "\n";
            rip += i.length;
        }
    }
    return s;
}

RandomGuest random_guest(Random& random, const CodeMode& mode, bool code32, Segments segments, u32 rip)
{
    return Writer(random, mode, code32, segments, rip).write();
}

} // namespace tabpc::ir::test
