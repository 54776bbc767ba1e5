// See smbios.h. Chapter numbers are of DSP0134.
#include "machine/smbios.h"
#include "cpu/helpers/cpuid_features.h"
#include "machine/pc_memory.h"
#include <numeric>

namespace tabpc {

namespace {

constexpr std::string_view MAKER = "tabpc", PRODUCT = "Standard PC (i440FX + PIIX, 1996)",
                           BOARD = "pc-i440fx";

// Handles: the type in the high byte and a number from 0 on, as QEMU gives them.
enum Handle : u16 {
    SYSTEM = 0x100,
    CHASSIS = 0x300,
    PROCESSOR = 0x400,
    MEMORY_ARRAY = 0x1000,
    MEMORY_DEVICE = 0x1100,
    MEMORY_RANGE = 0x1300,
    BOOT_STATUS = 0x2000,
    END_OF_TABLE = 0x7f00,
    NO_ERRORS = 0xfffe, // error information is not provided
};

// Structures one behind the other (6.1): type, length, handle, fields, then the strings they count from 1.
class Structures {
public:
    void begin(u8 type, u16 handle)
    {
        start_ = bytes_.size();
        put(type);
        put<u8>(0);
        put(handle);
    }
    template <class T>
    void put(T v)
    {
        bytes_.resize(bytes_.size() + sizeof v);
        st(&bytes_[bytes_.size() - sizeof v], v);
    }
    void bytes(std::initializer_list<u8> list) { bytes_.insert(bytes_.end(), list); }
    void zeros(size_t n) { bytes_.resize(bytes_.size() + n); }
    void text(std::string_view s)
    {
        put<u8>(++strings_count_);
        strings_ += s;
        strings_ += '\0';
    }
    void end()
    {
        const size_t length = bytes_.size() - start_;
        bytes_[start_ + 1] = static_cast<u8>(length);
        if (strings_.empty()) strings_ += '\0';
        bytes_.insert(bytes_.end(), strings_.begin(), strings_.end());
        put<u8>(0);
        largest_ = std::max(largest_, bytes_.size() - start_);
        count_++;
        strings_.clear();
        strings_count_ = 0;
    }

