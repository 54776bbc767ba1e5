// See mc146818.h.
#include "hw/isa/mc146818.h"
#include <algorithm>

namespace tabpc {

namespace {

constexpr i64 UIP_NS = 244'141; // the update cycle is announced 244 us before

struct Date {
    i64 year;
    int month, day; // from 1
};

i64 floor_div(i64 a, i64 b) { return a / b - (a % b < 0); }
i64 floor_mod(i64 a, i64 b) { return a - floor_div(a, b) * b; }

// Days since 1970-01-01 in the Gregorian calendar; years begin in March so that the leap day is the last one.
i64 days_of(Date d)
{
    const i64 y = d.year - (d.month < 3);
    const i64 day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) + day_of_year - 719468;
}

Date date_of(i64 days)
{
    const i64 since = days + 719468, era = floor_div(since, 146097), d = since - era * 146097;
    const i64 y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    const i64 day_of_year = d - (365 * y + y / 4 - y / 100);
    const int m = static_cast<int>((5 * day_of_year + 2) / 153);
    const int month = m < 10 ? m + 3 : m - 9;
    return {y + era * 400 + (month < 3), month, static_cast<int>(day_of_year - (153 * m + 2) / 5 + 1)};
}

} // namespace

Mc146818::Mc146818(VirtualClock& clock, IoSpace& io, i64 epoch_seconds)
    : clock_(clock), epoch_seconds_(epoch_seconds), base_seconds_(epoch_seconds),
      timer_(clock, timer_callback<&Mc146818::expired, Mc146818>(), this)
{
    cmos_[REG_A] = 0x26; // 32768 Hz, 1024 Hz periodic rate
    cmos_[REG_B] = H24;
    cmos_[REG_D] = 0x80; // VRT: the battery is good
    io.map<&Mc146818::read, &Mc146818::write>(0x70, 2, this, "rtc");
}

void Mc146818::reset()
{
    const i64 now = clock_.now();
    update_flags(now);
    index_ = 0;
    cmos_[REG_B] &= static_cast<u8>(~(PIE | AIE | UIE | SQWE));
    cmos_[REG_C] = 0;
    irq.lower();
    update_irq(now);
}

i64 Mc146818::seconds_at(i64 ns) const { return base_seconds_ + floor_div(ns - base_ns_, NS_PER_SECOND); }
i64 Mc146818::phase(i64 ns) const { return floor_mod(ns - base_ns_, NS_PER_SECOND); }
i64 Mc146818::seconds() const { return seconds_at(clock_.now()); }

u8 Mc146818::encode_hour(int h) const
{
    if (cmos_[REG_B] & H24) return encode(h);
    return static_cast<u8>(encode(h % 12 ? h % 12 : 12) | (h >= 12 ? 0x80 : 0));
}

int Mc146818::decode_hour(u8 v) const
{
    if (cmos_[REG_B] & H24) return decode(v);
    return decode(v & 0x7f) % 12 + (v & 0x80 ? 12 : 0);
}

void Mc146818::show_time()
{
    const i64 s = seconds(), days = floor_div(s, 86400);
    const int of_day = static_cast<int>(s - days * 86400);
    const Date d = date_of(days);
    cmos_[SECONDS] = encode(of_day % 60);
    cmos_[MINUTES] = encode(of_day / 60 % 60);
    cmos_[HOURS] = encode_hour(of_day / 3600);
    // 1970 began on a Thursday, day 5.
    cmos_[DAY_OF_WEEK] = static_cast<u8>(floor_mod(days + 4 + weekday_offset_, 7) + 1);
    cmos_[DAY_OF_MONTH] = encode(d.day);
    cmos_[MONTH] = encode(d.month);
    cmos_[YEAR] = encode(static_cast<int>(floor_mod(d.year, 100)));
    cmos_[CENTURY] = encode(static_cast<int>(floor_mod(floor_div(d.year, 100), 100)));
}

