// The types of modules a machine is made of: what -device and -machine choose from.
#pragma once
#include "core/module.h"

namespace tabpc {

class KeyValueList;
class OptionParser;

struct DeviceModel {
    std::string_view properties; // for -device help
    // Takes what it knows of `properties` and enters the device into the configuration; the board makes it.
    Result<> (*configure)(OptionParser& options, const std::string& model, KeyValueList& properties);
};
template <> const Modules<DeviceModel>& module_call_init<DeviceModel>();

struct MachineType {
    std::string_view description;
    std::string_view versions; // "pc-i440fx": the names of QEMU's versions of it begin so
    int max_cpus;
};
template <> const Modules<MachineType>& module_call_init<MachineType>();

} // namespace tabpc
