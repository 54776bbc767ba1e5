// See ps2_mouse.h.
#include "hw/isa/ps2_mouse.h"
#include "base/bits.h"
#include <algorithm>

namespace tabpc {

namespace {

enum Command : u8 {
    SCALING_1_1 = 0xe6,
    SCALING_2_1 = 0xe7,
    SET_RESOLUTION = 0xe8,
    STATUS_REQUEST = 0xe9,
    STREAM_MODE = 0xea,
    READ_DATA = 0xeb,
    RESET_WRAP = 0xec,
    WRAP_MODE = 0xee,
    REMOTE_MODE = 0xf0,
    GET_ID = 0xf2,
    SET_RATE = 0xf3,
    ENABLE = 0xf4,
    DISABLE = 0xf5,
    SET_DEFAULT = 0xf6,
    RESEND = 0xfe,
    RESET = 0xff
};
constexpr u8 ACK = 0xfa, BAT_OK = 0xaa, NAK = 0xfe;
constexpr i32 FAR = 1 << 16; // movement the guest never fetched is forgotten beyond this

i32 scaled_2_1(i32 v)
{
    constexpr i32 SMALL[] = {0, 1, 1, 3, 6, 9};
    const i32 magnitude = v < 0 ? -v : v, r = magnitude < 6 ? SMALL[magnitude] : 2 * magnitude;
    return v < 0 ? -r : r;
}

} // namespace

Ps2Mouse::Ps2Mouse(VirtualClock& clock)
    : clock_(clock), timer_(clock, timer_callback<&Ps2Mouse::sample, Ps2Mouse>(), this)
{}

void Ps2Mouse::reset()
{
    replies_.clear();
    packets_.clear();
    set_defaults();
    wrap_ = false;
    id_ = 0;
    pending_ = last_sent_ = buttons_ = 0;
    std::fill(std::begin(rates_), std::end(rates_), u8(0));
    next_sample_ns_ = 0;
    timer_.cancel();
    data.lower();
}

void Ps2Mouse::set_defaults()
{
    enabled_ = remote_ = scaling_ = changed_ = false;
    resolution_ = 2;
    rate_ = 100;
    dx_ = dy_ = dz_ = 0;
}

void Ps2Mouse::move(int dx, int dy, int dz)
{
    const auto add = [](i32& sum, int d) { sum = std::clamp(sum + std::clamp(d, -FAR, FAR), -FAR, FAR); };
    add(dx_, dx);
    add(dy_, dy);
    add(dz_, dz);
    if (id_ == 0) dz_ = 0;
    report();
}

void Ps2Mouse::button(MouseButton b, bool down)
{
    const u8 mask = static_cast<u8>(1 << static_cast<u8>(b));
    if (!!(buttons_ & mask) == down) return;
    // A click shorter than a sample must not be lost: what was not reported yet goes out first.
    if (changed_ && streaming() && packets_.room() >= 8) make_packet(true);
    buttons_ ^= mask;
    changed_ = true;
    report();
}

void Ps2Mouse::fake_event()
{
    changed_ = true;
    report();
}

void Ps2Mouse::report()
{
    if (!streaming() || !moved() || !packets_.empty()) return;
    if (clock_.now() < next_sample_ns_) {
        if (!timer_.pending()) timer_.schedule(next_sample_ns_);
        return;
    }
    next_sample_ns_ = clock_.now() + 1'000'000'000 / std::max<int>(rate_, 10);
    make_packet(true);
}

void Ps2Mouse::sample()
{
    next_sample_ns_ = timer_.deadline();
    report();
}

void Ps2Mouse::make_packet(bool stream)
{
    const auto take = [](i32& sum, i32 low, i32 high) {
        const i32 v = std::clamp(sum, low, high);
        sum -= v;
        return v;
    };
    i32 x = take(dx_, -255, 255), y = -take(dy_, -255, 255);
    if (scaling_ && stream) {
        x = std::clamp(scaled_2_1(x), -255, 255);
        y = std::clamp(scaled_2_1(y), -255, 255);
    }
    packets_.push(static_cast<u8>((buttons_ & 7) | 8 | (x < 0) << 4 | (y < 0) << 5));
    packets_.push(static_cast<u8>(x));
    packets_.push(static_cast<u8>(y));
    if (id_ == 3) packets_.push(static_cast<u8>(take(dz_, -127, 127)));
    if (id_ == 4) packets_.push(static_cast<u8>((take(dz_, -8, 7) & 15) | (buttons_ & 0x18) << 1));
    changed_ = false;
    data.raise();
}

u8 Ps2Mouse::send()
{
    const bool reply = !replies_.empty();
    const u8 v = reply ? replies_.pop() : packets_.pop();
    if (v != NAK) last_sent_ = v;
    if (!reply && packets_.empty()) report();
    return v;
}

void Ps2Mouse::reply(std::initializer_list<u8> bytes)
{
    for (u8 v : bytes) replies_.push(v);
    data.raise();
}

void Ps2Mouse::receive(u8 v)
{
    if (wrap_ && v != RESET_WRAP && v != RESET) return reply({v});
    if (pending_) {
        const u8 waiting = pending_;
        pending_ = 0;
        if (waiting == SET_RATE) set_rate(v);
        else resolution_ = v & 3;
        return reply({ACK});
    }
    if (v != RESEND) packets_.clear(); // a command makes the mouse forget the report it is sending
    command(v);
}

void Ps2Mouse::set_rate(u8 v)
{
    rate_ = v;
    rates_[0] = rates_[1];
    rates_[1] = rates_[2];
    rates_[2] = v;
    if (rates_[0] == 200 && rates_[1] == 100 && v == 80) id_ = std::max<u8>(id_, 3);
    if (rates_[0] == 200 && rates_[1] == 200 && v == 80) id_ = 4;
}

void Ps2Mouse::command(u8 v)
{
    switch (v) {
    case SCALING_1_1:
    case SCALING_2_1: scaling_ = v == SCALING_2_1; break;
    case SET_RESOLUTION:
    case SET_RATE: pending_ = v; break;
    case STATUS_REQUEST: {
        const u8 order = static_cast<u8>(bit(buttons_, 0) << 2 | bit(buttons_, 2) << 1 | bit(buttons_, 1));
        return reply(
            {ACK, static_cast<u8>(remote_ << 6 | enabled_ << 5 | scaling_ << 4 | order), resolution_, rate_});
    }
    case STREAM_MODE:
    case REMOTE_MODE: remote_ = v == REMOTE_MODE; break;
    case READ_DATA: {
        reply({ACK});
        make_packet(false);
        return;
    }
    case RESET_WRAP:
    case WRAP_MODE: wrap_ = v == WRAP_MODE; break;
    case GET_ID: return reply({ACK, id_});
    case ENABLE:
    case DISABLE:
        enabled_ = v == ENABLE;
        dx_ = dy_ = dz_ = 0;
        break;
    case SET_DEFAULT: set_defaults(); break;
    case RESEND: return reply({last_sent_});
    case RESET: {
        const u8 buttons = buttons_;
        reset();
        buttons_ = buttons;
        return reply({ACK, BAT_OK, 0x00});
    }
    default: return reply({NAK});
    }
    reply({ACK});
}

void Ps2Mouse::serialize(Archive& ar)
{
    ar.section("ps2-mouse", 1);
    ar(replies_, packets_, enabled_, remote_, wrap_, scaling_, resolution_, rate_, id_, rates_, pending_,
       last_sent_, buttons_, changed_, dx_, dy_, dz_, next_sample_ns_, timer_);
    if (!ar.loading()) return;
    if (id_ != 3 && id_ != 4) id_ = 0;
    for (i32* d : {&dx_, &dy_, &dz_}) *d = std::clamp(*d, -FAR, FAR);
}

} // namespace tabpc
