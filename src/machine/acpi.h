// ACPI tables (ACPI specification 2.0; revision 1 formats, which every system reads) for the firmware to place: FACS,
// DSDT, FADT, RSDT and the RSDP. There is no APIC, so there is no MADT: interrupts go through the 8259s.
#pragma once
#include "hw/pci/fw_cfg.h"

namespace tabpc {

// Adds etc/acpi/rsdp, etc/acpi/tables and the table-loader script that tells SeaBIOS how to link them.
void add_acpi_tables(FwCfg& fw_cfg);

} // namespace tabpc
