// See fw_cfg.h.
#include "hw/pci/fw_cfg.h"
#include <algorithm>
#include <utility>

namespace tabpc {

namespace {

constexpr size_t NAME_SIZE = 56, DIRECTORY_ENTRY = 64, MAX_FILES = 256;
constexpr u16 KEY_MASK = 0xbfff; // bit 14, the write channel of old, selects the same item
constexpr std::string_view DMA_SIGNATURE = "QEMU CFG";

template <class T>
std::vector<u8> little_endian(T value)
{
    std::vector<u8> bytes(sizeof value);
    st(bytes.data(), value);
    return bytes;
}

u32 big_endian(u32 v) { return __builtin_bswap32(v); }

} // namespace

FwCfg::FwCfg(IoSpace& io, PhysMap& memory) : memory_(memory)
{
    io.map<&FwCfg::port_read, &FwCfg::port_write>(0x510, 2, this, "fwcfg", 2);
    io.map<&FwCfg::dma_read, &FwCfg::dma_write>(0x514, 8, this, "fwcfg.dma", 4);
    add(FW_CFG_SIGNATURE, {'Q', 'E', 'M', 'U'});
    add_u32(FW_CFG_ID, 3);
    make_directory();
}

void FwCfg::add(u16 key, std::vector<u8> bytes) { items_[key] = {std::move(bytes), false}; }
void FwCfg::add_u16(u16 key, u16 value) { add(key, little_endian(value)); }
void FwCfg::add_u32(u16 key, u32 value) { add(key, little_endian(value)); }
void FwCfg::add_u64(u16 key, u64 value) { add(key, little_endian(value)); }

bool FwCfg::add_file(std::string_view name, std::vector<u8> bytes, bool writable)
{
    const auto old = std::find(files_.begin(), files_.end(), name);
    if (old == files_.end() && (name.size() >= NAME_SIZE || files_.size() == MAX_FILES)) return false;
    const auto n = old - files_.begin();
    if (old == files_.end()) files_.emplace_back(name);
    items_[static_cast<u16>(FW_CFG_FILE_FIRST + n)] = {std::move(bytes), writable};
    make_directory();
    return true;
}

const std::vector<u8>* FwCfg::file(std::string_view name) const
{
    const auto at = std::find(files_.begin(), files_.end(), name);
    if (at == files_.end()) return nullptr;
    return &items_.at(static_cast<u16>(FW_CFG_FILE_FIRST + (at - files_.begin()))).bytes;
}

// Big-endian: the count, then for each file its size, key, two reserved bytes and name.
void FwCfg::make_directory()
{
    std::vector<u8> dir(4 + files_.size() * DIRECTORY_ENTRY);
    st(dir.data(), big_endian(static_cast<u32>(files_.size())));
    for (size_t n = 0; n < files_.size(); n++) {
        const u16 key = static_cast<u16>(FW_CFG_FILE_FIRST + n);
        u8* entry = &dir[4 + n * DIRECTORY_ENTRY];
        st(entry, big_endian(static_cast<u32>(items_[key].bytes.size())));
        st<u16>(entry + 4, __builtin_bswap16(key));
        std::copy(files_[n].begin(), files_[n].end(), entry + 8);
    }
    add(FW_CFG_FILE_DIR, std::move(dir));
}

void FwCfg::reset()
{
    select(FW_CFG_SIGNATURE);
    dma_high_ = 0;
}

void FwCfg::select(u16 key)
{
    key_ = key & KEY_MASK;
    offset_ = 0;
}

u32 FwCfg::port_read(u16 port, int size)
{
    if (port != 0x511 || size != 1) return ~0u;
    const auto item = items_.find(key_);
    if (item == items_.end() || offset_ >= item->second.bytes.size()) return 0;
    return item->second.bytes[offset_++];
}

void FwCfg::port_write(u16 port, u32 value, int size)
{
    if (port == 0x510 && size == 2) select(static_cast<u16>(value));
}

u32 FwCfg::dma_read(u16 port, int size)
{
    return static_cast<u32>(
        ld_n(DMA_SIGNATURE.data() + (port - 0x514), static_cast<unsigned>(std::min(size, 0x51c - port))));
}

// The address is big-endian, its high half first; the low half starts the transfer.
void FwCfg::dma_write(u16 port, u32 value, int size)
{
    if (size != 4) return;
    if (port == 0x514) dma_high_ = big_endian(value);
    if (port == 0x518) dma_transfer(PhysAddr(std::exchange(dma_high_, 0)) << 32 | big_endian(value));
}

// Descriptor, big-endian: control with the key in its high half, length, address. Control reads back 0, or ERROR.
void FwCfg::dma_transfer(PhysAddr descriptor)
{
    const u32 control = big_endian(memory_.dma_load<u32>(descriptor));
    const u32 length = big_endian(memory_.dma_load<u32>(descriptor + 4));
    const PhysAddr at = __builtin_bswap64(memory_.dma_load<u64>(descriptor + 8));
    if (control & SELECT) select(static_cast<u16>(control >> 16));
    const bool ok = dma_data(control, at, length);
    memory_.dma_store(descriptor, big_endian(ok ? 0u : u32(ERROR)));
}

bool FwCfg::dma_data(u32 control, PhysAddr at, u32 length)
{
    static constexpr std::array<u8, 4096> ZEROS{};
    const auto item = items_.find(key_);
    const u32 left = item == items_.end() ? 0 : static_cast<u32>(item->second.bytes.size()) - offset_;
    const u32 n = std::min(length, left);

    if (control & READ) {
        if (n) memory_.dma_write(at, std::span<const u8>(item->second.bytes).subspan(offset_, n));
        for (u32 done = n; done < length;) { // beyond its end an item reads as zeros
            const u32 step = std::min<u32>(length - done, ZEROS.size());
            memory_.dma_write(at + done, std::span(ZEROS).first(step));
            done += step;
        }
    } else if (control & WRITE) {
        if (n < length || (n && !item->second.writable)) return false;
        if (n) memory_.dma_read(at, std::span(item->second.bytes).subspan(offset_, n));
    } else if (!(control & SKIP)) {
        return true;
    }
    offset_ += n;
    return true;
}

void FwCfg::serialize(Archive& ar)
{
    ar.section("fw_cfg", 1);
    ar(key_, offset_, dma_high_);
    for (auto& [key, item] : items_)
        if (item.writable) ar.bytes(item.bytes);
    const auto item = items_.find(key_);
    if (ar.loading())
        offset_ = item == items_.end() ? 0 : std::min(offset_, static_cast<u32>(item->second.bytes.size()));
}

} // namespace tabpc
