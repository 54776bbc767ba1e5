// What coroutines wait for each other with: CoQueue, CoMutex and CoRwLock (QEMU's names). All are fair: first come,
// first served. A woken coroutine runs at once, inside the call that wakes it. One that is cancelled while it waits
// leaves the queue; one that is cancelled while it holds a lock lets go of it.
#pragma once
#include <cassert>
#include <coroutine>
#include <utility>

namespace tabpc {

class CoQueue {
public:
    // Lives in the frame of the coroutine that waits.
    class [[nodiscard]] Waiter {
    public:
        explicit Waiter(CoQueue& queue) : queue_(queue) {}
        Waiter(const Waiter&) = delete;
        ~Waiter()
        {
            if (handle_) queue_.remove(*this);
        }
        bool await_ready() const { return false; }
        void await_suspend(std::coroutine_handle<> h)
        {
            handle_ = h;
            queue_.append(*this);
        }
        void await_resume() {}

    protected:
        CoQueue& queue_;

    private:
        friend class CoQueue;
        std::coroutine_handle<> handle_; // null: not in the queue
        Waiter* next_ = nullptr;
    };

    CoQueue() = default;
    CoQueue(const CoQueue&) = delete;
    ~CoQueue() { assert(empty() && "a coroutine still waits"); }

    Waiter wait() { return Waiter(*this); }
    bool empty() const { return !first_; }
    const Waiter* first() const { return first_; }

    bool wake_one() // the one that has waited longest
    {
        if (!first_) return false;
        Waiter& w = *first_;
        first_ = w.next_;
        if (!first_) last_ = nullptr;
        std::exchange(w.handle_, nullptr).resume();
        return true;
    }
    void wake_all() // those that wait now; one that waits again is not woken twice
    {
        for (const Waiter* last = last_; last;) {
            if (first_ == last) last = nullptr;
            wake_one();
        }
    }

private:
    void append(Waiter& w)
    {
        (last_ ? last_->next_ : first_) = &w;
        last_ = &w;
    }
    void remove(Waiter& w)
    {
        Waiter* before = nullptr;
        for (Waiter* i = first_; i != &w; i = i->next_) before = i;
        (before ? before->next_ : first_) = w.next_;
        if (last_ == &w) last_ = before;
    }

    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
};

class CoMutex {
public:
    // Holds the lock until it goes out of scope.
    class [[nodiscard]] Guard {
    public:
        explicit Guard(CoMutex& m) : mutex_(&m) {}
        Guard(Guard&& o) noexcept : mutex_(std::exchange(o.mutex_, nullptr)) {}
        ~Guard()
        {
            if (mutex_) mutex_->unlock();
        }

    private:
        CoMutex* mutex_;
    };

    auto lock() // auto guard = co_await mutex.lock();
    {
        struct Lock : CoQueue::Waiter {
            explicit Lock(CoMutex& m) : Waiter(m.waiting_), mutex(m) {}
            bool await_ready() { return !std::exchange(mutex.locked_, true); }
            Guard await_resume() { return Guard(mutex); }
            CoMutex& mutex;
        };
        return Lock(*this);
    }
    bool locked() const { return locked_; }

private:
    void unlock() // hands over to the next
    {
        if (waiting_.empty()) locked_ = false;
        else waiting_.wake_one();
    }

    CoQueue waiting_;
    bool locked_ = false;
};

class CoRwLock {
public:
    class [[nodiscard]] Guard {
    public:
        explicit Guard(CoRwLock& l) : lock_(&l) {}
        Guard(Guard&& o) noexcept : lock_(std::exchange(o.lock_, nullptr)) {}
        ~Guard() { release(); }

        void downgrade() // a writer becomes a reader; readers that wait come in
        {
            lock_->holders_ = 1;
            lock_->wake();
        }
        void release()
        {
            if (lock_) std::exchange(lock_, nullptr)->unlock();
        }

    private:
        CoRwLock* lock_;
    };

    auto read_lock() { return Lock(*this, false); }
    auto write_lock() { return Lock(*this, true); }
    // A reader becomes a writer. Others may write before it does: what was read must be read again.
    auto upgrade(Guard guard)
    {
        guard.release();
        return Lock(*this, true);
    }

private:
    struct Lock : CoQueue::Waiter {
        Lock(CoRwLock& l, bool writes) : Waiter(l.waiting_), lock(l), write(writes) {}
        bool await_ready() { return lock.waiting_.empty() && lock.enter(write); }
        Guard await_resume() { return Guard(lock); }
        CoRwLock& lock;
        bool write;
    };

    bool enter(bool write)
    {
        if (write ? holders_ != 0 : holders_ < 0) return false;
        holders_ = write ? -1 : holders_ + 1;
        return true;
    }
    void unlock()
    {
        holders_ = holders_ < 0 ? 0 : holders_ - 1;
        wake();
    }
    void wake()
    {
        while (!waiting_.empty() && enter(static_cast<const Lock*>(waiting_.first())->write))
            waiting_.wake_one();
    }

    CoQueue waiting_;
    int holders_ = 0; // readers, or -1: a writer
};

} // namespace tabpc
