// Stack: pushes and pops on a stack that need not be the current one (an inner level's, a new task's), with the checks of
// its segment. ESP is not touched: a helper commits sp() when nothing can fail any more.
#pragma once
#include "cpu/helpers.h"

namespace tabpc {

class Stack {
public:
    // The current stack. Faults are #SS(0).
    explicit Stack(Cpu& c) : Stack(c, c.s.seg[SS], c.s.gpr[ESP], c.s.cpl, 0) {}
    // `level`: the CPL its accesses are made with.
    Stack(Cpu& c, const Segment& segment, u64 sp, unsigned level, u32 error_code)
        : c_(c), segment_(segment), sp_(sp), level_(level), error_code_(error_code)
    {}

    // Whether `bytes` can be pushed, by the segment's limit; before a series of pushes, so that it fails as a whole.
    [[nodiscard]] bool room(unsigned bytes) const;

    [[nodiscard]] bool push(u32 value, bool o16)
    {
        const unsigned size = o16 ? 2 : 4;
        LinAddr at;
        if (!slot(sp_ - size, size, true, at)) return false;
        if (!(o16 ? c_.write(at, static_cast<u16>(value), level_ < 3) : c_.write(at, value, level_ < 3)))
            return false;
        move(-static_cast<int>(size));
        return true;
    }
    // A word comes zero-extended.
    [[nodiscard]] bool pop(u32& value, bool o16)
    {
        const unsigned size = o16 ? 2 : 4;
        if (!peek(0, value, o16)) return false;
        move(static_cast<int>(size));
        return true;
    }
    [[nodiscard]] bool pop(u16& selector, bool o16)
    {
        u32 v;
        if (!pop(v, o16)) return false;
        selector = static_cast<u16>(v);
        return true;
    }
    [[nodiscard]] bool peek(unsigned offset, u32& value, bool o16) const;
    // The linear address of the slot at sp().
    [[nodiscard]] bool address(unsigned size, bool write, LinAddr& at) const
    {
        return slot(sp_, size, write, at);
    }

    void release(u32 bytes) { move(static_cast<int>(bytes)); }
    u64 sp() const { return sp_; }

private:
    u64 mask() const { return segment_.big() ? 0xffffffff : 0xffff; }
    void move(int by) { sp_ = (sp_ & ~mask()) | ((sp_ + static_cast<u64>(static_cast<i64>(by))) & mask()); }
    [[nodiscard]] bool slot(u64 offset, unsigned size, bool write, LinAddr& at) const;

    Cpu& c_;
    const Segment segment_;
    u64 sp_;
    unsigned level_;
    u32 error_code_;
};

} // namespace tabpc
