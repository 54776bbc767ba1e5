// The picture a display card shows: 32-bit pixels whose bytes are R, G, B, A in memory (a canvas's ImageData). Each row
// remembers when it last changed, so that any number of viewers (window, canvas, screendump) can ask what is new to them:
//     const Surface& s = display.update();
//     s.for_each_damage(seen, [&](u32 first_row, u32 rows) { … });
//     seen = s.generation;
#pragma once
#include "base/types.h"
#include <span>
#include <vector>

namespace tabpc {

constexpr u32 rgba(u8 r, u8 g, u8 b) { return r | u32(g) << 8 | u32(b) << 16 | 0xff000000u; }

struct Surface {
    u32 width = 0, height = 0;
    u64 generation = 0;              // counts updates
    std::vector<u32> pixels;         // width * height; moves only when the size changes
    std::vector<u64> row_generation; // the update that last changed each row

    u32* row(u32 y) { return pixels.data() + size_t(y) * width; }
    const u32* row(u32 y) const { return pixels.data() + size_t(y) * width; }
    void touch(u32 y, u32 rows = 1)
    {
        for (u32 i = y; i < y + rows; i++) row_generation[i] = generation;
    }

    // Black, and new to everybody.
    void resize(u32 new_width, u32 new_height)
    {
        width = new_width;
        height = new_height;
        pixels.assign(size_t(width) * height, rgba(0, 0, 0));
        row_generation.assign(height, generation);
    }

    bool changed_since(u64 seen) const
    {
        for (u64 g : row_generation)
            if (g > seen) return true;
        return false;
    }
    // Calls f(first row, number of rows) for each run of rows that changed after generation `seen`.
    template <class F>
    void for_each_damage(u64 seen, F f) const
    {
        for (u32 y = 0; y < height; y++) {
            const u32 first = y;
            while (y < height && row_generation[y] > seen) y++;
            if (y > first) f(first, y - first);
        }
    }
};

} // namespace tabpc
