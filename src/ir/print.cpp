// See print.h.
#include "ir/print.h"
#include <cctype>
#include <cstdio>

namespace tabpc::ir {

namespace {

std::string hex(u64 v)
{
    char text[24];
    std::snprintf(text, sizeof text, v < 10 ? "%llu" : "0x%llx", static_cast<unsigned long long>(v));
    return text;
}
std::string value(Ref ref) { return ref == NONE ? "%none" : "%" + std::to_string(ref); }
std::string exit_name(u16 exit) { return "exit " + std::to_string(exit); }
std::string block_name(u32 block) { return "block " + std::to_string(block); }

// ZeroExtend -> zero_extend
std::string snake_case(const char* name)
{
    std::string s;
    for (const char* p = name; *p; p++) {
        if (std::isupper(static_cast<unsigned char>(*p)) && p != name) s += '_';
        s += static_cast<char>(std::tolower(static_cast<unsigned char>(*p)));
    }
    return s;
}

std::string mask(u64 variables)
{
    std::string s = "{";
    for (unsigned v = 0; v < VARS; v++) {
        if (!(variables >> v & 1)) continue;
        if (s.size() > 1) s += ' ';
        s += variable_name(v);
    }
    return s + "}";
}

// What stands between the name and the operands' end, by operation.
class Line {
public:
    Line(const Block& block, const Op& op) : block_(block), op_(op) {}

    std::string text()
    {
        const CodeInfo& i = info(op_.code);
        text_ = snake_case(i.name);
        if (carries_type(op_.code)) text_ += std::string(".") + type_name(op_.type);
        if (op_.code == Code::Load || op_.code == Code::Store || op_.code == Code::LoadState ||
            op_.code == Code::StoreState || op_.code == Code::Translate)
            text_ += "." + std::to_string(op_.size);
        if (op_.code == Code::Translate) text_ += op_.access == MemoryAccess::Write ? ".write" : ".read";
        before_operands();
        if (i.a != CodeInfo::_) add(value(op_.a));
        if (i.b != CodeInfo::_) add(value(op_.b));
        if (i.c != CodeInfo::_) add(value(op_.c));
        behind_operands();
        return text_;
    }

private:
    void add(const std::string& word)
    {
        text_ += first_ ? " " : ", ";
        text_ += word;
        first_ = false;
    }
    void before_operands()
    {
        switch (op_.code) {
        case Code::Get:
        case Code::Set: return add(variable_name(op_.imm));
        case Code::LoadState:
        case Code::StoreState: return add("[" + hex(op_.imm) + "]");
        case Code::Const:
        case Code::Charge:
        case Code::CheckBudget: return add(hex(op_.imm));
        case Code::Call: return add("insn " + std::to_string(op_.imm));
        case Code::Reload: return add(mask(op_.imm));
        default: return;
        }
    }
    void behind_operands()
    {
        switch (op_.code) {
        case Code::Translate:
        case Code::ExitIf:
        case Code::CheckBudget:
        case Code::Spill:
        case Code::LeaveSpilled:
        case Code::Leave:
        case Code::LeaveTo: return add(exit_name(op_.exit));
        case Code::Jump: return add(block_name(block_.target[0]));
        case Code::Branch: return add(block_name(block_.target[0]) + ", " + block_name(block_.target[1]));
        default: return;
        }
    }

    const Block& block_;
    const Op& op_;
    std::string text_;
    bool first_ = true;
};

std::string form_name(u8 flags)
{
    static constexpr const char* KINDS[FlagForm::KINDS] = {"carries", "logic", "adc", "sbb", "add", "sub", "shl", "shr", "sar"};
    if (flags & FlagForm::DYNAMIC) return "dynamic";
    std::string s = KINDS[flags & FlagForm::KIND];
    if ((flags & FlagForm::KIND) != FlagForm::CARRIES)
        s += "." + std::to_string(1 << ((flags >> FlagForm::WIDTH_SHIFT) & 3));
    if (flags & FlagForm::OWN_CARRY) s += ".own_carry";
    return s;
}

const char* reason_name(Exit::Reason reason)
{
    switch (reason) {
    case Exit::Next: return "next";
    case Exit::Indirect: return "indirect";
    case Exit::Redo: return "redo";
    case Exit::Budget: return "budget";
    case Exit::Returned: return "returned";
    }
    return "?";
}

} // namespace

const char* type_name(Type type)
{
    switch (type) {
    case Type::None: return "none";
    case Type::I32: return "i32";
    case Type::I64: return "i64";
    case Type::F64: return "f64";
    case Type::V128: return "v128";
    case Type::Ptr: return "ptr";
    }
    return "?";
}

const char* variable_name(u64 var)
{
    // clang-format off
    static constexpr const char* NAMES[] = {
        "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
        "flag_result", "flag_x", "flag_y", "flag_carry", "flag_form",
    };
    // clang-format on
    static_assert(std::size(NAMES) == VARS);
    return var < VARS ? NAMES[var] : "?";
}

std::string print(const Block& block, Ref n)
{
    const Op& op = block.ops[n];
    std::string s = Line(block, op).text();
    if (result_type(op) != Type::None) s = value(n) + " = " + s;
    return s;
}

std::string print(const Region& region)
{
    std::string s = "region " + hex(region.rip) + "\n";
    for (size_t b = 0; b < region.blocks.size(); b++) {
        const Block& block = region.blocks[b];
        s += "block " + std::to_string(b) + ": rip " + hex(block.rip) + ", " +
             std::to_string(block.instructions) + " instructions\n";
        for (size_t n = 0; n < block.ops.size(); n++) s += "    " + print(block, static_cast<Ref>(n)) + "\n";
    }
    for (size_t n = 0; n < region.exits.size(); n++) {
        const Exit& e = region.exits[n];
        s += "exit " + std::to_string(n) + ": " + reason_name(e.reason) + ", rip " + hex(e.rip) +
             ", undone " + std::to_string(e.undone) + ", flags " + form_name(e.flags) + "\n";
    }
    for (size_t n = 0; n < region.insns.size(); n++) {
        const Insn& i = region.insns[n];
        s += "insn " + std::to_string(n) + ": handler " + std::to_string(i.op) + ", " +
             std::to_string(i.length) + " bytes\n";
    }
    return s;
}

} // namespace tabpc::ir
