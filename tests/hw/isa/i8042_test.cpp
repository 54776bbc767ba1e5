// Keyboard controller, keyboard and mouse, as a guest's driver meets them.
#include "hw/isa/i8042.h"
#include "hw/isa/probe.h"
#include "hw/isa/ps2_keyboard.h"
#include "hw/isa/ps2_mouse.h"
#include "hw/snapshot_test.h"

namespace tabpc {
namespace {

using Bytes = std::vector<int>;

struct I8042Test : testing::Test, Bench {
    Ps2Keyboard kbd;
    Ps2Mouse mouse{clock};
    I8042 kbc{io, kbd, mouse};
    Probe irq1, irq12, a20, reset_pin;

    I8042Test()
    {
        kbc.irq.connect(irq1.in());
        kbc.aux_irq.connect(irq12.in());
        kbc.a20.connect(a20.in());
        kbc.reset_request.connect(reset_pin.in());
        kbd.reset();
        mouse.reset();
        kbc.reset();
    }
    void command(u8 v) { out(0x64, v); }
    void command_byte(u8 v) { command(0x60), out(0x60, v); }
    Bytes drain()
    {
        Bytes b;
        while (in(0x64) & 1) b.push_back(in(0x60));
        return b;
    }
    Bytes to_kbd(std::initializer_list<u8> bytes)
    {
        for (u8 v : bytes) out(0x60, v);
        return drain();
    }
    Bytes to_mouse(std::initializer_list<u8> bytes)
    {
        for (u8 v : bytes) command(0xd4), out(0x60, v);
        return drain();
    }
    Bytes type(QKeyCode k)
    {
        kbd.key(k, true);
        kbd.key(k, false);
        return drain();
    }
};

TEST_F(I8042Test, ResetAndSelfTestAreQemus)
{
    EXPECT_EQ(in(0x64), 0x18);
    command(0xaa);
    EXPECT_EQ(in(0x64), 0x1d);
    EXPECT_EQ(in(0x60), 0x55);
    command(0x20);
    EXPECT_EQ(in(0x60), 0x03);
    EXPECT_EQ(in(0x64) & 1, 0);
}

TEST_F(I8042Test, ControllerCommands)
{
    for (auto [cmd, answer] :
         {std::pair{0xa9, 0x00}, {0xab, 0x00}, {0xa4, 0xf1}, {0xc0, 0x80}, {0xe0, 0x00}}) {
        command(static_cast<u8>(cmd));
        EXPECT_EQ(drain(), Bytes{answer}) << std::hex << cmd;
    }
    command(0x63), out(0x60, 0x5a);
    command(0x23);
    EXPECT_EQ(drain(), Bytes{0x5a});
}

TEST_F(I8042Test, A20AndReset)
{
    EXPECT_EQ(a20.level, 1);
    command(0xd1), out(0x60, 0xdd);
    EXPECT_EQ(a20.level, 0);
    command(0xd0);
    EXPECT_EQ(drain(), Bytes{0xcd});
    command(0xdf);
    EXPECT_EQ(a20.level, 1);
    EXPECT_EQ(reset_pin.edges, 0);
    command(0xff);
    EXPECT_EQ(reset_pin.edges, 0);
    command(0xfe);
    EXPECT_EQ(reset_pin.edges, 1);
    command(0xd1), out(0x60, 0x02);
    EXPECT_EQ(reset_pin.edges, 2);
}

TEST_F(I8042Test, EveryByteIsAnEdge)
{
    kbd.key(QKeyCode::Q_up, true);
    EXPECT_EQ(irq1.edges, 1);
    EXPECT_EQ(in(0x60), 0xe0);
    EXPECT_EQ(irq1.edges, 2);
    EXPECT_EQ(irq1.level, 1);
    EXPECT_EQ(in(0x60), 0x75);
    EXPECT_EQ(irq1.level, 0);
    EXPECT_EQ(in(0x60), 0x75) << "an empty buffer shows the last byte";
}

TEST_F(I8042Test, OutputBufferSaysWhoFilledIt)
{
    command(0xd2), out(0x60, 0x12);
    EXPECT_EQ(in(0x64) & 0x21, 0x01);
    EXPECT_EQ(irq1.edges, 1);
    EXPECT_EQ(drain(), Bytes{0x12});
    command(0xd3), out(0x60, 0x34);
    EXPECT_EQ(in(0x64) & 0x21, 0x21);
    EXPECT_EQ(irq12.edges, 1);
    EXPECT_EQ(drain(), Bytes{0x34});
}

TEST_F(I8042Test, DisabledKeyboardKeepsItsBytes)
{
    command(0xad);
    kbd.key(QKeyCode::Q_a, true);
    EXPECT_EQ(drain(), Bytes{});
    command(0xae);
    EXPECT_EQ(drain(), Bytes{0x1c});
}

TEST_F(I8042Test, InterruptsFollowTheCommandByte)
{
    command_byte(0x00);
    kbd.key(QKeyCode::Q_a, true);
    EXPECT_EQ(irq1.edges, 0);
    command_byte(0x01);
    EXPECT_EQ(irq1.level, 1);
}

TEST_F(I8042Test, TranslationTurnsSet2IntoSet1ForEveryKey)
{
    for (size_t n = 0; n < static_cast<size_t>(QKeyCode::MAX); n++) {
        const QKeyCode code = static_cast<QKeyCode>(n);
        const KeyInfo& k = key_info(code);
        if (!k.set2 || code == QKeyCode::Q_print) continue;
        command_byte(0x43);
        Bytes expected;
        if (k.set1 > 0xff) expected.push_back(0xe0);
        expected.push_back(k.set1 & 0xff);
        if (k.set1 > 0xff) expected.push_back(0xe0);
        expected.push_back((k.set1 & 0xff) | 0x80);
        EXPECT_EQ(type(code), expected) << k.name;
        to_kbd({0xf0, 0x01}); // the keyboard's own set 1 is the same
        command_byte(0x03);
        EXPECT_EQ(type(code), expected) << k.name;
        to_kbd({0xf0, 0x02});
    }
}

TEST_F(I8042Test, NamesOfKeys)
{
    EXPECT_EQ(qcode_by_name("spc"), QKeyCode::Q_spc);
    EXPECT_EQ(qcode_by_name("kp_0"), QKeyCode::Q_kp_0);
    EXPECT_EQ(qcode_by_name("1"), QKeyCode::Q_1);
    EXPECT_EQ(qcode_by_name("nonesuch"), std::nullopt);
    EXPECT_EQ(qcode_by_event_code("ArrowLeft"), QKeyCode::Q_left);
    EXPECT_EQ(qcode_by_event_code("NumpadMultiply"), QKeyCode::Q_kp_multiply);
    EXPECT_EQ(qcode_by_event_code(""), std::nullopt);
    EXPECT_EQ(qcode_by_number(0x1c), QKeyCode::Q_ret);
    EXPECT_EQ(qcode_by_number(0x9c), QKeyCode::Q_kp_enter);
    EXPECT_EQ(key_info(QKeyCode::Q_shift_r).name, "shift_r");
}

TEST_F(I8042Test, PrintScreenAndPause)
{
    EXPECT_EQ(type(QKeyCode::Q_print), (Bytes{0xe0, 0x12, 0xe0, 0x7c, 0xe0, 0xf0, 0x7c, 0xe0, 0xf0, 0x12}));
    EXPECT_EQ(type(QKeyCode::Q_pause), (Bytes{0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77}));
    command_byte(0x43);
    EXPECT_EQ(type(QKeyCode::Q_pause), (Bytes{0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5}));
    kbd.key(QKeyCode::Q_alt, true), drain();
    EXPECT_EQ(type(QKeyCode::Q_print), (Bytes{0x54, 0xd4}));
    kbd.key(QKeyCode::Q_alt, false), drain();
    kbd.key(QKeyCode::Q_ctrl, true), drain();
    EXPECT_EQ(type(QKeyCode::Q_pause), (Bytes{0xe0, 0x46, 0xe0, 0xc6}));
}

TEST_F(I8042Test, KeyboardCommands)
{
    EXPECT_EQ(to_kbd({0xee}), Bytes{0xee});
    EXPECT_EQ(to_kbd({0xff}), (Bytes{0xfa, 0xaa}));
    EXPECT_EQ(to_kbd({0xf2}), (Bytes{0xfa, 0xab, 0x83}));
    EXPECT_EQ(to_kbd({0xf3, 0x00}), (Bytes{0xfa, 0xfa}));
    EXPECT_EQ(to_kbd({0xf0, 0x00}), (Bytes{0xfa, 0xfa, 0x02}));
    EXPECT_EQ(to_kbd({0xf0, 0x07}), (Bytes{0xfa, 0xfe}));
    EXPECT_EQ(to_kbd({0x01}), Bytes{0xfe});
    EXPECT_EQ(to_kbd({0xed, 0x05}), (Bytes{0xfa, 0xfa}));
    EXPECT_EQ(kbd.leds(), 5);
    EXPECT_EQ(to_kbd({0xed, 0xf4}), (Bytes{0xfa, 0xfa})) << "a command in place of the argument";
    EXPECT_EQ(kbd.leds(), 5);
    command_byte(0x43);
    EXPECT_EQ(to_kbd({0xf2}), (Bytes{0xfa, 0xab, 0x41})) << "the id is translated like a key";
}

TEST_F(I8042Test, DisabledScanningSendsNothing)
{
    to_kbd({0xf5});
    EXPECT_EQ(type(QKeyCode::Q_a), Bytes{});
    to_kbd({0xf4});
    EXPECT_EQ(type(QKeyCode::Q_a), (Bytes{0x1c, 0xf0, 0x1c}));
    EXPECT_EQ(to_kbd({0xfe}), Bytes{0x1c});
}

TEST_F(I8042Test, Set3SendsBreaksOnlyForKeysThatHaveThem)
{
    to_kbd({0xf0, 0x03});
    EXPECT_EQ(type(QKeyCode::Q_a), Bytes{0x1c});
    EXPECT_EQ(type(QKeyCode::Q_shift), (Bytes{0x12, 0xf0, 0x12}));
    to_kbd({0xf8});
    EXPECT_EQ(type(QKeyCode::Q_left), (Bytes{0x61, 0xf0, 0x61}));
    EXPECT_EQ(to_kbd({0xfd, 0x61, 0x1c, 0xf4}), (Bytes{0xfa, 0xfa, 0xfa, 0xfa}));
    EXPECT_EQ(type(QKeyCode::Q_left), Bytes{0x61});
}

TEST_F(I8042Test, FullKeyboardSaysSoAndDropsTheRest)
{
    command(0xad);
    for (int i = 0; i < 12; i++) kbd.key(QKeyCode::Q_a, true), kbd.key(QKeyCode::Q_a, false);
    command(0xae);
    const Bytes b = drain();
    EXPECT_EQ(b.size(), 17u);
    EXPECT_EQ(b.back(), 0x00);
}

TEST_F(I8042Test, KeysHeldAreReleasedTogether)
{
    kbd.key(QKeyCode::Q_ctrl, true), kbd.key(QKeyCode::Q_c, true), drain();
    kbd.release_all();
    EXPECT_EQ(drain(), (Bytes{0xf0, 0x14, 0xf0, 0x21}));
    kbd.key(QKeyCode::Q_c, false);
    EXPECT_EQ(drain(), Bytes{});
}

TEST_F(I8042Test, MouseResetAndStatus)
{
    EXPECT_EQ(to_mouse({0xff}), (Bytes{0xfa, 0xaa, 0x00}));
    EXPECT_EQ(to_mouse({0xf2}), (Bytes{0xfa, 0x00}));
    EXPECT_EQ(to_mouse({0xe8, 0x03, 0xf3, 40, 0xe7, 0xf4}), Bytes(6, 0xfa));
    mouse.button(MouseButton::Right, true);
    EXPECT_EQ(drain().size(), 3u);
    EXPECT_EQ(to_mouse({0xe9}), (Bytes{0xfa, 0x31, 0x03, 40}));
    EXPECT_EQ(to_mouse({0xe1}), Bytes{0xfe});
}

TEST_F(I8042Test, MousePacket)
{
    mouse.move(1, 1, 0);
    EXPECT_EQ(drain(), Bytes{}) << "not enabled";
    to_mouse({0xf4});
    mouse.move(3, 5, 0);
    EXPECT_EQ(irq12.level, 1);
    EXPECT_EQ(irq1.level, 0);
    const Bytes b = drain();
    EXPECT_EQ(b, (Bytes{0x28, 3, 0xfb})) << "up is positive for the mouse, down for a screen";
}

TEST_F(I8042Test, LongMovesAreSplitAndPacedByTheSampleRate)
{
    to_mouse({0xf4});
    mouse.move(-300, 0, 0);
    EXPECT_EQ(drain(), (Bytes{0x18, 0x01, 0}));
    mouse.move(-1, 0, 0);
    EXPECT_EQ(drain(), Bytes{});
    run_for(10'000'000);
    EXPECT_EQ(drain(), (Bytes{0x18, 0xd2, 0}));
}

TEST_F(I8042Test, QuickClickIsTwoReports)
{
    to_mouse({0xf4});
    mouse.move(1, 0, 0), drain();
    mouse.button(MouseButton::Left, true);
    mouse.button(MouseButton::Left, false);
    EXPECT_EQ(drain(), (Bytes{0x09, 0, 0}));
    run_for(10'000'000);
    EXPECT_EQ(drain(), (Bytes{0x08, 0, 0}));
}

TEST_F(I8042Test, IntelliMouseAndExplorer)
{
    to_mouse({0xf3, 200, 0xf3, 100, 0xf3, 80});
    EXPECT_EQ(to_mouse({0xf2}), (Bytes{0xfa, 3}));
    to_mouse({0xf4});
    mouse.move(0, 0, -2);
    EXPECT_EQ(drain(), (Bytes{0x08, 0, 0, 0xfe}));
    to_mouse({0xf3, 200, 0xf3, 200, 0xf3, 80});
    EXPECT_EQ(to_mouse({0xf2}), (Bytes{0xfa, 4}));
    run_for(100'000'000);
    mouse.button(MouseButton::Side, true);
    EXPECT_EQ(drain(), (Bytes{0x08, 0, 0, 0x10}));
    to_mouse({0xff});
    EXPECT_EQ(to_mouse({0xf2}), (Bytes{0xfa, 0}));
}

TEST_F(I8042Test, RemoteAndWrapMode)
{
    to_mouse({0xf4, 0xf0});
    mouse.move(7, 0, 0);
    EXPECT_EQ(drain(), Bytes{});
    EXPECT_EQ(to_mouse({0xeb}), (Bytes{0xfa, 0x08, 7, 0}));
    EXPECT_EQ(to_mouse({0xee, 0x12, 0xf4, 0xec}), (Bytes{0xfa, 0x12, 0xf4, 0xfa}));
}

TEST_F(I8042Test, ScalingIsForTheStream)
{
    to_mouse({0xe7, 0xf4});
    mouse.move(4, 0, 0);
    EXPECT_EQ(drain(), (Bytes{0x08, 6, 0}));
    mouse.move(4, 0, 0);
    EXPECT_EQ(to_mouse({0xeb}), (Bytes{0xfa, 0x08, 4, 0}));
}

TEST_F(I8042Test, Snapshots)
{
    command_byte(0x43);
    to_mouse({0xf3, 200, 0xf3, 100, 0xf3, 80, 0xf4});
    kbd.key(QKeyCode::Q_up, true);
    mouse.move(500, 3, 1);
    out(0x60, 0xed);
    Bench other;
    Ps2Keyboard kbd2;
    Ps2Mouse mouse2(other.clock);
    I8042 kbc2(other.io, kbd2, mouse2);
    snapshot_round_trip(kbd, kbd2);
    snapshot_round_trip(mouse, mouse2);
    snapshot_round_trip(kbc, kbc2);
    Bytes rest;
    while (other.in(0x64) & 1) rest.push_back(other.in(0x60));
    EXPECT_EQ(rest, drain());
}

} // namespace
} // namespace tabpc
