// See values.h.
#include "wasm-jit/values.h"
#include "wasm-jit/opcodes.h"
#include <algorithm>
#include <cassert>

namespace tabpc::jit {

using ir::Code;
using ir::NONE;
using ir::Op;
using ir::Ref;

namespace {
// Deeper trees are cut, so that a block of any length is lowered on a small stack.
constexpr u32 DEEPEST = 64;
} // namespace

void Values::begin(const ir::Block& block)
{
    block_ = &block;
    values_.assign(block.ops.size(), {});
    for (auto& bound : bound_) bound.clear();
    holders_.clear();
    loads_.clear();
    states_.clear();
    count_uses();
}

void Values::count_uses()
{
    const auto& ops = block_->ops;
    for (size_t i = ops.size(); i-- > 0;) {
        const Op& o = ops[i];
        if (values_[i].uses == 0 && ir::removable(o)) continue;
        u32 times = 1;
        if (o.code == Code::Translate) times = address_uses(o.size) + (values_[i].uses != 0);
        if (o.code == Code::Branch && block_->target[0] == block_->target[1]) times = 0;
        if (o.a != NONE) values_[o.a].uses += times;
        if (o.b != NONE) values_[o.b].uses++;
        if (o.c != NONE) values_[o.c].uses++;
    }
}

// ---- definitions ------------------------------------------------------------------------------------------------------

void Values::define(Ref ref)
{
    const Op& o = op(ref);
    if (!used(ref) || o.code == Code::Const) return;
    if (o.code == Code::Get) return bind(ref, static_cast<u32>(o.imm));
    if (o.code == Code::Load) loads_.push_back(ref);
    if (o.code == Code::LoadState) states_.push_back(ref);
    values_[ref].depth = depth_of(o);
    if (values_[ref].depth == DEEPEST) materialise(ref);
}

void Values::keep(Ref ref)
{
    if (!used(ref)) return code_.op(Wasm::drop);
    const u32 local = locals_.take(val_type(ir::result_type(op(ref))));
    code_.set(local);
    hold(ref, local);
}

void Values::define_pointer(Ref ref, u32 addend)
{
    if (!used(ref)) return locals_.give_back(addend);
    values_[ref].addend = addend;
    values_[ref].depth = depth_of(op(ref));
    if (values_[ref].depth == DEEPEST) materialise(ref);
}

u32 Values::depth_of(const Op& o) const
{
    u32 depth = 0;
    for (const Ref arg : {o.a, o.b, o.c})
        if (arg != NONE && pending(arg)) depth = std::max(depth, values_[arg].depth);
    return depth + 1;
}

void Values::bind(Ref ref, u32 var)
{
    values_[ref].local = variables_.local(var);
    bound_[var].push_back(ref);
}

void Values::hold(Ref ref, u32 local)
{
    if (local >= holders_.size()) holders_.resize(local + 1);
    holders_[local]++;
    values_[ref].local = local;
}

void Values::materialise(Ref ref)
{
    compute(ref);
    keep(ref);
}

void Values::take(std::vector<Ref>& pending_reads)
{
    for (const Ref ref : pending_reads)
        if (pending(ref)) materialise(ref);
    pending_reads.clear();
}

// ---- uses -------------------------------------------------------------------------------------------------------------

// One use less; a temporary that nothing else needs is free.
void Values::done(Value& v)
{
    assert(v.uses != 0);
    if (--v.uses != 0 || v.local >= holders_.size() || holders_[v.local] == 0) return;
    if (--holders_[v.local] == 0) locals_.give_back(v.local);
}

void Values::push(Ref ref)
{
    Value& v = values_[ref];
    const Op& o = op(ref);
    if (o.code == Code::Const) {
        if (o.type == ir::Type::I64) code_.i64_const(o.imm);
        else code_.i32_const(static_cast<u32>(o.imm));
    } else if (v.local != NO_LOCAL) {
        code_.get(v.local);
        done(v);
    } else {
        compute(ref);
        done(v);
        if (v.uses == 0) return;
        const u32 local = locals_.take(val_type(ir::result_type(o)));
        code_.tee(local);
        hold(ref, local);
    }
}

// Puts a value that no local holds on the stack.
void Values::compute(Ref ref)
{
    const Op& o = op(ref);
    switch (o.code) {
    case Code::Load: push(o.a); return code_.memory(load_opcode(o.type, o.size), 0, 0);
    case Code::LoadState:
        code_.get(Variables::CPU);
        return code_.memory(load_opcode(o.type, o.size), 0, static_cast<u32>(o.imm));
    case Code::Translate:
        push(o.a);
        code_.get(values_[ref].addend);
        locals_.give_back(values_[ref].addend);
        return code_.op(Wasm::i32_add);
    case Code::Eqz: return push_inverse(o.a);
    case Code::Eq:
        if (!is_zero(o.b)) break;
        push(o.a);
        return code_.op(opcode(Code::Eqz, o.type));
    default: break;
    }
    push(o.a);
    if (o.b != NONE) push(o.b);
    if (o.c != NONE) push(o.c);
    code_.op(opcode(o.code, o.type));
}

// Eqz of a value.
void Values::push_inverse(Ref ref)
{
    const Op& o = op(ref);
    if (only_use(ref) && is_comparison(o.code)) {
        push(o.a);
        push(o.b);
        code_.op(inverse(opcode(o.code, o.type)));
        done(values_[ref]);
        return;
    }
    push(ref);
    code_.op(ir::result_type(o) == ir::Type::I64 ? Wasm::i64_eqz : Wasm::i32_eqz);
}

void Values::push_condition(Ref ref, bool inverted)
{
    while (only_use(ref) && op(ref).type == ir::Type::I32) {
        const Op& o = op(ref);
        if (o.code == Code::Eqz || (o.code == Code::Eq && is_zero(o.b))) inverted = !inverted;
        else if (o.code != Code::Ne || !is_zero(o.b)) break;
        done(values_[ref]);
        ref = o.a;
    }
    if (inverted) push_inverse(ref);
    else push(ref);
}

// ---- variables --------------------------------------------------------------------------------------------------------

void Values::set(u32 var, Ref ref)
{
    Value& v = values_[ref];
    const u32 local = variables_.local(var);
    if (v.local == local) return done(v); // its own value
    const bool was_pending = pending(ref);
    if (was_pending) {
        compute(ref);
        done(v);
    } else {
        push(ref);
    }
    save(var);
    code_.set(local);
    if (was_pending && v.uses != 0) bind(ref, var);
}

void Values::save(u32 var)
{
    u32 copy = NO_LOCAL;
    for (const Ref ref : bound_[var]) {
        if (values_[ref].uses == 0) continue;
        if (copy == NO_LOCAL) {
            copy = locals_.take(Variables::type(var));
            code_.get(variables_.local(var));
            code_.set(copy);
        }
        hold(ref, copy);
    }
    bound_[var].clear();
}

} // namespace tabpc::jit
