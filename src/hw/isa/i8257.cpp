// See i8257.h.
#include "hw/isa/i8257.h"
#include "base/bits.h"
#include <algorithm>
#include <cstring>

namespace tabpc {

namespace {

enum Register {
    STATUS_COMMAND = 8,
    REQUEST,
    SINGLE_MASK,
    MODE,
    CLEAR_POINTER,
    MASTER_CLEAR,
    CLEAR_MASK,
    ALL_MASK
};
enum : u8 { COMMAND_DISABLE = 0x04 };
enum : u8 { MODE_AUTO_INIT = 0x10, MODE_DECREMENT = 0x20, MODE_CASCADE = 0xc0 };

// Page register at 80h + n -> channel; the others are not there.
constexpr i8 PAGE_CHANNEL[16] = {-1, 2, 3, 1, -1, -1, -1, 0, -1, 6, 7, 5, -1, -1, -1, 4};

} // namespace

I8257Pair::I8257Pair(IoSpace& io, PhysMap& memory) : memory_(memory)
{
    io.map<&I8257Pair::read, &I8257Pair::write>(0x00, 16, this, "dma");
    io.map<&I8257Pair::read, &I8257Pair::write>(0xc0, 32, this, "dma");
    for (auto [base, count] : {std::pair<u16, u32>{0x81, 3}, {0x87, 1}, {0x89, 3}, {0x8f, 1}})
        io.map<&I8257Pair::read_page, &I8257Pair::write_page>(base, count, this, "dma-page");
}

void I8257Pair::reset()
{
    for (auto& c : controller_) c = {};
    update_dack();
}

u32 I8257Pair::read(u16 port, int)
{
    return port < 0xc0 ? read_register(controller_[0], port & 15)
                       : read_register(controller_[1], port >> 1 & 15);
}

void I8257Pair::write(u16 port, u32 value, int)
{
    const int reg = port < 0xc0 ? port & 15 : port >> 1 & 15;
    write_register(controller_[port >= 0xc0], reg, static_cast<u8>(value));
    update_dack();
}

u32 I8257Pair::read_page(u16 port, int)
{
    const int n = PAGE_CHANNEL[port & 15];
    return controller_[n / 4].channel[n % 4].page;
}

void I8257Pair::write_page(u16 port, u32 value, int)
{
    const int n = PAGE_CHANNEL[port & 15];
    controller_[n / 4].channel[n % 4].page = static_cast<u8>(value);
}

u8 I8257Pair::read_register(Controller& c, int reg)
{
    if (reg < 8) {
        const Channel& ch = c.channel[reg / 2];
        const u16 v = reg & 1 ? ch.count : ch.address;
        c.msb = !c.msb;
        return static_cast<u8>(c.msb ? v : v >> 8);
    }
    if (reg == STATUS_COMMAND) {
        const u8 v = static_cast<u8>((c.dreq | c.request) << 4 | c.terminal_count);
        c.terminal_count = 0;
        return v;
    }
    return reg == ALL_MASK ? c.mask : 0;
}

void I8257Pair::write_channel(Controller& c, int reg, u8 v)
{
    Channel& ch = c.channel[reg / 2];
    u16& base = reg & 1 ? ch.base_count : ch.base_address;
    u16& current = reg & 1 ? ch.count : ch.address;
    base = c.msb ? static_cast<u16>((base & 0x00ff) | v << 8) : static_cast<u16>((base & 0xff00) | v);
    current = base;
    c.msb = !c.msb;
}

void I8257Pair::write_register(Controller& c, int reg, u8 v)
{
    if (reg < 8) return write_channel(c, reg, v);
    const u8 selected = static_cast<u8>(1 << (v & 3));
    const auto assign = [&](u8& bits) { bits = v & 4 ? bits | selected : bits & static_cast<u8>(~selected); };
    switch (reg) {
    case STATUS_COMMAND: c.command = v; break;
    case REQUEST: assign(c.request); break;
    case SINGLE_MASK: assign(c.mask); break;
    case MODE: c.channel[v & 3].mode = v & 0xfc; break;
    case CLEAR_POINTER: c.msb = false; break;
    case MASTER_CLEAR:
        c.command = c.request = c.terminal_count = 0;
        c.msb = false;
        c.mask = 0x0f;
        break;
    case CLEAR_MASK: c.mask = 0; break;
    case ALL_MASK: c.mask = v & 15; break;
    }
}

void I8257Pair::set_dreq(int channel, int level)
{
    u8& dreq = controller_[channel / 4].dreq;
    const u8 mask = static_cast<u8>(1 << channel % 4);
    dreq = level ? dreq | mask : dreq & static_cast<u8>(~mask);
    update_dack();
}

bool I8257Pair::active(int channel) const
{
    const Controller& c = controller_[channel / 4];
    return !(c.command & COMMAND_DISABLE) && !bit(c.mask, static_cast<unsigned>(channel % 4)) &&
           (c.channel[channel % 4].mode & MODE_CASCADE) != MODE_CASCADE;
}

void I8257Pair::update_dack()
{
    for (int n = 0; n < 8; n++) {
        const Controller& c = controller_[n / 4];
        const bool level = active(n) && bit<u8>(c.dreq | c.request, static_cast<unsigned>(n % 4));
        if (level == bit(dack_levels_, static_cast<unsigned>(n))) continue;
        dack_levels_ ^= static_cast<u8>(1 << n);
        dack_[n].set(level); // the device may transfer, and so come back here, before this returns
    }
}

template <class Move>
IsaDma::Result I8257Pair::transfer(int channel, size_t bytes, Move move)
{
    if (!active(channel)) return {0, false};
    Controller& c = controller_[channel / 4];
    Channel& ch = c.channel[channel % 4];
    const u32 unit = channel < 4 ? 1 : 2;
    // The page register drives the upper address lines; a word channel's A0 is always 0.
    const PhysAddr page = static_cast<PhysAddr>(unit == 1 ? ch.page : ch.page & 0xfe) << 16;
    const bool down = ch.mode & MODE_DECREMENT;

    size_t done = 0;
    bool tc = false;
    while (!tc && bytes - done >= unit) {
        const u32 until_tc = ch.count + 1u, until_wrap = down ? 1 : 0x10000u - ch.address;
        const u32 units = static_cast<u32>(std::min<size_t>({(bytes - done) / unit, until_tc, until_wrap}));
        move(page + static_cast<PhysAddr>(ch.address) * unit, done, size_t(units) * unit);
        done += size_t(units) * unit;
        ch.address = static_cast<u16>(down ? ch.address - 1 : ch.address + units);
        ch.count = static_cast<u16>(ch.count - units);
        tc = units == until_tc;
    }
    if (tc) {
        const u8 mask = static_cast<u8>(1 << channel % 4);
        c.terminal_count |= mask;
        c.request &= static_cast<u8>(~mask);
        if (ch.mode & MODE_AUTO_INIT) {
            ch.address = ch.base_address;
            ch.count = ch.base_count;
        } else {
            c.mask |= mask;
        }
        update_dack();
    }
    return {done, tc};
}

IsaDma::Result I8257Pair::read_memory(int channel, std::span<u8> to)
{
    const u8 type = controller_[channel / 4].channel[channel % 4].mode >> 2 & 3;
    return transfer(channel, to.size(), [&](PhysAddr at, size_t offset, size_t n) {
        if (type == READ) memory_.dma_read(at, to.subspan(offset, n));
        else std::memset(&to[offset], 0xff, n); // nobody drives the bus
    });
}

IsaDma::Result I8257Pair::write_memory(int channel, std::span<const u8> from)
{
    const u8 type = controller_[channel / 4].channel[channel % 4].mode >> 2 & 3;
    return transfer(channel, from.size(), [&](PhysAddr at, size_t offset, size_t n) {
        if (type == WRITE) memory_.dma_write(at, from.subspan(offset, n));
    });
}

void I8257Pair::serialize(Archive& ar)
{
    ar.section("i8257", 1);
    ar(controller_[0], controller_[1], dack_levels_);
}

} // namespace tabpc
