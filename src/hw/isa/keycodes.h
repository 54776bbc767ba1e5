// Names of keys: QEMU's QKeyCode (QMP's send-key), the browser's KeyboardEvent.code, and their PC scan codes.
#pragma once
#include "base/types.h"
#include <optional>
#include <string_view>

namespace tabpc {

enum class QKeyCode : u8 {
#define X(qcode, event, set1, set2, set3) Q_##qcode,
#include "hw/isa/keycodes.inc"
#undef X
    MAX
};

struct KeyInfo {
    std::string_view name;       // "kp_0"
    std::string_view event_code; // "Numpad0"; empty: the browser has no name of its own for it
    u16 set1, set2, set3;        // make codes; E0xx with prefix, 0 for none
};

const KeyInfo& key_info(QKeyCode code);
std::optional<QKeyCode> qcode_by_name(std::string_view name);
std::optional<QKeyCode> qcode_by_event_code(std::string_view code);
// By set 1 make code, E0xx or QEMU's key number (bit 7 stands for the E0 prefix): what QMP calls "number".
std::optional<QKeyCode> qcode_by_number(u32 number);

} // namespace tabpc
