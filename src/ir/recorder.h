// Recorder: the evaluator of the translator. Its vocabulary is that of evaluator.h, over values of the IR: where the
// interpreter computes, it appends operations. A definition is instantiated once; widths are numbers here. What can fault
// leaves the region before the instruction has changed anything, and the interpreter does it again.
#pragma once
#include "cpu/cpu.h"
#include "cpu/insn_effects.h"
#include "ir/builder.h"
#include <span>

namespace tabpc::ir {

class Recorder;

// An operand of any kind: register, memory, immediate, condition code, branch target, or only a width.
struct Operand {
    enum Kind : u8 { Register, Memory, Immediate, Width } kind;
    u8 bytes;
    u8 offset = 0;  // of a register: byte offset in the file
    Ref ptr = NONE; // of memory
    u64 imm = 0;
    Recorder* r = nullptr;

    Val get() const;
    void set(Val v) const;
    void set_if(Val bit, Val v) const;
};

// What the code is translated for, as far as its instructions can tell.
struct CodeMode {
    bool flat = false;          // ModeKey FLAT
    bool word_segments = false; // ModeKey WORD_SEGMENTS
    bool wide_stack = false;    // SS.B
    u64 cs_limit = 0;
    const Cpu* cpu = nullptr; // for the places of its state
};

class Recorder {
public:
    Recorder(Region& region, Block& block, const CodeMode& mode) : b(block), mode(mode), region_(region) {}

    // ---- values (see evaluator.h for each) ----------------------------------------------------------------------------
    Val add(Val x, Val y) { return narrow(b.binary(Code::Add, x.ref, y.ref), x.bytes); }
    Val sub(Val x, Val y) { return narrow(b.binary(Code::Sub, x.ref, y.ref), x.bytes); }
    Val add_bit(Val x, Val bit)
    {
        carry_in_ = true;
        return add(x, bit);
    }
    Val sub_bit(Val x, Val bit)
    {
        carry_in_ = true;
        return sub(x, bit);
    }
    Val and_(Val x, Val y) { return {b.binary(Code::And, x.ref, y.ref), x.bytes}; }
    Val or_(Val x, Val y) { return {b.binary(Code::Or, x.ref, y.ref), x.bytes}; }
    Val xor_(Val x, Val y) { return {b.binary(Code::Xor, x.ref, y.ref), x.bytes}; }
    Val not_(Val x) { return {b.binary(Code::Xor, x.ref, mask(x.bytes)), x.bytes}; }
    Val shl(Val x, Val n) { return narrow(b.binary(Code::Shl, x.ref, count_of(x, n)), x.bytes); }
    Val shr(Val x, Val n) { return {b.binary(Code::ShrU, x.ref, count_of(x, n)), x.bytes}; }
    Val sar(Val x, Val n) { return narrow(b.binary(Code::ShrS, extended(x), count_of(x, n)), x.bytes); }
    Val shl(Val x, u32 n) { return shl(x, count_constant(n)); }
    Val shr(Val x, u32 n) { return shr(x, count_constant(n)); }
    Val sar(Val x, u32 n) { return sar(x, count_constant(n)); }
    Val rotl(Val x, Val n);
    Val rotr(Val x, Val n);
    Val mul(Val x, Val y) { return {b.binary(Code::Mul, x.ref, y.ref), 8}; }
    Val udiv(Val x, Val y) { return {b.binary(Code::DivU, x.ref, y.ref), 8}; }
    Val urem(Val x, Val y) { return {b.binary(Code::RemU, x.ref, y.ref), 8}; }
    Val sdiv(Val x, Val y) { return {b.binary(Code::DivS, x.ref, y.ref), 8}; }
    Val srem(Val x, Val y) { return {b.binary(Code::RemS, x.ref, y.ref), 8}; }
    Val division_overflows(Val x, Val y);
    Val select(Val bit, Val x, Val y) { return {b.select(bit.ref, x.ref, y.ref), x.bytes}; }
    Val constant(Val like, u32 v) { return {b.constant(v, type_of(like)), like.bytes}; }
    Val byte_swap(Val x);
    Val byte_swap_dword(Val x) { return wide(byte_swap(low(x, Val{NONE, 4}))); }
    Val count_trailing_zeros(Val x) { return {b.unary(Code::Ctz, x.ref), x.bytes}; }
    Val highest_bit(Val x) { return narrow(b.binary(Code::Sub, b.constant(31), b.unary(Code::Clz, x.ref)), x.bytes); }
    Val population_count(Val x) { return {b.unary(Code::Popcnt, x.ref), x.bytes}; }
    Val sign_extend_low_half(Val x);
    Val mask_of_bit(Val like, Val bit) { return narrow(b.binary(Code::Sub, b.constant(0), bit.ref), like.bytes); }
    Val crc32c(Val crc, Val) { return crc; } // never recorded: called out for

