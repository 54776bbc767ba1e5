// What viewers see of a display card: its picture, and its text while it is in a text mode.
#pragma once
#include "hw/display/surface.h"
#include <string>
#include <vector>

namespace tabpc {

// Rows of characters as UTF-8, trailing blanks removed. No lines at all in graphics modes and while the screen is blank.
struct TextScreen {
    struct Cursor {
        u32 row = 0, column = 0;
        bool visible = false;
    };
    std::vector<std::string> lines;
    u32 columns = 0; // before trimming
    Cursor cursor;
};

class Display {
public:
    // Brings the picture up to date and returns it. Cheap when nothing changed.
    virtual const Surface& update() = 0;
    virtual TextScreen text_screen() const = 0;

protected:
    ~Display() = default;
};

} // namespace tabpc
