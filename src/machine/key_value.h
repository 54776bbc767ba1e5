// QEMU's option lists, "file=a.img,if=ide,snapshot=on", and the kinds of values in them. A comma in a value is doubled.
#pragma once
#include "base/result.h"
#include "base/types.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tabpc {

// A list in the order given. take_* removes the key it looks for, so what is left at the end is what nobody knows.
class KeyValueList {
public:
    // `implied` names the first item where it has no "=": "-device NAME,…". Later items without "=" are "on", and
    // "noKEY" is "KEY=off".
    static Result<KeyValueList> parse(std::string_view text, std::string_view implied = {});

    std::optional<std::string> take(std::string_view key);
    Result<bool> take_bool(std::string_view key, bool otherwise);
    Result<u64> take_number(std::string_view key, u64 otherwise, u64 highest);
    // Unknown keys are an error that names the first of them.
    Result<> finish() const;

    struct Item {
        std::string key, value;
    };
    const std::vector<Item>& items() const { return items_; }

private:
    std::vector<Item> items_;
};

Result<bool> parse_on_off(std::string_view text);
// Decimal or 0x hexadecimal.
Result<u64> parse_number(std::string_view text, u64 highest);
// With suffix K, M, G or T; without one, in units of `unit`.
Result<u64> parse_size(std::string_view text, u64 unit);
// "2026-01-31T12:00:00" or "2026-01-31", to seconds since 1970.
Result<i64> parse_date(std::string_view text);

} // namespace tabpc
