// Softmmu, MACHINE.md 1.3: accesses of 1, 2, 4 and 8 bytes by kernel, user and instruction fetch, aligned, unaligned, over
// a page's edge, half in a device, faulting on the second page; with 4 KiB, 4 MiB, PAE and 2 MiB pages.
#include "paged_machine.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {

using Bytes = std::initializer_list<int>;

constexpr u64 VALUE = 0x4877665544332211; // positive, 63 bits: an integer the x87 holds exactly
constexpr u64 OLD = 0xeeeeeeeeeeeeeeee;
constexpr unsigned SIZES[] = {1, 2, 4, 8};

class Softmmu : public testing::TestWithParam<Paging> {
protected:
    PagedMachine m{GetParam()};
    const u64 page = m.page_size();

    // MOV AL|AX|EAX, [EBX]; FILD qword [EBX]
    Fault load(u64 offset, unsigned size, bool user)
    {
        m.cpu.s.set_reg32(EBX, static_cast<u32>(m.PAGES + offset));
        m.cpu.s.set_reg32(EAX, 0);
        m.cpu.s.fpu = Fpu{};
        switch (size) {
        case 1: return m.run({0x8a, 0x03}, user);
        case 2: return m.run({0x66, 0x8b, 0x03}, user);
        case 4: return m.run({0x8b, 0x03}, user);
        default: return m.run({0xdf, 0x2b}, user);
        }
    }
    u64 loaded(unsigned size) const
    {
        const CpuState& s = m.cpu.s;
        return size == 8 ? s.fpu.reg[s.fpu.top].sig >> 1 : s.reg32(EAX);
    }
    // MOV [EBX], AL|AX|EAX; FISTP qword [EBX]
    Fault store(u64 offset, unsigned size, bool user)
    {
        m.cpu.s.set_reg32(EBX, static_cast<u32>(m.PAGES + offset));
        m.cpu.s.set_reg32(EAX, static_cast<u32>(VALUE));
        m.cpu.s.fpu = Fpu{};
        m.cpu.s.fpu.reg[0].sig = VALUE << 1;
        m.cpu.s.fpu.reg[0].se = 16383 + 62;
        m.cpu.s.fpu.empty = 0xfe;
        switch (size) {
        case 1: return m.run({0x88, 0x03}, user);
        case 2: return m.run({0x66, 0x89, 0x03}, user);
        case 4: return m.run({0x89, 0x03}, user);
        default: return m.run({0xdf, 0x3b}, user);
        }
    }
    static u64 part(u64 v, unsigned size) { return v & all_ones(size); }
    // What an access of `size` bytes at `offset` reaches.
    bool touches(int n, u64 offset, unsigned size) const
    {
        return n == 0 ? offset < page : offset + size > page;
    }
};

#define TRACE_ACCESS(size, offset, user)                                                                               \
    SCOPED_TRACE("size " + std::to_string(size) + ", offset " + std::to_string(offset) + (user ? ", user" : ", kernel"))

TEST_P(Softmmu, LoadsAndStoresAtEveryAlignment)
{
    for (const bool user : {false, true})
        for (const unsigned size : SIZES)
            for (const u64 offset : {u64(0x100), u64(0x101), u64(0x103), page - size, page - size + 1, page - 1, page}) {
                TRACE_ACCESS(size, offset, user);
                m.map_both(pte::P | pte::RW | pte::US);
                m.poke(offset, VALUE, size);
                ASSERT_EQ(load(offset, size, user), Fault());
                EXPECT_EQ(loaded(size), part(VALUE, size));
                for (int n : {0, 1})
                    EXPECT_EQ(m.touched(n), touches(n, offset, size) ? u64{pte::A} : 0u) << "a read sets A alone, page " << n;

                m.poke(offset - 8, OLD, 8);
                m.poke(offset, OLD, 8);
                m.poke(offset + 8, OLD, 8);
                ASSERT_EQ(store(offset, size, user), Fault());
                EXPECT_EQ(m.peek(offset, size), part(VALUE, size));
                EXPECT_EQ(m.peek(offset - 8, 8), OLD) << "before it";
                EXPECT_EQ(m.peek(offset + size, 8), OLD) << "behind it";
                for (int n : {0, 1})
                    EXPECT_EQ(m.touched(n), touches(n, offset, size) ? u64{pte::A | pte::D} : 0u) << "page " << n;
            }
}

