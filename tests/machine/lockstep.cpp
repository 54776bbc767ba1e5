// The same machine twice, interpreted and translated, under icount: says at which instruction their CPUs part.
//   lockstep FLOPPY SLICES [AT GRAIN]     with AT, from that slice on in steps of GRAIN instructions
#include "test_host.h"
#include <cstdio>
#include <cstdlib>
#include <memory>

using namespace tabpc;

namespace {

struct Pair {
    std::unique_ptr<TestMachine> m[2];

    bool create(const char* image)
    {
        for (int n = 0; n < 2; n++) {
            m[n] = std::make_unique<TestMachine>(std::vector<std::string>{"-fda", "disk", "-icount", "shift=3,sleep=off", "-rtc",
                                                                          "base=2020-01-01,clock=vm", "-accel", n ? "tcg" : "interpreter"});
            std::ifstream in(image, std::ios::binary);
            m[n]->host.files["disk"].assign(std::istreambuf_iterator<char>(in), {});
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

} // namespace

int main(int argc, char** argv)
{
    Pair p;
    if (argc < 3 || !p.create(argv[1])) return 1;
    const long slices = std::atol(argv[2]);
    const long at = argc > 3 ? std::atol(argv[3]) : -1;
    const u64 grain = argc > 4 ? static_cast<u64>(std::atol(argv[4])) : 1;
    for (long k = 0; k < slices; k++) {
        if (k == at) {
            for (long j = 0; j < 2'000'000; j++) {
                const u64 rip = p.s(0).rip, base = p.s(0).seg[CS].base;
                for (auto& one : p.m) one->pc().cpu().run(grain);
                if (p.same()) continue;
                std::printf("step %ld of %llu: behind rip %llx base %llx\n", j, static_cast<unsigned long long>(grain), static_cast<unsigned long long>(rip), static_cast<unsigned long long>(base));
                p.show();
                for (u64 from : {(base + rip) - 16, p.s(0).seg[CS].base + p.s(0).rip - 48}) {
                    std::printf("%llx:", static_cast<unsigned long long>(from));
                    for (u64 b = 0; b < 64; b++) {
                        u8 v = 0;
                        (void)p.m[0]->pc().cpu().read(from + b, v);
                        std::printf(" %02x", v);
                    }
                    std::printf("\n");
                }
                return 1;
            }
        }
        p.slice();
        if (p.same()) continue;
        std::printf("slice %ld:\n", k);
        p.show();
        return 1;
    }
    std::printf("the same for %ld slices, %llu instructions, %llu of them translated\n%s\n", slices,
                static_cast<unsigned long long>(p.instructions(1)), static_cast<unsigned long long>(p.m[1]->pc().cpu().stats.translated), p.m[1]->screen().c_str());
    return 0;
}
