// SMBIOS tables (DMTF DSP0134, version 2.8): what the machine says of its maker, processor and memory. SeaBIOS takes them from
// fw_cfg, places them below 1 MiB and puts structure type 0, about itself, before them. The fields are those of QEMU's pc.
#pragma once
#include "hw/pci/fw_cfg.h"
#include "machine/config.h"

namespace tabpc {

// Adds etc/smbios/smbios-anchor and etc/smbios/smbios-tables.
void add_smbios_tables(FwCfg& fw_cfg, const MachineConfig& config);

} // namespace tabpc