// The same once more without a flush: from the TLB.
TEST_P(Softmmu, SecondAccessComesFromTheTlb)
{
    m.map_both(pte::P | pte::RW | pte::US);
    for (const unsigned size : SIZES) {
        ASSERT_EQ(store(0x200, size, true), Fault());
        const u64 fills = m.cpu.stats.tlb_fills;
        m.poke(0x200, 0, size);
        m.cpu.s.fpu.empty = 0xfe; // FISTP has popped it
        m.cpu.s.fpu.top = 0;
        ASSERT_EQ(m.run(m.CODE, true), Fault()) << "the same instruction, not even decoded again";
        ASSERT_EQ(load(0x200, size, true), Fault());
        EXPECT_EQ(loaded(size), part(VALUE, size));
        EXPECT_EQ(m.cpu.stats.tlb_fills, fills);
    }
}

TEST_P(Softmmu, FaultOnTheSecondPageWritesNothing)
{
    struct Case {
        const char* what;
        u64 rights; // of the second page
        bool user, write;
        u32 error; // expected; 0xff: none
    } const cases[] = {
        {"kernel read, not present", 0, false, false, 0},
        {"kernel write, not present", 0, false, true, pf::W},
        {"user read, not present", 0, true, false, pf::U},
        {"user write, not present", 0, true, true, pf::U | pf::W},
        {"user read of a supervisor page", pte::P | pte::RW, true, false, pf::P | pf::U},
        {"user write to a supervisor page", pte::P | pte::RW, true, true, pf::P | pf::U | pf::W},
        {"user write to a read-only page", pte::P | pte::US, true, true, pf::P | pf::U | pf::W},
        {"kernel write to a read-only page", pte::P, false, true, pf::P | pf::W},
    };
    for (const Case& c : cases)
        for (const unsigned size : {2u, 4u, 8u})
            for (unsigned first = 1; first < size; first++) {
                SCOPED_TRACE(c.what);
                TRACE_ACCESS(size, page - first, c.user);
                const u64 offset = page - first;
                m.map(0, m.FRAME[0], pte::P | pte::RW | pte::US);
                m.map(1, m.FRAME[1], pte::P | pte::RW | pte::US);
                m.poke(offset, OLD, 8);
                m.map(1, m.FRAME[1], c.rights);
                const Fault f = c.write ? store(offset, size, c.user) : load(offset, size, c.user);
                EXPECT_EQ(f.vector, 14);
                EXPECT_EQ(f.error, c.error);
                EXPECT_EQ(f.cr2, m.PAGES + page) << "the first byte that cannot be reached";
                EXPECT_EQ(m.peek(offset, 8), OLD) << "no byte was written";
                EXPECT_EQ(m.touched(1), 0u) << "a refused access leaves no mark";
                if (!c.write) {
                    EXPECT_EQ(loaded(size), 0u) << "and no register changed";
                }
            }
}

TEST_P(Softmmu, FaultOnTheFirstPageComesFirst)
{
    m.map(0, m.FRAME[0], 0);
    m.map(1, m.FRAME[1], 0);
    EXPECT_EQ(load(page - 2, 4, false), page_fault(0, m.PAGES + page - 2));
    EXPECT_EQ(store(page - 2, 4, true), page_fault(pf::U | pf::W, m.PAGES + page - 2));
}

TEST_P(Softmmu, ReadModifyWriteIsProbedForWriting)
{
    m.map(0, m.FRAME[0], pte::P);
    m.cpu.s.set_reg32(EBX, m.PAGES + 0x10);
    EXPECT_EQ(m.run({0x01, 0x03}), page_fault(pf::P | pf::W, m.PAGES + 0x10)) << "ADD [EBX], EAX";
    EXPECT_EQ(m.touched(0), 0u);
    m.map(0, m.FRAME[0], 0);
    EXPECT_EQ(m.run({0x01, 0x03}), page_fault(pf::W, m.PAGES + 0x10));
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    m.poke(0x10, 5, 4);
    m.cpu.s.set_reg32(EAX, 2);
    EXPECT_EQ(m.run({0x01, 0x03}), Fault());
    EXPECT_EQ(m.peek(0x10, 4), 7u);
    EXPECT_EQ(m.touched(0), u64{pte::A | pte::D});
}

TEST_P(Softmmu, WriteProtectOfTheSupervisor)
{
    m.cpu.s.cr0 &= ~u64(cr0::WP);
    m.map(0, m.FRAME[0], pte::P | pte::US);
    ASSERT_EQ(store(8, 4, false), Fault()) << "WP clear: the kernel may";
    EXPECT_EQ(m.peek(8, 4), part(VALUE, 4));
    EXPECT_EQ(store(8, 4, true), page_fault(pf::P | pf::U | pf::W, m.PAGES + 8)) << "the user never";
    m.cpu.s.cr0 |= cr0::WP;
    m.cpu.flush_tlb(true);
    EXPECT_EQ(store(8, 4, false), page_fault(pf::P | pf::W, m.PAGES + 8));
    EXPECT_EQ(load(8, 4, false), Fault());
}

