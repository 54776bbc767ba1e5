// See encoder.h.
#include "wasm-jit/encoder.h"
#include <algorithm>
#include <cstring>

namespace tabpc::jit {

Encoder::Encoder(size_t capacity)
    : begin_(std::make_unique_for_overwrite<u8[]>(capacity)), at_(begin_.get()), end_(at_ + capacity)
{}

void Encoder::grow(size_t n)
{
    const size_t used = size(), capacity = std::max(2 * static_cast<size_t>(end_ - begin_.get()), used + n);
    auto larger = std::make_unique_for_overwrite<u8[]>(capacity);
    std::memcpy(larger.get(), begin_.get(), used);
    begin_ = std::move(larger);
    at_ = begin_.get() + used;
    end_ = begin_.get() + capacity;
}

void Encoder::append(std::span<const u8> data)
{
    if (data.empty()) return;
    room(data.size());
    std::memcpy(at_, data.data(), data.size());
    at_ += data.size();
}

void Encoder::name(std::string_view text)
{
    unsigned_leb(static_cast<u32>(text.size()));
    append({reinterpret_cast<const u8*>(text.data()), text.size()});
}

// The length is not known yet: it gets the longest LEB128 of 32 bits, whose leading groups may be 0.
constexpr size_t LENGTH_BYTES = 5;

size_t Encoder::begin_section(Section id)
{
    byte(static_cast<u8>(id));
    room(LENGTH_BYTES);
    at_ += LENGTH_BYTES;
    return size();
}

void Encoder::end_section(size_t begun)
{
    u8* length = begin_.get() + begun - LENGTH_BYTES;
    size_t v = size() - begun;
    for (size_t i = 0; i < LENGTH_BYTES; i++, v >>= 7)
        length[i] = static_cast<u8>((v & 0x7f) | (i + 1 < LENGTH_BYTES ? 0x80 : 0));
}

} // namespace tabpc::jit
