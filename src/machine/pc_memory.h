// The board's memory map, where it is not a device's.
#pragma once
#include "base/types.h"
#include <algorithm>

namespace tabpc {

inline constexpr u64 ONE_MIB = u64(1) << 20;
inline constexpr u64 FOUR_GIB = u64(1) << 32;
inline constexpr PhysAddr PCI_HOLE = 0xc0000000; // to 4 GiB: BARs, APICs, BIOS; RAM goes on above

constexpr u64 low_memory(u64 ram_size) { return std::min<u64>(ram_size, PCI_HOLE); }

} // namespace tabpc
