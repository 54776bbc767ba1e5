// Task<T>: a C++20 coroutine for block I/O. A device starts a request with spawn() and goes on; the coroutine runs until
// it first waits (for HTTP, OPFS, a mutex …) and is resumed by whatever it waits for, always on the CPU's thread.
// Stackless: no ucontext, no Asyncify, no JSPI. Coroutine frames are never saved: a snapshot drains host I/O first.
#pragma once
#include <cassert>
#include <coroutine>
#include <cstdlib>
#include <deque>
#include <utility>

namespace tabpc {

namespace detail {
struct PromiseBase {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::suspend_always initial_suspend() noexcept { return {}; }
    [[noreturn]] void unhandled_exception() { std::abort(); } // exceptions are off
};
template <class P> struct ResumeContinuation {
    bool await_ready() noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept { return h.promise().continuation; }
    void await_resume() noexcept {}
};
} // namespace detail

// A lazily started coroutine; co_await it once. Destroying a Task that waits destroys its frame: nothing of it runs on.
template <class T = void> class [[nodiscard]] Task {
public:
    struct promise_type : detail::PromiseBase {
        T value{};
        Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        detail::ResumeContinuation<promise_type> final_suspend() noexcept { return {}; }
        void return_value(T v) { value = std::move(v); }
    };
    Task(Task&& o) noexcept : h_(std::exchange(o.h_, nullptr)) {}
    ~Task()
    {
        if (h_) h_.destroy();
    }
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller)
    {
        h_.promise().continuation = caller;
        return h_;
    }
    T await_resume() { return std::move(h_.promise().value); }

private:
    explicit Task(std::coroutine_handle<promise_type> h) : h_(h) {}
    std::coroutine_handle<promise_type> h_;
};

template <> class [[nodiscard]] Task<void> {
public:
    struct promise_type : detail::PromiseBase {
        Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        detail::ResumeContinuation<promise_type> final_suspend() noexcept { return {}; }
        void return_void() {}
    };
    Task(Task&& o) noexcept : h_(std::exchange(o.h_, nullptr)) {}
    ~Task()
    {
        if (h_) h_.destroy();
    }
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller)
    {
        h_.promise().continuation = caller;
        return h_;
    }
    void await_resume() {}

private:
    friend class Job;
    explicit Task(std::coroutine_handle<promise_type> h) : h_(h) {}
    std::coroutine_handle<promise_type> h_;
};

// A started top-level Task, owned by the device that started it. Destroying or replacing it cancels the coroutine at its
// point of waiting. done() tells whether it has run to its end.
class Job {
public:
    Job() = default;
    explicit Job(Task<void> task) : task_(std::exchange(task.h_, nullptr)) { task_.resume(); }
    Job(Job&& o) noexcept : task_(std::exchange(o.task_, nullptr)) {}
    Job& operator=(Job&& o) noexcept
    {
        std::swap(task_, o.task_);
        return *this;
    }
    ~Job() { cancel(); }
    bool done() const { return !task_ || task_.done(); }
    void cancel()
    {
        if (task_) std::exchange(task_, nullptr).destroy();
    }

private:
    std::coroutine_handle<Task<void>::promise_type> task_;
};

} // namespace tabpc
