// The host bridge, the ISA bridge and a card of the test's own, driven through cf8/cfc as a BIOS does.
#include "hw/pci/i440fx.h"
#include "hw/pci/piix3.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

struct Card final : PciDevice {
    Card(PciBus& bus, int slot, RamBlock& rom)
        : PciDevice(bus, pci_devfn(slot, 0),
                    {.vendor = 0x1234, .device = 0x5678, .class_code = 0x020000, .interrupt_pin = 1})
    {
        add_io_bar(
            0, 16,
            {this, [](void*, u16 port, int) -> u32 { return port & 15; }, [](void*, u16, u32, int) {}, 4},
            "card-io");
        add_mmio_bar(
            1, 0x1000,
            {this, [](void*, u64 at, int) -> u64 { return 0x1000 + at; }, [](void*, u64, u64, int) {}, 4},
            "card-mmio");
        add_rom(rom, "card-rom");
    }
    using PciDevice::set_irq;
    void serialize(Archive& ar) override
    {
        ar.section("card", 1);
        serialize_config(ar);
    }
};

struct Board {
    RamList ram;
    PhysMap memory{ram};
    IoSpace io;
    PciBus bus{io, memory};
    RamBlock& low = *ram.allocate("pc.ram", 2 << 20);
    RamBlock& bios = *ram.allocate("pc.bios", 0x10000);
    RamBlock& card_rom = *ram.allocate("card.rom", 0x10000);
    u32 irqs = 0, resets = 0;
    I440FX host{bus, low};
    PIIX3 isa{bus, pci_devfn(1, 0), inputs()};
    Card card{bus, 3, card_rom};

    Board()
    {
        memory.map_ram(0, 0xa0000, low, 0, 0, "ram-below-a0000");
        memory.map_ram(0x100000, 0x100000, low, 0x100000, 0, "ram-above-1m");
        memory.map_rom(0xf0000, 0x10000, bios, 0, 1, "bios");
        bios.host[0] = 0x55;
        card_rom.host[0] = 0xaa;
        isa.reset_request.connect(
            {[](void* o, int, int level) { static_cast<Board*>(o)->resets += level; }, this, 0});
    }
    std::array<IrqInput, 16> inputs()
    {
        std::array<IrqInput, 16> in;
        for (int n = 0; n < 16; n++)
            in[n] = {[](void* o, int line, int level) {
                         auto& irqs = static_cast<Board*>(o)->irqs;
                         irqs = level ? irqs | 1u << line : irqs & ~(1u << line);
                     },
                     this, n};
        return in;
    }

    void select(int slot, int function, int at)
    {
        io.write(0xcf8,
                 0x80000000u | static_cast<u32>(pci_devfn(slot, function)) << 8 | static_cast<u32>(at & ~3),
                 4);
    }
    u32 read(int slot, int at, int size = 4)
    {
        select(slot, 0, at);
        return io.read(static_cast<u16>(0xcfc + (at & 3)), size);
    }
    void write(int slot, int at, u32 value, int size = 4)
    {
        select(slot, 0, at);
        io.write(static_cast<u16>(0xcfc + (at & 3)), value, size);
    }
};

TEST(Pci, IdentitiesAfterReset)
{
    Board b;
    EXPECT_EQ(b.read(0, 0), 0x12378086u);
    EXPECT_EQ(b.read(0, 8), 0x06000002u);
    EXPECT_EQ(b.read(1, 0), 0x70008086u);
    EXPECT_EQ(b.read(1, 8), 0x06010000u);
    EXPECT_EQ(b.read(1, 0x0e, 1), 0x80u);
    EXPECT_EQ(b.read(1, 0x60), 0x80808080u);
    EXPECT_EQ(b.read(2, 0), 0xffffffffu) << "nobody answers in slot 2";
}

TEST(Pci, AddressRegisterIsADoubleWordOnly)
{
    Board b;
    b.io.write(0xcf8, 0x80000000, 4);
    EXPECT_EQ(b.io.read(0xcf8, 4), 0x80000000u);
    b.io.write(0xcfb, 1, 1);
    b.io.write(0xcf8, 0x1234, 2);
    EXPECT_EQ(b.io.read(0xcf8, 4), 0x80000000u);
    b.io.write(0xcf8, 0, 4);
    EXPECT_EQ(b.io.read(0xcfc, 4), 0xffffffffu) << "bit 31 enables";
}

TEST(Pci, LowBitsOfTheAddressSelectTheByteToo)
{
    Board b;
    b.io.write(0xcf8, 0x80000002, 4);
    EXPECT_EQ(b.io.read(0xcfc, 2), 0x1237u);
    b.io.write(0xcf8, 0x80000000, 4);
    EXPECT_EQ(b.io.read(0xcfe, 2), 0x1237u);
}

