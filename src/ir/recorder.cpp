// See recorder.h: operands, memory, control.
#include "cpu/handlers.h"
#include "ir/recorder.h"

namespace tabpc::ir {

// ---- operands -----------------------------------------------------------------------------------------------------------

Val Operand::get() const
{
    Builder& b = r->b;
    switch (kind) {
    case Register: {
        const u8 var = offset >> 3;
        if (var == R_ZERO) return {b.constant(0), bytes};
        Ref v = b.get(var);
        if (offset & 7) v = b.binary(Code::ShrU, v, 8u * (offset & 7));
        return r->narrow(v, bytes);
    }
    case Memory: return {b.emit(Op{.code = Code::Load, .type = bytes == 8 ? Type::I64 : Type::I32, .size = bytes, .a = ptr}), bytes};
    case Immediate: return {b.constant(imm & Recorder::mask(bytes), bytes == 8 ? Type::I64 : Type::I32), bytes};
    case Width: break;
    }
    return {b.constant(0), bytes};
}

void Operand::set(Val v) const
{
    Builder& b = r->b;
    if (kind == Memory) {
        b.emit(Op{.code = Code::Store, .type = bytes == 8 ? Type::I64 : Type::I32, .size = bytes, .a = ptr, .b = v.ref});
        return;
    }
    const u8 var = offset >> 3;
    if (bytes == 4) return b.set(var, v.ref);
    const unsigned shift = 8u * (offset & 7);
    const Ref kept = b.binary(Code::And, b.get(var), static_cast<u32>(~(Recorder::mask(bytes) << shift)));
    b.set(var, b.binary(Code::Or, kept, shift ? b.binary(Code::Shl, v.ref, shift) : v.ref));
}

void Operand::set_if(Val bit, Val v) const { set(r->select(bit, v, get())); }

// ---- values -------------------------------------------------------------------------------------------------------------

Ref Recorder::extended(Val v)
{
    if (v.bytes >= 4) return v.ref;
    u64 c;
    if (b.is_constant(v.ref, c)) return b.constant(static_cast<u64>(v.bytes == 1 ? i64(static_cast<i8>(c)) : i64(static_cast<i16>(c))));
    return b.unary(v.bytes == 1 ? Code::Extend8 : Code::Extend16, v.ref);
}

Val Recorder::rotate(Val x, Val n, bool left)
{
    if (x.bytes >= 4) return {b.binary(left ? Code::Rotl : Code::Rotr, x.ref, n.ref), x.bytes};
    const unsigned bits = x.bytes * 8u;
    const Ref by = b.binary(Code::And, n.ref, bits - 1), rest = b.binary(Code::Sub, b.constant(bits), by);
    const Ref up = b.binary(Code::Shl, x.ref, left ? by : rest), down = b.binary(Code::ShrU, x.ref, left ? rest : by);
    return narrow(b.binary(Code::Or, up, down), x.bytes);
}

Val Recorder::rotl(Val x, Val n) { return rotate(x, n, true); }
Val Recorder::rotr(Val x, Val n) { return rotate(x, n, false); }

Val Recorder::division_overflows(Val x, Val y)
{
    const Ref least = b.compare(Code::Eq, x.ref, b.constant(u64(1) << 63, Type::I64));
    return bit(b.binary(Code::And, least, b.compare(Code::Eq, y.ref, b.constant(~u64(0), Type::I64))));
}

Val Recorder::byte_swap(Val x)
{
    if (x.bytes == 2) return narrow(b.binary(Code::Or, b.binary(Code::Shl, x.ref, 8), b.binary(Code::ShrU, x.ref, 8)), 2);
    const Ref even = b.binary(Code::And, b.binary(Code::Rotl, x.ref, 8), 0x00ff00ff);
    const Ref odd = b.binary(Code::And, b.binary(Code::Rotr, x.ref, 8), 0xff00ff00);
    return {b.binary(Code::Or, even, odd), 4};
}

Val Recorder::sign_extend_low_half(Val x)
{
    return narrow(b.unary(x.bytes == 2 ? Code::Extend8 : Code::Extend16, x.ref), x.bytes);
}

Val Recorder::count(const Operand& n) { return {b.binary(Code::And, n.get().ref, 31), 4}; }

Val Recorder::count_through_carry(const Operand& n, const Operand& d)
{
    const Val v = count(n);
    if (d.bytes == 4) return v;
    const u32 modulus = d.bytes * 8u + 1;
    u64 c;
    if (b.is_constant(v.ref, c)) return count_constant(static_cast<u32>(c) % modulus);
    return {b.binary(Code::RemU, v.ref, modulus), 4};
}

// ---- the stack pointer, control -------------------------------------------------------------------------------------------

void Recorder::sp_set(Ref v)
{
    if (!mode.wide_stack) v = b.binary(Code::Or, b.binary(Code::And, sp(), 0xffff0000), b.binary(Code::And, v, 0xffff));
    b.set(ESP, v);
}

bool Recorder::jump(Val to)
{
    u64 constant;
    if (!b.is_constant(to.ref, constant)) {
        if (mode.cs_limit < 0xffffffff) exit_if(b.compare(Code::LtU, b.constant(mode.cs_limit), to.ref));
    } else if (constant > mode.cs_limit) {
        exit_if(b.constant(1));
    }
    jump_to = to.ref;
    return true;
}

bool Recorder::jump_if(Val condition, Val to)
{
    u64 constant = 0;
    if (b.is_constant(to.ref, constant) && constant > mode.cs_limit) exit_if(condition.ref);
    jump_to = to.ref;
    jump_on = condition.ref;
    return true;
}

u16 Recorder::exit(Exit::Reason reason, u64 rip, u16 undone)
{
    region_.exits.push_back({rip, undone, reason, form_});
    const u16 n = static_cast<u16>(region_.exits.size() - 1);
    if (entry_flags_) entry_exits.push_back(n);
    return n;
}

u16 Recorder::redo()
{
    if (redo_ < 0) redo_ = exit(Exit::Redo, rip_, undone_);
    return static_cast<u16>(redo_);
}

// ---- memory -----------------------------------------------------------------------------------------------------------

Ref Recorder::load_state(const void* where, u8 size)
{
    const auto offset = static_cast<u64>(static_cast<const u8*>(where) - reinterpret_cast<const u8*>(mode.cpu));
    return b.emit(Op{.code = Code::LoadState, .type = size == 8 ? Type::I64 : Type::I32, .size = size, .imm = offset});
}

void Recorder::store_state(const void* where, Ref v, u8 size)
{
    const auto offset = static_cast<u64>(static_cast<const u8*>(where) - reinterpret_cast<const u8*>(mode.cpu));
    b.emit(Op{.code = Code::StoreState, .type = size == 8 ? Type::I64 : Type::I32, .size = size, .a = v, .imm = offset});
}

// The checks of Segment::lo and hi, whatever they are.
Ref Recorder::general_segment(u8 seg, Ref offset, unsigned size, bool write)
{
    const Segment& g = mode.cpu->s.seg[seg];
    const Ref at = b.convert(Code::ZeroExtend, offset), last = b.binary(Code::Add, at, b.constant(size - 1, Type::I64));
    const Ref hi = load_state(write ? &g.hi_write : &g.hi_read, 8);
    const Ref above = b.compare(Code::LtS, hi, last), below = b.compare(Code::LtU, at, load_state(&g.lo, 8));
    exit_if(b.binary(Code::Or, above, below));
    return b.binary(Code::Add, load_state(&g.base, 4), offset);
}

Ref Recorder::linear(u8 seg, Ref offset, unsigned size, bool write)
{
    if (seg == Insn::FLAT_SEG || (mode.flat && seg != CS && seg < FS)) return offset;
    if (!mode.word_segments || seg >= FS || (seg == CS && write)) return general_segment(seg, offset, size, write);
    // A 16-bit offset of one byte cannot be too large.
    const Op& o = b.op(offset);
    u64 mask = ~u64(0);
    if (o.code == Code::And) b.is_constant(o.b, mask);
    if (size > 1 || mask > 0xffff) exit_if(b.compare(Code::LtU, b.constant(0x10000 - size), offset));
    return b.binary(Code::Add, load_state(&mode.cpu->s.seg[seg].base, 4), offset);
}

Ref Recorder::effective_offset()
{
    const Insn& i = *insn_;
    Ref sum = NONE;
    const auto plus = [&](Ref v) { sum = sum == NONE ? v : b.binary(Code::Add, sum, v); };
    if (i.base >> 3 != R_ZERO) plus(b.get(i.base >> 3));
    if (i.index >> 3 != R_ZERO) plus(b.binary(Code::Shl, b.get(i.index >> 3), i.scale));
    if (sum == NONE) sum = b.constant(static_cast<u32>(i.disp));
    else if (i.disp) sum = b.binary(Code::Add, sum, static_cast<u32>(i.disp));
    return i.a16 ? b.binary(Code::And, sum, 0xffff) : sum;
}

Ref Recorder::translate(Ref linear, unsigned size, MemoryAccess access)
{
    return b.emit(Op{.code = Code::Translate, .size = static_cast<u8>(size), .access = access, .a = linear, .exit = redo()});
}

Operand Recorder::memory(u8 bytes, MemoryAccess access)
{
    return memory_at(linear(insn_->seg, effective_offset(), bytes, access == MemoryAccess::Write), bytes, access);
}

Operand Recorder::stack(Ref sp, u8 bytes, MemoryAccess access)
{
    if (!mode.wide_stack) sp = b.binary(Code::And, sp, 0xffff);
    if (!mode.flat) sp = linear(SS, sp, bytes, access == MemoryAccess::Write);
    return memory_at(sp, bytes, access);
}

// ---- instructions that are called out for ---------------------------------------------------------------------------------

void Recorder::call_out(std::span<const Insn> run)
{
    const u64 number = region_.insns.size();
    u32 changed = 0;
    u16 end = 0;
    for (Insn i : run) {
        i.end = end = static_cast<u16>(end + i.length);
        region_.insns.push_back(i);
        changed |= registers_changed_by(i);
    }
    region_.insns.emplace_back().op = op::END_FALL; // see Cpu::interpret
    const u16 behind = static_cast<u16>(undone_ - run.size());
    const u16 n = exit(Exit::Returned, rip_, behind);
    b.emit(Op{.code = Code::Spill, .exit = n});
    const Ref status = b.emit(Op{.code = Code::Call, .exit = n, .imm = number});
    b.emit(Op{.code = Code::LeaveSpilled, .a = status, .exit = n});
    if (touches_flags(run[0])) {
        changed |= 1u << FLAG_RESULT | 1u << FLAG_Y;
        flags_reloaded();
    }
    b.emit(Op{.code = Code::Reload, .imm = changed});
    b.forget_variables(changed);
    if (behind) b.emit(Op{.code = Code::Charge, .imm = behind});
}

} // namespace tabpc::ir
