// See lower.h.
#include "wasm-jit/lower.h"
#include "cpu/mmu.h"
#include "wasm-jit/opcodes.h"
#include <bit>

namespace tabpc::jit {

using ir::Code;
using ir::Op;
using ir::Ref;

namespace {

bool expressible(const ir::Region& region)
{
    if (region.blocks.empty()) return false;
    for (const ir::Block& block : region.blocks) {
        for (const Op& op : block.ops) {
            if (op.type != ir::Type::I32 && op.type != ir::Type::I64) return false;
            if ((op.code == Code::Get || op.code == Code::Set) &&
                val_type(op.type) != Variables::type(static_cast<u32>(op.imm)))
                return false;
        }
    }
    return true;
}

} // namespace

bool Lowerer::lower(const Job& job)
{
    if (!expressible(*job.region)) return false;
    region_ = job.region;
    target_ = job.target;
    code_.clear();
    unlikely_.clear();
    locals_.reset(1);
    depth_ = 0;
    plan_ = &structurer_.plan(*region_);
    variables_.declare(*region_, target_, locals_);
    if (plan_->dispatches) next_ = locals_.add(ValType::I32);

    variables_.load_all(code_);
    code_.open(Wasm::block, static_cast<u8>(ValType::I32));
    for (const Step& step : plan_->steps) run(step);
    code_.op(Wasm::unreachable); // every path has left; the block's type asks for it
    code_.op(Wasm::end);
    stub();
    code_.op(Wasm::end);
    return true;
}

// The number of the exit stays on the stack.
void Lowerer::stub()
{
    variables_.store_all(code_);
    variables_.store_left(code_, 0);
}

// ---- control flow -----------------------------------------------------------------------------------------------------

void Lowerer::run(const Step& step)
{
    switch (step.kind) {
    case Step::Block: code_.open(Wasm::block), depth_++; break;
    case Step::Loop: code_.open(Wasm::loop), depth_++; break;
    case Step::If:
        values_.push_condition(block_->ops.back().a, false);
        code_.open(Wasm::if_);
        depth_++;
        break;
    case Step::End: code_.op(Wasm::end), depth_--; break;
    case Step::Body: block(region_->blocks[step.n]); break;
    case Step::Br: code_.op(Wasm::br, step.n); break;
    case Step::BrIf:
    case Step::BrUnless:
        values_.push_condition(block_->ops.back().a, step.kind == Step::BrUnless);
        code_.op(Wasm::br_if, step.n);
        break;
    case Step::SetNext:
        code_.i32_const(step.n);
        code_.set(next_);
        break;
    case Step::Table:
        code_.get(next_);
        code_.op(Wasm::br_table, static_cast<u32>(plan_->labels.size() - 1)); // the last one is the default
        for (const u32 label : plan_->labels) code_.unsigned_leb(label);
        break;
    }
}

void Lowerer::leave() { code_.op(Wasm::br, depth_); }

void Lowerer::end_leave(u32 inside)
{
    mark_unlikely();
    code_.op(Wasm::br_if, depth_ + inside);
    code_.op(Wasm::drop);
}

// ---- operations -------------------------------------------------------------------------------------------------------

void Lowerer::block(const ir::Block& b)
{
    block_ = &b;
    values_.begin(b);
    for (size_t i = 0; i < b.ops.size(); i++) operation(static_cast<Ref>(i));
}

void Lowerer::operation(Ref ref)
{
    const Op& op = block_->ops[ref];
    switch (op.code) {
    case Code::Set: return values_.set(static_cast<u32>(op.imm), op.a);
    case Code::StoreState:
        code_.get(Variables::CPU);
        values_.push(op.a);
        values_.before_state_store();
        return code_.memory(store_opcode(op.type, op.size), 0, static_cast<u32>(op.imm));
    case Code::Translate: return translate(ref);
    case Code::Store:
        values_.push(op.a);
        values_.push(op.b);
        values_.before_store();
        return code_.memory(store_opcode(op.type, op.size), 0, 0);

    case Code::ExitIf:
        begin_leave(op.exit);
        values_.push_condition(op.a, false);
        return end_leave();
    case Code::Charge:
        code_.get(variables_.left());
        code_.i64_const(op.imm);
        code_.op(Wasm::i64_sub);
        return code_.set(variables_.left());
    case Code::CheckBudget:
        begin_leave(op.exit);
        code_.get(variables_.left());
        code_.i64_const(op.imm);
        code_.op(Wasm::i64_lt_s);
        return end_leave();

    case Code::Spill: return spill(region_->exits[op.exit]);
    case Code::Call:
        values_.before_store();
        values_.before_state_store();
        code_.get(Variables::CPU);
        code_.i32_const(target_.insns + static_cast<u32>(op.imm * sizeof(Insn)));
        code_.op(Wasm::call, INTERPRET);
        return values_.keep(ref);
    case Code::LeaveSpilled:
        values_.push_condition(op.a, false);
        mark_unlikely();
        code_.open(Wasm::if_);
        code_.i32_const(op.exit);
        code_.op(Wasm::return_);
        return code_.op(Wasm::end);
    case Code::Reload:
        for (u32 var = 0; var < ir::VARS; var++) {
            if (!(op.imm >> var & 1) || !variables_.has_local(var)) continue;
            values_.save(var);
            variables_.load(code_, var);
        }
        return variables_.load_left(code_);

    case Code::Jump:
    case Code::Branch: return; // the plan's
    case Code::LeaveTo:
        code_.get(Variables::CPU);
        values_.push(op.a);
        code_.op(Wasm::i64_extend_i32_u);
        code_.memory(Wasm::i64_store, 3, target_.rip);
        [[fallthrough]];
    case Code::Leave: begin_leave(op.exit); return leave();
    default: return values_.define(ref);
    }
}

// As the stub, and what the C++ side does for an exit.
void Lowerer::spill(const ir::Exit& exit)
{
    values_.before_state_store();
    variables_.store_all(code_);
    variables_.store_left(code_, exit.undone);
    variables_.store_form(code_, exit.flags);
    code_.get(Variables::CPU);
    code_.i64_const(exit.rip);
    code_.memory(Wasm::i64_store, 3, target_.rip);
}

// The one place that knows the softmmu's tables (cpu/mmu.h): host pointer = address + the page's entry, when the entry is
// valid and the access stays within the page. One test finds both for an aligned access, because bit 0 of an invalid entry
// is set; what is not aligned takes a second look.
void Lowerer::translate(Ref ref)
{
    const Op& op = block_->ops[ref];
    const u32 size = op.size;
    const bool power = std::has_single_bit(size);
    const auto crossing = [&] {
        values_.push(op.a);
        code_.i32_const(PAGE_MASK_4K);
        code_.op(Wasm::i32_and);
        code_.i32_const(PAGE_SIZE_4K - size);
        code_.op(Wasm::i32_gt_u);
    };

    if (size == 1 || !power) begin_leave(op.exit);
    values_.push(op.a);
    code_.i32_const(PAGE_BITS - 2);
    code_.op(Wasm::i32_shr_u);
    code_.i32_const((Tlb::PAGES - 1) << 2);
    code_.op(Wasm::i32_and);
    code_.memory(Wasm::i32_load, 2,
                 op.access == ir::MemoryAccess::Write ? target_.write_table : target_.read_table);
    const u32 entry = locals_.take(ValType::I32);
    code_.tee(entry);
    if (size == 1 || !power) {
        code_.i32_const(Tlb::INVALID);
        code_.op(Wasm::i32_and);
        if (!power) {
            crossing();
            code_.op(Wasm::i32_or);
        }
        end_leave();
    } else {
        values_.push(op.a);
        code_.op(Wasm::i32_or);
        code_.i32_const(size - 1);
        code_.op(Wasm::i32_and);
        mark_unlikely();
        code_.open(Wasm::if_);
        begin_leave(op.exit);
        code_.get(entry);
        code_.i32_const(Tlb::INVALID);
        code_.op(Wasm::i32_and);
        crossing();
        code_.op(Wasm::i32_or);
        end_leave(1);
        code_.op(Wasm::end);
    }
    values_.define_pointer(ref, entry);
}

} // namespace tabpc::jit