    Val zero_extend(const Operand& d, Val v) { return d.bytes < v.bytes ? narrow(v.ref, d.bytes) : Val{v.ref, d.bytes}; }
    Val sign_extend(const Operand& d, Val v) { return narrow(extended(v), d.bytes); }
    Val wide(Val x) { return x.bytes == 8 ? x : Val{b.convert(Code::ZeroExtend, x.ref), 8}; }
    Val wide_signed(Val x) { return x.bytes == 8 ? x : Val{b.convert(Code::SignExtend, extended(x)), 8}; }
    Val low(Val x, Val like) { return narrow(x.bytes == 8 ? b.convert(Code::Wrap, x.ref) : x.ref, like.bytes); }
    u32 width(const Operand& d) { return d.bytes * 8u; }

    Val zero_bit() { return bit(b.constant(0)); }
    Val one_bit() { return bit(b.constant(1)); }
    Val not_bit(Val v) { return bit(b.emit(Code::Eqz, Type::I32, v.ref)); }
    Val and_bit(Val x, Val y) { return bit(b.binary(Code::And, x.ref, y.ref)); }
    Val or_bit(Val x, Val y) { return bit(b.binary(Code::Or, x.ref, y.ref)); }
    Val xor_bit(Val x, Val y) { return bit(b.binary(Code::Xor, x.ref, y.ref)); }
    Val sign(Val x) { return bit_at(x, x.bytes * 8u - 1); }
    Val low_bit(Val x) { return bit(b.binary(Code::And, x.bytes == 8 ? b.convert(Code::Wrap, x.ref) : x.ref, 1)); }
    Val bit_at(Val x, Val n) { return low_bit(shr(x, n)); }
    Val bit_at(Val x, u32 n) { return bit_at(x, count_constant(n)); }
    Val equal(Val x, Val y) { return bit(b.compare(Code::Eq, x.ref, y.ref)); }
    Val zero(Val x) { return bit(b.unary(Code::Eqz, x.ref)); }
    Val nonzero(Val x) { return bit(b.compare(Code::Ne, x.ref, b.constant(0, type_of(x)))); }

    Val count(const Operand& n);
    Val count_through_carry(const Operand& n, const Operand& d);
    Val count_constant(u32 n) { return {b.constant(n), 4}; }
    Val offset_in(const Operand& d, const Operand& s) { return {b.binary(Code::And, s.get().ref, d.bytes * 8u - 1), 4}; }

    // ---- flags: recorder_flags.cpp -------------------------------------------------------------------------------------
    void fl_add(Val x, Val y, Val r) { arithmetic(carry_in_ ? FlagForm::ADC : FlagForm::ADD, x, y, r); }
    void fl_sub(Val x, Val y, Val r) { arithmetic(carry_in_ ? FlagForm::SBB : FlagForm::SUB, x, y, r); }
    void fl_logic(Val r);
    void fl_zero_only(Val r);
    void fl_mul(Val r, Val overflow);
    void fl_shift(Val count, Val r, Val cf, Val of);
    void fl_shl(Val x, Val count, Val r, Val cf, Val of) { shift(FlagForm::SHL, x, count, r, cf, of); }
    void fl_shr(Val x, Val count, Val r, Val cf, Val of) { shift(FlagForm::SHR, x, count, r, cf, of); }
    void fl_sar(Val x, Val count, Val r, Val cf, Val of) { shift(FlagForm::SAR, x, count, r, cf, of); }
    void fl_rotate(Val count, Val cf, Val of);
    Val cf();
    Val zf();
    Val sf();
    Val of();
    Val pf();
    Val af();
    void set_cf(Val cf);
    void set_df(bool on);
    Val flags_byte();
    void set_flags_byte(Val v);
    Val condition(const Operand& cc);
    // Makes the flag variables hold carries, whatever they held.
    void canonical_flags();
    // The flags are in memory, and the variables are to be read again.
    void flags_reloaded() { form_ = FlagForm::CARRIES, entry_flags_ = false; }

    // ---- implied registers, the stack pointer ----------------------------------------------------------------------------
    Operand reg(u8 offset, u8 bytes) { return {Operand::Register, bytes, offset, NONE, 0, this}; }
    Operand accumulator(const Operand& d) { return reg(EAX * 8, d.bytes); }
    Operand extension(const Operand& d) { return d.bytes == 1 ? reg(1, 1) : reg(EDX * 8, d.bytes); }
    Operand al() { return reg(0, 1); }
    Operand ah() { return reg(1, 1); }
    Ref sp() { return b.get(ESP); }
    void sp_set(Ref v);
    void sp_sub(const Operand& st) { sp_set(b.binary(Code::Sub, sp(), st.bytes)); }
    void sp_add(const Operand& st) { sp_set(b.binary(Code::Add, sp(), st.bytes)); }
    void sp_add(const Operand& st, const Operand& n) { sp_set(b.binary(Code::Add, sp(), st.bytes + n.imm)); }
    void sp_from_bp(const Operand& st) { sp_set(b.binary(Code::Add, b.get(EBP), st.bytes)); }

    // ---- control ---------------------------------------------------------------------------------------------------------
    bool jump(Val to);
    bool jump_if(Val condition, Val to);
    Val return_address(const Operand& st) { return {b.constant(next_rip() & mask(st.bytes)), st.bytes}; }
    bool fault_if(Val bit, u8)
    {
        exit_if(bit.ref);
        return false;
    }

