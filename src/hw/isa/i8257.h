// The PC's two DMA controllers (Intel 8237A data sheet 231466; named i8257 as in QEMU) with their page registers.
// A transfer happens when the device asks for it, so demand, single and block mode do the same. Left out:
// memory-to-memory, rotating priority and compressed timing, and that channel 4 masked blocks channels 0 to 3.
#pragma once
#include "core/device.h"
#include "core/ioport.h"
#include "core/memory.h"
#include "hw/isa/isa_dma.h"

namespace tabpc {

class I8257Pair final : public Device, public IsaDma {
public:
    I8257Pair(IoSpace& io, PhysMap& memory);

    IrqInput dreq(int channel) override { return irq_input<&I8257Pair::set_dreq>(this, channel); }
    IrqLine& dack(int channel) override { return dack_[channel]; }
    Result read_memory(int channel, std::span<u8> to) override;
    Result write_memory(int channel, std::span<const u8> from) override;

    void reset() override;
    void serialize(Archive& ar) override;

private:
    enum Type : u8 { VERIFY, WRITE, READ }; // mode register bits 3:2, as memory sees it

    struct Channel {
        u16 base_address = 0, base_count = 0;
        u16 address = 0, count = 0;
        u8 mode = 0, page = 0;

        template <class A>
        void serialize(A& ar)
        {
            ar(base_address, base_count, address, count, mode, page);
        }
    };
    struct Controller {
        Channel channel[4];
        u8 command = 0, mask = 0x0f, request = 0, terminal_count = 0, dreq = 0;
        bool msb = false; // the byte pointer flip-flop

        template <class A>
        void serialize(A& ar)
        {
            ar(channel, command, mask, request, terminal_count, dreq, msb);
        }
    };

    u32 read(u16 port, int size);
    void write(u16 port, u32 value, int size);
    u32 read_page(u16 port, int size);
    void write_page(u16 port, u32 value, int size);
    u8 read_register(Controller& c, int reg);
    void write_register(Controller& c, int reg, u8 v);
    void write_channel(Controller& c, int reg, u8 v);

    void set_dreq(int channel, int level);
    bool active(int channel) const; // unmasked on an enabled controller
    void update_dack();
    // `move` gets a physical address and a range of the device's bytes.
    template <class Move>
    Result transfer(int channel, size_t bytes, Move move);

    PhysMap& memory_;
    Controller controller_[2];
    IrqLine dack_[8];
    u8 dack_levels_ = 0;
};

} // namespace tabpc
