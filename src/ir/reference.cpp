// See reference.h.
#include "ir/reference.h"
#include "base/bits.h"
#include "ir/call_out.h"
#include "ir/evaluate.h"
#include <cassert>

namespace tabpc::ir {

namespace {

class Run {
public:
    Run(Cpu& cpu, const Region& region) : cpu_(cpu), region_(region)
    {
        size_t most = 0;
        for (const Block& block : region.blocks) {
            most = std::max(most, block.ops.size());
            for (const Op& op : block.ops)
                if (op.code == Code::Set) set_anywhere_ |= 1u << op.imm;
        }
        values_.resize(most);
        reload(~0u);
    }

    u32 run()
    {
        for (const Block* block = &region_.blocks[0];;) {
            const Block* next = nullptr;
            for (size_t n = 0; n < block->ops.size(); n++) {
                const Op& op = block->ops[n];
                switch (info(op.code).effect) {
                case Effect::PURE: values_[n] = pure(op); break;
                case Effect::READ: values_[n] = read(op); break;
                case Effect::EFFECT:
                    if (!effect(op, values_[n])) return op.exit;
                    break;
                case Effect::END: next = end(*block, op); break;
                }
            }
            if (!next) return block->ops.back().exit;
            block = next;
        }
    }

private:
    u64 value(Ref ref) const { return ref == NONE ? 0 : values_[ref]; }
    u32 value32(Ref ref) const { return static_cast<u32>(values_[ref]); }
    u8* pointer(Ref ref) const { return reinterpret_cast<u8*>(static_cast<uintptr_t>(values_[ref])); }
    u8* state(u64 offset) const { return reinterpret_cast<u8*>(&cpu_) + offset; }

    u64 pure(const Op& op) const
    {
        if (op.code == Code::Const) return op.imm;
        const u64 a = value(op.a), b = value(op.b);
        assert(has_value(op.code, op.type, a, b));
        return evaluate(op.code, op.type, a, b, value(op.c));
    }

    u64 read(const Op& op) const
    {
        switch (op.code) {
        case Code::Get: return variables_[op.imm];
        case Code::LoadState: return ld_n(state(op.imm), op.size);
        case Code::Load: return ld_n(pointer(op.a), op.size);
        default: return 0;
        }
    }

    // False: the region is left.
    bool effect(const Op& op, u64& result)
    {
        switch (op.code) {
        case Code::Set: variables_[op.imm] = value32(op.a); return true;
        case Code::StoreState: st_n(state(op.imm), value(op.a), op.size); return true;
        case Code::Store: st_n(pointer(op.a), value(op.b), op.size); return true;
        case Code::Translate: {
            const u8* p = cpu_.plain(value32(op.a), op.size, op.access == MemoryAccess::Write);
            result = reinterpret_cast<uintptr_t>(p);
            return p || leave();
        }
        case Code::ExitIf: return !value32(op.a) || leave();
        case Code::Charge: left_ -= static_cast<u32>(op.imm); return true;
        case Code::CheckBudget: return static_cast<i32>(left_) >= static_cast<i32>(op.imm) || leave();
        case Code::Spill: spill(region_.exits[op.exit]); return true;
        case Code::Call: result = static_cast<u32>(call_out(cpu_, region_.insns[op.imm])); return true;
        case Code::Reload: reload(static_cast<u32>(op.imm)); return true;
        case Code::LeaveSpilled: return value32(op.a) == static_cast<u32>(Status::Next);
        default: return true;
        }
    }

    // The block to go on with; null: the region is left.
    const Block* end(const Block& block, const Op& op)
    {
        switch (op.code) {
        case Code::Jump: return &region_.blocks[block.target[0]];
        case Code::Branch: return &region_.blocks[block.target[value32(op.a) ? 0 : 1]];
        case Code::LeaveTo: cpu_.s.rip = value32(op.a); break;
        default: break;
        }
        leave();
        return nullptr;
    }

    static u32 TranslatedState::*flag_word(unsigned var)
    {
        switch (var) {
        case FLAG_RESULT: return &TranslatedState::result;
        case FLAG_X: return &TranslatedState::x;
        case FLAG_Y: return &TranslatedState::y;
        case FLAG_CARRY: return &TranslatedState::carry;
        default: return &TranslatedState::form;
        }
    }
    bool leave()
    {
        for (unsigned v = 0; v < VARS; v++) {
            if (!(set_anywhere_ >> v & 1)) continue;
            if (v < FLAG_RESULT) cpu_.s.gpr[v] = variables_[v];
            else cpu_.translated.*flag_word(v) = variables_[v];
        }
        set_budget(left_);
        return false;
    }
    void spill(const Exit& exit)
    {
        leave();
        cpu_.s.rip = exit.rip;
        set_budget(left_ + exit.undone);
        cpu_.translated.form = exit.flags == FlagForm::DYNAMIC ? variables_[FLAG_FORM] : exit.flags;
    }
    void reload(u32 mask)
    {
        for (unsigned v = 0; v < VARS; v++) {
            if (!(mask >> v & 1)) continue;
            variables_[v] = v < FLAG_RESULT ? static_cast<u32>(cpu_.s.gpr[v]) : cpu_.translated.*flag_word(v);
        }
        left_ = static_cast<u32>(cpu_.budget());
    }
    // Translated code counts in 32 bits, and stores as many.
    void set_budget(u32 left)
    {
        cpu_.budget() = static_cast<i64>((static_cast<u64>(cpu_.budget()) & ~u64(0xffffffff)) | left);
    }

    Cpu& cpu_;
    const Region& region_;
    u32 set_anywhere_ = 0; // bit n: the region Sets Var n
    u32 variables_[VARS];
    u32 left_;
    std::vector<u64> values_;
};

} // namespace

u32 run(Cpu& cpu, const Region& region) { return Run(cpu, region).run(); }

} // namespace tabpc::ir
