// What the i8042 knows of the device on a PS/2 port: bytes in both directions, nothing of keys or mice.
#pragma once
#include "core/irq.h"
#include "core/snapshot.h"
#include <array>

namespace tabpc {

class Ps2Device {
public:
    IrqLine data; // raised when a byte waits to be sent

    virtual void receive(u8 v) = 0; // from the host
    virtual bool has_data() const = 0;
    virtual u8 send() = 0; // only when has_data()

protected:
    ~Ps2Device() = default;
};

// First in, first out, of bounded length: the buffer in a keyboard or mouse.
template <class T, size_t N> class BoundedQueue {
public:
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }
    size_t room() const { return N - size_; }
    void clear() { size_ = 0; }
    T back() const { return items_[size_ - 1]; } // only when not empty
    bool push(T v)                               // false: full, the item is lost
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
