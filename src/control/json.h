// JSON (RFC 8259), strict: what QMP and machine documents are written in. A value is a tree; objects keep their order.
// Text of any kind is safe to parse: depth and size are limited. Surrogate pairs and raw UTF-8 are checked.
#pragma once
#include "base/result.h"
#include "base/types.h"
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tabpc {

class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default; // null
    Json(bool v) : v_(v) {}
    Json(int v) : v_(i64(v)) {}
    Json(i64 v) : v_(v) {}
    Json(u32 v) : v_(i64(v)) {}
    Json(u64 v) : v_(static_cast<i64>(v)) {}
    Json(double v) : v_(v) {}
    Json(const char* v) : v_(std::string(v)) {}
    Json(std::string_view v) : v_(std::string(v)) {}
    Json(std::string v) : v_(std::move(v)) {}
    Json(Array v) : v_(std::move(v)) {}
    Json(Object v) : v_(std::move(v)) {}

    static Json object(Object members = {}) { return Json(std::move(members)); }
    static Json array(Array items = {}) { return Json(std::move(items)); }

    // Null where the value is of another type.
    const bool* boolean() const { return std::get_if<bool>(&v_); }
    const i64* integer() const { return std::get_if<i64>(&v_); }
    const std::string* string() const { return std::get_if<std::string>(&v_); }
    const Array* items() const { return std::get_if<Array>(&v_); }
    const Object* members() const { return std::get_if<Object>(&v_); }
    bool is_null() const { return std::holds_alternative<std::monostate>(v_); }
    // The member of that name, or null; also where this is no object.
    const Json* find(std::string_view name) const;
    const char* type_name() const; // "object", "string", … as error messages say it

    void push(Json item) { std::get<Array>(v_).push_back(std::move(item)); }
    void set(std::string name, Json value)
    {
        std::get<Object>(v_).emplace_back(std::move(name), std::move(value));
    }

    static Result<Json> parse(std::string_view text);
    // On one line, in QEMU's spacing: {"a": 1, "b": [true, null]}
    std::string text() const;

    static constexpr size_t MAX_DEPTH = 64;
    static constexpr size_t MAX_BYTES = 1 << 20;

private:
    void write(std::string& to) const;
    std::variant<std::monostate, bool, i64, double, std::string, Array, Object> v_;
};

// Cuts a stream of bytes into the JSON texts in it, however they are split or joined. What is between texts is skipped
// if it is white space and becomes a text of its own, which no parser accepts, if not.
class JsonFramer {
public:
    // Appends bytes; `take` then gives one complete text after the other.
    void feed(std::string_view bytes) { buffer_ += bytes; }
    bool take(std::string& text);
    // A text grew beyond Json::MAX_BYTES: the stream is to be given up.
    bool overrun() const { return overrun_; }

private:
    std::string buffer_;
    size_t at_ = 0; // scanned so far
    size_t depth_ = 0;
    bool in_string_ = false, escaped_ = false, overrun_ = false;
};

} // namespace tabpc
