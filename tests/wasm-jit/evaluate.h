// What a region does, said plainly: runs it on a Machine as ir/ops.inc describes each operation.
#pragma once
#include "base/bits.h"
#include "cpu/cpu.h"
#include "regions.h"

namespace tabpc::jit {

inline u64 evaluate_value(const ir::Op& op, u64 a, u64 b, u64 c)
{
    using ir::Code;
    const bool wide = op.type == ir::Type::I64;
    const u64 mask = wide ? ~u64(0) : 0xffffffff;
    const unsigned width = wide ? 64 : 32, count = static_cast<unsigned>(b % width);
    const auto sign = [&](u64 v) {
        return wide ? static_cast<i64>(v) : static_cast<i32>(static_cast<u32>(v));
    };
    const auto rotate = [&](unsigned left) { return left == 0 ? a : a << left | a >> (width - left); };
    switch (op.code) {
    case Code::Const: return op.imm & mask;
    case Code::Add: return (a + b) & mask;
    case Code::Sub: return (a - b) & mask;
    case Code::Mul: return (a * b) & mask;
    case Code::DivU: return a / b;
    case Code::DivS: return static_cast<u64>(sign(a) / sign(b)) & mask;
    case Code::RemU: return a % b;
    case Code::RemS: return sign(b) == -1 ? 0 : static_cast<u64>(sign(a) % sign(b)) & mask;
    case Code::And: return a & b;
    case Code::Or: return a | b;
    case Code::Xor: return a ^ b;
    case Code::Shl: return (a << count) & mask;
    case Code::ShrU: return a >> count;
    case Code::ShrS: return static_cast<u64>(sign(a) >> count) & mask;
    case Code::Rotl: return rotate(count) & mask;
    case Code::Rotr: return rotate((width - count) % width) & mask;
    case Code::Clz: return a == 0 ? width : static_cast<u64>(std::countl_zero(a)) - (64 - width);
    case Code::Ctz: return a == 0 ? width : static_cast<u64>(std::countr_zero(a));
    case Code::Popcnt: return static_cast<u64>(std::popcount(a));
    case Code::Extend8: return static_cast<u64>(static_cast<i64>(static_cast<i8>(a))) & mask;
    case Code::Extend16: return static_cast<u64>(static_cast<i64>(static_cast<i16>(a))) & mask;
    case Code::Eqz: return a == 0;
    case Code::Eq: return a == b;
    case Code::Ne: return a != b;
    case Code::LtU: return a < b;
    case Code::LtS: return sign(a) < sign(b);
    case Code::LeU: return a <= b;
    case Code::LeS: return sign(a) <= sign(b);
    case Code::Select: return c != 0 ? a : b;
    case Code::ZeroExtend: return a;
    case Code::SignExtend: return static_cast<u64>(static_cast<i64>(static_cast<i32>(static_cast<u32>(a))));
    case Code::Wrap: return static_cast<u32>(a);
    default: return 0;
    }
}

class Evaluator {
public:
    Evaluator(const ir::Region& region, const Target& target, Machine& machine)
        : region_(region), target_(target), m_(machine)
    {}

    u32 run()
    {
        for (u32 n = 0; n < ir::VARS; n++) reload(n);
        left_ = m_.left;
        for (u32 at = 0;;) {
            const ir::Block& block = region_.blocks[at];
            values_.assign(block.ops.size(), 0);
            for (size_t i = 0; i < block.ops.size(); i++)
                if (!step(block.ops[i], values_[i])) return exit_;
            const ir::Op& end = block.ops.back();
            at = block.target[end.code == ir::Code::Branch && value(end.a) == 0];
        }
    }

private:
    u64 value(ir::Ref r) const { return r == ir::NONE ? 0 : values_[r]; }
    static u8* host(u64 p) { return reinterpret_cast<u8*>(static_cast<uintptr_t>(p)); }
    u8* state(u64 offset) { return reinterpret_cast<u8*>(&m_) + offset; }

    u32* flag_word(u32 n)
    {
        TranslatedState& t = m_.translated;
        u32* const words[] = {&t.result, &t.x, &t.y, &t.carry, &t.form};
        return words[n - ir::FLAG_RESULT];
    }
    void reload(u32 n) { variables_[n] = n < ir::FLAG_RESULT ? static_cast<u32>(m_.gpr[n]) : *flag_word(n); }
    void store_all()
    {
        u32 set = 0;
        for (const ir::Block& block : region_.blocks)
            for (const ir::Op& op : block.ops)
                if (op.code == ir::Code::Set) set |= 1u << op.imm;
        for (u32 n = 0; n < ir::VARS; n++) {
            if (!(set >> n & 1)) continue;
            if (n < ir::FLAG_RESULT) m_.gpr[n] = variables_[n];
            else *flag_word(n) = variables_[n];
        }
        m_.left = left_;
    }
    bool leave(u32 exit)
    {
        store_all();
        exit_ = exit;
        return false;
    }

    // False: the region was left.
    bool step(const ir::Op& op, u64& result)
    {
        using ir::Code;
        const u64 a = value(op.a), b = value(op.b), c = value(op.c);
        switch (op.code) {
        case Code::Get: result = variables_[op.imm]; return true;
        case Code::Set: variables_[op.imm] = static_cast<u32>(a); return true;
        case Code::LoadState: result = ld_n(state(op.imm), op.size); return true;
        case Code::StoreState: st_n(state(op.imm), a, op.size); return true;
        case Code::Load: result = ld_n(host(a), op.size); return true;
        case Code::Store: st_n(host(a), b, op.size); return true;
        case Code::Translate: {
            const u32 table = op.access == ir::MemoryAccess::Write ? target_.write_table : target_.read_table;
            const u32 entry = ld<u32>(host(table + (a >> PAGE_BITS) * 4));
            if ((entry & Tlb::INVALID) || (a & PAGE_MASK_4K) + op.size > PAGE_SIZE_4K) return leave(op.exit);
            result = static_cast<u32>(a + entry);
            return true;
        }
        case Code::ExitIf: return a == 0 || leave(op.exit);
        case Code::Charge: left_ -= static_cast<i64>(op.imm); return true;
        case Code::CheckBudget: return left_ >= static_cast<i64>(op.imm) || leave(op.exit);
        case Code::Spill: {
            const ir::Exit& exit = region_.exits[op.exit];
            store_all();
            m_.left += exit.undone;
            m_.rip = exit.rip;
            if (exit.flags != FlagForm::DYNAMIC) m_.translated.form = exit.flags;
            return true;
        }
        case Code::Call: result = interpret_hook(m_, region_.insns[op.imm]); return true;
        case Code::LeaveSpilled: exit_ = op.exit; return a == 0;
        case Code::Reload:
            for (u32 n = 0; n < ir::VARS; n++)
                if (op.imm >> n & 1) reload(n);
            left_ = m_.left;
            return true;
        case Code::Jump:
        case Code::Branch: return true;
        case Code::Leave: return leave(op.exit);
        case Code::LeaveTo: m_.rip = a; return leave(op.exit);
        default: result = evaluate_value(op, a, b, c); return true;
        }
    }

    const ir::Region& region_;
    const Target target_;
    Machine& m_;
    u32 variables_[ir::VARS];
    i64 left_ = 0;
    std::vector<u64> values_;
    u32 exit_ = 0;
};

} // namespace tabpc::jit
