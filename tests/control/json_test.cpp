// The JSON reader: what is good comes back as it was, what is bad is refused with a reason and never does harm.
#include "control/image_file.h"
#include "control/json.h"
#include <gtest/gtest.h>

using namespace tabpc;

namespace {
std::string round_trip(std::string_view text)
{
    auto v = Json::parse(text);
    return v ? v->text() : "error: " + v.error();
}
} // namespace

TEST(Json, GoodTexts)
{
    const struct {
        const char *in, *out;
    } rows[] = {
        {" null ", "null"},
        {"[true,false]", "[true, false]"},
        {"-0", "0"},
        {"9223372036854775807", "9223372036854775807"},
        {"18446744073709551615", "-1"}, // wraps, as QEMU's addresses do
        {"1.5e3", "1500"},
        {"{\"a\" : {\"b\":[1,2,{}]}}", "{\"a\": {\"b\": [1, 2, {}]}}"},
        {R"("\u0041\n\u00e9\ud83d\ude00\/")", "\"A\\n\u00e9\U0001f600/\""},
        {"\"\x7f\"", "\"\x7f\""},
    };
    for (const auto& r : rows) EXPECT_EQ(round_trip(r.in), r.out) << r.in;
}

TEST(Json, BadTexts)
{
    const char* rows[] = {
        "",
        " ",
        "{",
        "[",
        "\"",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "01",
        "1.",
        "-",
        "+1",
        ".5",
        "1e",
        "nul",
        "tru",
        "NaN",
        "Infinity",
        "[1 2]",
        "{\"a\" 1}",
        "1 2",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\n\"",
        "\"\x01\"",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\xf5\x80\x80\x80\"",
        "\"\xe2\x82\"",
        "{\"a\":1,\"a\":2}",
        "]",
        "}",
    };
    for (const char* text : rows)
        EXPECT_TRUE(round_trip(text).starts_with("error: ")) << text << " gave " << round_trip(text);
}

TEST(Json, DepthAndSizeAreLimited)
{
    EXPECT_TRUE(round_trip(std::string(100'000, '[')).starts_with("error: nested too deeply"));
    EXPECT_TRUE(
        round_trip("\"" + std::string(2 << 20, 'a') + "\"").starts_with("error: JSON text is longer"));
    JsonFramer framer;
    std::string text;
    for (int i = 0; i < 3; i++) framer.feed("{\"" + std::string(512 << 10, 'a'));
    EXPECT_FALSE(framer.take(text));
    EXPECT_TRUE(framer.overrun());
}

// Every prefix and every one-byte change of a text must be handled, whatever comes out.
TEST(Json, DamagedTextsNeverDoHarm)
{
    const std::string good =
        R"({"execute": "x", "arguments": {"a": [1, -2.5e+7, "\ud83d\ude00\u00e9", true, null]}, "id": {}})";
    ASSERT_TRUE(Json::parse(good).ok());
    for (size_t n = 0; n < good.size(); n++)
        EXPECT_FALSE(Json::parse(std::string_view(good).substr(0, n)).ok());
    for (size_t at = 0; at < good.size(); at++) {
        for (int c = 0; c < 256; c++) {
            std::string bad = good;
            bad[at] = static_cast<char>(c);
            auto parsed = Json::parse(bad);
            if (parsed) {
                auto again = Json::parse(parsed->text());
                ASSERT_TRUE(again.ok()) << bad;
                EXPECT_EQ(again->text(), parsed->text());
            }
            JsonFramer framer;
            framer.feed(bad);
            for (std::string text; framer.take(text);) EXPECT_LE(text.size(), bad.size());
        }
    }
}

namespace {

// The smallest inflate that reads what zlib_compress writes: fixed Huffman blocks. Written from RFC 1951 for this test.
std::vector<u8> inflate(std::span<const u8> z)
{
    size_t at = 2 * 8;
    const auto bit = [&] { return at++, (z[(at - 1) / 8] >> ((at - 1) % 8)) & 1u; };
    const auto value = [&](unsigned n) {
        unsigned v = 0;
        for (unsigned i = 0; i < n; i++) v |= bit() << i;
        return v;
    };
    EXPECT_EQ(value(3), 3u); // last block, fixed
    std::vector<u8> out;
    for (;;) {
        unsigned code = 0;
        for (int i = 0; i < 7; i++) code = code << 1 | bit();
        unsigned symbol;
        if (code < 24) symbol = 256 + code;
        else {
            code = code << 1 | bit();
            if (code < 0xc0) symbol = code - 0x30;
            else if (code < 0xc8) symbol = 280 + code - 0xc0;
            else symbol = 144 + (code << 1 | bit()) - 0x190;
        }
        if (symbol == 256) return out;
        if (symbol < 256) {
            out.push_back(static_cast<u8>(symbol));
            continue;
        }
        static constexpr u16 LENGTH[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
        static constexpr u8 EXTRA[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
        unsigned length = LENGTH[symbol - 257];
        length += value(EXTRA[symbol - 257]);
        unsigned d = 0;
        for (int i = 0; i < 5; i++) d = d << 1 | bit();
        const unsigned extra = d < 4 ? 0 : d / 2 - 1;
        const unsigned distance = 1 + (d < 4 ? d : ((2 + (d & 1)) << extra) + value(extra));
        if (distance > out.size()) return {};
        while (length--) out.push_back(out[out.size() - distance]);
    }
}

} // namespace

TEST(Png, CompressedBytesComeBack)
{
    std::vector<u8> data;
    u32 x = 1;
    for (int i = 0; i < 200'000; i++) {
        x = x * 1664525 + 1013904223;
        data.push_back(i < 20'000 ? static_cast<u8>(x >> 24) : static_cast<u8>((i / 700) * (i % 7 == 0)));
    }
    EXPECT_EQ(inflate(zlib_compress(data)), data);
    EXPECT_EQ(inflate(zlib_compress({})), std::vector<u8>());
    EXPECT_EQ(zlib_compress({}), (std::vector<u8>{0x78, 0x01, 0x03, 0x00, 0, 0, 0, 1}));
    EXPECT_LT(zlib_compress(std::vector<u8>(100'000, 7)).size(), 1000u);
}
