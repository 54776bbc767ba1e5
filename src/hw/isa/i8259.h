// Intel 8259A Programmable Interrupt Controller (data sheet 231468), two of them cascaded as in the PC, and the
// edge/level registers (ELCR) that the PIIX3 adds. Left out: the 8080 CALL sequence (ICW4.uPM = 0), buffered mode and
// other cascades than slave-on-IR2, which a PC cannot have.
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "core/irq.h"

namespace tabpc {

// One chip. Its INT pin is a function of the registers: intr().
class I8259 {
public:
    explicit I8259(u8 cascade) : cascade_(cascade) {}

    void reset();
    void set_ir(int n, bool level);
    u8 read_command();
    u8 read_mask();
    void write_command(u8 v);
    void write_data(u8 v);
    void set_elcr(u8 v) { elcr_ = v; }
    u8 elcr() const { return elcr_; }

    bool intr() const { return request() >= 0; }
    // The level that INTA would acknowledge, or -1.
    int request() const;
    // Acknowledges `level` (from request(); -1 is the spurious level 7) and returns its vector.
    u8 acknowledge(int level);

    // "The IR input must remain high until the first INTA": a request whose line falls is forgotten, in both modes.
    u8 irr() const { return lines_ & (elcr_ | edges_); }
    u8 isr() const { return isr_; }
    u8 imr() const { return imr_; }
    bool polled() const { return poll_; } // the next read is a poll

    template <class A>
    void serialize(A& ar)
    {
        ar(lines_, edges_, imr_, isr_, elcr_, vector_base_, lowest_, init_step_, icw4_follows_, single_,
           auto_eoi_, rotate_on_auto_eoi_, special_mask_, special_fully_nested_, read_isr_, poll_);
        lowest_ &= 7;
    }

private:
    enum InitStep : u8 { READY, ICW2, ICW3, ICW4 };

    // 0 is the highest priority; 8 when the set is empty.
    int top_priority(u8 set) const;
    int level_of(int priority) const { return (lowest_ + 1 + priority) & 7; }
    void initialise(u8 icw1);
    void ocw2(u8 v);
    void ocw3(u8 v);

    u8 cascade_; // mask of the inputs that carry a slave
    u8 lines_ = 0;
    u8 edges_ = 0; // rising edges not acknowledged yet
    u8 imr_ = 0, isr_ = 0, elcr_ = 0;
    u8 vector_base_ = 0;
    u8 lowest_ = 7; // the level with the lowest priority
    InitStep init_step_ = READY;
    bool icw4_follows_ = false, single_ = false;
    bool auto_eoi_ = false, rotate_on_auto_eoi_ = false;
    bool special_mask_ = false, special_fully_nested_ = false;
    bool read_isr_ = false, poll_ = false;
};

class I8259Pair final : public Device {
public:
    IrqLine intr; // to the CPU

    explicit I8259Pair(IoSpace& io);

    IrqInput in(int n) { return inputs_[n]; }
    IrqInputs<16>& inputs() { return inputs_; }
    bool pending() const { return intr_level_; }
    u8 acknowledge(); // the INTA cycle
    const I8259& master() const { return chip_[0]; }
    const I8259& slave() const { return chip_[1]; }

    void reset() override;
    void serialize(Archive& ar) override;

private:
    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    u32 read_elcr(u16 port, int size);
    void write_elcr(u16 port, u32 value, int size);
    void update();

    I8259 chip_[2]{I8259(1 << 2), I8259(0)};
    IrqInputs<16> inputs_;
    bool intr_level_ = false;
};

} // namespace tabpc
