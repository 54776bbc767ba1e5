// QMP conversations: what the client sends, what it must see.
#include "control/qmp.h"
#include "fake_machine.h"
#include <gtest/gtest.h>

using namespace tabpc;

namespace {

class Qmp : public ::testing::Test {
protected:
    FakeMachine machine;
    QmpServer server{machine, machine};
    QmpSession session{server};

    std::string ask(std::string_view text)
    {
        session.receive(text);
        std::string out = std::exchange(session.output(), "");
        if (out.ends_with("\r\n")) out.resize(out.size() - 2);
        return out;
    }
    void negotiate()
    {
        EXPECT_TRUE(ask("{\"execute\": \"qmp_capabilities\"}").ends_with("{\"return\": {}}"));
    }
};

const char* VERSION = R"({"qemu": {"micro": 0, "minor": 2, "major": 7}, "package": "tabpc-0.1.0"})";

} // namespace

TEST_F(Qmp, GreetingAndNegotiation)
{
    EXPECT_EQ(ask(""), std::string(R"({"QMP": {"version": )") + VERSION + R"(, "capabilities": []}})");
    EXPECT_EQ(
        ask(R"({"execute": "query-status"})"),
        R"({"error": {"class": "CommandNotFound", "desc": "Expecting capabilities negotiation with 'qmp_capabilities'"}})");
    EXPECT_EQ(ask(R"({"execute": "qmp_capabilities", "id": 1})"), R"({"return": {}, "id": 1})");
    EXPECT_EQ(
        ask(R"({"execute": "qmp_capabilities"})"),
        R"({"error": {"class": "CommandNotFound", "desc": "Capabilities negotiation is already complete, command ignored"}})");
}

TEST_F(Qmp, Transcript)
{
    negotiate();
    const struct {
        const char *ask, *answer, *log;
    } rows[] = {
        {R"({"execute": "query-status"})",
         R"({"return": {"running": true, "singlestep": false, "status": "running"}})", ""},
        {R"({"execute": "query-version", "id": "x"})",
         R"({"return": {"qemu": {"micro": 0, "minor": 2, "major": 7}, "package": "tabpc-0.1.0"}, "id": "x"})",
         ""},
        {R"({"execute": "stop", "id": {"a": [1]}})",
         "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 123456}, \"event\": \"STOP\"}\r\n"
         "{\"return\": {}, \"id\": {\"a\": [1]}}",
         ""},
        {R"({"execute": "query-status"})",
         R"({"return": {"running": false, "singlestep": false, "status": "paused"}})", ""},
        {R"({"execute": "system_reset"})",
         "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 123456}, \"event\": \"RESET\", "
         "\"data\": {\"guest\": false, \"reason\": \"host-qmp-system-reset\"}}\r\n{\"return\": {}}",
         ""},
        {R"({"execute": "send-key", "arguments": {"keys": [{"type": "qcode", "data": "ctrl"}, {"type": "number", "data": 46}]}})",
         R"({"return": {}})", "ctrl c 100ms "},
        {R"({"execute": "input-send-event", "arguments": {"events": [
             {"type": "key", "data": {"down": true, "key": {"type": "qcode", "data": "ret"}}},
             {"type": "btn", "data": {"down": true, "button": "left"}},
             {"type": "rel", "data": {"axis": "y", "value": -3}},
             {"type": "abs", "data": {"axis": "x", "value": 100}},
             {"type": "abs", "data": {"axis": "y", "value": 99999}}]}})",
         R"({"return": {}})", "+ret +button0 move:0,-3 at:100,0 at:100,32767 "},
        {R"({"execute": "eject", "arguments": {"device": "floppy0"}})", R"({"return": {}})",
         "eject:floppy0 "},
        {R"({"execute": "eject", "arguments": {"id": "ide0-hd0"}})",
         R"({"error": {"class": "GenericError", "desc": "Device 'ide0-hd0' is not removable"}})", ""},
        {R"({"execute": "eject", "arguments": {"device": "nope"}})",
         R"({"error": {"class": "DeviceNotFound", "desc": "Device 'nope' not found"}})", ""},
        {R"({"execute": "blockdev-change-medium", "arguments": {"id": "floppy0", "filename": "b.img", "format": "raw", "read-only-mode": "read-only"}})",
         R"({"return": {}})", "change:floppy0=b.img:ro "},
        {R"({"execute": "blockdev-change-medium", "arguments": {"id": "floppy0", "filename": "b.img", "force": true}})",
         R"({"return": {}})", "change:floppy0=b.img! "},
        {R"({"execute": "blockdev-change-medium", "arguments": {"id": "floppy0", "filename": "missing.img"}})",
         R"({"error": {"class": "GenericError", "desc": "missing.img: no such file"}})", ""},
        {R"({"execute": "human-monitor-command", "arguments": {"command-line": "info status"}})",
         R"({"return": "VM status: paused\r\n"})", ""},
        {R"({"execute": "x-screen-text"})",
         "{\"return\": {\"lines\": [\"C:\\\\>\", \"\u00e9\\\"\"], \"cursor\": {\"row\": 1, \"column\": 2, "
         "\"visible\": true}}}",
         ""},
        {R"({"execute": "quit"})", R"({"return": {}})", "quit:host-qmp-quit "},
    };
    for (const auto& r : rows) {
        EXPECT_EQ(ask(r.ask), r.answer);
        EXPECT_EQ(machine.take_log(), r.log) << r.ask;
    }
}

