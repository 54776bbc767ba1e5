// See acpi_pm1.h.
#include "hw/pci/acpi_pm1.h"
#include "base/bits.h"

namespace tabpc {

namespace {
constexpr i64 OVERFLOW_TICKS = 1 << 23; // TMR_STS is set whenever the timer's highest bit turns
constexpr u16 ENABLES = AcpiPm1::TMR | AcpiPm1::GBL | AcpiPm1::PWRBTN | AcpiPm1::RTC;
enum SleepType { S5, S3, S4 }; // as the DSDT's packages have them
} // namespace

AcpiPm1::AcpiPm1(VirtualClock& clock)
    : clock_(clock), timer_(clock, timer_callback<&AcpiPm1::overflowed, AcpiPm1>(), this)
{
    reset();
}

void AcpiPm1::reset()
{
    sts_ = en_ = cnt_ = 0;
    overflow_ = (ticks() / OVERFLOW_TICKS + 1) * OVERFLOW_TICKS;
    timer_.cancel();
}

u32 AcpiPm1::read(int offset, int size) const
{
    u8 image[12] = {}; // one moment in time, however many bytes are read
    st<u16>(image, status());
    st<u16>(image + 2, en_);
    st<u16>(image + 4, cnt_);
    st<u32>(image + 8, static_cast<u32>(ticks()) & 0xffffff);
    u32 v = 0;
    for (int i = 0; i < size; i++) {
        const int at = offset + i;
        const bool decoded = at < 6 || (at >= 8 && at < 12);
        v |= u32(decoded ? image[at] : 0xff) << (8 * i);
    }
    return v;
}

void AcpiPm1::write(int offset, u32 value, int size)
{
    for (int i = 0; i < size; i++) write_byte(offset + i, static_cast<u8>(value >> (8 * i)));
    update();
}

void AcpiPm1::write_byte(int offset, u8 v)
{
    const auto replace = [&](u16 old) {
        return static_cast<u16>(offset & 1 ? (old & 0x00ff) | v << 8 : (old & 0xff00) | v);
    };
    switch (offset) {
    case 0:
        if ((v & TMR) && (status() & TMR)) overflow_ = (ticks() / OVERFLOW_TICKS + 1) * OVERFLOW_TICKS;
        sts_ &= static_cast<u16>(~v);
        return;
    case 1: sts_ &= static_cast<u16>(~(v << 8)); return;
    case 2:
    case 3: en_ = replace(en_) & ENABLES; return;
    case 4: cnt_ = replace(cnt_); return;
    case 5:
        cnt_ = replace(cnt_) & static_cast<u16>(~SLP_EN); // reads as zero
        if (v << 8 & SLP_EN) sleep(bits<u16>(cnt_, 12, 10));
        return;
    default: return;
    }
}

void AcpiPm1::sleep(int type)
{
    if (type == S5 || type == S4) power_off.pulse();
    if (type == S3) suspend.pulse();
}

void AcpiPm1::set_event(Event e)
{
    sts_ |= e;
    update();
}

void AcpiPm1::update()
{
    const bool waits = (en_ & TMR) && !(status() & TMR);
    timer_.schedule(waits ? ticks_to_ns(overflow_, PM_TMR_HZ) : Clock::NEVER);
    changed.pulse();
}

} // namespace tabpc
