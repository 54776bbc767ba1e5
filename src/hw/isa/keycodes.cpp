// See keycodes.h.
#include "hw/isa/keycodes.h"

namespace tabpc {

namespace {

constexpr KeyInfo TABLE[] = {
#define X(qcode, event, set1, set2, set3) {#qcode, event, set1, set2, set3},
#include "hw/isa/keycodes.inc"
#undef X
};

template <class Test>
std::optional<QKeyCode> find(Test test)
{
    for (size_t i = 0; i < std::size(TABLE); i++)
        if (test(TABLE[i])) return static_cast<QKeyCode>(i);
    return std::nullopt;
}

} // namespace

const KeyInfo& key_info(QKeyCode code) { return TABLE[code < QKeyCode::MAX ? static_cast<size_t>(code) : 0]; }

std::optional<QKeyCode> qcode_by_name(std::string_view name)
{
    return find([=](const KeyInfo& k) { return k.name == name; });
}

std::optional<QKeyCode> qcode_by_event_code(std::string_view code)
{
    if (code.empty()) return std::nullopt;
    return find([=](const KeyInfo& k) { return k.event_code == code; });
}

std::optional<QKeyCode> qcode_by_number(u32 number)
{
    if (number == 0) return std::nullopt;
    if (number == 0xe046 || number == 0xc6) return QKeyCode::Q_pause;
    const u32 set1 = number > 0xff || number < 0x80 ? number : 0xe000 | (number & 0x7f);
    return find([=](const KeyInfo& k) { return k.set1 == set1; });
}

} // namespace tabpc
