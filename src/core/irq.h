// Interrupt and other single-bit wires, QEMU's qemu_irq: an input is a function that takes a level, an output pin is
// a wire to at most one input. A wire keeps no state: level memory is in the device. Unconnected is legal.
#pragma once
#include "base/types.h"
#include <array>
#include <span>

namespace tabpc {

// One input of a device. Copyable; a default-constructed input goes nowhere.
struct IrqInput {
    using Handler = void (*)(void* opaque, int n, int level);
    Handler handler = nullptr;
    void* opaque = nullptr;
    int n = 0;

    void set(int level) const
    {
        if (handler) handler(opaque, n, level);
    }
};

// Input number n of `device`, served by the member function `Method(int n, int level)`.
template <auto Method, class T> IrqInput irq_input(T* device, int n = 0)
{
    return {[](void* o, int line, int level) { (static_cast<T*>(o)->*Method)(line, level); }, device, n};
}

// An output pin.
class IrqLine {
public:
    void connect(IrqInput to) { to_ = to; }
    const IrqInput& target() const { return to_; }
    void set(int level) const { to_.set(level); }
    void raise() const { set(1); }
    void lower() const { set(0); }
    void pulse() const
    {
        set(1);
        set(0);
    }

private:
    IrqInput to_;
};

// n inputs that share one handler and can be watched (qemu_allocate_irqs, qemu_irq_intercept_in).
template <int N> class IrqInputs {
public:
    using Observer = void (*)(void* opaque, int n, int level);

    IrqInputs(IrqInput::Handler handler, void* opaque) : handler_(handler), opaque_(opaque) {}
    IrqInputs(const IrqInputs&) = delete;

    IrqInput operator[](int n)
    {
        return {[](void* o, int line, int level) { static_cast<IrqInputs*>(o)->deliver(line, level); }, this, n};
    }
    // The observer sees every change first; the line still works.
    void intercept(Observer observer, void* opaque)
    {
        observer_ = observer;
        observer_opaque_ = opaque;
    }

private:
    void deliver(int n, int level)
    {
        if (observer_) observer_(observer_opaque_, n, level);
        handler_(opaque_, n, level);
    }

    IrqInput::Handler handler_;
    void* opaque_;
    Observer observer_ = nullptr;
    void* observer_opaque_ = nullptr;
};

// One input that drives two.
class IrqSplitter {
public:
    IrqSplitter(IrqInput a, IrqInput b) : out_{a, b} {}
    IrqInput input() { return irq_input<&IrqSplitter::set>(this); }

private:
    void set(int, int level)
    {
        for (auto& o : out_) o.set(level);
    }
    std::array<IrqInput, 2> out_;
};

// Up to 32 inputs or-ed onto one output: shared level-triggered lines.
class IrqOr {
public:
    IrqLine out;
    IrqInput input(int n) { return irq_input<&IrqOr::set>(this, n); }
    u32 levels() const { return levels_; }
    template <class Archive> void serialize(Archive& ar) { ar(levels_); }

private:
    void set(int n, int level)
    {
        const bool before = levels_ != 0;
        levels_ = level ? levels_ | (1u << n) : levels_ & ~(1u << n);
        if ((levels_ != 0) != before) out.set(levels_ != 0);
    }
    u32 levels_ = 0;
};

} // namespace tabpc
