// Archive: one walk over a device's state serves saving, loading and comparing. A device writes one function
//     void serialize(Archive& ar) { ar.section("i8254", 1); ar(counter_, timer_); }
// Fields only, never structs as bytes: wires, constructor arguments and caches are not state. Little-endian, sections
// with name, version and length, so a reader can say what is wrong. A damaged file sets an error; it never crashes.
#pragma once
#include "base/bits.h"
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tabpc {

class Archive {
public:
    enum class Mode {
        Save,
        Load,
        Verify // compares the live machine with a file and names the first field that differs
    };

    static Archive saver() { return Archive(Mode::Save, {}); }
    static Archive loader(std::span<const u8> data) { return Archive(Mode::Load, data); }
    static Archive verifier(std::span<const u8> data) { return Archive(Mode::Verify, data); }

    bool loading() const { return mode_ == Mode::Load; }
    bool saving() const { return mode_ == Mode::Save; }
    bool ok() const { return error_.empty(); }
    const std::string& error() const { return error_; }
    void fail(std::string why) // the first failure is kept
    {
        if (error_.empty()) error_ = std::move(why);
    }

    // Opens the next section. A loaded section of another name, or of a newer version, is an error. Returns the
    // version found in the file, so that a field added later can be read from version 2 on.
    u32 section(std::string_view name, u32 version);
    std::vector<u8> take(); // what was saved
    // After the walk of a load or a comparison: nothing may be left over. True: all went well.
    bool finish();

    template <class... T> void operator()(T&... fields) { (field(fields), ...); }

    void bytes(std::span<u8> data); // fixed length, known to both sides

private:
    Archive(Mode mode, std::span<const u8> data) : mode_(mode), in_(data) {}

    void close_section();
    void raw(void* p, size_t n);

    template <class T> void field(T& v)
    {
        if constexpr (std::is_same_v<T, bool>) {
            u8 b = v;
            raw(&b, 1);
            if (loading()) v = b & 1;
        } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
            raw(&v, sizeof v);
        } else if constexpr (requires { v.serialize(*this); }) {
            v.serialize(*this);
        } else {
            compound(v);
        }
    }
    template <class T, size_t N> void compound(T (&v)[N])
    {
        for (auto& e : v) field(e);
    }
    template <class T, size_t N> void compound(std::array<T, N>& v)
    {
        for (auto& e : v) field(e);
    }
    template <class T> void compound(std::optional<T>& v)
    {
        bool has = v.has_value();
        field(has);
        if (loading()) v = has ? std::optional<T>(T{}) : std::nullopt;
        if (v) field(*v);
    }
    // Variable length: vectors and strings. A length beyond what the section holds is refused before allocation.
    template <class C>
        requires requires(C c) { c.resize(1); c.data(); }
    void compound(C& v)
    {
        u32 n = static_cast<u32>(v.size());
        raw(&n, sizeof n);
        if (loading()) {
            if (n > left()) return fail("a list is longer than its section");
            v.resize(n);
        }
        for (auto& e : v) field(e);
    }
    size_t left() const { return section_end_ - at_; }

    Mode mode_;
    std::span<const u8> in_;
    std::vector<u8> out_;
    size_t at_ = 0;            // reading position in in_
    size_t section_end_ = 0;   // of the open section in in_
    size_t length_at_ = 0;     // where out_ holds the open section's length
    bool open_ = false;
    std::string name_;
    std::string error_;
};

} // namespace tabpc
