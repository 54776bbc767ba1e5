// See verify.h. Beyond single operations it demands what makes pointers sound: a Load or Store stays within what its
// Translate promised, and no pointer is used behind a Call, which may change the softmmu.
#include "ir/verify.h"
#include "cpu/cpu.h"
#include "ir/print.h"
#include <limits>

namespace tabpc::ir {

namespace {

using Problem = std::optional<std::string>;

bool is_integer(Type type) { return type == Type::I32 || type == Type::I64; }

// The sizes of a memory or state access of this type.
bool fits(Type type, unsigned size)
{
    return type == Type::I64 ? size == 8 : type == Type::I32 && (size == 1 || size == 2 || size == 4);
}
bool is_translatable(unsigned size)
{
    return size == 1 || size == 2 || size == 4 || size == 8 || size == 10 /* x87 */ || size == 16;
}
// The form of the flags at an exit. Width 3 would be 64-bit operands.
bool is_form(u8 flags)
{
    if (flags == FlagForm::DYNAMIC) return true;
    constexpr u8 BITS = FlagForm::KIND | 3 << FlagForm::WIDTH_SHIFT | FlagForm::OWN_CARRY;
    return !(flags & ~BITS) && (flags & FlagForm::KIND) < FlagForm::KINDS && ((flags >> FlagForm::WIDTH_SHIFT) & 3) < 3;
}

class BlockCheck {
public:
    BlockCheck(const Region& region, const Block& block) : region_(region), block_(block) {}

    // The first problem; `at` is the op it is with.
    Problem run(size_t& at)
    {
        at = 0;
        const auto& ops = block_.ops;
        if (ops.empty()) return "a block needs an end";
        if (ops.size() > NONE) return "more operations than a Ref can name";
        for (; at < ops.size(); at++) {
            const Op& op = ops[at];
            if (static_cast<unsigned>(op.code) >= CODES) return "no such operation";
            const bool ends = info(op.code).effect == Effect::END;
            if (ends && at + 1 < ops.size()) return "an end in the middle of its block";
            if (!ends && at + 1 == ops.size()) return "the last operation is not an end";
            if (Problem p = operands(op, at)) return p;
            if (Problem p = fields(op)) return p;
            if (op.code == Code::Call) last_call_ = at;
        }
        return {};
    }

private:
    Problem operands(const Op& op, size_t at) const
    {
        const CodeInfo& i = info(op.code);
        const CodeInfo::Kind kinds[] = {i.a, i.b, i.c};
        const Ref refs[] = {op.a, op.b, op.c};
        if (carries_type(op.code) && !is_integer(op.type)) return "its type is neither i32 nor i64";
        for (unsigned n = 0; n < 3; n++) {
            const std::string name(1, static_cast<char>('a' + n));
            if (kinds[n] == CodeInfo::_) {
                if (refs[n] != NONE) return "it takes no operand " + name;
                continue;
            }
            if (refs[n] == NONE) return "operand " + name + " is missing";
            if (refs[n] >= at) return "operand " + name + " is not defined before it";
            const Op& from = block_.ops[refs[n]];
            const Type want = kind_type(kinds[n], op.type), have = result_type(from);
            if (have == Type::None) return "operand " + name + " has no value";
            if (have != want)
                return "operand " + name + " is " + type_name(have) + ", not " + type_name(want);
        }
        return {};
    }

    Problem fields(const Op& op) const
    {
        switch (op.code) {
        case Code::Const:
            if (op.type == Type::I32 && op.imm >> 32) return "the constant does not fit an i32";
            return {};
        case Code::Get:
        case Code::Set:
            if (op.imm >= VARS) return "no such variable";
            if (op.type != Type::I32) return "variables are i32";
            return {};
        case Code::LoadState:
        case Code::StoreState:
            if (!fits(op.type, op.size)) return "its size does not fit its type";
            if (op.imm > sizeof(Cpu) - op.size) return "it is not within the CPU's state";
            return {};
        case Code::Translate:
            if (!is_translatable(op.size)) return "no access has this size";
            return exit(op);
        case Code::Load:
        case Code::Store: return memory(op);
        case Code::Charge:
        case Code::CheckBudget:
            if (op.imm > static_cast<u64>(std::numeric_limits<i32>::max()))
                return "more than a budget can hold";
            return op.code == Code::CheckBudget ? exit(op) : Problem{};
        case Code::Call:
            if (op.imm >= region_.insns.size()) return "no such instruction";
            // The interpreter goes on while x87 and SSE instructions follow each other.
            if (op.imm + 1 == region_.insns.size()) return "nothing stands behind its instruction";
            return {};
        case Code::Reload:
            if (op.imm >> VARS) return "the mask names variables that do not exist";
            return {};
        case Code::Spill: return op.exit < region_.exits.size() ? Problem{} : "no such exit";
        case Code::ExitIf:
        case Code::Leave:
        case Code::LeaveTo:
        case Code::LeaveSpilled: return exit(op);
        case Code::Jump: return target(0);
        case Code::Branch:
            if (Problem p = target(0)) return p;
            return target(1);
        default: return {};
        }
    }

    Problem memory(const Op& op) const
    {
        if (!fits(op.type, op.size)) return "its size does not fit its type";
        const Op& pointer = block_.ops[op.a];
        if (pointer.size < op.size) return "it reaches behind what was translated";
        if (op.code == Code::Store && pointer.access != MemoryAccess::Write)
            return "it stores to what was translated for reading";
        if (last_call_ != NO_CALL && op.a < last_call_) return "its pointer is from before a call";
        return {};
    }
    Problem exit(const Op& op) const
    {
        if (op.exit >= region_.exits.size()) return "no such exit";
        const bool returned = region_.exits[op.exit].reason == Exit::Returned;
        if (op.code == Code::LeaveSpilled && !returned) return "its exit must have the reason `returned`";
        if (op.code != Code::LeaveSpilled && returned) return "its exit has the reason `returned`";
        return {};
    }
    Problem target(unsigned n) const
    {
        if (block_.target[n] >= region_.blocks.size()) return "no such target";
        return {};
    }

    const Region& region_;
    const Block& block_;
    static constexpr size_t NO_CALL = ~size_t(0);
    size_t last_call_ = NO_CALL;
};

} // namespace

std::optional<std::string> verify(const Region& region)
{
    if (region.blocks.empty()) return "a region needs a block";
    for (size_t n = 0; n < region.exits.size(); n++) {
        const Exit& e = region.exits[n];
        if (e.reason > Exit::Returned) return "exit " + std::to_string(n) + ": no such reason";
        if (!is_form(e.flags)) return "exit " + std::to_string(n) + ": the flags have no such form";
    }
    for (size_t b = 0; b < region.blocks.size(); b++) {
        const Block& block = region.blocks[b];
        size_t at;
        if (Problem p = BlockCheck(region, block).run(at)) {
            std::string where = "block " + std::to_string(b);
            if (at < block.ops.size()) where += ", op " + std::to_string(at);
            if (at < block.ops.size() && static_cast<unsigned>(block.ops[at].code) < CODES)
                where += " (" + print(block, static_cast<Ref>(at)) + ")";
            return where + ": " + *p;
        }
    }
    return {};
}

} // namespace tabpc::ir
