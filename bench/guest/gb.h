/* gb.h - harness of the guest benchmark programs.
 *
 * A benchmark is a function `u32 fn(u32 n)` that does n units of work and returns a checksum, the same on every correct
 * machine. gb_main runs each of a list some rounds with the same n and prints, each line at once:
 *     @B name                              before round 0
 *     @R name round us checksum cpu_us     after every round
 * `us` is the guest's own clock; who measures an emulator trusts the host's clock at the arrival of the lines instead.
 */
#ifndef GB_H
#define GB_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

struct gb {
    const char* name;
    u32 (*fn)(u32 n);
    u32 n;
    void (*prepare)(void); /* before round 0, untimed; makes the sums independent of what ran before */
};

/* Options: -rROUNDS, -xFACTOR and -dDIVISOR of n, the name of one benchmark. The list ends with a zero name. */
int gb_main(const struct gb* list, int argc, char** argv);

/* FNV-1a over every `stride`th 32-bit word. */
u32 gb_hash(const void* data, size_t bytes, size_t stride);

/* xorshift, 32 bits of state */
static inline u32 gb_rnd(u32* s)
{
    u32 x = *s;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *s = x;
}

#define NOINLINE __attribute__((noinline))
#endif
