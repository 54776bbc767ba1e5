// See record_insn.h. The rows of insns.inc, each with its definition instantiated for the Recorder, once for all widths.
#include "ir/record_insn.h"
#include "cpu/handlers.h"
#include "cpu/insns/alu.h"
#include "cpu/insns/bits.h"
#include "cpu/insns/control.h"
#include "cpu/insns/misc.h"
#include "cpu/insns/muldiv.h"
#include "cpu/insns/shift.h"
#include "cpu/insns/stack.h"
#include "cpu/insns/string.h"
#include <array>

namespace tabpc::ir {

namespace {

enum class FormKind : u8 {
    alu, unary, unary_faulting, exchange, load, load8, load16, load_imm, address, condition_load, condition_store, shift, double_shift,
    bit_string, plain, xlat, push, pop, leave, jump_condition, jump, call, ret, loop, string,
};
enum class RowAccess : u8 { R, W, RW };

using Run = void (*)(Recorder&, const Operand*);
struct Row {
    u16 first, last;
    FormKind form;
    RowAccess access;
    Run run;
};

#define RUN_1(name) [](Recorder& e, const Operand* o) { insn::name(e, o[0]); }
#define RUN_2(name) [](Recorder& e, const Operand* o) { insn::name(e, o[0], o[1]); }
#define RUN_3(name) [](Recorder& e, const Operand* o) { insn::name(e, o[0], o[1], o[2]); }
#define RUN_alu(name) RUN_2(name)
#define RUN_unary(name) RUN_1(name)
#define RUN_unary_faulting(name) RUN_1(name)
#define RUN_exchange(name) RUN_2(name)
#define RUN_load(name) RUN_2(name)
#define RUN_load8(name) RUN_2(name)
#define RUN_load16(name) RUN_2(name)
#define RUN_load_imm(name) RUN_3(name)
#define RUN_address(name) RUN_2(name)
#define RUN_condition_load(name) RUN_3(name)
#define RUN_condition_store(name) RUN_2(name)
#define RUN_shift(name) RUN_2(name)
#define RUN_double_shift(name) RUN_3(name)
#define RUN_bit_string(name) RUN_2(name)
#define RUN_plain(name) RUN_1(name)
#define RUN_xlat(name) RUN_2(MOV)
#define RUN_push(name) RUN_2(name)
#define RUN_pop(name) RUN_2(name)
#define RUN_leave(name) RUN_2(name)
#define RUN_jump_condition(name) RUN_2(name)
#define RUN_jump(name) RUN_1(name)
#define RUN_call(name) RUN_2(name)
#define RUN_ret(name) RUN_2(name)
#define RUN_loop(name) RUN_2(name)
#define RUN_string(name) RUN_STRING_##name
#define RUN_STRING_MOVS RUN_2(MOVS)
#define RUN_STRING_CMPS RUN_2(CMPS)
#define RUN_STRING_STOS RUN_1(STOS)
#define RUN_STRING_LODS RUN_1(LODS)
#define RUN_STRING_SCAS RUN_1(SCAS)

constexpr Row rows[] = {
#define I(name, form, widths, access) {op::name, op::name##_last, FormKind::form, RowAccess::access, RUN_##form(name)},
#include "cpu/insns.inc"
#undef I
};

const Row* row_of(u16 op)
{
    static const auto index = [] {
        std::array<u8, op::SCAS_last + 1> all{};
        for (const Row& r : rows)
            for (unsigned n = r.first; n <= r.last; n++) all[n] = static_cast<u8>(&r - rows);
        return all;
    }();
    return op < index.size() ? &rows[index[op]] : nullptr;
}

MemoryAccess access_of(const Row& row) { return row.access == RowAccess::R ? MemoryAccess::Read : MemoryAccess::Write; }

// The memory operand of BT and its kin, moved by a signed bit offset in words of its width.
Operand bit_string_memory(Recorder& r, u8 bytes, MemoryAccess access)
{
    const Insn& i = r.insn();
    const Val offset = r.reg(i.s, bytes).get();
    const Ref words = r.b.binary(Code::ShrS, r.extended(offset), bytes == 2 ? 4 : 5);
    Ref at = r.b.binary(Code::Add, r.effective_offset(), r.b.binary(Code::Shl, words, bytes == 2 ? 1 : 2));
    if (i.a16) at = r.b.binary(Code::And, at, 0xffff);
    return r.memory_at(r.linear(i.seg, at, bytes, access == MemoryAccess::Write), bytes, access);
}

// A string instruction without repetition.
void record_string(Recorder& r, const Row& row, u8 bytes)
{
    const Insn& i = r.insn();
    const bool x = row.first == op::MOVS || row.first == op::CMPS || row.first == op::LODS, y = row.first != op::LODS;
    const u8 index_bytes = i.a16 ? 2 : 4;
    const auto index = [&](Gpr n) { return r.reg(static_cast<u8>(n * 8), index_bytes); };
    const auto at = [&](Gpr n, u8 seg, MemoryAccess access) {
        return r.memory_at(r.linear(seg, index(n).get().ref, bytes, access == MemoryAccess::Write), bytes, access);
    };
    Operand px{}, py{};
    if (x) px = at(ESI, i.seg, MemoryAccess::Read);
    if (y) py = at(EDI, ES, access_of(row));
    const Operand o[2] = {row.first == op::MOVS || !x ? py : px, row.first == op::MOVS ? px : py};
    row.run(r, o);
    const Ref down = r.b.binary(Code::And, r.load_state(&r.mode.cpu->s.eflags, 4), eflags::DF);
    const Val step{r.b.select(down, r.b.constant(0u - bytes), r.b.constant(bytes)), 4};
    if (x) index(ESI).set(r.narrow(r.add(index(ESI).get(), step).ref, index_bytes));
    if (y) index(EDI).set(r.narrow(r.add(index(EDI).get(), step).ref, index_bytes));
}

Flow record_row(Recorder& r, const Row& row)
{
    const Insn& i = r.insn();
    const unsigned sub = i.op - row.first, form = sub / 4;
    const u8 bytes = row.form == FormKind::jump_condition ? 4 : static_cast<u8>(1u << (sub & 3));
    const auto run = [&](auto... operands) {
        const Operand o[] = {operands...};
        row.run(r, o);
        return Flow::Next;
    };
    const auto d = [&] { return r.reg(i.d, bytes); };
    const auto s = [&] { return r.reg(i.s, bytes); };
    const auto imm = [&](u8 width) { return r.immediate(i.imm, width); };
    const auto m = [&] { return r.memory(bytes, access_of(row)); };
    const auto condition = [&] { return r.immediate(i.imm, 1); };
    const auto source = [&](u8 width) { return form == form::load_rr ? r.reg(i.s, width) : r.memory(width, MemoryAccess::Read); };
    const auto target = [&] { return r.immediate((r.next_rip() + i.imm) & (i.o16 ? 0xffff : 0xffffffff), 4); };
    const auto jump_target = [&] {
        return form == form::jump_j ? target() : form == form::jump_r ? d() : r.memory(bytes, MemoryAccess::Read);
    };

    switch (row.form) {
    case FormKind::alu:
        switch (form) {
        case form::alu_rr: return run(d(), s());
        case form::alu_rm: return run(d(), r.memory(bytes, MemoryAccess::Read));
        case form::alu_mr: return run(m(), s());
        case form::alu_ri: return run(d(), imm(bytes));
        default: return run(m(), imm(bytes));
        }
    case FormKind::unary: case FormKind::unary_faulting: return run(form == form::unary_r ? d() : m());
    case FormKind::exchange: return run(form == form::exchange_rr ? d() : m(), s());
    case FormKind::load: return run(d(), source(bytes));
    case FormKind::load8: return run(d(), source(1));
    case FormKind::load16: return run(d(), source(2));
    case FormKind::load_imm: return run(d(), source(bytes), imm(bytes));
    case FormKind::address: {
        const Ref offset = r.effective_offset();
        // An address is a value like any other: an operand that only gives it.
        r.reg(i.d, bytes).set(r.narrow(offset, bytes));
        return Flow::Next;
    }
    case FormKind::condition_load: return run(d(), source(bytes), condition());
    case FormKind::condition_store: return run(form == form::condition_store_r ? d() : m(), condition());
    case FormKind::shift: {
        const Operand count = form == form::shift_ri || form == form::shift_mi ? imm(1) : r.reg(ECX * 8, 1);
        return run(form == form::shift_ri || form == form::shift_rc ? d() : m(), count);
    }
    case FormKind::double_shift: {
        const Operand count = form == form::shift_ri || form == form::shift_mi ? imm(1) : r.reg(ECX * 8, 1);
        return run(form == form::shift_ri || form == form::shift_rc ? d() : m(), s(), count);
    }
    case FormKind::bit_string:
        switch (form) {
        case form::bit_string_rr: return run(d(), s());
        case form::bit_string_ri: return run(d(), imm(bytes));
        case form::bit_string_mi: return run(m(), imm(bytes));
        default: return run(bit_string_memory(r, bytes, access_of(row)), s());
        }
    case FormKind::plain: return run(Operand{Operand::Width, bytes, 0, NONE, 0, &r});
    case FormKind::xlat: {
        const Ref al = r.al().get().ref;
        Ref offset = r.b.binary(Code::Add, r.b.get(EBX), al);
        if (i.a16) offset = r.b.binary(Code::And, offset, 0xffff);
        return run(r.al(), r.memory_at(r.linear(i.seg, offset, 1, false), 1, MemoryAccess::Read));
    }
    case FormKind::push: {
        if (form == form::push_m) {
            const Operand p = r.memory(bytes, MemoryAccess::Read);
            return run(p, r.push_slot(bytes));
        }
        const Operand slot = r.push_slot(bytes);
        return run(form == form::push_r ? d() : imm(bytes), slot);
    }
    case FormKind::pop: {
        const Operand slot = r.pop_slot(bytes);
        return run(form == form::pop_r ? d() : r.memory(bytes, MemoryAccess::Write), slot);
    }
    case FormKind::leave: return run(r.reg(EBP * 8, bytes), r.stack(r.b.get(EBP), bytes, MemoryAccess::Read));
    case FormKind::jump_condition: run(r.immediate(sub, 1), target()); return Flow::Jump;
    case FormKind::jump: run(jump_target()); return Flow::Jump;
    case FormKind::call: {
        const Operand t = jump_target();
        run(t, r.push_slot(bytes));
        return Flow::Jump;
    }
    case FormKind::ret: run(r.pop_slot(bytes), imm(8)); return Flow::Jump;
    case FormKind::loop: run(r.reg(ECX * 8, i.a16 ? 2 : 4), target()); return Flow::Jump;
    case FormKind::string: record_string(r, row, bytes); return Flow::Next;
    }
    return Flow::Next;
}

bool called_out(const Insn& i, const Row* row)
{
    if (!row) return true;
    if (row->form == FormKind::string) return i.rep != Insn::NO_REP;
    return row->first == op::CRC32_8 || row->first == op::CRC32_16 || row->first == op::CRC32;
}

} // namespace

Flow record(Recorder& r)
{
    const Insn& i = r.insn();
    const Row* row = row_of(i.op);
    if (!called_out(i, row)) return record_row(r, *row);
    r.call_out({&i, 1});
    return Flow::Next;
}

} // namespace tabpc::ir
