// wasm_jit_modules FOLDER: writes the modules that tests/tools/wasm_jit.test.mjs has Binaryen read: for each golden region
// its module and the region in words, and modules of random control flow.
#include "golden.h"
#include "ir/print.h"
#include "random_graph.h"
#include "wasm-jit/module.h"
#include <cstdio>
#include <string>

using namespace tabpc;
using namespace tabpc::jit;

namespace {

std::string folder;

bool write(const std::string& name, std::span<const u8> bytes)
{
    std::FILE* file = std::fopen((folder + "/" + name).c_str(), "wb");
    if (!file) return false;
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    return std::fclose(file) == 0 && written;
}
bool write_module(const std::string& name, std::span<const Job> jobs)
{
    std::vector<u8> bytes;
    return make_module(jobs, bytes) && write(name + ".wasm", bytes);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    folder = argv[1];
    for (const Golden& golden : golden_regions()) {
        const Job job{&golden.region, golden_target()};
        const std::string text = ir::print(golden.region);
        if (!write_module(golden.name, {&job, 1})) return 1;
        if (!write(golden.name + std::string(".ir"), {reinterpret_cast<const u8*>(text.data()), text.size()}))
            return 1;
    }
    constexpr u32 MODULES = 10, REGIONS = 100;
    for (u32 n = 0; n < MODULES; n++) {
        std::vector<ir::Region> regions;
        std::vector<Job> jobs;
        oracle::Random random(n, 2);
        for (u32 k = 0; k < REGIONS; k++) regions.push_back(random_graph(random, 1 + random.below(60)));
        for (const ir::Region& region : regions) jobs.push_back({&region, golden_target()});
        if (!write_module("random-" + std::to_string(n), jobs)) return 1;
    }
    return 0;
}
