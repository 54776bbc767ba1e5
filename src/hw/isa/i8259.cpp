// See i8259.h. Section names are the data sheet's.
#include "hw/isa/i8259.h"
#include "base/bits.h"
#include <bit>

namespace tabpc {

void I8259::reset()
{
    const u8 cascade = cascade_;
    *this = I8259(cascade);
}

void I8259::set_ir(int n, bool level)
{
    const u8 mask = static_cast<u8>(1 << n);
    if (level && !(lines_ & mask)) edges_ |= mask;
    lines_ = level ? lines_ | mask : lines_ & static_cast<u8>(~mask);
}

int I8259::top_priority(u8 set) const
{
    if (!set) return 8;
    return std::countr_zero(std::rotr(set, (lowest_ + 1) & 7));
}

int I8259::request() const
{
    const int wanted = top_priority(irr() & ~imr_);
    if (wanted == 8) return -1;
    // Special mask mode: a level that is in service and masked holds nobody back.
    const int in_service = top_priority(special_mask_ ? isr_ & ~imr_ : isr_);
    const int level = level_of(wanted);
    if (wanted < in_service) return level;
    // Special fully nested mode: a slave in service may bring a more urgent request of its own.
    if (wanted == in_service && special_fully_nested_ && bit(cascade_, level)) return level;
    return -1;
}

u8 I8259::acknowledge(int level)
{
    if (level < 0) return vector_base_ | 7;
    const u8 mask = static_cast<u8>(1 << level);
    edges_ &= ~mask;
    if (!auto_eoi_) isr_ |= mask;
    else if (rotate_on_auto_eoi_) lowest_ = static_cast<u8>(level);
    return static_cast<u8>(vector_base_ | level);
}

u8 I8259::read_command()
{
    if (!poll_) return read_isr_ ? isr_ : irr();
    poll_ = false;
    const int level = request();
    if (level < 0) return 0;
    acknowledge(level);
    return static_cast<u8>(0x80 | level);
}

u8 I8259::read_mask()
{
    return poll_ ? read_command() : imr_; // in poll mode any RD is the acknowledge
}

void I8259::write_command(u8 v)
{
    if (bit(v, 4)) initialise(v);
    else if (bit(v, 3)) ocw3(v);
    else ocw2(v);
}

void I8259::initialise(u8 icw1)
{
    edges_ = imr_ = isr_ = 0;
    lowest_ = 7;
    special_mask_ = special_fully_nested_ = auto_eoi_ = rotate_on_auto_eoi_ = false;
    read_isr_ = poll_ = false;
    icw4_follows_ = bit(icw1, 0);
    single_ = bit(icw1, 1);
    init_step_ = ICW2; // ICW1.LTIM has no effect: ELCR decides, line by line
}

void I8259::write_data(u8 v)
{
    switch (init_step_) {
    case ICW2:
        vector_base_ = v & 0xf8;
        init_step_ = !single_ ? ICW3 : icw4_follows_ ? ICW4 : READY;
        break;
    case ICW3: init_step_ = icw4_follows_ ? ICW4 : READY; break; // the board's wiring decides
    case ICW4:
        auto_eoi_ = bit(v, 1);
        special_fully_nested_ = bit(v, 4);
        init_step_ = READY;
        break;
    default: imr_ = v; break; // OCW1
    }
}

void I8259::ocw2(u8 v)
{
    const bool rotate = bit(v, 7), specific = bit(v, 6), eoi = bit(v, 5);
    const u8 level = v & 7;
    if (!eoi) {
        if (!specific) rotate_on_auto_eoi_ = rotate;
        else if (rotate) lowest_ = level; // set priority
        return;
    }
    int done = level;
    if (!specific) {
        const int top = top_priority(special_mask_ ? isr_ & ~imr_ : isr_);
        if (top == 8) return;
        done = level_of(top);
    }
    isr_ &= static_cast<u8>(~(1 << done));
    if (rotate) lowest_ = static_cast<u8>(done);
}

void I8259::ocw3(u8 v)
{
    poll_ = bit(v, 2);
    if (bit(v, 1)) read_isr_ = bit(v, 0);
    if (bit(v, 6)) special_mask_ = bit(v, 5);
}

I8259Pair::I8259Pair(IoSpace& io)
    : inputs_(
          [](void* o, int n, int level) {
              auto* pair = static_cast<I8259Pair*>(o);
              pair->chip_[n / 8].set_ir(n % 8, level);
              pair->update();
          },
          this)
{
    io.map<&I8259Pair::read, &I8259Pair::write>(0x20, 2, this, "pic");
    io.map<&I8259Pair::read, &I8259Pair::write>(0xa0, 2, this, "pic");
    io.map<&I8259Pair::read_elcr, &I8259Pair::write_elcr>(0x4d0, 2, this, "elcr");
}

void I8259Pair::reset()
{
    for (auto& c : chip_) c.reset();
    update();
}

u8 I8259Pair::acknowledge()
{
    const int level = chip_[0].request();
    u8 vector = chip_[0].acknowledge(level);
    if (level == 2) {
        vector = chip_[1].acknowledge(chip_[1].request());
        chip_[0].set_ir(2, false); // INT falls with every INTA, so that what is still waiting is a new edge
    }
    update();
    return vector;
}

u32 I8259Pair::read(u16 port, int)
{
    I8259& c = chip_[port >= 0xa0];
    const bool inta = c.polled();
    const u8 v = port & 1 ? c.read_mask() : c.read_command();
    if (inta && &c == &chip_[1]) chip_[0].set_ir(2, false);
    update();
    return v;
}

void I8259Pair::write(u16 port, u32 value, int)
{
    I8259& c = chip_[port >= 0xa0];
    if (port & 1) c.write_data(static_cast<u8>(value));
    else c.write_command(static_cast<u8>(value));
    update();
}

u32 I8259Pair::read_elcr(u16 port, int) { return chip_[port & 1].elcr(); }

void I8259Pair::write_elcr(u16 port, u32 value, int)
{
    // The timer, keyboard, cascade, RTC and FPU lines are always edge triggered (PIIX3 2.5.7).
    chip_[port & 1].set_elcr(static_cast<u8>(value & (port & 1 ? 0xde : 0xf8)));
    update();
}

void I8259Pair::update()
{
    chip_[0].set_ir(2, chip_[1].intr());
    if (chip_[0].intr() == intr_level_) return;
    intr_level_ = !intr_level_;
    intr.set(intr_level_);
}

void I8259Pair::serialize(Archive& ar)
{
    ar.section("i8259", 1);
    ar(chip_[0], chip_[1], intr_level_);
}

} // namespace tabpc