TEST(Pci, ReadOnlyBytesStay)
{
    Board b;
    b.write(3, 0, 0);
    b.write(3, 8, 0xffffffff);
    EXPECT_EQ(b.read(3, 0), 0x56781234u);
    EXPECT_EQ(b.read(3, 8), 0x02000000u);
    b.write(3, PCI_INTERRUPT_LINE, 0xff0b, 2);
    EXPECT_EQ(b.read(3, PCI_INTERRUPT_LINE, 2), 0x010bu) << "the pin is wired";
}

TEST(Pci, BarsTellTheirSizeAndFollowTheirAddress)
{
    Board b;
    b.write(3, 0x10, 0xffffffff);
    b.write(3, 0x14, 0xffffffff);
    EXPECT_EQ(b.read(3, 0x10), 0xfffffff1u);
    EXPECT_EQ(b.read(3, 0x14), 0xfffff000u);
    EXPECT_EQ(b.read(3, 0x18), 0u);

    b.write(3, 0x10, 0xc000);
    b.write(3, 0x14, 0xfebf0000);
    EXPECT_EQ(b.io.read(0xc003, 1), 0xffu) << "decoding is off";
    b.write(3, PCI_COMMAND, 3, 2);
    EXPECT_EQ(b.io.read(0xc003, 1), 3u);
    EXPECT_EQ(b.memory.read(0xfebf0010, 4), 0x1010u);

    b.write(3, 0x10, 0xc100);
    b.write(3, 0x14, 0xfec00000);
    EXPECT_EQ(b.io.read(0xc003, 1), 0xffu);
    EXPECT_EQ(b.io.read(0xc105, 1), 5u);
    EXPECT_EQ(b.memory.read(0xfebf0010, 4), 0xffffffffu);
    EXPECT_EQ(b.memory.read(0xfec00010, 4), 0x1010u);

    b.write(3, PCI_COMMAND, 0, 2);
    EXPECT_EQ(b.io.read(0xc105, 1), 0xffu);
    EXPECT_EQ(b.memory.read(0xfec00010, 4), 0xffffffffu);
}

TEST(Pci, BarOverRamDoesNotHideIt)
{
    Board b;
    b.write(3, 0x14, 0x10000);
    b.write(3, PCI_COMMAND, 2, 2);
    b.memory.write(0x10000, 0x77, 1);
    EXPECT_EQ(b.memory.read(0x10000, 1), 0x77u);
}

TEST(Pci, ExpansionRomNeedsBothEnables)
{
    Board b;
    b.write(3, PCI_ROM_ADDRESS, 0xfffffffe);
    EXPECT_EQ(b.read(3, PCI_ROM_ADDRESS), 0xffff0000u);
    b.write(3, PCI_ROM_ADDRESS, 0xfeb00000);
    b.write(3, PCI_COMMAND, 2, 2);
    EXPECT_EQ(b.memory.read(0xfeb00000, 1), 0xffu);
    b.write(3, PCI_ROM_ADDRESS, 0xfeb00001);
    EXPECT_EQ(b.memory.read(0xfeb00000, 1), 0xaau);
}

TEST(Pci, InterruptGoesThroughTheRouter)
{
    Board b;
    b.card.set_irq(true); // slot 3, INTA#: PIRQC
    EXPECT_EQ(b.irqs, 0u) << "routing is off after reset";
    b.write(1, 0x62, 11, 1);
    EXPECT_EQ(b.irqs, 1u << 11);
    b.write(1, 0x62, 10, 1);
    EXPECT_EQ(b.irqs, 1u << 10);
    b.write(3, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE, 2);
    EXPECT_EQ(b.irqs, 0u);
    EXPECT_EQ(b.read(3, PCI_STATUS, 2) & 8, 8u) << "the status bit shows the pin's cause all the same";
    b.write(3, PCI_COMMAND, 0, 2);
    EXPECT_EQ(b.irqs, 1u << 10);
    b.card.set_irq(false);
    EXPECT_EQ(b.irqs, 0u);
    b.card.set_irq(true);
    b.write(1, 0x62, 8, 1);
    EXPECT_EQ(b.irqs, 0u) << "IRQ 8 is reserved";
}

TEST(Pci, TwoCardsShareALine)
{
    Board b;
    Card other{b.bus, 7, b.card_rom}; // four slots on: the same line
    b.write(1, 0x62, 11, 1);
    b.card.set_irq(true);
    other.set_irq(true);
    b.card.set_irq(false);
    EXPECT_EQ(b.irqs, 1u << 11);
    other.set_irq(false);
    EXPECT_EQ(b.irqs, 0u);
}

