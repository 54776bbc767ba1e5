// Guest memory through the softmmu's tables: valid, invalid, misaligned and page-crossing accesses, and the order of loads
// and stores.
#include "guest.h"

namespace tabpc::jit {
namespace {

using ir::Code;
using ir::MemoryAccess;
using ir::Type;

// EAX = the address; EBX = what is read there or 0; leaves by exit 1 if the softmmu cannot say.
ir::Region probing_region(u8 size, MemoryAccess access)
{
    auto w = make_builder(1, 2);
    w.set(ECX, w.constant(1));
    const ir::Ref p = w.translate(w.get(EAX), size, access, 1);
    if (access == MemoryAccess::Write) w.store(p, w.get(EDX), size >= 4 ? 4 : size);
    else w.set(EBX, w.load(p, size >= 4 ? 4 : size));
    w.leave(0);
    return w.region;
}

class Probe : public testing::TestWithParam<std::tuple<int, MemoryAccess>> {};
INSTANTIATE_TEST_SUITE_P(Sizes, Probe,
                         testing::Combine(testing::Values(1, 2, 4, 8, 10, 16),
                                          testing::Values(MemoryAccess::Read, MemoryAccess::Write)));

TEST_P(Probe, FindsWhatIsPlainAndLeavesOtherwise)
{
    const auto [size, access] = GetParam();
    Guest guest;
    const ir::Region region = probing_region(static_cast<u8>(size), access);
    const Compiled compiled(region, guest.target());
    const bool write = access == MemoryAccess::Write;
    for (const u32 page : Guest::pages) {
        const bool valid = write ? guest.writable(page) : guest.readable(page);
        for (u32 offset = 0; offset < PAGE_SIZE_4K; offset += offset == 40 ? PAGE_SIZE_4K - 80 : 1) {
            Machine m;
            m.gpr[EAX] = page * PAGE_SIZE_4K + offset;
            m.gpr[EDX] = 0x5a5a5a5a;
            guest.fill();
            const u32 exit = compiled(m);
            ASSERT_EQ(exit, valid && offset + static_cast<u32>(size) <= PAGE_SIZE_4K ? 0u : 1u)
                << std::hex << page << ":" << offset;
            ASSERT_EQ(m.gpr[ECX], 1u);
            if (exit != 0) continue;
            const unsigned touched = std::min(size, 4);
            const u64 seen = ld_n(guest.host(page) + offset, touched);
            if (write) ASSERT_EQ(seen, 0x5a5a5a5a & all_ones(touched));
            else ASSERT_EQ(m.gpr[EBX], seen);
        }
    }
}

TEST(Memory, AddressIsTakenBeforeItsRegisterChanges)
{
    Guest guest;
    guest.fill();
    auto w = make_builder(1, 2); // mov eax, [eax]; mov [esi], esi's old value + 1; esi += 4
    const ir::Ref p = w.translate(w.get(EAX), 4, MemoryAccess::Read, 1);
    w.set(EAX, w.load(p, 4));
    const ir::Ref esi = w.get(ESI), q = w.translate(esi, 4, MemoryAccess::Write, 1);
    w.set(ESI, w.pure(Code::Add, esi, w.constant(4)));
    w.store(q, w.pure(Code::Add, esi, w.constant(1)), 4);
    w.set(EDI, p);
    w.leave(0);
    Machine m;
    const u32 page = Guest::pages[0];
    m.gpr[EAX] = page * PAGE_SIZE_4K + 12;
    m.gpr[ESI] = page * PAGE_SIZE_4K + 101;
    const u32 expected = ld<u32>(guest.host(page) + 12);
    EXPECT_EQ(Compiled(w.region, guest.target())(m), 0u);
    EXPECT_EQ(m.gpr[EAX], expected);
    EXPECT_EQ(m.gpr[ESI], page * PAGE_SIZE_4K + 105u);
    EXPECT_EQ(ld<u32>(guest.host(page) + 101), page * PAGE_SIZE_4K + 102u);
    EXPECT_EQ(m.gpr[EDI], reinterpret_cast<uintptr_t>(guest.host(page) + 12));
}

TEST(Memory, LoadsComeBeforeLaterStoresToTheSamePlace)
{
    Guest guest;
    auto w = make_builder(1, 2); // xchg [esi], eax and twice the old value in ebx
    const ir::Ref p = w.translate(w.get(ESI), 4, MemoryAccess::Write, 1);
    const ir::Ref old = w.load(p, 4);
    w.store(p, w.get(EAX), 4);
    w.set(EAX, old);
    w.set(EBX, w.pure(Code::Shl, old, w.constant(1)));
    w.leave(0);
    const u32 page = Guest::pages[0];
    st<u32>(guest.host(page), 21);
    Machine m;
    m.gpr[EAX] = 7;
    m.gpr[ESI] = page * PAGE_SIZE_4K;
    EXPECT_EQ(Compiled(w.region, guest.target())(m), 0u);
    EXPECT_EQ(ld<u32>(guest.host(page)), 7u);
    EXPECT_EQ(m.gpr[EAX], 21u);
    EXPECT_EQ(m.gpr[EBX], 42u);
}

} // namespace
} // namespace tabpc::jit
