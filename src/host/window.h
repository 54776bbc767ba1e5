// The SDL2 window of the native build: picture, keyboard, mouse.
#pragma once
#include "base/result.h"
#include "machine/pc.h"

namespace tabpc {

class Window {
public:
    virtual ~Window() = default;
    // Handles events and draws when it is time; returns how long it can wait for the next call, in ns.
    virtual i64 step(i64 now_ns) = 0;
};

// An error where this build has no SDL2 or there is no screen.
Result<std::unique_ptr<Window>> open_window(PcMachine& machine);

} // namespace tabpc