TEST(Pci, CardThatIsPulledOutLetsGoOfEverything)
{
    Board b;
    {
        Card other{b.bus, 7, b.card_rom};
        b.write(1, 0x62, 11, 1);
        other.set_irq(true);
        b.write(7, 0x10, 0xc000);
        b.write(7, PCI_COMMAND, 1, 2);
        EXPECT_EQ(b.io.read(0xc003, 1), 3u);
    }
    EXPECT_EQ(b.irqs, 0u);
    EXPECT_EQ(b.io.read(0xc003, 1), 0xffu);
    EXPECT_EQ(b.read(7, 0), 0xffffffffu);
}

TEST(I440fx, PamTurnsRomToShadowRam)
{
    Board b;
    EXPECT_EQ(b.memory.read(0xf0000, 1), 0x55u);
    b.write(0, 0x59, 0x20, 1); // reads from the ROM, writes to RAM: how a BIOS copies itself
    b.memory.write(0xf0000, 0x99, 1);
    EXPECT_EQ(b.memory.read(0xf0000, 1), 0x55u);
    EXPECT_EQ(b.low.host[0xf0000], 0x99);
    b.write(0, 0x59, 0x10, 1); // reads from RAM, which is write protected
    b.memory.write(0xf0000, 0x11, 1);
    EXPECT_EQ(b.memory.read(0xf0000, 1), 0x99u);
    b.write(0, 0x59, 0x30, 1);
    b.memory.write(0xf0000, 0x11, 1);
    EXPECT_EQ(b.memory.read(0xf0000, 1), 0x11u);
}

TEST(I440fx, EachSegmentHasItsField)
{
    Board b;
    for (unsigned n = 0; n < 12; n++) {
        const PhysAddr at = 0xc0000 + n * 0x4000;
        EXPECT_EQ(b.memory.read(at, 1), 0xffu) << "nothing is behind";
        b.write(0, static_cast<int>(0x5a + n / 2), n % 2 ? 0x30 : 0x03, 1);
        b.memory.write(at + 0x3fff, n, 1);
        EXPECT_EQ(b.memory.read(at + 0x3fff, 1), n);
        EXPECT_EQ(b.memory.read(at + 0x4000, 1), n == 11 ? 0x55u : 0xffu) << "the next segment is still off";
        b.write(0, static_cast<int>(0x5a + n / 2), 0, 1);
    }
}

TEST(I440fx, SmramIsSeenWhenOpenOrInSystemManagementMode)
{
    Board b;
    b.write(0, 0x72, 0x48 | 2, 1); // D_OPEN, G_SMRAME
    b.memory.write(0xa8000, 0x42, 1);
    b.write(0, 0x72, 0x08 | 2, 1);
    EXPECT_EQ(b.memory.read(0xa8000, 1), 0xffu);
    b.host.smiact().set(1);
    EXPECT_EQ(b.memory.read(0xa8000, 1), 0x42u);
    b.host.smiact().set(0);
    EXPECT_EQ(b.memory.read(0xa8000, 1), 0xffu);

    b.write(0, 0x72, 0x18, 1); // D_LCK
    b.write(0, 0x72, 0x48, 1);
    EXPECT_EQ(b.read(0, 0x72, 1), 0x1au);
    EXPECT_EQ(b.memory.read(0xa8000, 1), 0xffu);
}

TEST(Piix3, ResetControlPulsesOnRcpu)
{
    Board b;
    b.io.write(0xcf9, 2, 1);
    EXPECT_EQ(b.resets, 0u);
    EXPECT_EQ(b.io.read(0xcf9, 1), 2u);
    b.io.write(0xcf9, 6, 1);
    EXPECT_EQ(b.resets, 1u);
}

TEST(Pci, SnapshotsRoundTrip)
{
    Board b, fresh;
    b.write(3, 0x10, 0xc000);
    b.write(3, PCI_COMMAND, 3, 2);
    b.write(0, 0x59, 0x30, 1);
    b.write(1, 0x62, 11, 1);
    b.card.set_irq(true);
    snapshot_round_trip(b.host, fresh.host);
    snapshot_round_trip(b.isa, fresh.isa);
    snapshot_round_trip(b.card, fresh.card);
    EXPECT_EQ(fresh.io.read(0xc003, 1), 3u) << "mappings follow a loaded state";
    fresh.memory.write(0xf0000, 0x12, 1);
    EXPECT_EQ(fresh.memory.read(0xf0000, 1), 0x12u);
}

} // namespace
} // namespace tabpc