    size_t size() const { return bytes_.size(); }
    size_t largest() const { return largest_; }
    u16 count() const { return count_; }
    std::vector<u8> take() { return std::move(bytes_); }

private:
    std::vector<u8> bytes_;
    std::string strings_;
    size_t start_ = 0, largest_ = 0;
    u16 count_ = 0;
    u8 strings_count_ = 0;
};

// 7.2. The UUID's first three fields are little-endian.
void add_system(Structures& t, const MachineConfig& config)
{
    constexpr u8 POWER_SWITCH = 6;
    t.begin(1, SYSTEM);
    t.text(MAKER);
    t.text(PRODUCT);
    t.text(BOARD);
    t.put<u8>(0); // serial number
    const auto uuid = config.uuid_bytes();
    for (const size_t n : {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}) t.put(uuid[n]);
    t.put(POWER_SWITCH);
    t.zeros(2); // SKU, family
    t.end();
}

// 7.4
void add_chassis(Structures& t)
{
    constexpr u8 OTHER = 1, UNKNOWN = 2, SAFE = 3;
    t.begin(3, CHASSIS);
    t.text(MAKER);
    t.put(OTHER);
    t.text(BOARD);
    t.zeros(2);                           // serial number, asset tag
    t.bytes({SAFE, SAFE, SAFE, UNKNOWN}); // boot-up, power supply, thermal; security
    t.zeros(4 + 5);                       // OEM; height, cords, contained elements and their size, SKU
    t.end();
}

// 7.5
void add_processor(Structures& t, unsigned number)
{
    constexpr u8 CENTRAL = 3, FAMILY_OTHER = 1, ENABLED_IN_SOCKET = 0x41, UPGRADE_OTHER = 1;
    constexpr u16 NO_CACHE = 0xffff, UNKNOWN = 2;
    t.begin(4, static_cast<u16>(PROCESSOR + number));
    t.text("CPU " + std::to_string(number));
    t.bytes({CENTRAL, FAMILY_OTHER});
    t.text(MAKER);
    t.put(cpuid::SIGNATURE);
    t.put(cpuid::FEATURES_EDX);
    t.text(BOARD);
    t.zeros(1 + 3 * 2); // voltage; clock, highest and current speed: not known
    t.bytes({ENABLED_IN_SOCKET, UPGRADE_OTHER});
    for (int level = 1; level <= 3; level++) t.put(NO_CACHE);
    t.zeros(3);         // serial number, asset tag, part number
    t.bytes({1, 1, 1}); // cores, enabled ones, threads
    t.put(UNKNOWN);     // characteristics
    t.put(u16{FAMILY_OTHER});
    t.end();
}

// 7.17 and 7.18: one array of one DIMM.
void add_memory(Structures& t, u64 ram_size)
{
    constexpr u8 SYSTEM_BOARD = 3, SYSTEM_MEMORY = 3, MULTI_BIT_ECC = 6;
    constexpr u32 KIB_ELSEWHERE = 0x80000000; // in the 64-bit field
    const u64 kib = ram_size >> 10, mib = ram_size >> 20;
    t.begin(16, MEMORY_ARRAY);
    t.bytes({SYSTEM_BOARD, SYSTEM_MEMORY, MULTI_BIT_ECC});
    const bool extended = kib >= KIB_ELSEWHERE;
    t.put(extended ? KIB_ELSEWHERE : static_cast<u32>(kib));
    t.put<u16>(NO_ERRORS);
    t.put<u16>(1); // devices
    t.put(extended ? ram_size : 0);
    t.end();

    constexpr u8 DIMM = 9, RAM = 7;
    constexpr u16 UNKNOWN = 0xffff, MIB_ELSEWHERE = 0x7fff, DETAIL_OTHER = 2;
    t.begin(17, MEMORY_DEVICE);
    t.put<u16>(MEMORY_ARRAY);
    t.put<u16>(NO_ERRORS);
    t.put(UNKNOWN); // widths
    t.put(UNKNOWN);
    t.put(static_cast<u16>(std::min<u64>(mib, MIB_ELSEWHERE)));
    t.bytes({DIMM, 0});
    t.text("DIMM 0");
    t.bytes({0, RAM}); // bank; type
    t.put(DETAIL_OTHER);
    t.put<u16>(0); // speed
    t.text(MAKER);
    t.zeros(4); // serial number, asset tag, part number, rank
    t.put(mib >= MIB_ELSEWHERE ? static_cast<u32>(mib) : 0);
    t.zeros(4 * 2); // configured speed; voltages
    t.end();
}

// 7.20. Addresses are in KiB; the last one is inclusive.
void add_memory_range(Structures& t, unsigned number, u64 base, u64 size)
{
    constexpr u32 ELSEWHERE = 0xffffffff; // in the 64-bit fields
    const u64 last = base + size - 1;
    const bool extended = last >> 10 >= ELSEWHERE;
    t.begin(19, static_cast<u16>(MEMORY_RANGE + number));
    t.put(extended ? ELSEWHERE : static_cast<u32>(base >> 10));
    t.put(extended ? ELSEWHERE : static_cast<u32>(last >> 10));
    t.put<u16>(MEMORY_ARRAY);
    t.put<u8>(1); // devices that make a row
    t.put(extended ? base : 0);
    t.put(extended ? last : 0);
    t.end();
}

u8 checksum(std::span<const u8> bytes)
{
    return static_cast<u8>(-std::accumulate(bytes.begin(), bytes.end(), 0));
}

// 5.2.1, the 32-bit entry point. SeaBIOS fills in the address and adjusts both checksums.
std::vector<u8> anchor(const Structures& t)
{
    constexpr size_t CHECKSUM = 4, INTERMEDIATE = 16, LENGTH = 31;
    std::vector<u8> a;
    const auto put16 = [&a](size_t v) { a.insert(a.end(), {static_cast<u8>(v), static_cast<u8>(v >> 8)}); };
    for (const char c : std::string_view("_SM_")) a.push_back(static_cast<u8>(c));
    a.insert(a.end(), {0, LENGTH, 2, 8}); // version 2.8
    put16(t.largest());
    a.resize(INTERMEDIATE);
    for (const char c : std::string_view("_DMI_")) a.push_back(static_cast<u8>(c));
    a.push_back(0);
    put16(t.size());
    a.resize(a.size() + 4);
    put16(t.count());
    a.push_back(0x28);
    a[INTERMEDIATE + 5] = checksum(std::span(a).subspan(INTERMEDIATE));
    a[CHECKSUM] = checksum(a);
    return a;
}

} // namespace

void add_smbios_tables(FwCfg& fw_cfg, const MachineConfig& config)
{
    Structures t;
    add_system(t, config);
    add_chassis(t);
    for (unsigned n = 0; n < config.cpus; n++) add_processor(t, n);
    add_memory(t, config.ram_size);
    const u64 below = low_memory(config.ram_size);
    add_memory_range(t, 0, 0, below);
    if (config.ram_size > below) add_memory_range(t, 1, FOUR_GIB, config.ram_size - below);
    t.begin(32, BOOT_STATUS); // 7.33: six reserved bytes, no errors
    t.zeros(7);
    t.end();
    t.begin(127, END_OF_TABLE);
    t.end();
    fw_cfg.add_file("etc/smbios/smbios-anchor", anchor(t));
    fw_cfg.add_file("etc/smbios/smbios-tables", t.take());
}

} // namespace tabpc