// A page the kernel has used stays out of the user's reach, and the other way round nothing is in the way.
TEST_P(Softmmu, TlbKeepsPrivilegesApart)
{
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    ASSERT_EQ(store(0, 4, false), Fault());
    EXPECT_EQ(load(0, 4, true), page_fault(pf::P | pf::U, m.PAGES));
    EXPECT_EQ(store(0, 4, true), page_fault(pf::P | pf::U | pf::W, m.PAGES));
}

// A descriptor table is read by the supervisor's right, whatever the CPL.
TEST_P(Softmmu, SystemAccessesIgnoreTheUsersRights)
{
    m.map(0, m.FRAME[0], pte::P | pte::RW);
    m.poke(0x20, VALUE, 8);
    m.set_user(true);
    u64 v = 0;
    EXPECT_TRUE(m.cpu.read(m.PAGES + 0x20, v, true));
    EXPECT_EQ(v, VALUE);
    EXPECT_FALSE(m.cpu.read(m.PAGES + 0x20, v));
    EXPECT_EQ(m.cpu.fault.vector, 14);
    EXPECT_EQ(m.cpu.fault.error, pf::P | pf::U);
}

// The accesses of helpers: the same rules, by another way.
TEST_P(Softmmu, HelpersReadAndWriteBytes)
{
    m.map_both(pte::P | pte::RW | pte::US);
    const auto check = [&]<class T>(T) {
        for (const u64 offset : {u64(0x100), u64(0x101), page - 1}) {
            SCOPED_TRACE("size " + std::to_string(sizeof(T)) + ", offset " + std::to_string(offset));
            T v = 0;
            m.poke(offset, OLD, 8);
            ASSERT_TRUE(m.cpu.write(m.PAGES + offset, static_cast<T>(VALUE)));
            EXPECT_EQ(m.peek(offset, 8), (OLD & ~all_ones(sizeof(T))) | static_cast<T>(VALUE));
            ASSERT_TRUE(m.cpu.read(m.PAGES + offset, v));
            EXPECT_EQ(v, static_cast<T>(VALUE));
        }
    };
    check(u8());
    check(u16());
    check(u32());
    check(u64());
    m.map(1, m.FRAME[1], pte::P);
    m.poke(page - 4, OLD, 4);
    EXPECT_FALSE(m.cpu.write(m.PAGES + page - 4, VALUE));
    EXPECT_EQ(m.cpu.s.cr2, m.PAGES + page);
    EXPECT_EQ(m.peek(page - 4, 4), OLD >> 32);
    EXPECT_FALSE(m.cpu.probe(m.PAGES + page - 4, 8, Access::Write));
    EXPECT_TRUE(m.cpu.probe(m.PAGES + page - 4, 8, Access::Read));
}

// ---- devices ------------------------------------------------------------------------------------------------------------------

TEST_P(Softmmu, DeviceSeesTheAccessOnce)
{
    m.map(0, m.MMIO, pte::P | pte::RW | pte::US);
    for (const bool user : {false, true})
        for (const unsigned size : {1u, 2u, 4u}) {
            TRACE_ACCESS(size, 0x40, user);
            m.device_reads = m.device_writes = 0;
            const u64 expected = m.peek(0x40, size);
            ASSERT_EQ(load(0x40, size, user), Fault());
            EXPECT_EQ(loaded(size), expected);
            ASSERT_EQ(store(0x60, size, user), Fault());
            EXPECT_EQ(m.peek(0x60, size), part(VALUE, size));
            EXPECT_EQ(m.device_reads, 1);
            EXPECT_EQ(m.device_writes, 1) << "a store does not read";
        }
    m.device_reads = m.device_writes = 0;
    m.cpu.s.set_reg32(EBX, m.PAGES + 0x80);
    const u64 before = m.peek(0x80, 4);
    m.cpu.s.set_reg32(EAX, 1);
    ASSERT_EQ(m.run({0x01, 0x03}), Fault());
    EXPECT_EQ(m.peek(0x80, 4), part(before + 1, 4));
    EXPECT_EQ(m.device_reads, 1);
    EXPECT_EQ(m.device_writes, 1);
}

