// Where a vector's outcome is not defined or a 286 differs from the CPU we are: flags the manual leaves undefined, by
// opcode, and vectors that are skipped, with the reason.
#pragma once
#include "moo.h"
#include "cpu/eflags.h"
#include <cstring>

namespace tabpc {

// Flags that must match: all of FLAGS' low 12 bits but those undefined after the instruction (SDM vol. 2, by instruction).
inline u32 defined_flags(const moo::File&, const std::string& opcode, const moo::Test& t)
{
    using namespace eflags;
    u32 mask = 0x0fd5;
    const auto is = [&](const char* list) {
        const std::string with = " " + std::string(list) + " ";
        return with.find(" " + opcode + " ") != std::string::npos;
    };
    if (is("0A 23 35 A8 80.4 81.4 82.4 83.4 80.1 84 85 F6.0 F7.0")) mask &= ~u32{AF}; // AND, OR, XOR, TEST
    if (is("3F 37")) mask &= ~u32{OF | SF | ZF | PF};                                 // AAS, AAA
    if (is("2F 27")) mask &= ~u32{OF};                                                // DAS, DAA
    if (is("F6.4 F7.4 F6.5 F7.5 69 6B")) mask &= ~u32{SF | ZF | AF | PF};             // MUL, IMUL
    if (is("F6.6 F7.6 F6.7 F7.7")) mask &= ~u32{ARITH};                               // DIV, IDIV
    if (is("C0.0 C1.0 D2.3 D3.3 D2.0 D3.0")) mask &= ~u32{OF};                        // rotates by more than one
    if (is("C0.4 C1.4 D0.4 D1.4 D2.4 D3.4")) mask &= ~u32{OF | AF};
    (void)t;
    return mask;
}

inline const char* skip_reason(const moo::File& f, const moo::Test& t)
{
    for (u8 b : t.bytes) { // prefixes
        if (b == 0xf0 && !f.is_386) return "the 286 takes LOCK before anything, the 386 raises #UD";
        if (!std::memchr("\x26\x2e\x36\x3e\xf2\xf3", b, 6)) break;
    }
    if (!f.is_386 && t.bytes.size() > 11) return "beyond 10 bytes the 286 raises 13, the 386 beyond 15";
    if (!f.is_386 && t.exception == 13 && (t.name.find("[bp") != std::string::npos || t.name.starts_with("ret")))
        return "beyond the limit of SS the 286 raises 13 in real mode, the 386 12";
    return nullptr;
}

} // namespace tabpc
