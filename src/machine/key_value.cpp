// See key_value.h.
#include "machine/key_value.h"
#include <algorithm>
#include <charconv>

namespace tabpc {

Result<KeyValueList> KeyValueList::parse(std::string_view text, std::string_view implied)
{
    KeyValueList list;
    size_t at = 0;
    while (at < text.size()) {
        std::string item;
        for (; at < text.size(); at++) {
            if (text[at] == ',') {
                if (at + 1 == text.size() || text[at + 1] != ',') break;
                at++;
            }
            item += text[at];
        }
        at++;
        const bool first = list.items_.empty();
        if (const size_t equals = item.find('='); equals != std::string::npos)
            list.items_.push_back({item.substr(0, equals), item.substr(equals + 1)});
        else if (first && !implied.empty()) list.items_.push_back({std::string(implied), item});
        else if (item.empty()) return error("two commas with nothing between them");
        else if (item.starts_with("no")) list.items_.push_back({item.substr(2), "off"});
        else list.items_.push_back({item, "on"});
    }
    return list;
}

std::optional<std::string> KeyValueList::take(std::string_view key)
{
    // The last one given wins.
    std::optional<std::string> value;
    std::erase_if(items_, [&](Item& i) {
        if (i.key != key) return false;
        value = std::move(i.value);
        return true;
    });
    return value;
}

Result<bool> KeyValueList::take_bool(std::string_view key, bool otherwise)
{
    const auto text = take(key);
    if (!text) return otherwise;
    auto value = parse_on_off(*text);
    if (!value) return error("%s=%s: %s", std::string(key).c_str(), text->c_str(), value.error().c_str());
    return value;
}

Result<u64> KeyValueList::take_number(std::string_view key, u64 otherwise, u64 highest)
{
    const auto text = take(key);
    if (!text) return otherwise;
    auto value = parse_number(*text, highest);
    if (!value) return error("%s=%s: %s", std::string(key).c_str(), text->c_str(), value.error().c_str());
    return value;
}

Result<> KeyValueList::finish() const
{
    if (items_.empty()) return {};
    return error("unknown parameter '%s'", items_[0].key.c_str());
}

Result<bool> parse_on_off(std::string_view text)
{
    if (text == "on" || text == "yes" || text == "true") return true;
    if (text == "off" || text == "no" || text == "false") return false;
    return error("must be 'on' or 'off'");
}

Result<u64> parse_number(std::string_view text, u64 highest)
{
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    if (hex) text.remove_prefix(2);
    u64 v = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), v, hex ? 16 : 10);
    if (status == std::errc::result_out_of_range || (status == std::errc() && v > highest))
        return error("must be at most %llu", static_cast<unsigned long long>(highest));
    if (status != std::errc() || end != text.data() + text.size()) return error("is not a number");
    return v;
}

Result<u64> parse_size(std::string_view text, u64 unit)
{
    // QEMU takes fractions ("1.5G").
    const char* end = text.data() + text.size();
    u64 whole = 0;
    const auto [p, status] = std::from_chars(text.data(), end, whole);
    if (status == std::errc::result_out_of_range) return error("is too large");
    if (status != std::errc()) return error("is not a size such as 64M or 1G");
    double fraction = 0, digit = 0.1;
    const char* at = p;
    if (at != end && *at == '.')
        for (at++; at != end && *at >= '0' && *at <= '9'; at++, digit /= 10) fraction += digit * (*at - '0');

    const std::string_view suffix(at, static_cast<size_t>(end - at));
    if (!suffix.empty()) {
        static constexpr std::string_view LETTERS = "bkmgt";
        const size_t power = LETTERS.find(static_cast<char>(suffix[0] | 0x20));
        if (suffix.size() > 1 || power == LETTERS.npos) return error("is not a size such as 64M or 1G");
        unit = u64(1) << (10 * power);
    }
    if (whole > (u64(1) << 62) / unit) return error("is too large");
    return whole * unit + static_cast<u64>(fraction * static_cast<double>(unit));
}

Result<i64> parse_date(std::string_view text)
{
    // Fixed columns: YYYY-MM-DD, then THH:MM:SS or nothing.
    const std::string shape = "dddd-dd-ddTdd:dd:dd";
    const Error bad = error("is not 'utc', 'localtime' or a date such as 2026-01-31T12:00:00");
    if (text.size() != shape.size() && text.size() != 10) return bad;
    for (size_t i = 0; i < text.size(); i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i]) return bad;
    }
    const auto number = [&](size_t at, size_t n) {
        int v = 0;
        for (size_t i = at; i < std::min(at + n, text.size()); i++) v = v * 10 + (text[i] - '0');
        return v;
    };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    static constexpr int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1] + (leap && month == 2)) return bad;
    if (hour > 23 || minute > 59 || second > 59) return bad;

    // Days since 1970-01-01 in the proleptic Gregorian calendar, the year beginning in March.
    const i64 y = month > 2 ? year : year - 1;
    const i64 era_days = y * 365 + y / 4 - y / 100 + y / 400;
    const i64 year_days = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return (era_days + year_days - 719468) * 86400 + hour * 3600 + minute * 60 + second;
}

} // namespace tabpc