TEST_F(Qmp, WhatIsWrongIsSaid)
{
    negotiate();
    const struct {
        const char *ask, *error_class, *description;
    } rows[] = {
        {R"({"execute": "foo"})", "CommandNotFound", "The command foo has not been found"},
        {R"({"execute": "eject", "arguments": {"bogus": 1}})", "GenericError",
         "Parameter 'bogus' is unexpected"},
        {R"({"execute": "pmemsave", "arguments": {"val": 0}})", "GenericError",
         "Parameter 'size' is missing"},
        {R"({"execute": "pmemsave", "arguments": {"val": "0", "size": 1, "filename": "f"}})", "GenericError",
         "Invalid parameter type for 'val', expected: integer"},
        {R"({"execute": 1})", "GenericError", "QMP input member 'execute' must be a string"},
        {R"({"exec": "stop"})", "GenericError", "QMP input member 'exec' is unexpected"},
        {"{}", "GenericError", "QMP input lacks member 'execute'"},
        {"[]", "GenericError", "QMP input must be a JSON object"},
        {"{\"execute\": \"stop\", }", "GenericError",
         "JSON parse error, expecting a member's name in quotes at byte 20"},
        {"garbage\n", "GenericError", "JSON parse error, expecting value at byte 0"},
        {R"({"execute": "send-key", "arguments": {"keys": [{"type": "qcode", "data": "nokey"}]}})",
         "GenericError", "Invalid parameter 'nokey'"},
        {R"({"execute": "memsave", "arguments": {"val": 0, "size": 4, "filename": "f"}})", "GenericError",
         "Invalid addr 0x0000000000000000/size 4 specified"},
        {R"({"execute": "pmemsave", "arguments": {"val": 0, "size": -1, "filename": "f"}})", "GenericError",
         "size must be between 0 and 1 GiB"},
    };
    for (const auto& r : rows) {
        const auto reply = Json::parse(ask(r.ask));
        ASSERT_TRUE(const_cast<Result<Json>&>(reply).ok()) << r.ask;
        const Json* e = (*const_cast<Result<Json>&>(reply)).find("error");
        ASSERT_TRUE(e) << r.ask;
        EXPECT_EQ(*e->find("class")->string(), r.error_class) << r.ask;
        EXPECT_EQ(*e->find("desc")->string(), r.description) << r.ask;
    }
}

TEST_F(Qmp, BytesMayComeInAnyPieces)
{
    negotiate();
    for (const char c : std::string(R"({"execute": "query-name", "id": "}{\""})"))
        session.receive(std::string(1, c));
    EXPECT_EQ(ask(""), R"({"return": {}, "id": "}{\""})");
    EXPECT_EQ(ask(R"({"execute":"query-name","id":1}{"execute":"query-name","id":2})"),
              "{\"return\": {}, \"id\": 1}\r\n{\"return\": {}, \"id\": 2}");
}

