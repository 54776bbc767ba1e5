// The UART at 3F8h with a host that collects what is sent.
#include "hw/isa/probe.h"
#include "hw/isa/uart16550.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

struct Collector final : CharBackend {
    std::string text;
    void write(std::span<const u8> bytes) override { text.append(bytes.begin(), bytes.end()); }
    void type(std::string_view s) { feed({reinterpret_cast<const u8*>(s.data()), s.size()}); }
};

constexpr i64 CHAR_9600 = 10 * 1'000'000'000LL * 12 / 115200; // 8N1

struct Uart16550Test : testing::Test, Bench {
    Uart16550 uart{clock, io, 0x3f8};
    Collector host;
    Probe irq;

    Uart16550Test()
    {
        uart.irq.connect(irq.in());
        uart.reset();
        uart.connect(&host);
        out(0x3fb, 0x03);
    }
    u8 iir() { return in(0x3fa); }
    u8 lsr() { return in(0x3fd); }
    void send(std::string_view s)
    {
        for (char c : s) out(0x3f8, static_cast<u8>(c));
    }
};

TEST_F(Uart16550Test, ResetValuesAreQemus)
{
    EXPECT_EQ(iir(), 0x01);
    EXPECT_EQ(lsr(), 0x60);
    EXPECT_EQ(in(0x3fe), 0xb0);
}

TEST_F(Uart16550Test, DivisorLatchAndScratch)
{
    out(0x3fb, 0x83);
    EXPECT_EQ(in(0x3f8), 12);
    out(0x3f8, 0x34), out(0x3f9, 0x12);
    EXPECT_EQ(in(0x3f9), 0x12);
    out(0x3fb, 0x03);
    out(0x3f9, 0xff);
    EXPECT_EQ(in(0x3f9), 0x0f);
    out(0x3ff, 0xa5);
    EXPECT_EQ(in(0x3ff), 0xa5);
}

TEST_F(Uart16550Test, CharacterTakesItsTime)
{
    send("A");
    EXPECT_EQ(host.text, "A");
    EXPECT_EQ(lsr(), 0x20) << "THR is free, the shift register is not";
    send("B");
    EXPECT_EQ(lsr(), 0x00);
    run_for(CHAR_9600);
    EXPECT_EQ(host.text, "AB");
    EXPECT_EQ(lsr(), 0x20);
    run_for(CHAR_9600);
    EXPECT_EQ(lsr(), 0x60);
}

TEST_F(Uart16550Test, SixteenBytesFitTheFifo)
{
    out(0x3fa, 0x01);
    EXPECT_EQ(iir(), 0xc1);
    send("0123456789abcdefg");
    EXPECT_EQ(lsr() & 0x20, 0);
    run_for(16 * CHAR_9600);
    EXPECT_EQ(host.text, "0123456789abcdefg");
    EXPECT_EQ(lsr(), 0x20);
}

TEST_F(Uart16550Test, UnpacedIsDoneAtOnce)
{
    uart.set_paced(false);
    send("hello");
    EXPECT_EQ(host.text, "hello");
    EXPECT_EQ(lsr(), 0x60);
}

TEST_F(Uart16550Test, TransmitterEmptyInterrupt)
{
    out(0x3f9, 0x02);
    EXPECT_EQ(irq.level, 1) << "enabling it with an empty THR asks at once";
    EXPECT_EQ(iir(), 0x02);
    EXPECT_EQ(irq.level, 0) << "reading IIR answers it";
    send("AB");
    EXPECT_EQ(irq.level, 0);
    run_for(CHAR_9600);
    EXPECT_EQ(irq.level, 1);
}

TEST_F(Uart16550Test, HostWaitsUntilTheGuestHasRead)
{
    out(0x3f9, 0x01);
    host.type("xyz");
    EXPECT_EQ(irq.level, 1);
    EXPECT_EQ(host.waiting(), 2u);
    std::string got;
    while (lsr() & 1) got += static_cast<char>(in(0x3f8));
    EXPECT_EQ(got, "xyz");
    EXPECT_EQ(irq.level, 0);
    EXPECT_EQ(irq.edges, 3);
}

