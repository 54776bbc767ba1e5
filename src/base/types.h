// The integer types and address types everything else is written in.
#pragma once
#include <cstddef>
#include <cstdint>

namespace tabpc {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;

// Guest addresses are 64 bits wide in every interface, so that long mode is an extension.
using LinAddr = u64;  // after segmentation, before paging
using PhysAddr = u64; // on the bus
using RamAddr = u64;  // identity of one byte of storage, however often it is mapped (QEMU's ram_addr)

inline constexpr u32 PAGE_BITS = 12;
inline constexpr u32 PAGE_SIZE_4K = 1u << PAGE_BITS;
inline constexpr u32 PAGE_MASK_4K = PAGE_SIZE_4K - 1;

// std::unreachable and [[likely]] in the forms the hot paths read best with.
#define TABPC_LIKELY(x) __builtin_expect(!!(x), 1)
#define TABPC_UNLIKELY(x) __builtin_expect(!!(x), 0)

} // namespace tabpc