TEST_P(Softmmu, AccessHalfInADevice)
{
    m.map(0, m.FRAME[0], pte::P | pte::RW | pte::US);
    m.map(1, m.MMIO, pte::P | pte::RW | pte::US);
    for (const bool user : {false, true})
        for (const unsigned size : {2u, 4u, 8u})
            for (unsigned first = 1; first < size; first++) {
                TRACE_ACCESS(size, page - first, user);
                const u64 offset = page - first;
                m.poke(offset, VALUE, size);
                ASSERT_EQ(load(offset, size, user), Fault());
                EXPECT_EQ(loaded(size), part(VALUE, size));
                m.poke(offset, 0, size);
                ASSERT_EQ(store(offset, size, user), Fault());
                EXPECT_EQ(m.peek(offset, size), part(VALUE, size));
            }
}

TEST_P(Softmmu, DeviceIsNotTouchedWhenTheOtherHalfFaults)
{
    m.map(0, m.MMIO + 0x1000 - page, pte::P | pte::RW); // its last 4 KiB are the device
    m.map(1, m.FRAME[1], 0);
    EXPECT_EQ(store(page - 2, 4, false), page_fault(pf::W, m.PAGES + page));
    EXPECT_EQ(load(page - 2, 4, false), page_fault(0, m.PAGES + page));
    EXPECT_EQ(m.device_reads + m.device_writes, 0);
}

TEST_P(Softmmu, NobodyReadsAllOnes)
{
    m.map(0, 0xf0000000, pte::P | pte::RW);
    ASSERT_EQ(store(0x10, 4, false), Fault());
    ASSERT_EQ(load(0x10, 4, false), Fault());
    EXPECT_EQ(loaded(4), 0xffffffffu);
}

// ---- instruction fetch --------------------------------------------------------------------------------------------------------

// Instructions of 1, 2, 4 and 8 bytes that add 1, 0x11, or load something into EAX.
class Fetch : public Softmmu {
protected:
    Fault execute(u64 offset, unsigned size, bool user)
    {
        m.cpu.s.set_reg32(EAX, 0);
        m.cpu.s.set_reg32(EBX, 0);
        const Fault f = m.run(m.PAGES + offset, user);
        if (f.vector < 0) {
            EXPECT_EQ(m.cpu.s.rip, m.PAGES + offset + size);
        }
        return f;
    }
    void place(u64 offset, unsigned size)
    {
        switch (size) {
        case 1: return m.poke(offset, 0x40, 1);                      // INC EAX
        case 2: return m.poke(offset, 0x11b0, 2);                    // MOV AL, 11
        case 4: return m.poke(offset, 0x2211b866, 4);                // MOV AX, 2211
        default: return m.poke(offset, 0x332211001b848d3e, 8);       // DS LEA EAX, [EBX+EBX+33221100]
        }
    }
    static u32 result(unsigned size)
    {
        return size == 1 ? 1 : size == 2 ? 0x11 : size == 4 ? 0x2211 : 0x33221100;
    }
};

TEST_P(Fetch, AtEveryAlignmentAndOverThePagesEdge)
{
    for (const bool user : {false, true})
        for (const unsigned size : SIZES)
            for (const u64 offset : {u64(0x100), u64(0x101), page - size, page - size / 2, page - 1}) {
                TRACE_ACCESS(size, offset, user);
                m.map_both(pte::P | pte::RW | pte::US);
                place(offset, size);
                ASSERT_EQ(execute(offset, size, user), Fault());
                EXPECT_EQ(m.cpu.s.reg32(EAX), result(size));
                for (int n : {0, 1})
                    EXPECT_EQ(m.touched(n), touches(n, offset, size) ? u64{pte::A} : 0u) << "page " << n;
            }
}

TEST_P(Fetch, FaultOnTheSecondPage)
{
    const u32 fetch = m.pae() ? u32{pf::I} : 0;
    for (const unsigned size : {2u, 4u, 8u})
        for (unsigned first = 1; first < size; first++) {
            TRACE_ACCESS(size, page - first, true);
            const u64 offset = page - first;
            m.map_both(pte::P | pte::RW | pte::US);
            place(offset, size);
            m.map(1, m.FRAME[1], 0);
            EXPECT_EQ(execute(offset, size, false), page_fault(fetch, m.PAGES + page));
            EXPECT_EQ(execute(offset, size, true), page_fault(fetch | pf::U, m.PAGES + page));
            m.map(1, m.FRAME[1], pte::P | pte::RW);
            EXPECT_EQ(execute(offset, size, true), page_fault(fetch | pf::P | pf::U, m.PAGES + page));
            EXPECT_EQ(m.touched(1), 0u);
        }
}

