// Stack frames of far transfers and interrupts. Intel SDM vol. 1, 6.2; the limit checks are those of vol. 3, 5.3.
#include "cpu/helpers/stack_frame.h"

namespace tabpc {

bool Stack::slot(u64 offset, unsigned size, bool write, LinAddr& at) const
{
    offset &= mask();
    const i64 last = static_cast<i64>(offset + size - 1);
    if (offset < segment_.lo || last > (write ? segment_.hi_write : segment_.hi_read))
        return c_.raise(exc::SS, error_code_);
    at = linear(segment_.base + offset);
    return true;
}

bool Stack::room(unsigned bytes) const
{
    // Every pushed item is 2 bytes or a pair of them, so word by word also sees where SP wraps.
    for (unsigned below = 2; below <= bytes; below += 2) {
        LinAddr at;
        if (!slot(sp_ - below, 2, true, at)) return false;
    }
    return true;
}

bool Stack::peek(unsigned offset, u32& value, bool o16) const
{
    LinAddr at;
    if (!slot(sp_ + offset, o16 ? 2 : 4, false, at)) return false;
    if (!o16) return c_.read(at, value, level_ < 3);
    u16 word;
    if (!c_.read(at, word, level_ < 3)) return false;
    value = word;
    return true;
}

} // namespace tabpc
