// See interp.h: SSE's floating point.
#include "cpu/insns/sse_float.h"
#include "cpu/vector_operands.h"

namespace tabpc {

Outcome Engine::sse_float(Cpu& c, const Insn* i)
{
#define P2(opcode, prefix, name, o1, o2, o3, end) SIMD_CASE(false, name, o1, o2, o3)
#define PG2(opcode, prefix, slash, name, o1, o2, o3, end) SIMD_CASE(false, name, o1, o2, o3)
#define P38(opcode, prefix, name, o1, o2, o3, end) SIMD_CASE(false, name, o1, o2, o3)
#define P3A(opcode, prefix, name, o1, o2, o3, end) SIMD_CASE(false, name, o1, o2, o3)
    switch (i->op) {
#include "cpu/opcodes_sse_float.inc"
    default: __builtin_unreachable();
    }
}

} // namespace tabpc
