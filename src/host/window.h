// The SDL2 window of the native build: picture, keyboard, mouse.
#pragma once
#include "base/result.h"
#include "machine/pc.h"

namespace tabpc {

class Window {
public:
    virtual ~Window() = default;
};

// The window handles its events and draws by a timer on the realtime clock. An error where this build has no SDL2 or
// there is no screen.
Result<std::unique_ptr<Window>> open_window(PcMachine& machine, Clock& realtime);

} // namespace tabpc
