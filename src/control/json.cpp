// See json.h.
#include "control/json.h"
#include <charconv>
#include <cmath>
#include <cstdio>

namespace tabpc {

const Json* Json::find(std::string_view name) const
{
    if (const Object* o = members())
        for (const auto& [key, value] : *o)
            if (key == name) return &value;
    return nullptr;
}

const char* Json::type_name() const
{
    static constexpr const char* NAMES[] = {"null",   "boolean", "integer", "number",
                                            "string", "array",   "object"};
    return NAMES[v_.index()];
}

namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Json> document()
    {
        Json v;
        if (text_.size() > Json::MAX_BYTES)
            return error("JSON text is longer than %zu bytes", Json::MAX_BYTES);
        if (value(v, 0)) {
            skip_space();
            if (at_ != text_.size()) fail("something follows the value");
        }
        if (!why_.empty()) return error("%s at byte %zu", why_.c_str(), at_);
        return v;
    }

private:
    bool fail(const char* why)
    {
        if (why_.empty()) why_ = why;
        return false;
    }
    void skip_space()
    {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            at_++;
    }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool accept(char c)
    {
        if (peek() != c || at_ >= text_.size()) return false;
        at_++;
        return true;
    }
    bool word(std::string_view w)
    {
        if (text_.substr(at_, w.size()) != w) return fail("expecting value");
        at_ += w.size();
        return true;
    }

    bool value(Json& v, size_t depth)
    {
        if (depth > Json::MAX_DEPTH) return fail("nested too deeply");
        skip_space();
        switch (peek()) {
        case '{': return object(v, depth);
        case '[': return array(v, depth);
        case '"': {
            std::string s;
            if (!string(s)) return false;
            v = std::move(s);
            return true;
        }
        case 't': v = true; return word("true");
        case 'f': v = false; return word("false");
        case 'n': v = Json(); return word("null");
        default: return number(v);
        }
    }

    bool object(Json& v, size_t depth)
    {
        at_++;
        Json::Object members;
        skip_space();
        if (!accept('}')) {
            do {
                skip_space();
                auto& [name, member] = members.emplace_back();
                if (peek() != '"') return fail("expecting a member's name in quotes");
                if (!string(name)) return false;
                skip_space();
                if (!accept(':')) return fail("expecting ':'");
                if (!value(member, depth + 1)) return false;
                for (size_t i = 0; i + 1 < members.size(); i++)
                    if (members[i].first == name) return fail("duplicate member");
                skip_space();
            } while (accept(','));
            if (!accept('}')) return fail("expecting ',' or '}'");
        }
        v = std::move(members);
        return true;
    }

    bool array(Json& v, size_t depth)
    {
        at_++;
        Json::Array items;
        skip_space();
        if (!accept(']')) {
            do {
                if (!value(items.emplace_back(), depth + 1)) return false;
                skip_space();
            } while (accept(','));
            if (!accept(']')) return fail("expecting ',' or ']'");
        }
        v = std::move(items);
        return true;
    }

    bool hex4(u32& v)
    {
        if (text_.size() - at_ < 4) return fail("expecting four hexadecimal digits");
        const char* from = text_.data() + at_;
        const auto [end, status] = std::from_chars(from, from + 4, v, 16);
        if (status != std::errc() || end != from + 4) return fail("expecting four hexadecimal digits");
        at_ += 4;
        return true;
    }

    static void append_utf8(std::string& s, u32 c)
    {
        if (c < 0x80) {
            s += static_cast<char>(c);
        } else if (c < 0x800) {
            s += static_cast<char>(0xc0 | c >> 6);
            s += static_cast<char>(0x80 | (c & 63));
        } else if (c < 0x10000) {
            s += static_cast<char>(0xe0 | c >> 12);
            s += static_cast<char>(0x80 | (c >> 6 & 63));
            s += static_cast<char>(0x80 | (c & 63));
        } else {
            s += static_cast<char>(0xf0 | c >> 18);
            s += static_cast<char>(0x80 | (c >> 12 & 63));
            s += static_cast<char>(0x80 | (c >> 6 & 63));
            s += static_cast<char>(0x80 | (c & 63));
        }
    }

