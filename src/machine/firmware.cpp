// What SeaBIOS must find: its own image at the top of 4 GiB and of 1 MiB, the CMOS cells it reads, the fw_cfg items.
// SeaBIOS's side is described in its docs/Runtime_config; QEMU's docs/specs/fw_cfg.
#include "machine/acpi.h"
#include "machine/pc.h"
#include "machine/pc_memory.h"
#include "machine/smbios.h"
#include <algorithm>

namespace tabpc {

Result<> PcMachine::load_bios()
{
    auto image = host_.read_firmware(config_.bios);
    if (!image) return Error{image.error()};
    constexpr u64 UNIT = 64 << 10, MAX = 16 << 20;
    const u64 size = image->size();
    if (size == 0 || size % UNIT || size > MAX)
        return error("%s: a BIOS image has a multiple of 64 KiB, up to 16 MiB; this one has %llu bytes",
                     config_.bios.c_str(), static_cast<unsigned long long>(size));
    RamBlock* rom = ram_list_.allocate("pc.bios", size);
    if (!rom) return error("not enough memory for the BIOS");
    std::copy(image->begin(), image->end(), rom->host);

    memory_.map_rom(FOUR_GIB - size, size, *rom, 0, 0, "pc.bios");
    const u64 shadow = std::min<u64>(size, 128 << 10);
    memory_.map_rom(ONE_MIB - shadow, shadow, *rom, size - shadow, 0, "isa-bios");
    return {};
}

// Empty where there is no card.
Result<std::vector<u8>> PcMachine::vga_bios()
{
    switch (config_.vga) {
    case VgaCard::Std: return host_.read_firmware("vgabios-stdvga.bin");
    case VgaCard::Cirrus: return host_.read_firmware("vgabios-cirrus.bin");
    case VgaCard::None: break;
    }
    return std::vector<u8>();
}

namespace {

// SeaBIOS's letters of -boot, as CMOS 3Dh and 38h have them.
u8 boot_code(const std::string& order, size_t n)
{
    switch (n < order.size() ? order[n] : '\0') {
    case 'a': return 1;
    case 'c': return 2;
    case 'd': return 3;
    case 'n': return 4;
    default: return 0;
    }
}

} // namespace

void PcMachine::fill_cmos()
{
    const auto set = [&](u8 index, u64 value) { rtc_->set_cmos(index, static_cast<u8>(value)); };
    const auto set16 = [&](u8 low, u8 high, u64 value) {
        set(low, value);
        set(high, value >> 8);
    };
    const u64 below = low_memory(config_.ram_size), above = config_.ram_size - below;

    // Memory: base and extended in KiB, what is above 16 MiB and above 4 GiB in 64 KiB.
    const u64 extended = std::min<u64>((below - std::min<u64>(below, ONE_MIB)) >> 10, 0xffff);
    set16(0x15, 0x16, 640);
    set16(0x17, 0x18, extended);
    set16(0x30, 0x31, extended);
    set16(0x34, 0x35, below > 16 << 20 ? (below - (16 << 20)) >> 16 : 0);
    set16(0x5b, 0x5c, above >> 16);
    set(0x5d, above >> 32);
    set(0x5f, config_.cpus - 1);

    // Drives.
    using Interface = DriveConfig::Interface;
    u8 types[2] = {0, 0};
    int floppies = 0;
    for (int n = 0; n < 2; n++) {
        if (!config_.drive(Interface::Floppy, n)) continue;
        floppies++;
        types[n] = static_cast<u8>(floppy_drive(n));
    }
    set(0x10, types[0] << 4 | types[1]);
    constexpr u8 FPU = 0x02, PS2_MOUSE = 0x04;
    set(0x14, (floppies ? 1 | (floppies - 1) << 6 : 0) | FPU | PS2_MOUSE);

    u8 present = 0, translation = 0;
    for (int n = 0; n < 4; n++) {
        const DriveConfig* d = config_.drive(Interface::Ide, n);
        if (!d || d->cdrom) continue;
        if (n < 2) present |= 0xf << (n ? 0 : 4);
        constexpr u8 LBA = 1; // beyond 1024 cylinders of 16 heads and 63 sectors
        if (drive(Interface::Ide, n)->length() / 512 > 1024 * 16 * 63) translation |= LBA << (2 * n);
    }
    set(0x12, present);
    if (present & 0xf0) set(0x19, 47); // user-defined type
    if (present & 0x0f) set(0x1a, 47);
    set(0x39, translation);

    const std::string& order = config_.boot_once.empty() ? config_.boot_order : config_.boot_once;
    set(0x3d, boot_code(order, 0) | boot_code(order, 1) << 4);
    set(0x38, boot_code(order, 2) << 4 | !config_.check_floppy_signature);
}

void PcMachine::fill_fw_cfg()
{
    FwCfg& f = *fw_cfg_;
    f.add_u64(FW_CFG_RAM_SIZE, config_.ram_size);
    f.add_u16(FW_CFG_NB_CPUS, static_cast<u16>(config_.cpus));
    f.add_u16(FW_CFG_MAX_CPUS, static_cast<u16>(config_.cpus));
    f.add_u16(FW_CFG_NOGRAPHIC, config_.vga == VgaCard::None);
    f.add_u16(FW_CFG_BOOT_MENU, config_.boot_menu);
    f.add(FW_CFG_ARCH_LOCAL + 2, {1}); // IRQ 0 is wired to IOAPIC input 2

    const auto uuid = config_.uuid_bytes();
    f.add(FW_CFG_UUID, {uuid.begin(), uuid.end()});

    if (config_.splash_time_ms >= 0) {
        std::vector<u8> wait(2);
        st<u16>(wait.data(), static_cast<u16>(config_.splash_time_ms));
        f.add_file("etc/boot-menu-wait", std::move(wait));
    }

    // Entries of etc/e820: u64 address, u64 length, u32 type (1 RAM).
    const u64 below = low_memory(config_.ram_size), above = config_.ram_size - below;
    std::vector<u8> e820(above ? 40 : 20);
    const auto entry = [&](size_t n, u64 base, u64 size) {
        st(&e820[20 * n], base);
        st(&e820[20 * n + 8], size);
        st<u32>(&e820[20 * n + 16], 1);
    };
    entry(0, 0, below);
    if (above) entry(1, FOUR_GIB, above);
    f.add_file("etc/e820", std::move(e820));

    // Sleep states: S3 and S4 are not there, S5 has SLP_TYP 0. Bit 7: present.
    f.add_file("etc/system-states", {128, 0, 0, 0, 0, 128});
    add_acpi_tables(f);
    add_smbios_tables(f, config_);
}

} // namespace tabpc