TEST_P(Fetch, OutOfADevice)
{
    m.map(0, m.FRAME[0], pte::P | pte::US);
    m.map(1, m.MMIO, pte::P | pte::US);
    for (const unsigned size : SIZES)
        for (const u64 offset : {page + 0x100, page - size / 2}) {
            TRACE_ACCESS(size, offset, true);
            place(offset, size);
            ASSERT_EQ(execute(offset, size, true), Fault());
            EXPECT_EQ(m.cpu.s.reg32(EAX), result(size));
        }
}

TEST_P(Fetch, NoExecute)
{
    if (!m.pae()) GTEST_SKIP() << "needs PAE";
    place(0x100, 4);
    m.map(0, m.FRAME[0], pte::P | pte::RW | pte::US | pte::NX);
    EXPECT_EQ(execute(0x100, 4, false), page_fault(pf::P | pf::I, m.PAGES + 0x100));
    EXPECT_EQ(execute(0x100, 4, true), page_fault(pf::P | pf::U | pf::I, m.PAGES + 0x100));
    EXPECT_EQ(load(0x100, 4, true), Fault()) << "data is not code";
    EXPECT_EQ(store(0x100, 4, true), Fault());
    m.cpu.s.efer &= ~u64(efer::NXE);
    m.cpu.flush_tlb(true);
    EXPECT_EQ(load(0x100, 4, false), page_fault(pf::P | pf::RSVD, m.PAGES + 0x100)) << "without NXE the bit is reserved";
}

TEST_P(Softmmu, ReservedBits)
{
    if (GetParam() == Paging::Legacy) GTEST_SKIP() << "has none";
    const u64 reserved = m.pae() ? u64(1) << 40 : u64(1) << 21;
    m.map(0, m.FRAME[0] | reserved, pte::P | pte::RW | pte::US);
    EXPECT_EQ(load(4, 4, true), page_fault(pf::P | pf::RSVD | pf::U, m.PAGES + 4));
    EXPECT_EQ(store(4, 4, false), page_fault(pf::P | pf::RSVD | pf::W, m.PAGES + 4));
    EXPECT_EQ(m.touched(0), 0u);
}

TEST_P(Softmmu, GlobalPagesOutliveCr3)
{
    m.cpu.s.cr4 |= cr4::PGE;
    m.map(0, m.FRAME[0], pte::P | pte::RW | pte::G);
    m.map(1, m.FRAME[1], pte::P | pte::RW);
    ASSERT_EQ(load(0, 4, false), Fault());
    ASSERT_EQ(load(page, 4, false), Fault());
    m.store_entry(0, 0);
    m.store_entry(1, 0);
    EXPECT_EQ(load(page, 4, false), Fault()) << "nothing was flushed";
    m.cpu.flush_tlb(false);
    EXPECT_EQ(load(0, 4, false), Fault());
    EXPECT_EQ(load(page, 4, false), page_fault(0, m.PAGES + page));
    m.cpu.flush_page(m.PAGES + 0x123);
    EXPECT_EQ(load(0, 4, false), page_fault(0, m.PAGES)) << "INVLPG drops a global page";
}

// A20: with the gate closed bit 20 of every physical address is 0, of page tables as well.
TEST_P(Softmmu, A20Gate)
{
    m.map(0, m.FRAME[0] | (page == 4096 ? 0x100000 : 0), pte::P | pte::RW);
    const u64 offset = page == 4096 ? 0 : 0x100000;
    m.memory.dma_store<u32>(m.FRAME[0], 0x11111111);
    m.memory.dma_store<u32>(m.FRAME[0] + 0x100000, 0x22222222);
    ASSERT_EQ(load(offset, 4, false), Fault());
    EXPECT_EQ(loaded(4), 0x22222222u);
    m.cpu.set_a20(0);
    ASSERT_EQ(load(offset, 4, false), Fault());
    EXPECT_EQ(loaded(4), 0x11111111u);
    m.cpu.set_a20(1);
    ASSERT_EQ(load(offset, 4, false), Fault());
    EXPECT_EQ(loaded(4), 0x22222222u);
}

constexpr auto NAME = [](const auto& p) {
    static constexpr const char* NAMES[] = {"Legacy4K", "Pse4M", "Pae4K", "Pae2M"};
    return std::string(NAMES[static_cast<int>(p.param)]);
};
INSTANTIATE_TEST_SUITE_P(Paging, Softmmu, testing::Values(Paging::Legacy, Paging::Pse, Paging::Pae, Paging::PaeLarge), NAME);
INSTANTIATE_TEST_SUITE_P(Paging, Fetch, testing::Values(Paging::Legacy, Paging::Pse, Paging::Pae, Paging::PaeLarge), NAME);

} // namespace
} // namespace tabpc
