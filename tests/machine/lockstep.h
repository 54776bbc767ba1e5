// The same machine twice, interpreted and translated, under icount: their CPUs are compared at every slice's end.
#pragma once
#include "test_host.h"
#include <cstdio>
#include <memory>

namespace tabpc {

struct Lockstep {
    std::unique_ptr<TestMachine> m[2];

    bool create(const std::vector<u8>& floppy)
    {
        for (int n = 0; n < 2; n++) {
            m[n] = std::make_unique<TestMachine>(std::vector<std::string>{"-fda", "disk", "-icount", "shift=3,sleep=off", "-rtc",
                                                                          "base=2020-01-01,clock=vm", "-accel", n ? "tcg" : "interpreter"});
            m[n]->host.files["disk"] = floppy;
            if (!m[n]->create()) return std::fprintf(stderr, "%s\n", m[n]->refusal.c_str()), false;
        }
        return true;
    }
    CpuState& s(int n) { return m[n]->pc().cpu().s; }
    u64 instructions(int n) { return m[n]->pc().clock().instructions(); }

    bool same()
    {
        const CpuState &a = s(0), &b = s(1);
        return a.gpr == b.gpr && a.rip == b.rip && a.flags.get() == b.flags.get() && a.eflags == b.eflags && a.cr0 == b.cr0 &&
               a.seg[CS].base == b.seg[CS].base && a.seg[DS].base == b.seg[DS].base && instructions(0) == instructions(1);
    }
    void show()
    {
        for (int n = 0; n < 2; n++) {
            const CpuState& c = s(n);
            std::printf("%s: ", n ? "translated " : "interpreted");
            for (int r = 0; r < 8; r++) std::printf("%08x ", static_cast<u32>(c.gpr[static_cast<size_t>(r)]));
            std::printf("cs=%04x rip=%08x fl=%03x ef=%08x ds=%x es=%x ss=%x n=%llu\n", c.seg[CS].selector, static_cast<u32>(c.rip), c.flags.get(), c.eflags,
                        c.seg[DS].selector, c.seg[ES].selector, c.seg[SS].selector, static_cast<unsigned long long>(instructions(n)));
        }
    }
    void slice()
    {
        for (auto& one : m) {
            one->last = one->pc().run_slice(one->now_ns);
            one->now_ns += GuestTime::SLICE_NS;
        }
    }
};

inline std::vector<u8> bytes_of_file(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace tabpc
