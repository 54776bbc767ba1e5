// AtaDisk: IDENTIFY DEVICE, SET FEATURES and SMART (ATA-6 8.15, 8.46, 8.54).
#include "hw/ide/ata_disk.h"
#include <algorithm>
#include <numeric>

namespace tabpc {

using namespace ata;

void AtaDisk::identify()
{
    const u64 total = sectors();
    const u32 heads = config_.heads ? config_.heads : 16, track = config_.sectors ? config_.sectors : 63;
    const auto cylinders_of = [&](u32 h, u32 s) {
        return static_cast<u32>(std::clamp<u64>(total / (h * s), 1, 16383)); // the smallest disk has a cylinder
    };
    const u32 cylinders = config_.cylinders ? config_.cylinders : cylinders_of(heads, track);
    const u32 current = heads_ == heads && track_ == track ? cylinders : cylinders_of(heads_, track_);

    IdentifyData id;
    id.word(0, 0x0040); // fixed device
    id.word(1, static_cast<u16>(cylinders));
    id.word(3, static_cast<u16>(heads));
    id.word(4, static_cast<u16>(512 * track));
    id.word(5, 512);
    id.word(6, static_cast<u16>(track));
    id.text(10, 10, config_.serial);
    id.word(20, 3); // dual ported buffer with read caching
    id.word(21, 512);
    id.word(22, 4);
    id.text(23, 4, config_.version);
    id.text(27, 20, config_.model);
    id.word(47, 0x8000 | MAX_MULTIPLE);
    id.word(48, 1);                         // 32-bit data register
    id.word(49, 1 << 11 | 1 << 9 | 1 << 8); // IORDY, LBA, DMA
    id.word(51, 0x0200);
    id.word(52, 0x0200);
    id.word(53, 1 << 2 | 1 << 1 | 1 << 0); // words 88, 64-70 and 54-58 are valid
    id.word(54, static_cast<u16>(current));
    id.word(55, static_cast<u16>(heads_));
    id.word(56, static_cast<u16>(track_));
    id.dword(57, current * heads_ * track_);
    if (multiple_) id.word(59, static_cast<u16>(0x100 | multiple_));
    id.dword(60, static_cast<u32>(std::min<u64>(total, 0x0fffffff)));
    id.word(62, 0x07 | mode_.selected(2));
    id.word(63, 0x07 | mode_.selected(4));
    id.word(64, 0x03);                              // PIO 3 and 4
    for (int n = 65; n <= 68; n++) id.word(n, 120); // cycle times, ns
    id.word(80, 0x00f0);                            // ATA-4 to ATA-7
    id.word(81, 0x0016);
    id.word(82, 1 << 14 | 1 << 5 | 1 << 3 | 1 << 0);    // NOP, write cache, power management, SMART
    id.word(83, 1 << 14 | 1 << 13 | 1 << 12 | 1 << 10); // FLUSH CACHE (EXT), 48-bit addresses
    id.word(84, 1 << 14);
    id.word(85, static_cast<u16>(1 << 14 | (write_cache_ ? 1 << 5 : 0) | 1 << 3 | (smart_ ? 1 : 0)));
    id.word(86, 1 << 13 | 1 << 12 | 1 << 10);
    id.word(87, 1 << 14);
    id.word(88, 0x3f | mode_.selected(8));                                          // Ultra DMA 0-5
    id.word(93, static_cast<u16>(1 << 14 | 1 << 13 | (number_ ? 1 << 8 : 1 << 0))); // 80-conductor cable
    id.dword(100, static_cast<u32>(total));
    id.dword(102, static_cast<u32>(total >> 32));
    id.copy_to(buffer_);
    count_ = 0;
    send_by_pio(512);
}

void AtaDisk::set_features()
{
    switch (task_.features) {
    case 0x02: write_cache_ = true; return finish();
    case 0x82: write_cache_ = false; return flush_medium();
    case 0x03: return mode_.set(task_.count) ? finish() : fail(ABRT);
    case 0x05: // advanced power management on and off: nothing spins
    case 0x85:
    case 0x42: // acoustic management
    case 0xc2:
    case 0x55: // read look-ahead
    case 0xaa:
    case 0x66: // power-on defaults after a software reset, or not
    case 0xcc: return finish();
    default: return fail(ABRT);
    }
}

// A disk in perfect health: two attributes, no errors, no self-tests.
void AtaDisk::smart()
{
    enum {
        READ_DATA = 0xd0,
        READ_THRESHOLDS,
        AUTOSAVE,
        SAVE_VALUES,
        OFFLINE,
        ENABLE = 0xd8,
        DISABLE,
        STATUS
    };
    struct Attribute {
        u8 id, threshold, value;
        u16 flags;
    };
    static constexpr Attribute ATTRIBUTES[] = {{5, 36, 100, 0x03},
                                               {9, 0, 100, 0x12}}; // reallocated, power-on hours

    if (task_.mid != 0x4f || task_.high != 0xc2) return fail(ABRT);
    if (!smart_ && task_.features != ENABLE) return fail(ABRT);
    switch (task_.features) {
    case ENABLE: smart_ = true; return finish();
    case DISABLE: smart_ = false; return finish();
    case AUTOSAVE:
    case SAVE_VALUES:
    case OFFLINE:
    case STATUS: return finish(); // mid and high keep 4f c2: no threshold is exceeded
    case READ_DATA:
    case READ_THRESHOLDS: break;
    default: return fail(ABRT);
    }

    buffer_.assign(512, 0);
    buffer_[0] = 1; // structure revision
    u8* row = &buffer_[2];
    for (const Attribute& a : ATTRIBUTES) {
        row[0] = a.id;
        if (task_.features == READ_DATA) {
            st<u16>(row + 1, a.flags);
            row[3] = row[4] = a.value; // now and worst
        } else {
            row[1] = a.threshold;
        }
        row += 12;
    }
    if (task_.features == READ_DATA) buffer_[362] = 2; // off-line collection was completed
    buffer_[511] = static_cast<u8>(-std::accumulate(buffer_.begin(), buffer_.end() - 1, 0));
    count_ = 0;
    send_by_pio(512);
}

} // namespace tabpc
