// What runner.c and the test agree on (C and C++): where a snippet lives, how it is sent and how its outcome comes back.
// Little-endian, no padding.
#pragma once
#include <stdint.h>

// The linear addresses a snippet can touch. Every other page of the neighbourhood is absent, so that operands meet each kind
// of border: absent|RW, RW|absent, RW|RW, RW|RO, RO|absent.
enum OracleLayout {
    ORACLE_PAGE = 0x1000,
    ORACLE_CODE = 0x11000, // readable, executable, filled with INT3
    ORACLE_DATA = 0x21000, // RW; 22000 is absent
    ORACLE_PAIR = 0x23000, // RW, and so is 24000
    ORACLE_RO = 0x25000,
    ORACLE_STACK = 0x31000,
    ORACLE_CONTENT_PAGES = 5, // all of these but the code
};
static const uint32_t oracle_content_at[ORACLE_CONTENT_PAGES] = {
    ORACLE_DATA, ORACLE_PAIR, ORACLE_PAIR + ORACLE_PAGE, ORACLE_RO, ORACLE_STACK};

// Selectors, as Linux gives them to a 32-bit process: flat code and data, and two entries for set_thread_area().
enum OracleSelector {
    ORACLE_CS = 0x23,
    ORACLE_DS = 0x2b,
    ORACLE_SMALL = 0x6b, // base 18000, limit FFFF: data within reach of 16-bit addresses
    ORACLE_DOWN = 0x73,  // base 0, expand-down, limit 23FFF: offsets from 24000 on
    ORACLE_SMALL_BASE = 0x18000,
    ORACLE_SMALL_LIMIT = 0xffff,
    ORACLE_DOWN_LIMIT = 0x23fff,
};

enum OracleSizes {
    ORACLE_MAX_CODE = 80,
    ORACLE_MAX_PATCHES = 4,
    ORACLE_PATCH_BYTES = 27,
    ORACLE_FX = 288,
    ORACLE_BATCH = 1000
};

struct OraclePatch {
    uint32_t at;
    uint8_t length;
    uint8_t bytes[ORACLE_PATCH_BYTES];
};

// One snippet: registers in encoding order (EAX ECX EDX EBX ESP EBP ESI EDI), what is written over the batch's memory
// content first, and the first 288 bytes of an FXSAVE image.
struct OracleSnippet {
    uint32_t gpr[8], eip, eflags;
    uint16_t es, ds, fs, gs;
    uint8_t fx[ORACLE_FX];
    struct OraclePatch patch[ORACLE_MAX_PATCHES];
    uint8_t code[ORACLE_MAX_CODE]; // at eip
    uint32_t code_length;
};

// A batch: this head, then `count` snippets.
struct OracleBatch {
    uint32_t count;
    uint8_t content[ORACLE_CONTENT_PAGES][ORACLE_PAGE];
};

// How a snippet ended: it always runs into an exception, at the latest into an INT3 behind it. `changes` bytes of changes
// follow: for each run of bytes that differ from before, where, how many (u16 each way: see oracle_changes) and the bytes.
// The FXSAVE image comes first, as if it lay at address 0.
struct OracleOutcome {
    uint32_t gpr[8], eip, eflags;
    uint16_t es, ds, fs, gs;
    uint32_t vector, error, cr2; // cr2: of page faults only
    uint32_t changes;
};

struct OracleRun {
    uint32_t at, length;
};

// Appends the runs in which `after` differs from `before` to `out`; returns its new end.
static inline uint8_t* oracle_changes(uint8_t* out, uint32_t at, const uint8_t* before, const uint8_t* after,
                                      uint32_t length)
{
    for (uint32_t n = 0; n < length; n++) {
        uint32_t end = n;
        while (end < length && before[end] != after[end]) end++;
        if (end == n) continue;
        struct OracleRun run = {at + n, end - n};
        __builtin_memcpy(out, &run, sizeof run);
        __builtin_memcpy(out + sizeof run, after + n, run.length);
        out += sizeof run + run.length;
        n = end;
    }
    return out;
}
enum { ORACLE_MAX_CHANGES = 9 * (ORACLE_CONTENT_PAGES * ORACLE_PAGE + ORACLE_FX) };
