// See interp.h: string instructions, with and without repetition. The definitions give one iteration; here are the index
// steps, the counts, the conditions, and runs of plain memory done without leaving the host pointer. A repeated
// instruction retires one instruction an iteration and stops where the budget ends. SDM vol. 2, "REP".
#include "cpu/insns/string.h"
#include "cpu/handlers.h"
#include "cpu/interp.h"
#include <algorithm>

namespace tabpc {

namespace {

struct Indices {
    Cpu& c;
    const Insn* i;
    u32 mask() const { return Engine::count_mask(i); }
    u32 get(Gpr r) const { return c.s.reg32(r) & mask(); }
    void set(Gpr r, u32 v) const
    {
        if (i->a16) c.s.set_reg16(r, static_cast<u16>(v));
        else c.s.set_reg32(r, v);
    }
};

// `plain`: all of the page may be accessed through the pointer, not only this element (which may be a device's, cross a
// page, or lie beside code).
template <class T, Access A> u8* operand(Cpu& c, const Insn* i, u32 offset, u8 seg, unsigned n, bool& plain)
{
    const u64 l = Engine::checked_linear(c, offset, seg, sizeof(T), A != Access::Read);
    if (l == ~u64(0)) return nullptr;
    u8* p = Engine::at<T, A>(c, i, static_cast<u32>(l), n);
    plain = plain && p && !c.is_bounce(p) && Engine::is_plain<A>(c, static_cast<u32>(l));
    return p;
}

// Which operands an instruction has, and its definition.
struct Movs {
    static constexpr bool X = true, Y = true, WRITES = true, COMPARES = false;
    template <class T> static void run(Interp& e, PtrOp<T> x, PtrOp<T> y) { insn::MOVS(e, y, x); }
};
struct Stos {
    static constexpr bool X = false, Y = true, WRITES = true, COMPARES = false;
    template <class T> static void run(Interp& e, PtrOp<T>, PtrOp<T> y) { insn::STOS(e, y); }
};
struct Lods {
    static constexpr bool X = true, Y = false, WRITES = false, COMPARES = false;
    template <class T> static void run(Interp& e, PtrOp<T> x, PtrOp<T>) { insn::LODS(e, x); }
};
struct Cmps {
    static constexpr bool X = true, Y = true, WRITES = false, COMPARES = true;
    template <class T> static void run(Interp& e, PtrOp<T> x, PtrOp<T> y) { insn::CMPS(e, x, y); }
};
struct Scas {
    static constexpr bool X = false, Y = true, WRITES = false, COMPARES = true;
    template <class T> static void run(Interp& e, PtrOp<T>, PtrOp<T> y) { insn::SCAS(e, y); }
};

// How many elements from `offset` on lie on this page and before the offset wraps, in the direction of the step.
template <class T> u32 room(const Cpu& c, u32 offset, u8 seg, u32 mask, bool down)
{
    const u32 in_page = static_cast<u32>((c.s.seg[seg].base + offset) & PAGE_MASK_4K);
    if (down) return std::min(in_page, offset) / sizeof(T) + 1;
    const u64 to_wrap = u64(mask) + 1 - offset;
    return static_cast<u32>(std::min<u64>(PAGE_SIZE_4K - in_page, to_wrap) / sizeof(T));
}

template <class Op, class T> Outcome string_op(Cpu& c, const Insn* i)
{
    const Indices index{c, i};
    const bool down = c.s.eflags & eflags::DF;
    const u32 step = down ? 0 - u32(sizeof(T)) : u32(sizeof(T));
    const bool repeated = i->rep != Insn::NO_REP;
    u32 count = repeated ? index.get(ECX) : 1;
    if (count == 0) return Outcome::Next;

    u64 budget = repeated ? c.string_budget() : 1, retired = 0;
    Interp e{c, i};
    bool stop = false;
    while (count && budget && !stop) {
        u32 si = index.get(ESI), di = index.get(EDI);
        u8 *px = nullptr, *py = nullptr;
        bool plain = true;
        if constexpr (Op::X) px = operand<T, Access::Read>(c, i, si, i->seg, 0, plain);
        if constexpr (Op::Y) {
            if (!Op::X || px) py = operand<T, Op::WRITES ? Access::Write : Access::Read>(c, i, di, ES, 1, plain);
        }
        if ((Op::X && !px) || (Op::Y && !py)) {
            if (retired) c.charge(retired); // those before the fault are done; the fault restarts the rest
            return Outcome::Fault;
        }
        // As many as stay on the pages just looked up.
        u32 n = 1;
        if (repeated && plain) {
            n = static_cast<u32>(std::min<u64>(count, budget));
            if constexpr (Op::X) n = std::min(n, room<T>(c, si, i->seg, index.mask(), down));
            if constexpr (Op::Y) n = std::min(n, room<T>(c, di, ES, index.mask(), down));
            // Segment limits: only the first element was checked.
            if constexpr (Op::X) if (n > 1 && Engine::checked_linear(c, si + (n - 1) * step, i->seg, sizeof(T), false) == ~u64(0)) n = 1;
            if constexpr (Op::Y) if (n > 1 && Engine::checked_linear(c, di + (n - 1) * step, ES, sizeof(T), Op::WRITES) == ~u64(0)) n = 1;
            n = std::max(n, 1u);
        }
        u32 done = 0;
        do {
            Op::template run<T>(e, {px}, {py});
            done++;
            if constexpr (Op::X) px += static_cast<i32>(step);
            if constexpr (Op::Y) py += static_cast<i32>(step);
            if constexpr (Op::COMPARES) {
                if (repeated && c.s.flags.zf() != (i->rep == Insn::REPE_REP)) {
                    stop = true;
                    break;
                }
            }
        } while (done < n);
        if constexpr (Op::X) index.set(ESI, si + done * step);
        if constexpr (Op::Y) index.set(EDI, di + done * step);
        count -= done;
        if (repeated) index.set(ECX, count);
        retired += done;
        budget -= done;
        if (Op::WRITES && !plain && c.is_bounce(py - static_cast<i32>(step)) && c.commit_bounce(i, 1)) {
            if (repeated) c.charge(retired - 1);
            if (!count || stop) return Outcome::Stop;
            c.s.rip = c.this_rip(*i);
            return Outcome::Left;
        }
    }
    if (repeated) c.charge(retired - 1);
    if (!count || stop) return Outcome::Next;
    c.s.rip = c.this_rip(*i); // the budget is used up: goes on here
    return Outcome::Left;
}

} // namespace

Outcome Engine::string(Cpu& c, const Insn* i)
{
#define WIDTHS(name, Op)                                                                                               \
    case op::name: return string_op<Op, u8>(c, i);                                                                     \
    case op::name + 1: return string_op<Op, u16>(c, i);                                                                \
    case op::name + 2: return string_op<Op, u32>(c, i);
    switch (i->op) {
        WIDTHS(MOVS, Movs)
        WIDTHS(CMPS, Cmps)
        WIDTHS(STOS, Stos)
        WIDTHS(LODS, Lods)
        WIDTHS(SCAS, Scas)
    default: __builtin_unreachable();
    }
#undef WIDTHS
}

} // namespace tabpc
