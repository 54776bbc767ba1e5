// The 512 bytes of IDENTIFY DEVICE and IDENTIFY PACKET DEVICE: 256 words, set by the number the standard gives them.
#pragma once
#include "base/types.h"
#include <span>
#include <string_view>
#include <vector>

namespace tabpc {

class IdentifyData {
public:
    void word(int n, u16 value) { words_[n] = value; }
    void dword(int n, u32 value)
    {
        word(n, static_cast<u16>(value));
        word(n + 1, static_cast<u16>(value >> 16));
    }
    // ASCII, padded with spaces; the first character is a word's high byte.
    void text(int n, int count, std::string_view s)
    {
        for (int i = 0; i < count * 2; i++) {
            const u8 c = static_cast<size_t>(i) < s.size() ? static_cast<u8>(s[static_cast<size_t>(i)]) : ' ';
            u16& w = words_[n + i / 2];
            w = static_cast<u16>(i % 2 ? (w & 0xff00) | c : (w & 0x00ff) | c << 8);
        }
    }
    void copy_to(std::vector<u8>& bytes) const
    {
        bytes.resize(512);
        for (int n = 0; n < 256; n++) {
            bytes[2 * n] = static_cast<u8>(words_[n]);
            bytes[2 * n + 1] = static_cast<u8>(words_[n] >> 8);
        }
    }

private:
    u16 words_[256] = {};
};

// SET FEATURES 03h: the transfer mode now selected, for words 62, 63 and 88 of the data above.
struct TransferMode {
    u8 value = 0; // of the sector count register: type 7:3, mode 2:0

    bool set(u8 v)
    {
        const int type = v >> 3, mode = v & 7;
        const bool known = type == 0                             ? mode <= 1 // PIO default, without IORDY
                           : type == 1 || type == 2 || type == 4 ? mode <= 4 // PIO, single and multiword DMA
                                                                 : type == 8 && mode <= 5; // Ultra DMA
        if (known) value = v;
        return known;
    }
    u16 selected(int type) const
    {
        return value >> 3 == type ? static_cast<u16>(0x100 << (value & 7)) : u16(0);
    }
};

} // namespace tabpc
