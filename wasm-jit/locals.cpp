// See locals.h.
#include "wasm-jit/locals.h"

namespace tabpc::jit {

void Locals::encode(Encoder& out) const
{
    u32 runs = 0;
    for (size_t i = 0; i < types_.size(); i++) runs += i == 0 || types_[i] != types_[i - 1];
    out.unsigned_leb(runs);
    for (size_t i = 0, next; i < types_.size(); i = next) {
        for (next = i + 1; next < types_.size() && types_[next] == types_[i]; next++) {}
        out.unsigned_leb(static_cast<u32>(next - i));
        out.byte(static_cast<u8>(types_[i]));
    }
}

} // namespace tabpc::jit
