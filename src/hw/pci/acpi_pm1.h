// ACPI fixed hardware (ACPI 2.0, 4.7.3; PIIX4 data sheet 290562, 7.2): PM1 event and control registers and the 24-bit
// power management timer. All of it is a function of the clock; a timer runs only for an enabled overflow event.
#pragma once
#include "core/clock.h"
#include "core/irq.h"
#include "core/snapshot.h"

namespace tabpc {

class AcpiPm1 {
public:
    static constexpr i64 PM_TMR_HZ = 3'579'545;
    enum Event : u16 { TMR = 1 << 0, GBL = 1 << 5, PWRBTN = 1 << 8, RTC = 1 << 10, WAK = 1 << 15 };
    enum Control : u16 { SCI_EN = 1 << 0, SLP_TYP = 7 << 10, SLP_EN = 1 << 13 };

    explicit AcpiPm1(VirtualClock& clock);

    IrqLine changed;   // pulses when requests_sci() may have changed
    IrqLine power_off; // S5, and S4, which the operating system has prepared itself
    IrqLine suspend;   // S3

    // Twelve bytes of registers: PM1_STS, PM1_EN, PM1_CNT, PM_TMR at 8.
    u32 read(int offset, int size) const;
    void write(int offset, u32 value, int size);

    void set_event(Event e);
    void set_sci_enable(bool on) { cnt_ = static_cast<u16>(on ? cnt_ | SCI_EN : cnt_ & ~SCI_EN); }
    bool requests_sci() const { return status() & en_ & (TMR | GBL | PWRBTN | RTC); }

    void reset();
    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(sts_, en_, cnt_, overflow_, timer_);
    }

private:
    i64 ticks() const { return ns_to_ticks(clock_.now(), PM_TMR_HZ); }
    u16 status() const { return static_cast<u16>(sts_ | (ticks() >= overflow_ ? TMR : 0)); }
    void write_byte(int offset, u8 v);
    void sleep(int type);
    void update();
    void overflowed() { changed.pulse(); }

    VirtualClock& clock_;
    Timer timer_;
    u16 sts_ = 0, en_ = 0, cnt_ = 0; // sts_ without TMR
    i64 overflow_ = 0;               // the tick at which bit 23 turns next after TMR was cleared
};

} // namespace tabpc
