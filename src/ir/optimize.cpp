// optimize: the passes in order.
#include "ir/passes.h"

namespace tabpc::ir {

void optimize(Region& region)
{
    fold_constants(region);
    eliminate_common_subexpressions(region); // so that equal addresses are one value
    remove_repeated_translations(region);    // so that equal pointers are
    forward_loads(region);
    remove_dead_code(region);
}

} // namespace tabpc::ir
