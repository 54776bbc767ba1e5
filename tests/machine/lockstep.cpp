// Says at which instruction the interpreter and translated code part, for people who look for a fault.
//   lockstep FLOPPY SLICES [AT GRAIN]     with AT, from that slice on in steps of GRAIN instructions
#include "lockstep.h"
#include <cstdlib>

using namespace tabpc;

int main(int argc, char** argv)
{
    Lockstep p;
    if (argc < 3 || !p.create(bytes_of_file(argv[1]))) return 1;
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
