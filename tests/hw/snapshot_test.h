// The snapshot test every device passes with one line:
//     snapshot_round_trip(device, fresh);
// What is saved and loaded into a fresh device saves as the same bytes, and a damaged file is refused without a crash.
#pragma once
#include "core/device.h"
#include <gtest/gtest.h>
#include <vector>

namespace tabpc {

inline std::vector<u8> save(Device& device)
{
    Archive ar = Archive::saver();
    device.serialize(ar);
    return ar.take();
}

// `fresh` is a second instance, made like `device` but in another state.
inline void snapshot_round_trip(Device& device, Device& fresh)
{
    const std::vector<u8> bytes = save(device);

    for (size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 97) {
        Archive cut = Archive::loader(std::span(bytes).first(length));
        fresh.serialize(cut);
        EXPECT_FALSE(cut.ok()) << "a file cut at byte " << length << " was taken";
    }
    std::vector<u8> noise = bytes; // the frame is right, every field holds nonsense
    for (size_t i = noise.size() / 2; i < noise.size(); i++) noise[i] = static_cast<u8>(i * 167 + 13);
    Archive nonsense = Archive::loader(noise);
    fresh.serialize(nonsense);

    Archive ar = Archive::loader(bytes);
    fresh.serialize(ar);
    EXPECT_TRUE(ar.ok()) << ar.error();
    EXPECT_EQ(save(fresh), bytes);

    Archive same = Archive::verifier(bytes);
    fresh.serialize(same);
    EXPECT_TRUE(same.ok()) << same.error();
}

} // namespace tabpc
