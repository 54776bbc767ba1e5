// The names of a PC keyboard's keys, in each naming that reaches us.
#pragma once
#include "base/types.h"
#include <span>
#include <string_view>

namespace tabpc {

struct Key {
    std::string_view qcode; // QMP's QKeyCode
    std::string_view code;  // the browser's KeyboardEvent.code
    u8 hid;                 // USB HID usage on the keyboard page: SDL's scan codes
    u16 scan_code;          // set 1; 0xE0xx prefixed, 0xE1 Pause
};

std::span<const Key> all_keys();
// Null: no such key.
const Key* key_by_qcode(std::string_view name);
const Key* key_by_code(std::string_view name);
const Key* key_by_hid(unsigned usage);
const Key* key_by_scan_code(unsigned scan_code);

} // namespace tabpc