    bool escape(std::string& s)
    {
        static constexpr std::string_view LETTERS = "\"\\/bfnrt", MEANING = "\"\\/\b\f\n\r\t";
        const char c = peek();
        at_++;
        if (const size_t i = LETTERS.find(c); i != LETTERS.npos) {
            s += MEANING[i];
            return true;
        }
        if (c != 'u') return fail("unknown escape");
        u32 unit = 0;
        if (!hex4(unit)) return false;
        if (unit >= 0xdc00 && unit < 0xe000) return fail("half a surrogate pair");
        if (unit >= 0xd800 && unit < 0xdc00) {
            u32 low = 0;
            if (text_.substr(at_, 2) != "\\u") return fail("half a surrogate pair");
            at_ += 2;
            if (!hex4(low)) return false;
            if (low < 0xdc00 || low >= 0xe000) return fail("half a surrogate pair");
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
        append_utf8(s, unit);
        return true;
    }

    // One character of more than one byte: no overlong forms, surrogates or values beyond 10FFFF (RFC 3629, table 3-7).
    bool utf8(std::string& s)
    {
        const auto byte = [&](size_t i) -> u32 {
            return at_ + i < text_.size() ? static_cast<u8>(text_[at_ + i]) : 0;
        };
        const u32 first = byte(0);
        const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        const u32 lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        const u32 highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (first < 0xc2 || first > 0xf4 || byte(1) < lowest || byte(1) > highest)
            return fail("invalid UTF-8");
        for (size_t i = 2; i < length; i++)
            if ((byte(i) & 0xc0) != 0x80) return fail("invalid UTF-8");
        s += text_.substr(at_, length);
        at_ += length;
        return true;
    }

    bool string(std::string& s)
    {
        at_++;
        while (at_ < text_.size()) {
            const u8 c = static_cast<u8>(text_[at_]);
            if (c == '"') {
                at_++;
                return true;
            }
            if (c < 0x20) return fail("control character in a string");
            if (c == '\\') {
                at_++;
                if (!escape(s)) return false;
            } else if (c >= 0x80) {
                if (!utf8(s)) return false;
            } else {
                s += static_cast<char>(c);
                at_++;
            }
        }
        return fail("the string does not end");
    }

    bool digits()
    {
        const size_t from = at_;
        while (peek() >= '0' && peek() <= '9') at_++;
        return at_ > from || fail("expecting value");
    }

    bool number(Json& v)
    {
        const size_t from = at_;
        bool whole = true;
        accept('-');
        if (!accept('0') && !digits()) return false;
        if (accept('.')) {
            whole = false;
            if (!digits()) return false;
        }
        if (peek() == 'e' || peek() == 'E') {
            whole = false;
            at_++;
            if (!accept('+')) accept('-');
            if (!digits()) return false;
        }
        const char *begin = text_.data() + from, *end = text_.data() + at_;
        if (i64 n = 0; whole && std::from_chars(begin, end, n).ec == std::errc()) {
            v = n;
        } else if (u64 u = 0; whole && *begin != '-' && std::from_chars(begin, end, u).ec == std::errc()) {
            v = u; // addresses beyond 2^63 wrap, as QEMU's do
        } else {
            v = std::strtod(std::string(begin, end).c_str(), nullptr);
        }
        return true;
    }

    std::string_view text_;
    size_t at_ = 0;
    std::string why_;
};

void write_string(std::string& to, std::string_view s)
{
    to += '"';
    for (const char c : s) {
        switch (c) {
        case '"': to += "\\\""; break;
        case '\\': to += "\\\\"; break;
        case '\n': to += "\\n"; break;
        case '\r': to += "\\r"; break;
        case '\t': to += "\\t"; break;
        default:
            if (static_cast<u8>(c) < 0x20) {
                char code[8];
                std::snprintf(code, sizeof code, "\\u%04x", c);
                to += code;
            } else {
                to += c;
            }
        }
    }
    to += '"';
}

} // namespace

Result<Json> Json::parse(std::string_view text) { return Parser(text).document(); }

std::string Json::text() const
{
    std::string s;
    write(s);
    return s;
}

void Json::write(std::string& to) const
{
    if (const bool* b = boolean()) {
        to += *b ? "true" : "false";
    } else if (const i64* n = integer()) {
        to += std::to_string(*n);
    } else if (const double* d = std::get_if<double>(&v_)) {
        char number[32];
        std::snprintf(number, sizeof number, "%.17g", *d);
        to += std::isfinite(*d) ? number : "null"; // JSON has no others
    } else if (const std::string* s = string()) {
        write_string(to, *s);
    } else if (const Array* a = items()) {
        to += '[';
        for (size_t i = 0; i < a->size(); i++) {
            if (i) to += ", ";
            (*a)[i].write(to);
        }
        to += ']';
    } else if (const Object* o = members()) {
        to += '{';
        for (size_t i = 0; i < o->size(); i++) {
            if (i) to += ", ";
            write_string(to, (*o)[i].first);
            to += ": ";
            (*o)[i].second.write(to);
        }
        to += '}';
    } else {
        to += "null";
    }
}

bool JsonFramer::take(std::string& text)
{
    // A text begins at the start of buffer_: a bracketed one ends with its bracket, anything else with the line.
    const auto cut = [&](size_t end) {
        text = buffer_.substr(0, end);
        buffer_.erase(0, end);
        at_ = depth_ = 0;
        in_string_ = escaped_ = false;
        return true;
    };
    if (at_ == 0) buffer_.erase(0, std::min(buffer_.find_first_not_of(" \t\r\n"), buffer_.size()));
    for (; at_ < buffer_.size(); at_++) {
        const char c = buffer_[at_];
        if (in_string_) {
            if (escaped_) escaped_ = false;
            else if (c == '\\') escaped_ = true;
            else if (c == '"') in_string_ = false;
            else if (c == '\n') return cut(at_ + 1); // no string goes over a line: do not swallow the rest
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{' || c == '[') {
            depth_++;
        } else if (c == '}' || c == ']') {
            if (depth_ <= 1) return cut(at_ + 1);
            depth_--;
        } else if (c == '\n' && depth_ == 0) {
            return cut(at_ + 1);
        }
    }
    if (buffer_.size() > Json::MAX_BYTES) overrun_ = true;
    return false;
}

} // namespace tabpc
