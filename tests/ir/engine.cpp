// See engine.h.
#include "engine.h"
#include "ir/reference.h"

namespace tabpc::ir::test {

u32 run_in_engine(Cpu& cpu, const Region& region) { return run(cpu, region); }

} // namespace tabpc::ir::test
