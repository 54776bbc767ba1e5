// Motorola MC146818 real-time clock and its 128 bytes of CMOS, behind ports 70h and 71h, with the PC's century byte.
// The time of day is a function of the virtual clock; flags are computed when somebody looks or is to be interrupted.
// Left out: daylight saving (DSE is stored), the square wave pin, and the NMI mask in bit 7 of port 70h.
#pragma once
#include "core/clock.h"
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"
#include <array>

namespace tabpc {

class Mc146818 final : public Device {
public:
    IrqLine irq;

    // `epoch_seconds`: what the clock shows at virtual time 0, in seconds since 1970, as the guest is to see it.
    Mc146818(VirtualClock& clock, IoSpace& io, i64 epoch_seconds);

    // For the board: memory sizes, drive types, boot order.
    void set_cmos(u8 index, u8 value) { cmos_[index & 127] = value; }
    u8 cmos(u8 index) const { return cmos_[index & 127]; }

    // Called when the guest has set the clock, with how far it now is from the time base (QMP's RTC_CHANGE).
    void on_change(void (*notify)(void* opaque, i64 offset_seconds), void* opaque)
    {
        notify_ = notify;
        notify_opaque_ = opaque;
    }
    i64 seconds() const; // the time shown, in seconds since 1970

    void reset() override;
    void serialize(Archive& ar) override;

private:
    // Registers and their bits: data sheet, table 1 and "Registers".
    enum : u8 {
        SECONDS,
        SECONDS_ALARM,
        MINUTES,
        MINUTES_ALARM,
        HOURS,
        HOURS_ALARM,
        DAY_OF_WEEK,
        DAY_OF_MONTH,
        MONTH,
        YEAR,
        REG_A,
        REG_B,
        REG_C,
        REG_D,
        CENTURY = 0x32,
        PS2_CENTURY = 0x37
    };
    enum : u8 { UIP = 0x80 };                                                                // register A
    enum : u8 { SET = 0x80, PIE = 0x40, AIE = 0x20, UIE = 0x10, SQWE = 8, DM = 4, H24 = 2 }; // register B
    enum : u8 { IRQF = 0x80, PF = 0x40, AF = 0x20, UF = 0x10 };                              // register C

    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    u8 read_register(u8 index);
    void write_register(u8 index, u8 v);
    void write_control(u8 index, u8 v);

    bool divider_runs() const { return bits_6_4() <= 2; }
    u8 bits_6_4() const { return cmos_[REG_A] >> 4 & 7; }
    bool running() const { return !(cmos_[REG_B] & SET) && divider_runs(); }
    i64 seconds_at(i64 ns) const;
    i64 phase(i64 ns) const; // ns since the last full second
    i64 ns_of(i64 seconds) const { return base_ns_ + (seconds - base_seconds_) * NS_PER_SECOND; }

    u8 encode(int v) const { return static_cast<u8>(cmos_[REG_B] & DM ? v : v / 10 * 16 + v % 10); }
    int decode(u8 v) const { return cmos_[REG_B] & DM ? v : (v >> 4) * 10 + (v & 15); }
    u8 encode_hour(int h) const;
    int decode_hour(u8 v) const;
    void show_time(); // time of day -> registers
    void take_time(); // registers -> time of day

    i64 period() const;              // of the periodic interrupt, in clocks of 32768 Hz; 0: none
    i64 next_alarm(i64 after) const; // the first second > after that matches the alarm; -1: never
    void update_flags(i64 now);
    void update_irq(i64 now); // IRQF, the pin, and the timer for what comes next
    void expired();

    static constexpr i64 NS_PER_SECOND = 1'000'000'000;
    static constexpr i64 OSCILLATOR_HZ = 32768;

    VirtualClock& clock_;
    const i64 epoch_seconds_;
    std::array<u8, 128> cmos_{};
    u8 index_ = 0;
    i64 base_seconds_;         // the clock shows this …
    i64 base_ns_ = 0;          // … from this virtual time on
    int weekday_offset_ = 0;   // the day of the week counts on its own
    i64 periodic_base_ns_ = 0; // clock 0 of the periodic interrupt
    i64 last_tick_ = 0;        // the clock of its last tick that was counted; the next is one period later
    i64 checked_ns_ = 0;       // flags are right up to here
    Timer timer_;
    void (*notify_)(void*, i64) = nullptr;
    void* notify_opaque_ = nullptr;
};

} // namespace tabpc
