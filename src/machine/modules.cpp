// See modules.h and core/module.h.
#include "machine/modules.h"

namespace tabpc {

template <> const Modules<DeviceModel>& module_call_init<DeviceModel>()
{
#define MODULE(name) void module_init_##name(Modules<DeviceModel>&);
#include "machine/device_modules.inc"
#undef MODULE
    static const Modules<DeviceModel> modules{
#define MODULE(name) module_init_##name,
#include "machine/device_modules.inc"
#undef MODULE
    };
    return modules;
}

template <> const Modules<MachineType>& module_call_init<MachineType>()
{
#define MODULE(name) void module_init_##name(Modules<MachineType>&);
#include "machine/machine_modules.inc"
#undef MODULE
    static const Modules<MachineType> modules{
#define MODULE(name) module_init_##name,
#include "machine/machine_modules.inc"
#undef MODULE
    };
    return modules;
}

void module_init_pc(Modules<MachineType>& modules)
{
    modules.add("pc", {.description = "Standard PC (i440FX + PIIX, 1996)", .versions = "pc-i440fx", .max_cpus = 1});
}

} // namespace tabpc