    // ---- for record_insn.cpp and record_region.cpp -------------------------------------------------------------------------
    // The instruction recorded now; `undone` counts it and those behind it in the block.
    void begin(const Insn& i, u64 rip, u16 undone)
    {
        insn_ = &i;
        rip_ = rip;
        undone_ = undone;
        redo_ = -1;
        jump_to = jump_on = NONE;
        carry_in_ = false;
    }
    const Insn& insn() const { return *insn_; }
    u64 rip() const { return rip_; }
    u64 next_rip() const { return (rip_ + insn_->length) & 0xffffffff; }
    u16 undone() const { return undone_; }
    // Adds an exit with the flags as they are now.
    u16 exit(Exit::Reason reason, u64 rip, u16 undone);
    u16 redo(); // the exit at which the interpreter does this instruction
    void exit_if(Ref condition) { b.emit(Op{.code = Code::ExitIf, .a = condition, .exit = redo()}); }
    // Calls out for instructions in a row, from the present one on.
    void call_out(std::span<const Insn> run);

    Ref load_state(const void* where, u8 size);
    void store_state(const void* where, Ref v, u8 size);
    Ref general_segment(u8 seg, Ref offset, unsigned size, bool write);
    Ref linear(u8 seg, Ref offset, unsigned size, bool write);
    Ref effective_offset();
    Ref translate(Ref linear, unsigned size, MemoryAccess access);
    Operand memory(u8 bytes, MemoryAccess access);
    Operand memory_at(Ref linear, u8 bytes, MemoryAccess access) { return {Operand::Memory, bytes, 0, translate(linear, bytes, access), 0, this}; }
    Operand stack(Ref sp, u8 bytes, MemoryAccess access);
    Operand push_slot(u8 bytes) { return stack(b.binary(Code::Sub, sp(), bytes), bytes, MemoryAccess::Write); }
    Operand pop_slot(u8 bytes) { return stack(sp(), bytes, MemoryAccess::Read); }
    Operand immediate(u64 v, u8 bytes) { return {Operand::Immediate, bytes, 0, NONE, v, this}; }

    static u64 mask(unsigned bytes) { return bytes == 8 ? ~u64(0) : (u64(1) << (bytes * 8)) - 1; }
    static Type type_of(Val v) { return v.bytes == 8 ? Type::I64 : Type::I32; }
    Val narrow(Ref r, u8 bytes) { return {bytes >= 4 ? r : b.binary(Code::And, r, mask(bytes)), bytes}; }
    Ref extended(Val v); // sign-extended to its type's width

    Builder b;
    const CodeMode& mode;
    Ref jump_to = NONE, jump_on = NONE; // what jump() and jump_if() were told
    u8 form() const { return form_; }
    bool has_entry_flags() const { return entry_flags_; } // the flags are as they were when the block was entered
    bool reads_entry_flags() const { return reads_entry_flags_; }
    bool reads_entry_carry() const { return reads_entry_carry_; } // CF alone, from FLAG_CARRY
    // Makes FLAG_CARRY hold CF, whatever the form.
    void own_carry() { b.set(FLAG_CARRY, cf().ref); }
    // Exits at which the flags are as they were when the block was entered.
    std::vector<u16> entry_exits;

private:
    static Val bit(Ref r) { return {r, 4}; }
    Ref count_of(Val x, Val n) { return x.bytes == 8 && b.type(n.ref) == Type::I32 ? b.convert(Code::ZeroExtend, n.ref) : n.ref; }
    Val rotate(Val x, Val n, bool left);
    void arithmetic(u8 kind, Val x, Val y, Val r);
    void shift(u8 kind, Val x, Val count, Val r, Val cf, Val of);
    void set_carries(Ref result, Ref cv);
    void set_form(u8 form)
    {
        form_ = form;
        entry_flags_ = false;
    }
    u8 kind() const { return form_ & FlagForm::KIND; }
    unsigned flag_bits() const { return 8u << ((form_ >> FlagForm::WIDTH_SHIFT) & 3); }
    Ref flag(u8 var) // a read of the flags
    {
        reads_entry_flags_ |= entry_flags_;
        return b.get(var);
    }
    bool is_shift() const { return kind() >= FlagForm::SHL; }
    Ref flag_result();          // in the operand's width, zero-extended
    Ref carry_vector();
    static Ref carry_and_overflow(Builder& b, Val cf, Val of);

    Region& region_;
    const Insn* insn_ = nullptr;
    u64 rip_ = 0;
    u16 undone_ = 0;
    int redo_ = -1;
    bool carry_in_ = false;
    u8 form_ = FlagForm::CARRIES;
    // Of kinds other than CARRIES, which begin in this block.
    Ref result_ = NONE;
    Val shift_cf_, shift_of_;
    bool entry_flags_ = true, reads_entry_flags_ = false, reads_entry_carry_ = false;
};

} // namespace tabpc::ir
