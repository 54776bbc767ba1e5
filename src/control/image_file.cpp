// See image_file.h.
#include "control/image_file.h"
#include <array>
#include <cstring>
#include <string>

namespace tabpc {

namespace {

// Deflate's bit order: values go out low bit first, Huffman codes high bit first.
class BitWriter {
public:
    explicit BitWriter(std::vector<u8>& out) : out_(out) {}
    void bits(u32 v, unsigned n)
    {
        buffer_ |= u64(v) << count_;
        for (count_ += n; count_ >= 8; count_ -= 8, buffer_ >>= 8) out_.push_back(static_cast<u8>(buffer_));
    }
    void code(u32 v, unsigned n)
    {
        u32 reversed = 0;
        for (unsigned i = 0; i < n; i++) reversed |= (v >> i & 1) << (n - 1 - i);
        bits(reversed, n);
    }
    void flush()
    {
        if (count_) out_.push_back(static_cast<u8>(buffer_));
    }
    // Symbols of the fixed code: 0-255 literals, 256 end, 257- lengths.
    void symbol(u32 s)
    {
        if (s < 144) code(0x30 + s, 8);
        else if (s < 256) code(0x190 + s - 144, 9);
        else if (s < 280) code(s - 256, 7);
        else code(0xc0 + s - 280, 8);
    }

private:
    std::vector<u8>& out_;
    u64 buffer_ = 0;
    unsigned count_ = 0;
};

// RFC 1951, 3.2.5: the first value of each length and distance symbol, and how many extra bits it has.
constexpr unsigned length_extra(unsigned s) { return s < 8 || s == 28 ? 0 : s / 4 - 1; }
constexpr unsigned distance_extra(unsigned s) { return s < 4 ? 0 : s / 2 - 1; }
template <size_t N, class Extra>
constexpr std::array<u16, N> first_values(unsigned first, Extra extra)
{
    std::array<u16, N> a{};
    unsigned v = first;
    for (unsigned s = 0; s < N; v += 1u << extra(s), s++) a[s] = static_cast<u16>(v);
    return a;
}
constexpr auto LENGTHS = [] {
    auto a = first_values<29>(3, length_extra);
    a[28] = 258; // has a symbol of its own
    return a;
}();
constexpr auto DISTANCES = first_values<30>(1, distance_extra);

template <size_t N>
unsigned symbol_of(const std::array<u16, N>& first, unsigned v)
{
    unsigned s = N - 1;
    while (first[s] > v) s--;
    return s;
}

constexpr unsigned MIN_MATCH = 4, MAX_MATCH = 258, WINDOW = 32768;

u32 crc32(std::span<const u8> data, u32 crc)
{
    for (const u8 byte : data) {
        crc ^= byte;
        for (int i = 0; i < 8; i++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return crc;
}

void put_be32(std::vector<u8>& out, u32 v)
{
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<u8>(v >> shift));
}

void png_chunk(std::vector<u8>& out, const char* type, std::span<const u8> data)
{
    put_be32(out, static_cast<u32>(data.size()));
    const size_t from = out.size();
    out.insert(out.end(), type, type + 4);
    out.insert(out.end(), data.begin(), data.end());
    put_be32(out, ~crc32(std::span(out).subspan(from), ~0u));
}

} // namespace

std::vector<u8> zlib_compress(std::span<const u8> data)
{
    std::vector<u8> out = {0x78, 0x01};
    BitWriter w(out);
    w.bits(1, 1); // the last block
    w.bits(1, 2); // fixed Huffman code

    // Greedy LZ77: for each four bytes, where they were seen last.
    std::vector<u32> seen(1 << 15, ~0u);
    for (size_t at = 0; at < data.size();) {
        unsigned length = 0;
        size_t distance = 0;
        if (data.size() - at >= MIN_MATCH) {
            u32 four;
            std::memcpy(&four, &data[at], sizeof four);
            u32& last = seen[four * 2654435761u >> 17];
            if (last != ~0u && at - last <= WINDOW) {
                const size_t limit = std::min<size_t>(MAX_MATCH, data.size() - at);
                while (length < limit && data[last + length] == data[at + length]) length++;
                distance = at - last;
            }
            last = static_cast<u32>(at);
        }
        if (length < MIN_MATCH) {
            w.symbol(data[at++]);
            continue;
        }
        const unsigned l = symbol_of(LENGTHS, length),
                       d = symbol_of(DISTANCES, static_cast<unsigned>(distance));
        w.symbol(257 + l);
        w.bits(length - LENGTHS[l], length_extra(l));
        w.code(d, 5);
        w.bits(static_cast<u32>(distance - DISTANCES[d]), distance_extra(d));
        at += length;
    }
    w.symbol(256);
    w.flush();

    u32 a = 1, b = 0; // Adler-32
    for (const u8 byte : data) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    put_be32(out, b << 16 | a);
    return out;
}

std::vector<u8> png_file(const Surface& picture)
{
    std::vector<u8> rows;
    rows.reserve(size_t(picture.height) * (picture.width * 3 + 1));
    for (u32 y = 0; y < picture.height; y++) {
        rows.push_back(0); // no filter
        for (u32 x = 0; x < picture.width; x++) {
            const u32 p = picture.row(y)[x];
            rows.insert(rows.end(), {static_cast<u8>(p), static_cast<u8>(p >> 8), static_cast<u8>(p >> 16)});
        }
    }
    std::vector<u8> out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    std::vector<u8> header;
    put_be32(header, picture.width);
    put_be32(header, picture.height);
    header.insert(header.end(), {8, 2, 0, 0, 0}); // 8 bits of R, G and B
    png_chunk(out, "IHDR", header);
    png_chunk(out, "IDAT", zlib_compress(rows));
    png_chunk(out, "IEND", {});
    return out;
}

std::vector<u8> ppm_file(const Surface& picture)
{
    const std::string header =
        "P6\n" + std::to_string(picture.width) + " " + std::to_string(picture.height) + "\n255\n";
    std::vector<u8> out(header.begin(), header.end());
    for (const u32 p : picture.pixels)
        out.insert(out.end(), {static_cast<u8>(p), static_cast<u8>(p >> 8), static_cast<u8>(p >> 16)});
    return out;
}

} // namespace tabpc
