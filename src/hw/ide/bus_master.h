// One channel of the PIIX3's bus-master IDE function (data sheet 290550, 2.7; SFF-8038i): command, status and
// descriptor table pointer, and the walk over the table. PRD: u32 base, u16 count (0 is 64 KiB), u16 flags (bit 15 EOT).
#pragma once
#include "core/memory.h"
#include "core/snapshot.h"

namespace tabpc {

class BusMaster {
public:
    struct Listener {
        virtual void dma_started() = 0;
        virtual void dma_stopped() = 0; // the guest took START away

    protected:
        ~Listener() = default;
    };

    explicit BusMaster(PhysMap& memory) : memory_(memory) {}
    void set_listener(Listener* l) { listener_ = l; }
    // The PCI command register's bus master enable. Without it descriptors read as zeros and data goes nowhere.
    void set_enabled(bool on) { enabled_ = on; }

    u32 read(int offset, int size);
    void write(int offset, u32 value, int size);

    bool active() const { return status_ & ACTIVE; }
    void interrupt() { status_ |= INTERRUPT; } // the drive's INTRQ rose

    // Bytes moved; fewer than asked for when the table ended, which ends the transfer.
    size_t to_memory(std::span<const u8> from);
    size_t from_memory(std::span<u8> to);

    void reset();
    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(command_, status_, table_, next_, address_, left_, last_);
    }

private:
    enum Command : u8 { START = 0x01, TO_MEMORY = 0x08 };
    enum Status : u8 { ACTIVE = 0x01, ERROR = 0x02, INTERRUPT = 0x04, DMA_CAPABLE = 0x60 };

    u8 read_byte(int offset) const;
    void write_byte(int offset, u8 value);
    bool next_region();
    template <class Move>
    size_t walk(size_t n, Move move);

    PhysMap& memory_;
    Listener* listener_ = nullptr;
    bool enabled_ = false;

    u8 command_ = 0, status_ = 0;
    u32 table_ = 0;
    u32 next_ = 0;    // the next descriptor
    u32 address_ = 0; // in the region of the one before it
    u32 left_ = 0;    // bytes of that region
    bool last_ = false;
};

} // namespace tabpc
