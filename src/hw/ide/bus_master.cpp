// See bus_master.h.
#include "hw/ide/bus_master.h"

namespace tabpc {

namespace {
constexpr int BMIC = 0, BMIS = 2, BMIDTP = 4;
}

void BusMaster::reset()
{
    command_ = status_ = 0;
    table_ = next_ = address_ = left_ = 0;
    last_ = false;
}

u8 BusMaster::read_byte(int offset) const
{
    switch (offset) {
    case BMIC: return command_;
    case BMIS: return status_;
    case BMIDTP:
    case BMIDTP + 1:
    case BMIDTP + 2:
    case BMIDTP + 3: return static_cast<u8>(table_ >> (8 * (offset - BMIDTP)));
    default: return 0xff;
    }
}

u32 BusMaster::read(int offset, int size)
{
    u32 v = 0;
    for (int i = 0; i < size; i++) v |= u32(read_byte(offset + i)) << (8 * i);
    return v;
}

void BusMaster::write(int offset, u32 value, int size)
{
    for (int i = 0; i < size; i++) write_byte(offset + i, static_cast<u8>(value >> (8 * i)));
}

void BusMaster::write_byte(int offset, u8 v)
{
    switch (offset) {
    case BMIC: {
        const bool started = command_ & START;
        command_ = v & (START | TO_MEMORY);
        if (!started && (v & START)) {
            status_ |= ACTIVE;
            next_ = table_;
            left_ = 0;
            last_ = false;
            if (listener_) listener_->dma_started();
        } else if (started && !(v & START)) {
            status_ &= static_cast<u8>(~ACTIVE);
            if (listener_) listener_->dma_stopped();
        }
        break;
    }
    case BMIS:
        status_ =
            static_cast<u8>((v & DMA_CAPABLE) | (status_ & ACTIVE) | (status_ & ~v & (ERROR | INTERRUPT)));
        break;
    case BMIDTP:
    case BMIDTP + 1:
    case BMIDTP + 2:
    case BMIDTP + 3: {
        const int shift = 8 * (offset - BMIDTP);
        table_ = ((table_ & ~(0xffu << shift)) | u32(v) << shift) & 0xfffffffc;
        break;
    }
    default: break;
    }
}

bool BusMaster::next_region()
{
    if (last_) {
        status_ &= static_cast<u8>(~ACTIVE);
        return false;
    }
    const u64 prd = enabled_ ? memory_.dma_load<u64>(next_) : 0;
    next_ = (next_ & 0xffff0000) | ((next_ + 8) & 0xffff); // a table does not cross 64 KiB
    address_ = static_cast<u32>(prd) & ~1u;
    left_ = bits(prd, 47, 32) & 0xfffe;
    if (left_ == 0) left_ = 0x10000;
    last_ = bit(prd, 63);
    return true;
}

template <class Move>
size_t BusMaster::walk(size_t n, Move move)
{
    size_t done = 0;
    while (done < n) {
        if (left_ == 0 && !next_region()) break;
        const u32 step = static_cast<u32>(std::min<size_t>(left_, n - done));
        if (enabled_) move(PhysAddr(address_), done, step);
        address_ += step;
        left_ -= step;
        done += step;
    }
    if (left_ == 0 && last_) status_ &= static_cast<u8>(~ACTIVE); // the table's end is the transfer's
    return done;
}

size_t BusMaster::to_memory(std::span<const u8> from)
{
    return walk(from.size(),
                [&](PhysAddr at, size_t done, u32 n) { memory_.dma_write(at, from.subspan(done, n)); });
}

size_t BusMaster::from_memory(std::span<u8> to)
{
    return walk(to.size(),
                [&](PhysAddr at, size_t done, u32 n) { memory_.dma_read(at, to.subspan(done, n)); });
}

} // namespace tabpc
