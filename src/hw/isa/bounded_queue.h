// A queue of bounded length: the buffer in a keyboard, the FIFO in a UART.
#pragma once
#include "core/snapshot.h"
#include <algorithm>
#include <array>

namespace tabpc {

// First in, first out, of at most N.
template <class T, size_t N>
class BoundedQueue {
public:
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }
    size_t room() const { return N - size_; }
    void clear() { size_ = 0; }
    T front() const { return items_[0]; }         // only when not empty
    T back() const { return items_[size_ - 1u]; } // only when not empty
    bool push(T v)                                // false: full, the item is lost
    {
        if (size_ == N) return false;
        items_[size_++] = v;
        return true;
    }
    T pop() // only when not empty
    {
        const T v = items_[0];
        for (u8 i = 1; i < size_; i++) items_[i - 1] = items_[i];
        size_--;
        return v;
    }

    template <class Test>
    bool any(Test test) const
    {
        return std::any_of(&items_[0], &items_[0] + size_, test);
    }

    void serialize(Archive& ar)
    {
        ar(size_);
        if (size_ > N) {
            ar.fail("a queue is longer than the device has room for");
            size_ = 0;
        }
        for (u8 i = 0; i < size_; i++) ar(items_[i]);
    }

private:
    static_assert(N < 256);
    std::array<T, N> items_{};
    u8 size_ = 0;
};

} // namespace tabpc
