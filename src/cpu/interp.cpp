// See interp.h: the loop, with the handlers of 8- and 32-bit instructions.
#include "cpu/forms.h"
#include "cpu/helpers.h"
#include "cpu/insn_effects.h"
#include "cpu/translator.h"
#include "cpu/insns/alu.h"
#include "cpu/insns/bits.h"
#include "cpu/insns/control.h"
#include "cpu/insns/misc.h"
#include "cpu/insns/muldiv.h"
#include "cpu/insns/shift.h"
#include "cpu/insns/stack.h"

namespace tabpc {

namespace {

using Helper = Status (*)(Cpu&, const Insn&);
constexpr Helper helpers[] = {
#define HELPER(name) helper::name,
#include "cpu/helpers.inc"
#undef HELPER
};

} // namespace

u64 Engine::checked_linear(Cpu& c, u64 offset, u8 seg, unsigned size, bool write)
{
    const Segment& g = c.s.seg[seg];
    if (TABPC_UNLIKELY(offset < g.lo || static_cast<i64>(offset + size - 1) > (write ? g.hi_write : g.hi_read))) {
        c.raise(seg == SS ? exc::SS : exc::GP, 0);
        return ~u64(0);
    }
    return (g.base + offset) & 0xffffffff;
}

#define NEXT                                                                                                           \
    {                                                                                                                  \
        i++;                                                                                                           \
        continue;                                                                                                      \
    }
#define FAULTED goto fault;
#define COMMIT(p, n)                                                                                                   \
    if (Engine::committed(c, i, p, n)) goto stop;
#define JUMP(e)                                                                                                        \
    {                                                                                                                  \
        if (e.taken) {                                                                                                 \
            c.s.rip = e.target;                                                                                        \
            goto taken;                                                                                                \
        }                                                                                                              \
        goto behind;                                                                                                   \
    }
#define COMMIT_JUMP(e, p, n)                                                                                           \
    c.s.rip = e.target;                                                                                                \
    if (Engine::committed(c, i, p, n)) goto left;                                                                      \
    goto taken;

void Engine::run(Cpu& c, Block* b)
{
    const Insn* i;
    unsigned which;
block:
    if (TABPC_UNLIKELY(--b->heat < 0)) {
        b->heat = 0;
        if (!c.translator_ || c.single_) goto interpret;
        switch (c.translator_->hot(c, *b)) {
        case Translator::Ran::Nothing: goto interpret;
        case Translator::Ran::Somewhere:
            if (c.left_ <= 0) return;
            b = c.blocks_->find(c);
            if (b) goto block;
            c.left_--;
            c.deliver_fault();
            return;
        case Translator::Ran::Redo:
            if (c.left_ <= 0) return;
            b = c.blocks_->find(c);
            if (b) goto interpret;
            c.left_--;
            c.deliver_fault();
            return;
        case Translator::Ran::Leave: return;
        }
    }
interpret:
    if (TABPC_UNLIKELY(b->count > c.left_)) b = c.blocks_->prefix(b, static_cast<unsigned>(c.left_));
    c.left_ -= b->count;
    c.block_ = b;
    i = b->insns();
    for (;;) {
        switch (i->op) {
#define I(name, form, widths, access) WIDTHS_main_##widths(form, name, access)
#include "cpu/insns.inc"
#undef I
        case op::END_FALL: goto behind;
        case op::END_LEAVE:
            c.s.rip += i->end;
            return;
        default:
            if (i->op >= op::FIRST_HELPER) {
                c.stats.helpers++;
                switch (helpers[i->op - op::FIRST_HELPER](c, *i)) {
                case Status::Next:
                    if (TABPC_UNLIKELY(c.stop_block_)) goto stop; // it wrote over code
                    NEXT
                case Status::Leave: goto left;
                case Status::Fault: FAULTED
                }
            }
            if (op::is_x87(i->op) || op::is_simd(i->op)) {
                const Ran ran = op::is_x87(i->op) ? x87(c, i) : simd(c, i);
                i = ran.i;
                switch (ran.how) {
                case Outcome::Next: continue;
                case Outcome::Jumped: goto taken;
                case Outcome::Stop: goto stop;
                case Outcome::Left: goto left;
                case Outcome::Fault: FAULTED
                }
            }
            switch (i->op >= op::MOVS ? Engine::string(c, i) : Engine::word(c, i)) {
            case Outcome::Next: NEXT
            case Outcome::Jumped: goto taken;
            case Outcome::Stop: goto stop;
            case Outcome::Left: goto left;
            case Outcome::Fault: FAULTED
            }
        }
    }

behind: // the block behind this one
    c.s.rip += i->end;
    which = 0;
    goto next_block;
taken: // rip is set
    which = 1;
next_block:
    if (TABPC_UNLIKELY(c.left_ <= 0)) return;
    if (TABPC_LIKELY(b->link_epoch[which] == c.blocks_->epoch() &&
                     b->link_offset[which] == static_cast<u32>(c.s.seg[CS].base + c.s.rip) - c.code_page_)) {
        b = b->link[which];
        goto block;
    }
    b = c.blocks_->follow(c, b, which);
    if (TABPC_LIKELY(b != nullptr)) goto block;
    c.deliver_fault();
    return;

fault: // not executed: neither it nor what is behind it counts
    c.left_ += b->count - (i - b->insns());
    c.s.rip = c.this_rip(*i);
    c.deliver_fault();
    return;
stop:
    c.s.rip = c.next_rip(*i);
left: // i was the last of the block to run
    c.left_ += b->count - (i - b->insns()) - 1;
}

bool Cpu::may_go_on()
{
    if (exit_requested_ || s.halted || shut_down_ || wake_pending() || (s.eflags & eflags::TF) ||
        virtual_interrupt_waits())
        return false;
    if (code_breakpoints_ | data_breakpoints_ | io_breakpoints_) return false;
    shadow_ = trap_shadow_ = false; // with nothing to hold up
    return true;
}

Status Cpu::interpret(const Insn& i)
{
    block_ = nullptr;
    const bool x87 = op::is_x87(i.op), simd = op::is_simd(i.op);
    const Insn* end = &i + 1;
    while (x87 ? op::is_x87(end->op) : simd && op::is_simd(end->op)) end++;
    calling_end_ = end;
    const bool flags = touches_flags(i);
    if (flags) s.flags = translated.flags();
    const u64 rip = s.rip;
    const u32 mapping = blocks_->generation();
    const Insn* at = end - 1; // the last one that was begun
    Outcome how;
    if (i.op >= op::FIRST_HELPER) {
        stats.helpers++;
        const Status status = helpers[i.op - op::FIRST_HELPER](*this, i);
        how = status == Status::Next ? Outcome::Next : status == Status::Leave ? Outcome::Left : Outcome::Fault;
    } else if (x87 || simd) {
        const Engine::Ran ran = x87 ? Engine::x87(*this, &i) : Engine::simd(*this, &i);
        how = ran.how;
        if (how != Outcome::Next) at = ran.i;
    } else {
        how = i.op >= op::MOVS ? Engine::string(*this, &i) : Engine::word(*this, &i);
    }
    calling_end_ = nullptr;
    if (how == Outcome::Next && !i.leaves && TABPC_LIKELY(!stop_block_)) {
        if (flags) translated.set(s.flags);
        return Status::Next;
    }
    left_ += end - 1 - at; // what is behind it is not done
    if (how == Outcome::Fault) s.rip = this_rip(*at);
    return left_translated(*at, how, (rip + at->end) & 0xffffffff, flags, mapping);
}

// The rarer ends of an instruction that translated code called out for.
Status Cpu::left_translated(const Insn& i, Outcome how, u64 next, bool flags, u32 mapping)
{
    if (!flags) s.flags = translated.flags(); // now they count
    if (how == Outcome::Fault) return Status::Fault;
    // IN and its like set rip themselves.
    const bool behind = how == Outcome::Next || (how == Outcome::Left && i.leaves && s.rip == next);
    // The code behind may be in a page that has moved.
    const bool same = mode_key_ == translated.key && blocks_->generation() == mapping;
    if (behind && !stop_block_ && (!i.leaves || (same && may_go_on()))) {
        if (flags) translated.set(s.flags);
        return Status::Next;
    }
    if (how == Outcome::Next || how == Outcome::Stop) s.rip = next;
    return Status::Leave;
}

} // namespace tabpc
