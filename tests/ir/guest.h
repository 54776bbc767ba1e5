// Guest code as the recorder takes it, from bytes.
#pragma once
#include "cpu/decode.h"
#include "ir/guest_code.h"
#include <cstdlib>
#include <initializer_list>

namespace tabpc::ir::test {

struct GuestBuilder {
    GuestCode code;

    explicit GuestBuilder(const Cpu& cpu)
    {
        code.mode = {
            .flat = true, .word_segments = false, .wide_stack = true, .cs_limit = 0xffffffff, .cpu = &cpu};
    }
    // Appends a block of flat 32-bit code.
    GuestBlock& block(u64 rip, std::initializer_list<u8> bytes)
    {
        GuestBlock& g = code.blocks.emplace_back();
        g.rip = rip;
        std::span<const u8> rest(bytes.begin(), bytes.size());
        unsigned at = 0;
        while (at < bytes.size()) {
            Insn i;
            End end;
            if (decode(rest.subspan(at), {true, true, true}, at, i, end) != Decoded::Ok) std::abort();
            g.insns.push_back(i);
            at += i.length;
        }
        return g;
    }
};

} // namespace tabpc::ir::test
