// Linear to physical address as the page tables say, without touching anything: for the monitor, never for the CPU.
#pragma once
#include "core/memory.h"
#include "cpu/state.h"

namespace tabpc {

// ~0: not mapped. Intel SDM vol. 3, 4.3 (32-bit paging) and 4.4 (PAE).
PhysAddr debug_translate(const CpuState& s, PhysMap& memory, LinAddr at);

} // namespace tabpc
