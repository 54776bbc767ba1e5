// Names of the SCSI multimedia commands an ATAPI CD-ROM knows (MMC-3, INF-8020i): operations, sense keys and codes.
#pragma once
#include "base/types.h"

namespace tabpc::mmc {

enum Operation : u8 {
    TEST_UNIT_READY = 0x00,
    REQUEST_SENSE = 0x03,
    INQUIRY = 0x12,
    START_STOP_UNIT = 0x1b,
    PREVENT_ALLOW_MEDIUM_REMOVAL = 0x1e,
    READ_CAPACITY = 0x25,
    READ_10 = 0x28,
    SEEK_10 = 0x2b,
    READ_TOC = 0x43,
    GET_CONFIGURATION = 0x46,
    GET_EVENT_STATUS_NOTIFICATION = 0x4a,
    READ_DISC_INFORMATION = 0x51,
    MODE_SENSE_10 = 0x5a,
    READ_12 = 0xa8,
    SET_CD_SPEED = 0xbb,
    MECHANISM_STATUS = 0xbd,
    READ_CD = 0xbe,
};

// Sense key, additional code and its qualifier.
struct Sense {
    u8 key = 0, code = 0, qualifier = 0;
    template <class Archive>
    void serialize(Archive& ar)
    {
        ar(key, code, qualifier);
    }
};

inline constexpr Sense NO_SENSE{};
inline constexpr Sense MEDIUM_NOT_PRESENT{2, 0x3a, 1}; // tray closed
inline constexpr Sense TRAY_OPEN{2, 0x3a, 2};
inline constexpr Sense UNRECOVERED_READ_ERROR{3, 0x11, 0};
inline constexpr Sense INVALID_OPERATION{5, 0x20, 0};
inline constexpr Sense BLOCK_OUT_OF_RANGE{5, 0x21, 0};
inline constexpr Sense INVALID_FIELD{5, 0x24, 0};
inline constexpr Sense SAVING_NOT_SUPPORTED{5, 0x39, 0};
inline constexpr Sense REMOVAL_PREVENTED{5, 0x53, 2};
inline constexpr Sense MEDIUM_CHANGED{6, 0x28, 0};

// Big-endian fields of packets and replies.
inline u16 be16(const u8* p) { return static_cast<u16>(p[0] << 8 | p[1]); }
inline u32 be32(const u8* p) { return u32(be16(p)) << 16 | be16(p + 2); }
inline void put_be16(u8* p, u32 v)
{
    p[0] = static_cast<u8>(v >> 8);
    p[1] = static_cast<u8>(v);
}
inline void put_be32(u8* p, u32 v)
{
    put_be16(p, v >> 16);
    put_be16(p + 2, v);
}

} // namespace tabpc::mmc
