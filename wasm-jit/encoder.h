// Writes WebAssembly bytes: a buffer that only grows and the encodings of the binary format. This is the hot path of
// translating: a write is a compare and a store, and a buffer that is used again allocates nothing.
// WebAssembly core specification, 5.2 (LEB128), 5.3 and 5.4 (instructions), 5.5 (sections).
#pragma once
#include "wasm-jit/wasm.h"
#include <memory>
#include <span>
#include <string_view>

namespace tabpc::jit {

class Encoder {
public:
    explicit Encoder(size_t capacity = 4096);

    size_t size() const { return static_cast<size_t>(at_ - begin_.get()); }
    std::span<const u8> bytes() const { return {begin_.get(), size()}; }
    void clear() { at_ = begin_.get(); }

    void byte(u8 v)
    {
        room(1);
        *at_++ = v;
    }
    void unsigned_leb(u32 v)
    {
        room(MAX_LEB);
        for (; v >= 0x80; v >>= 7) *at_++ = static_cast<u8>(v | 0x80);
        *at_++ = static_cast<u8>(v);
    }
    void signed_leb(i64 v)
    {
        room(MAX_LEB);
        for (; v < -0x40 || v > 0x3f; v >>= 7) *at_++ = static_cast<u8>(v | 0x80);
        *at_++ = static_cast<u8>(v & 0x7f);
    }
    void append(std::span<const u8> data);
    void name(std::string_view text); // a vector of bytes

    // ---- instructions
    void op(Wasm w) { byte(static_cast<u8>(w)); }
    void op(Wasm w, u32 index)
    {
        op(w);
        unsigned_leb(index);
    }
    void open(Wasm block, u8 type = NO_RESULT)
    {
        op(block);
        byte(type);
    }
    void get(u32 local) { op(Wasm::local_get, local); }
    void set(u32 local) { op(Wasm::local_set, local); }
    void tee(u32 local) { op(Wasm::local_tee, local); }
    void i32_const(u32 v)
    {
        op(Wasm::i32_const);
        signed_leb(static_cast<i32>(v));
    }
    void i64_const(u64 v)
    {
        op(Wasm::i64_const);
        signed_leb(static_cast<i64>(v));
    }
    // `align` is log2 of the bytes the address is a multiple of, at most the access's own.
    void memory(Wasm access, u32 align, u32 offset)
    {
        op(access);
        unsigned_leb(align);
        unsigned_leb(offset);
    }

    // ---- sections: what stands between is counted, the length is written before it
    size_t begin_section(Section id);
    void end_section(size_t begun);

private:
    static constexpr size_t MAX_LEB = 10;
    void room(size_t n)
    {
        if (TABPC_UNLIKELY(static_cast<size_t>(end_ - at_) < n)) grow(n);
    }
    void grow(size_t n);

    std::unique_ptr<u8[]> begin_;
    u8* at_;
    u8* end_;
};

} // namespace tabpc::jit
