// See acpi.h.
#include "machine/acpi.h"

namespace tabpc {

namespace {

constexpr u8 DSDT[] = {
#include "machine/rom/dsdt.inc"
};

// Where SeaBIOS puts the PIIX4's power management ports.
constexpr u16 PM_BASE = 0x600, GPE0_BASE = 0xafe0;
constexpr std::string_view TABLES = "etc/acpi/tables", RSDP = "etc/acpi/rsdp";

class Table {
public:
    size_t size() const { return bytes_.size(); }
    template <class T>
    void put(T v)
    {
        bytes_.resize(bytes_.size() + sizeof v);
        st(&bytes_[bytes_.size() - sizeof v], v);
    }
    void text(std::string_view s) { bytes_.insert(bytes_.end(), s.begin(), s.end()); }
    void zeros(size_t n) { bytes_.resize(bytes_.size() + n); }
    void align(size_t n) { bytes_.resize(align_up(bytes_.size(), n)); }
    void append(std::span<const u8> b) { bytes_.insert(bytes_.end(), b.begin(), b.end()); }

    // The header every table has (5.2.6); length and checksum come with end().
    void begin(std::string_view signature, u8 revision)
    {
        start_ = size();
        text(signature);
        put<u32>(0);
        put<u8>(revision);
        put<u8>(0);
        text("TABPC TABPC PC");
        put<u32>(1);
        text("TABP");
        put<u32>(1);
    }
    size_t end()
    {
        st<u32>(&bytes_[start_ + 4], static_cast<u32>(size() - start_));
        return start_;
    }
    std::vector<u8> take() { return std::move(bytes_); }

private:
    std::vector<u8> bytes_;
    size_t start_ = 0;
};

// Commands of etc/table-loader: 128 bytes each, names in fields of 56.
class LoaderScript {
public:
    enum Zone : u8 { HIGH = 1, FSEG = 2 };
    void allocate(std::string_view file, u32 alignment, Zone zone)
    {
        command(1);
        name(file);
        script_.put(alignment);
        script_.put<u8>(zone);
        end();
    }
    // Adds `target`'s address to the pointer at `offset`, which holds an offset in it.
    void add_pointer(std::string_view file, std::string_view target, size_t offset)
    {
        command(2);
        name(file);
        name(target);
        script_.put(static_cast<u32>(offset));
        script_.put<u8>(4);
        end();
    }
    void add_checksum(std::string_view file, size_t at, size_t from, size_t length)
    {
        command(3);
        name(file);
        script_.put(static_cast<u32>(at));
        script_.put(static_cast<u32>(from));
        script_.put(static_cast<u32>(length));
        end();
    }
    std::vector<u8> take() { return script_.take(); }

private:
    void command(u32 number)
    {
        start_ = script_.size();
        script_.put(number);
    }
    void name(std::string_view s)
    {
        script_.text(s);
        script_.zeros(56 - s.size());
    }
    void end() { script_.zeros(start_ + 128 - script_.size()); }
    Table script_;
    size_t start_ = 0;
};

// 5.2.9. Positions of what must be linked are returned as they stand in the specification.
constexpr size_t FADT_FACS = 36, FADT_DSDT = 40, CHECKSUM = 9;
size_t add_fadt(Table& t, size_t facs, size_t dsdt)
{
    t.begin("FACP", 1);
    t.put(static_cast<u32>(facs));
    t.put(static_cast<u32>(dsdt));
    t.put<u8>(1); // dual 8259s
    t.put<u8>(0);
    t.put<u16>(9);       // SCI
    t.put<u32>(0xb2);    // SMI command port, and what to write there
    t.put<u8>(0xf1);     // to enable ACPI
    t.put<u8>(0xf0);     // to disable it
    t.put<u16>(0);       // S4BIOS, reserved
    t.put<u32>(PM_BASE); // PM1a event block
    t.put<u32>(0);
    t.put<u32>(PM_BASE + 4); // PM1a control block
    t.put<u32>(0);
    t.put<u32>(0);           // no PM2 control block
    t.put<u32>(PM_BASE + 8); // PM timer
    t.put<u32>(GPE0_BASE);
    t.put<u32>(0);
    for (const u8 length : {4, 2, 0, 4, 4, 0, 0, 0})
        t.put(length); // PM1 event, control, PM2, timer, GPE0, GPE1, base
    t.put<u16>(0xfff); // no C2, no C3
    t.put<u16>(0xfff);
    t.put<u32>(0); // cache flushing: by WBINVD
    t.put<u16>(0); // duty cycle
    t.put<u8>(0);  // day and month alarms: none
    t.put<u8>(0);
    t.put<u8>(0x32); // century
    t.put<u8>(0);
    t.put<u16>(0);
    constexpr u32 WBINVD = 1, PROC_C1 = 4, SLP_BUTTON = 0x20, RTC_S4 = 0x80;
    t.put<u32>(WBINVD | PROC_C1 | SLP_BUTTON |
               RTC_S4); // the power button is a fixed one, a sleep button there is not
    return t.end();
}

} // namespace

void add_acpi_tables(FwCfg& fw_cfg)
{
    Table t;
    t.text("FACS"); // 5.2.10: 64 bytes, at a multiple of 64
    t.put<u32>(64);
    t.zeros(56);
    const size_t dsdt = t.size();
    t.append(DSDT);
    t.align(8);
    const size_t fadt = add_fadt(t, 0, dsdt), fadt_length = t.size() - fadt;
    t.align(8);
    t.begin("RSDT", 1);
    const size_t rsdt_entry = t.size();
    t.put(static_cast<u32>(fadt));
    const size_t rsdt = t.end(), rsdt_length = t.size() - rsdt;

    Table rsdp; // 5.2.5.3, revision 0
    rsdp.text("RSD PTR ");
    rsdp.put<u8>(0);
    rsdp.text("TABPC ");
    rsdp.put<u8>(0);
    rsdp.put(static_cast<u32>(rsdt));

    LoaderScript script;
    script.allocate(TABLES, 64, LoaderScript::HIGH);
    script.allocate(RSDP, 16, LoaderScript::FSEG);
    script.add_pointer(TABLES, TABLES, fadt + FADT_FACS);
    script.add_pointer(TABLES, TABLES, fadt + FADT_DSDT);
    script.add_pointer(TABLES, TABLES, rsdt_entry);
    script.add_checksum(TABLES, fadt + CHECKSUM, fadt, fadt_length);
    script.add_checksum(TABLES, rsdt + CHECKSUM, rsdt, rsdt_length);
    script.add_pointer(RSDP, TABLES, 16);
    script.add_checksum(RSDP, 8, 0, rsdp.size());

    fw_cfg.add_file(TABLES, t.take());
    fw_cfg.add_file(RSDP, rsdp.take());
    fw_cfg.add_file("etc/table-loader", script.take());
}

} // namespace tabpc
