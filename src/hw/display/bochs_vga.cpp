// See bochs_vga.h.
#include "hw/display/bochs_vga.h"
#include <algorithm>

namespace tabpc {

using namespace vga;

namespace {

constexpr bool valid_bpp(u16 v) { return v == 4 || v == 8 || v == 15 || v == 16 || v == 24 || v == 32; }

} // namespace

BochsVga::BochsVga(VirtualClock& clock, IoSpace& io, PhysMap& phys, RamBlock& vram)
    : Vga(clock, io, phys, vram)
{
    reg_[ID] = ID_5;
    port_id_ = io.map<&BochsVga::port_in, &BochsVga::port_out>(0x1ce, 3, this, "vbe", 2);
}

BochsVga::~BochsVga() { io_.unmap(port_id_); }

void BochsVga::reset()
{
    reg_ = {};
    reg_[ID] = ID_5;
    index_ = 0;
    big_endian_ = false;
    Vga::reset();
}

void BochsVga::serialize(Archive& ar)
{
    Vga::serialize(ar);
    ar.section("vbe", 1);
    ar(reg_, index_, big_endian_);
    if (!ar.loading()) return;
    if (enabled()) fit();
    applied();
}

// Index at 1CE; data at 1CF and, for those who like it even, at 1D0.
u32 BochsVga::port_in(u16 port, int) { return port == 0x1ce ? index_ : dispi_read(index_); }

void BochsVga::port_out(u16 port, u32 value, int)
{
    if (port == 0x1ce) index_ = static_cast<u16>(value);
    else dispi_write(index_, static_cast<u16>(value));
}

u16 BochsVga::dispi_read(u16 index) const
{
    if (reg_[ENABLE] & GETCAPS) {
        if (index == XRES) return MAX_XRES;
        if (index == YRES) return MAX_YRES;
        if (index == BPP) return MAX_BPP;
    }
    if (index == VIDEO_MEMORY_64K) return static_cast<u16>(vram_.size >> 16);
    return index < reg_.size() ? reg_[index] : 0;
}

void BochsVga::dispi_write(u16 index, u16 value)
{
    switch (index) {
    case ID: // names the version of the interface the driver was written for
        if (value >= ID_0 && value <= ID_5) reg_[ID] = value;
        return;
    case ENABLE: return write_enable(value);
    case BPP:
        if (value == 0) value = 8;
        if (!valid_bpp(value)) return;
        [[fallthrough]];
    case XRES:
    case YRES:
        if (enabled() && reg_[index] == value) return;
        [[fallthrough]];
    case BANK:
    case VIRT_WIDTH:
    case X_OFFSET:
    case Y_OFFSET:
        reg_[index] = value;
        if (enabled()) fit();
        return applied();
    default: return; // VIRT_HEIGHT and VIDEO_MEMORY_64K cannot be written
    }
}

void BochsVga::write_enable(u16 value)
{
    const bool was_enabled = enabled();
    reg_[ENABLE] = value;
    dac_.set_eight_bit(value & DAC_8BIT);
    if (enabled() && !was_enabled) {
        reg_[BANK] = reg_[VIRT_WIDTH] = reg_[X_OFFSET] = reg_[Y_OFFSET] = 0;
        fit();
        if (!(value & NOCLEARMEM)) {
            const u64 bytes = u64(line_bytes()) * reg_[YRES] * (reg_[BPP] == 4 ? 4 : 1);
            std::memset(vram_.host, 0, static_cast<size_t>(std::min(bytes, vram_.size)));
            phys_.ram().written(vram_.offset, std::min(bytes, vram_.size));
        }
    }
    if (!enabled()) reg_[BANK] = 0;
    applied();
}

// Bytes from a line to the next: in each plane, with planes.
u32 BochsVga::line_bytes() const
{
    const u32 bits = reg_[BPP] == 4 ? 1 : reg_[BPP] == 15 ? 16 : reg_[BPP];
    return reg_[VIRT_WIDTH] * bits / 8;
}

void BochsVga::fit()
{
    if (!valid_bpp(reg_[BPP])) reg_[BPP] = 8;
    const u32 memory = static_cast<u32>(reg_[BPP] == 4 ? vram_.size / 4 : vram_.size);
    const auto clamp = [&](Index i, u32 low, u32 high) {
        reg_[i] = static_cast<u16>(std::clamp<u32>(reg_[i], low, std::max(low, high)));
    };
    reg_[XRES] &= 0xfff8;
    clamp(XRES, 8, MAX_XRES);
    reg_[VIRT_WIDTH] &= 0xfff8;
    clamp(VIRT_WIDTH, reg_[XRES], MAX_XRES);
    const u32 lines = memory / line_bytes();
    const u32 most_pixels =
        static_cast<u32>(vram_.size); // of planes, that is: spares the host a huge picture
    clamp(YRES, 1, std::min<u32>({lines, most_pixels / reg_[XRES], MAX_YRES}));
    reg_[VIRT_HEIGHT] = static_cast<u16>(std::min(lines, 0xffffu));
    clamp(X_OFFSET, 0, reg_[VIRT_WIDTH] - reg_[XRES]);
    clamp(Y_OFFSET, 0, reg_[VIRT_HEIGHT] - reg_[YRES]);
    reg_[BANK] &= static_cast<u16>((memory >> 16) - 1);
}

void BochsVga::applied()
{
    const u32 bank = enabled() ? u32(reg_[BANK]) << 16 : 0;
    set_banks(bank, bank + 0x8000);
    set_address_mask(enabled() ? static_cast<u32>(vram_.size / 4) - 1 : 0xffff);
    registers_changed();
}

u8 BochsVga::read_byte(u32 at) { return packed() ? vram_.host[at & (vram_.size - 1)] : Vga::read_byte(at); }

void BochsVga::write_byte(u32 at, u8 value)
{
    if (!packed()) return Vga::write_byte(at, value);
    const u32 to = at & static_cast<u32>(vram_.size - 1);
    vram_.host[to] = value;
    vram_written(to);
}

ScanMode BochsVga::scan_mode() const
{
    if (!enabled()) return Vga::scan_mode();
    ScanMode m;
    // Of the VGA's registers only the attribute controller's switch counts: drivers that know no VGA leave the rest alone.
    if (!(r_.ar_index & AR_INDEX_SCREEN_ON)) return m;
    m.width = reg_[XRES];
    m.height = reg_[YRES];
    m.big_endian = big_endian_;
    m.offset = line_bytes();
    m.start = m.offset * reg_[Y_OFFSET];
    if (reg_[BPP] == 4) {
        m.format = ScanMode::PLANAR_16;
        m.address_mask = static_cast<u32>(vram_.size / 4) - 1;
        m.start += reg_[X_OFFSET] / 8;
        m.pan = reg_[X_OFFSET] & 7;
        return m;
    }
    m.addressing = ScanMode::LINEAR;
    m.address_mask = static_cast<u32>(vram_.size) - 1;
    m.start += reg_[X_OFFSET] * ((reg_[BPP] + 7u) / 8);
    switch (reg_[BPP]) {
    case 8: m.format = ScanMode::PACKED_256; break;
    case 15: m.format = ScanMode::RGB_555; break;
    case 16: m.format = ScanMode::RGB_565; break;
    case 24: m.format = ScanMode::RGB_888; break;
    default: m.format = ScanMode::RGBX_8888; break;
    }
    return m;
}

} // namespace tabpc