TEST_F(Uart16550Test, TriggerLevelThenTimeout)
{
    out(0x3fa, 0x81); // 8
    out(0x3f9, 0x01);
    host.type("1234567");
    EXPECT_EQ(irq.level, 0);
    run_for(4 * CHAR_9600);
    EXPECT_EQ(iir(), 0xcc);
    in(0x3f8);
    EXPECT_EQ(irq.level, 0);
    host.type("89");
    EXPECT_EQ(iir(), 0xc4);
    in(0x3f8);
    EXPECT_EQ(iir(), 0xc1);
}

TEST_F(Uart16550Test, OverrunAndBreakAreLineInterruptsAndComeFirst)
{
    out(0x3f9, 0x05);
    const u8 two[] = {'a', 'b'};
    uart.receive(two);
    EXPECT_EQ(iir(), 0x06);
    EXPECT_EQ(lsr(), 0x63);
    EXPECT_EQ(iir(), 0x04);
    EXPECT_EQ(in(0x3f8), 'b');
    uart.receive_break();
    EXPECT_EQ(lsr(), 0x71);
    EXPECT_EQ(in(0x3f8), 0);
}

TEST_F(Uart16550Test, FifoOverrunKeepsTheOldCharacters)
{
    out(0x3fa, 0x01);
    const std::vector<u8> many(17, 'q');
    uart.receive(many);
    EXPECT_EQ(lsr() & 0x03, 0x03);
    EXPECT_EQ(uart.can_receive(), 0u);
    out(0x3fa, 0x03);
    EXPECT_EQ(lsr() & 0x01, 0x00);
}

TEST_F(Uart16550Test, LoopbackJoinsTheEnds)
{
    out(0x3fc, 0x1a); // loop, OUT2, RTS
    EXPECT_EQ(in(0x3fe) & 0xf0, 0x90);
    out(0x3fc, 0x15);
    EXPECT_EQ(in(0x3fe) & 0xf0, 0x60);
    send("L");
    EXPECT_EQ(host.text, "");
    EXPECT_EQ(in(0x3f8), 'L');
    EXPECT_EQ(uart.can_receive(), 0u);
}

TEST_F(Uart16550Test, ModemLines)
{
    out(0x3f9, 0x08);
    uart.set_modem_lines(0xe0); // CTS falls, RI rises
    EXPECT_EQ(irq.level, 1);
    EXPECT_EQ(iir(), 0x00);
    EXPECT_EQ(in(0x3fe), 0xe1);
    EXPECT_EQ(irq.level, 0);
    uart.set_modem_lines(0xa0);
    EXPECT_EQ(in(0x3fe), 0xa4) << "the trailing edge of RI";
}

TEST_F(Uart16550Test, Out2GatesTheInterrupt)
{
    out(0x3f9, 0x02);
    EXPECT_EQ(irq.level, 1);
    out(0x3fc, 0x03);
    EXPECT_EQ(irq.level, 0);
    out(0x3fc, 0x0b);
    EXPECT_EQ(irq.level, 1);
}

TEST_F(Uart16550Test, Snapshot)
{
    out(0x3fa, 0x41);
    out(0x3f9, 0x0f);
    send("abc");
    host.type("in");
    uart.set_modem_lines(0x30);
    Bench other;
    other.clock.set_now(clock.now());
    Uart16550 fresh(other.clock, other.io, 0x3f8);
    Collector host2;
    fresh.connect(&host2);
    snapshot_round_trip(uart, fresh);
    host2.text.clear();
    other.run_for(3 * CHAR_9600);
    EXPECT_EQ(host2.text, "bc");
}

} // namespace
} // namespace tabpc
