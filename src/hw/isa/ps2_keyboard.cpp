// See ps2_keyboard.h.
#include "hw/isa/ps2_keyboard.h"
#include "base/bits.h"

namespace tabpc {

namespace {

enum Command : u8 {
    SET_LEDS = 0xed,
    ECHO = 0xee,
    SCAN_CODE_SET = 0xf0,
    IDENTIFY = 0xf2,
    SET_TYPEMATIC = 0xf3,
    ENABLE = 0xf4,
    DISABLE = 0xf5,
    SET_DEFAULT = 0xf6,
    ALL_TYPEMATIC = 0xf7,
    ALL_MAKE_BREAK = 0xf8,
    ALL_MAKE = 0xf9,
    ALL_TYPEMATIC_MAKE_BREAK = 0xfa,
    KEY_TYPEMATIC = 0xfb,
    KEY_MAKE_BREAK = 0xfc,
    KEY_MAKE = 0xfd,
    RESEND = 0xfe,
    RESET = 0xff
};
constexpr u8 ACK = 0xfa, BAT_OK = 0xaa, NAK = 0xfe;

// Set 3 at power-on: keys that also send a break code, and keys that do neither repeat nor break; others repeat.
constexpr u8 SET3_MAKE_BREAK[] = {0x11, 0x12, 0x14, 0x19, 0x59};
constexpr u8 SET3_MAKE_ONLY[] = {0x07, 0x08, 0x0f, 0x17, 0x1f, 0x27, 0x2f, 0x37, 0x39, 0x3f,
                                 0x47, 0x4a, 0x4f, 0x56, 0x57, 0x58, 0x5e, 0x5f, 0x62, 0x65,
                                 0x67, 0x69, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72,
                                 0x73, 0x74, 0x75, 0x76, 0x77, 0x79, 0x7a, 0x7d, 0x7e, 0x84};

} // namespace

void Ps2Keyboard::reset()
{
    replies_.clear();
    keys_.clear();
    pending_ = last_sent_ = 0;
    scan_set_ = 2;
    scanning_ = true;
    set_leds(0);
    set_defaults();
    data.lower();
}

void Ps2Keyboard::set_defaults()
{
    typematic_ = 0x2b;
    set3_type_.fill(TYPEMATIC);
    for (u8 k : SET3_MAKE_BREAK) set3_type_[k] = BREAK;
    for (u8 k : SET3_MAKE_ONLY) set3_type_[k] = 0;
}

void Ps2Keyboard::set_leds(u8 v)
{
    leds_ = v;
    if (notify_leds_) notify_leds_(notify_opaque_, v);
}

u8 Ps2Keyboard::send()
{
    const u8 v = replies_.empty() ? keys_.pop() : replies_.pop();
    if (v != NAK) last_sent_ = v;
    return v;
}

void Ps2Keyboard::reply(std::initializer_list<u8> bytes)
{
    for (u8 v : bytes) replies_.push(v);
    data.raise();
}

void Ps2Keyboard::enqueue(std::initializer_list<u8> bytes)
{
    const u8 overrun = scan_set_ == 1 ? 0xff : 0x00;
    if (keys_.size() + bytes.size() <= BUFFER) {
        for (u8 v : bytes) keys_.push(v);
    } else if (keys_.back() != overrun) {
        keys_.push(overrun);
    }
    data.raise();
}

void Ps2Keyboard::enqueue_code(u16 code, bool down)
{
    if (!code) return;
    const u8 low = static_cast<u8>(code);
    const bool e0 = code >> 8 == 0xe0;
    if (scan_set_ == 1) {
        const u8 v = down ? low : low | 0x80;
        e0 ? enqueue({0xe0, v}) : enqueue({v});
    } else if (down) {
        e0 ? enqueue({0xe0, low}) : enqueue({low});
    } else {
        e0 ? enqueue({0xe0, 0xf0, low}) : enqueue({0xf0, low});
    }
}

void Ps2Keyboard::key(QKeyCode code, bool down)
{
    if (code >= QKeyCode::MAX) return;
    const size_t n = static_cast<size_t>(code);
    const bool was_down = down_[n];
    if (!down && !was_down) return;
    down_[n] = down;
    if (!scanning_) return;

    const KeyInfo& info = key_info(code);
    if (scan_set_ == 3) return key_set3(static_cast<u8>(info.set3), down, was_down);
    if (code == QKeyCode::Q_print) return print_screen(down);
    if (code == QKeyCode::Q_pause) return down && !was_down ? pause() : void();
    enqueue_code(scan_set_ == 1 ? info.set1 : info.set2, down);
}

void Ps2Keyboard::release_all()
{
    for (size_t n = 0; n < down_.size(); n++)
        if (down_[n]) key(static_cast<QKeyCode>(n), false);
}

void Ps2Keyboard::key_set3(u8 code, bool down, bool repeated)
{
    if (!code) return;
    const u8 type = set3_type_[code];
    if (down && (!repeated || type & TYPEMATIC)) enqueue({code});
    if (!down && type & BREAK) enqueue({0xf0, code});
}

// Print Screen was once Shift + keypad *, and with Alt the SysRq key; it still says so.
void Ps2Keyboard::print_screen(bool down)
{
    const auto held = [this](QKeyCode a, QKeyCode b) { return is_down(a) || is_down(b); };
    if (held(QKeyCode::Q_alt, QKeyCode::Q_alt_r)) return enqueue_code(scan_set_ == 1 ? 0x54 : 0x84, down);
    const bool faked =
        !held(QKeyCode::Q_shift, QKeyCode::Q_shift_r) && !held(QKeyCode::Q_ctrl, QKeyCode::Q_ctrl_r);
    const u16 shift = scan_set_ == 1 ? 0xe02a : 0xe012, star = scan_set_ == 1 ? 0xe037 : 0xe07c;
    if (faked && down) enqueue_code(shift, true);
    enqueue_code(star, down);
    if (faked && !down) enqueue_code(shift, false);
}

// Pause was Ctrl + Num Lock, Ctrl + Pause is Break. Both send everything at once when the key goes down.
void Ps2Keyboard::pause()
{
    if (is_down(QKeyCode::Q_ctrl) || is_down(QKeyCode::Q_ctrl_r)) {
        if (scan_set_ == 1) return enqueue({0xe0, 0x46, 0xe0, 0xc6});
        return enqueue({0xe0, 0x7e, 0xe0, 0xf0, 0x7e});
    }
    if (scan_set_ == 1) return enqueue({0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5});
    enqueue({0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77});
}

void Ps2Keyboard::receive(u8 v)
{
    const u8 waiting = pending_;
    pending_ = 0;
    if (waiting && v < SET_LEDS) return argument(waiting, v);
    command(v);
}

void Ps2Keyboard::command(u8 v)
{
    switch (v) {
    case ECHO: return reply({ECHO});
    case RESEND: return reply({last_sent_});
    case IDENTIFY: return reply({ACK, 0xab, 0x83});
    case SET_LEDS:
    case SCAN_CODE_SET:
    case SET_TYPEMATIC: pending_ = v; break;
    case KEY_TYPEMATIC:
    case KEY_MAKE_BREAK:
    case KEY_MAKE:
        pending_ = v;
        scanning_ = false; // until Enable
        break;
    case ENABLE:
        keys_.clear();
        scanning_ = true;
        break;
    case DISABLE:
    case SET_DEFAULT:
        keys_.clear();
        set_defaults();
        scanning_ = v == SET_DEFAULT;
        break;
    case ALL_TYPEMATIC: set3_type_.fill(TYPEMATIC); break;
    case ALL_MAKE_BREAK: set3_type_.fill(BREAK); break;
    case ALL_MAKE: set3_type_.fill(0); break;
    case ALL_TYPEMATIC_MAKE_BREAK: set3_type_.fill(TYPEMATIC | BREAK); break;
    case RESET: reset(); return reply({ACK, BAT_OK});
    default: return reply({NAK});
    }
    reply({ACK});
}

void Ps2Keyboard::argument(u8 command, u8 v)
{
    switch (command) {
    case SET_LEDS: set_leds(v & 7); break;
    case SET_TYPEMATIC: typematic_ = v & 0x7f; break;
    case SCAN_CODE_SET:
        if (v > 3) return reply({NAK});
        if (v == 0) return reply({ACK, scan_set_});
        scan_set_ = v;
        keys_.clear();
        break;
    case KEY_TYPEMATIC: set3_type_[v] = TYPEMATIC; break;
    case KEY_MAKE_BREAK: set3_type_[v] = BREAK; break;
    case KEY_MAKE: set3_type_[v] = 0; break;
    }
    if (command >= KEY_TYPEMATIC) pending_ = command; // takes a list of keys, ended by the next command
    reply({ACK});
}

void Ps2Keyboard::serialize(Archive& ar)
{
    ar.section("ps2-keyboard", 1);
    ar(replies_, keys_, scan_set_, scanning_, leds_, typematic_, pending_, last_sent_, set3_type_);
    if (ar.loading() && (scan_set_ < 1 || scan_set_ > 3)) scan_set_ = 2;
}

} // namespace tabpc