void Mc146818::take_time()
{
    const i64 now = clock_.now();
    const Date d{decode(cmos_[CENTURY]) * 100 + decode(cmos_[YEAR]), std::clamp(decode(cmos_[MONTH]), 1, 12),
                 decode(cmos_[DAY_OF_MONTH])};
    const i64 days = days_of(d);
    base_ns_ = now - phase(now); // the divider chain does not care what the registers hold
    base_seconds_ = days * 86400 + decode_hour(cmos_[HOURS]) * 3600 + decode(cmos_[MINUTES]) * 60 +
                    decode(cmos_[SECONDS]);
    weekday_offset_ = static_cast<int>(floor_mod((cmos_[DAY_OF_WEEK] & 7) - 1 - (days + 4), 7));
    checked_ns_ = now;
    if (notify_) notify_(notify_opaque_, base_seconds_ - (epoch_seconds_ + floor_div(now, NS_PER_SECOND)));
}

u32 Mc146818::read(u16 port, int) { return port & 1 ? read_register(index_) : 0xff; }

void Mc146818::write(u16 port, u32 value, int)
{
    if (port & 1) write_register(index_, static_cast<u8>(value));
    else index_ = value & 0x7f;
}

u8 Mc146818::read_register(u8 index)
{
    const i64 now = clock_.now();
    if (index == PS2_CENTURY) index = CENTURY;
    switch (index) {
    case REG_A: return cmos_[REG_A] | (running() && phase(now) >= NS_PER_SECOND - UIP_NS ? UIP : 0);
    case REG_C: {
        update_flags(now);
        update_irq(now);
        const u8 flags = cmos_[REG_C];
        cmos_[REG_C] &= IRQF; // update_irq() sees that nothing is left and lowers the pin
        update_irq(now);
        return flags;
    }
    case SECONDS:
    case MINUTES:
    case HOURS:
    case DAY_OF_WEEK:
    case DAY_OF_MONTH:
    case MONTH:
    case YEAR:
    case CENTURY:
        if (running()) show_time();
        [[fallthrough]];
    default: return cmos_[index];
    }
}

void Mc146818::write_register(u8 index, u8 v)
{
    const i64 now = clock_.now();
    if (index == PS2_CENTURY) index = CENTURY;
    update_flags(now);
    switch (index) {
    case REG_C:
    case REG_D: return; // read only
    case REG_A:
    case REG_B: write_control(index, v); break;
    case SECONDS:
    case MINUTES:
    case HOURS:
    case DAY_OF_WEEK:
    case DAY_OF_MONTH:
    case MONTH:
    case YEAR:
    case CENTURY:
        if (running()) show_time();
        cmos_[index] = v;
        if (running()) take_time();
        break;
    default: cmos_[index] = v; break;
    }
    update_irq(now);
}

void Mc146818::write_control(u8 index, u8 v)
{
    const i64 now = clock_.now();
    const bool was_running = running(), divider_ran = divider_runs();
    const i64 old_period = period();
    if (was_running) show_time();
    if (index == REG_A) cmos_[REG_A] = v & ~UIP;
    else cmos_[REG_B] = v & SET ? v & ~UIE : v;

    // "The first update cycle begins one-half second" after the divider is released.
    if (!divider_ran && divider_runs()) base_ns_ = now - NS_PER_SECOND / 2;
    if (running() && !was_running) take_time();
    if (!old_period) { // otherwise a new rate counts from the last tick of the old one, as in QEMU
        periodic_base_ns_ = now;
        last_tick_ = 0;
    }
}

i64 Mc146818::period() const
{
    const u8 rate = cmos_[REG_A] & 15;
    if (!rate || !divider_runs()) return 0;
    // From the 32768 Hz time base, rates 1 and 2 repeat 8 and 9.
    return i64(1) << (rate <= 2 && bits_6_4() == 2 ? rate + 6 : rate - 1);
}

