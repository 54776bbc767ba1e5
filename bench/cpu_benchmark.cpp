// The parts of the CPU by themselves: decoding, finding blocks, running loops, filling the TLB. items_per_second is guest
// instructions (or fills) per second; compare ratios within one run, not numbers across runs.
#include "cpu/cpu.h"
#include "cpu/decode.h"
#include <benchmark/benchmark.h>
#include <initializer_list>
#include <vector>

using namespace tabpc;

namespace {

constexpr u32 CODE = 0x10000, DATA = 0x20000, TABLES = 0x100000;
constexpr u64 SLICE = 100'000; // instructions, as a machine's slice

// A CPU in flat 32-bit mode at CPL 0 with paging on, all of memory mapped to itself.
struct Box {
    VirtualClock clock;
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    RamBlock* block = ram.allocate("ram", 32 << 20);
    PhysMap::Id map = memory.map_ram(0, block->size, *block, 0, 0, "ram");
    Cpu cpu{clock, memory, io, {}};

    explicit Box(std::initializer_list<u8> code)
    {
        std::copy(code.begin(), code.end(), block->host + CODE);
        constexpr u32 PRESENT_WRITABLE = 3;
        for (u32 n = 0; n < 8; n++) st<u32>(block->host + TABLES + n * 4, (TABLES + (n + 1) * 0x1000) | PRESENT_WRITABLE);
        for (u32 n = 0; n < 8 * 1024; n++) st<u32>(block->host + TABLES + 0x1000 + n * 4, n << 12 | PRESENT_WRITABLE);
        for (Segment& g : cpu.s.seg) {
            g.base = 0;
            g.limit = 0xffffffff;
            g.attr = Segment::P | Segment::S | Segment::WRITABLE | Segment::DB | Segment::G;
            g.prepare(true);
        }
        cpu.s.seg[CS].attr |= Segment::CODE;
        cpu.s.seg[CS].prepare(true);
        cpu.s.cr0 |= cr0::PE | cr0::PG;
        cpu.s.cr3 = TABLES;
        cpu.s.rip = CODE;
        cpu.s.gpr[ESP] = DATA + 0x8000;
        cpu.s.gpr[ESI] = cpu.s.gpr[EDI] = DATA;
        cpu.mode_changed();
        cpu.flush_tlb(true);
    }
};

void run(benchmark::State& state, std::initializer_list<u8> code)
{
    Box box(code);
    for (auto _ : state) box.cpu.run(SLICE);
    state.SetItemsProcessed(static_cast<i64>(box.clock.instructions()));
}

// add eax, ebx; xor ecx, eax; lea edx, [eax+ecx*4+5]; shr ecx, 3; sub ebx, edx; jmp back
void interpret_alu(benchmark::State& state)
{
    run(state, {0x01, 0xd8, 0x31, 0xc1, 0x8d, 0x54, 0x88, 0x05, 0xc1, 0xe9, 0x03, 0x29, 0xd3, 0xeb, 0xf1});
}
// mov eax, [esi]; add [edi+64], eax; movzx ebx, byte [esi+3]; mov [esi+8], bl; dec ecx; jnz back; jmp back
void interpret_memory(benchmark::State& state)
{
    run(state, {0x8b, 0x06, 0x01, 0x47, 0x40, 0x0f, 0xb6, 0x5e, 0x03, 0x88, 0x5e, 0x08, 0x49, 0x75, 0xf1, 0xeb, 0xef});
}
// call next; jmp back; next: push ebx; mov ebx, [esp+4]; cmp ebx, eax; jbe +0; pop ebx; ret
void interpret_calls(benchmark::State& state)
{
    run(state, {0xe8, 0x02, 0x00, 0x00, 0x00, 0xeb, 0xf9, 0x53, 0x8b, 0x5c, 0x24, 0x04, 0x39, 0xc3, 0x76, 0x00, 0x5b, 0xc3});
}
// mov ecx, 1024; mov esi, DATA; mov edi, DATA + 4096; rep movsd; jmp back
void interpret_rep_movs(benchmark::State& state)
{
    run(state, {0xb9, 0x00, 0x04, 0x00, 0x00, 0xbe, 0x00, 0x00, 0x02, 0x00, 0xbf, 0x00, 0x10, 0x02, 0x00, 0xf3, 0xa5, 0xeb, 0xed});
}

// The cost of code that runs once: decoding by itself.
void decode_instructions(benchmark::State& state)
{
    const std::vector<u8> code{0x8b, 0x44, 0x24, 0x08, 0x01, 0xd8, 0x0f, 0xb6, 0xc0, 0x89, 0x45, 0xfc, 0x83,
                               0xc0, 0x01, 0x3d, 0x00, 0x01, 0x00, 0x00, 0x74, 0x00, 0xc1, 0xe0, 0x04, 0xc3};
    Insn insn;
    End end;
    i64 count = 0;
    for (auto _ : state) {
        for (size_t at = 0; at < code.size(); at += insn.length, count++)
            decode(std::span(code).subspan(at), {true, true, true}, static_cast<unsigned>(at), insn, end);
        benchmark::DoNotOptimize(insn);
    }
    state.SetItemsProcessed(count);
}

// A TLB flush and the walks that fill 256 pages again.
void fill_tlb(benchmark::State& state)
{
    Box box({0xeb, 0xfe});
    i64 count = 0;
    for (auto _ : state) {
        box.cpu.flush_tlb(true);
        for (u32 page = 0; page < 256; page++, count++) {
            u32 v;
            benchmark::DoNotOptimize(box.cpu.read(0x400000 + page * 0x1000, v));
        }
    }
    state.SetItemsProcessed(count);
}

BENCHMARK(interpret_alu);
BENCHMARK(interpret_memory);
BENCHMARK(interpret_calls);
BENCHMARK(interpret_rep_movs);
BENCHMARK(decode_instructions);
BENCHMARK(fill_tlb);

} // namespace