TEST_F(Qmp, EveryNegotiatedClientSeesEvents)
{
    negotiate();
    QmpSession other(server), stranger(server);
    other.output().clear();
    other.receive("{\"execute\": \"qmp_capabilities\"}");
    other.output().clear();
    stranger.output().clear();
    ask("{\"execute\": \"stop\"}");
    EXPECT_NE(other.output().find("\"STOP\""), std::string::npos);
    EXPECT_EQ(stranger.output(), "");
}

TEST_F(Qmp, MemoryAndScreenBecomeFiles)
{
    negotiate();
    machine.poke(0xb8000, "A\x07"
                          "B\x1f");
    ask(R"({"execute": "pmemsave", "arguments": {"val": 753664, "size": 4, "filename": "p"}})");
    EXPECT_EQ(machine.files["p"], (std::vector<u8>{'A', 7, 'B', 0x1f}));
    ask(R"({"execute": "memsave", "arguments": {"val": 3221979138, "size": 2, "filename": "v"}})"); // c00b8002
    EXPECT_EQ(machine.files["v"], (std::vector<u8>{'B', 0x1f}));

    ask(R"({"execute": "screendump", "arguments": {"filename": "s.ppm"}})");
    const auto& ppm = machine.files["s.ppm"];
    EXPECT_EQ(std::string(ppm.begin(), ppm.begin() + 11), "P6\n4 2\n255\n");
    EXPECT_EQ(std::vector<u8>(ppm.end() - 3, ppm.end()), (std::vector<u8>{255, 128, 1}));
    ask(R"({"execute": "screendump", "arguments": {"filename": "s.png", "format": "png"}})");
    EXPECT_EQ(machine.files["s.png"][1], 'P');
}

TEST(Monitor, Lines)
{
    FakeMachine machine;
    Monitor monitor(machine);
    machine.poke(0x1000, "ABCDEFGHIJKLMNOPQRSTUVWX");
    const struct {
        const char *line, *output, *log;
    } rows[] = {
        {"xp /2xw 0x1000", "0000000000001000: 0x44434241 0x48474645\r\n", ""},
        {"xp/3xb 0x1000", "0000000000001000: 0x41 0x42 0x43\r\n", ""},
        {"xp /9c 0x1000", "0000000000001000: 'A' 'B' 'C' 'D' 'E' 'F' 'G' 'H'\r\n0000000000001008: 'I'\r\n",
         ""},
        {"x /1xh 0xc0001000", "c0001000: 0x4241\r\n", ""},
        {"x /1xh 0", "00000000: Cannot access memory\r\n", ""},
        {"sendkey ctrl-alt-delete", "", "ctrl alt delete 100ms "},
        {"sendkey 0x1e 5", "", "a 5ms "},
        {"sendkey nokey", "invalid parameter: nokey\r\n", ""},
        {"mouse_move 1 -2", "", "move:1,-2 "},
        {"mouse_button 1", "", "+button0 "},
        {"mouse_button 0", "", "-button0 "},
        {"q", "", "quit:host-qmp-quit "},
        {"info registers", "EAX=00000000\r\n", ""},
        {"info block",
         "floppy0: [not inserted]\r\n    Removable device: not locked, tray closed\r\nide0-hd0: disk.img "
         "(raw)\r\n",
         ""},
        {"frobnicate", "unknown command: 'frobnicate'\r\n", ""},
        {"", "", ""},
    };
    for (const auto& r : rows) {
        EXPECT_EQ(monitor.execute(r.line), r.output) << r.line;
        EXPECT_EQ(machine.take_log(), r.log) << r.line;
    }
    EXPECT_NE(monitor.execute("info mtree").find("0000000000000000-00000000000fffff (prio 0, ram): ram"),
              std::string::npos);
}

// Every module of the list is there, in its order, whatever a linker thinks of it.
TEST(QmpModules, RegisterTheirCommands)
{
    EXPECT_EQ(module_call_init<QmpCommand>().names(),
              "query-status, query-version, query-commands, query-machines, query-cpus-fast, query-kvm, query-name, "
              "query-uuid, x-stats, stop, cont, quit, system_reset, system_powerdown, inject-nmi, "
              "send-key, input-send-event, "
              "query-block, eject, blockdev-change-medium, change, "
              "screendump, memsave, pmemsave, x-screen-text, human-monitor-command");
    EXPECT_EQ(&module_call_init<QmpCommand>(), &module_call_init<QmpCommand>()) << "registered once";
}