i64 Mc146818::next_alarm(i64 after) const
{
    const auto matches = [&](u8 alarm, int count, auto encoded) {
        u64 set = 0;
        for (int v = 0; v < count; v++)
            if ((alarm & 0xc0) == 0xc0 || alarm == encoded(v)) set |= u64(1) << v; // C0..FF: any
        return set;
    };
    const auto plain = [this](int v) { return encode(v); };
    const u64 seconds = matches(cmos_[SECONDS_ALARM], 60, plain);
    const u64 minutes = matches(cmos_[MINUTES_ALARM], 60, plain);
    const u64 hours = matches(cmos_[HOURS_ALARM], 24, [this](int v) { return encode_hour(v); });
    if (!seconds || !minutes || !hours) return -1;

    i64 t = after + 1;
    for (;;) {
        const int of_day = static_cast<int>(floor_mod(t, 86400));
        if (!(hours >> of_day / 3600 & 1)) t += 3600 - of_day % 3600;
        else if (!(minutes >> of_day / 60 % 60 & 1)) t += 60 - of_day % 60;
        else if (!(seconds >> of_day % 60 & 1)) t++;
        else return t;
    }
}

void Mc146818::update_flags(i64 now)
{
    u8& flags = cmos_[REG_C];
    if (const i64 p = period()) {
        const i64 ticks = (ns_to_ticks(now - periodic_base_ns_, OSCILLATOR_HZ) - last_tick_) / p;
        if (ticks > 0) {
            last_tick_ += ticks * p;
            flags |= PF;
        }
    }
    if (running() && seconds_at(now) > seconds_at(checked_ns_)) {
        flags |= UF;
        const i64 alarm = next_alarm(seconds_at(checked_ns_));
        if (alarm >= 0 && alarm <= seconds_at(now)) flags |= AF;
    }
    checked_ns_ = now;
}

void Mc146818::update_irq(i64 now)
{
    u8& flags = cmos_[REG_C];
    const u8 enabled = cmos_[REG_B] & (PIE | AIE | UIE);
    const bool was = flags & IRQF, is = flags & enabled;
    flags = static_cast<u8>((flags & ~IRQF) | (is ? IRQF : 0));
    if (is != was) irq.set(is);

    // While the pin is high nothing can raise it again, so nothing has to be on time.
    i64 next = Clock::NEVER;
    if (!is) {
        if (enabled & PIE && period())
            next = periodic_base_ns_ + ticks_to_ns(last_tick_ + period(), OSCILLATOR_HZ);
        if (enabled & UIE && running()) next = std::min(next, ns_of(seconds_at(now) + 1));
        if (enabled & AIE && running()) {
            const i64 alarm = next_alarm(seconds_at(now));
            if (alarm >= 0) next = std::min(next, ns_of(alarm));
        }
    }
    timer_.schedule(next);
}

void Mc146818::expired()
{
    update_flags(timer_.deadline());
    update_irq(timer_.deadline());
}

void Mc146818::serialize(Archive& ar)
{
    ar.section("mc146818", 1);
    ar(cmos_, index_, base_seconds_, base_ns_, weekday_offset_, periodic_base_ns_, last_tick_, checked_ns_,
       timer_);
    if (!ar.loading()) return;
    const auto sane = [](i64 v) { return v > -(i64(1) << 56) && v < i64(1) << 56; };
    if (!sane(base_seconds_) || !sane(base_ns_) || !sane(periodic_base_ns_) || !sane(last_tick_) ||
        !sane(checked_ns_) || weekday_offset_ < 0 || weekday_offset_ > 6)
        ar.fail("section mc146818 holds a time no clock can show");
    index_ &= 127;
    if (ar.ok()) return;
    base_seconds_ = epoch_seconds_;
    base_ns_ = periodic_base_ns_ = last_tick_ = checked_ns_ = weekday_offset_ = 0;
    timer_.cancel();
}

} // namespace tabpc
