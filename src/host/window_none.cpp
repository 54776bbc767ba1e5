// A build without SDL2. See window.h.
#include "host/window.h"

namespace tabpc {

Result<std::unique_ptr<Window>> open_window(PcMachine&, Clock&)
{
    return error("-display sdl: this build has no SDL2; use -display none");
}

} // namespace tabpc
