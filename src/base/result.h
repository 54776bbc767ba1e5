// Result<T>: a value, or a sentence that tells the user what is wrong and what to do.
#pragma once
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace tabpc {

struct Error {
    std::string message;
};

template <class T = std::monostate> class [[nodiscard]] Result {
public:
    Result() : v_(T{}) {}
    Result(T value) : v_(std::move(value)) {}
    Result(Error e) : v_(std::move(e)) {}

    bool ok() const { return v_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& operator*() { assert(ok()); return *std::get_if<0>(&v_); }
    T* operator->() { return &**this; }
    T take() { return std::move(**this); }
    const std::string& error() const { assert(!ok()); return std::get_if<1>(&v_)->message; }

private:
    std::variant<T, Error> v_;
};

[[gnu::format(printf, 1, 2)]] Error error(const char* format, ...);

} // namespace tabpc
