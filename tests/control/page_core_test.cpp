// The page's core through its C interface: a machine from a document, its bytes, requests that come late or never.
#include "host/wasm.h"
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<uint8_t>;

class PageCore : public ::testing::Test {
protected:
    void SetUp() override
    {
        pc = tabpc_new();
        for (const char* name : {"bios-256k.bin", "vgabios-stdvga.bin"}) add(name, firmware(name));
    }
    void TearDown() override { tabpc_delete(pc); }

    static Bytes firmware(const std::string& name)
    {
        for (const char* folder : {"build/firmware/", "/usr/share/seabios/"}) {
            std::ifstream in(folder + name, std::ios::binary);
            if (in) return Bytes(std::istreambuf_iterator<char>(in), {});
        }
        return {};
    }
    int add(const std::string& name, const Bytes& bytes)
    {
        void* memory = tabpc_alloc(static_cast<uint32_t>(bytes.size()));
        std::memcpy(memory, bytes.data(), bytes.size());
        return tabpc_add_bytes(pc, name.data(), static_cast<uint32_t>(name.size()), memory,
                               static_cast<uint32_t>(bytes.size()));
    }
    int add_source(const std::string& name, double size)
    {
        return tabpc_add_source(pc, name.data(), static_cast<uint32_t>(name.size()), size, 7, 0);
    }
    int start(const std::string& document)
    {
        return tabpc_start(pc, document.data(), static_cast<uint32_t>(document.size()));
    }
    std::string serial()
    {
        char bytes[4096];
        return std::string(bytes, tabpc_serial_read(pc, 0, bytes, sizeof bytes));
    }
    std::string qmp(const std::string& text)
    {
        tabpc_qmp_write(pc, text.data(), static_cast<uint32_t>(text.size()));
        char bytes[65536];
        return std::string(bytes, tabpc_qmp_read(pc, bytes, sizeof bytes));
    }
    // Runs until the guest has said it on the serial port; serves requests unless told not to.
    bool says(const std::string& what, bool serve = true)
    {
        for (int i = 0; i < 3000; i++) {
            tabpc_run(pc, 5);
            said += serial();
            if (said.find(what) != said.npos) return true;
            while (const TabpcRequest* r = serve ? tabpc_next_request(pc) : nullptr) {
                EXPECT_EQ(r->source, 7u);
                EXPECT_EQ(r->kind, static_cast<uint32_t>(TABPC_READ));
                std::memcpy(reinterpret_cast<void*>(r->buffer), disk.data() + static_cast<size_t>(r->offset),
                            r->length);
                requests++;
                tabpc_complete(pc, r->id, 0);
            }
        }
        return false;
    }

    // mov dx,3f8; mov al,'K'; out dx,al; hlt
    static Bytes boot_disk()
    {
        Bytes d(1 << 20);
        const uint8_t code[] = {0xba, 0xf8, 0x03, 0xb0, 'K', 0xee, 0xfa, 0xf4};
        std::copy(std::begin(code), std::end(code), d.begin());
        d[510] = 0x55;
        d[511] = 0xaa;
        return d;
    }

    Tabpc* pc = nullptr;
    Bytes disk = boot_disk();
    std::string said;
    int requests = 0;
};

} // namespace

TEST_F(PageCore, BootsFromBytes)
{
    ASSERT_EQ(add("disk.img", boot_disk()), 0);
    ASSERT_EQ(start(R"({"m": "8M", "hda": "disk.img"})"), 0) << tabpc_error(pc);
    EXPECT_TRUE(says("K"));
    EXPECT_GT(tabpc_stats(pc)->instructions, 1e5);
    EXPECT_GT(tabpc_stats(pc)->disk_reads, 0);
    const TabpcFrame* f = tabpc_frame(pc);
    EXPECT_EQ(f->width, 720u);
    EXPECT_EQ(f->height, 400u);
    EXPECT_EQ(f->text, 1u);
    EXPECT_EQ(f->damage_width, 720u);
    EXPECT_EQ(tabpc_frame(pc)->damage_height, 0u); // nothing new since
}

TEST_F(PageCore, BootsFromASourceThatAnswersLate)
{
    ASSERT_EQ(add_source("disk.img", 1 << 20), 0);
    ASSERT_EQ(start(R"({"m": "8M", "hda": "disk.img"})"), 0) << tabpc_error(pc);
    EXPECT_TRUE(says("K"));
    EXPECT_GT(requests, 0);
}

TEST_F(PageCore, ACompletionAfterTheResetDoesNoHarm)
{
    ASSERT_EQ(add_source("disk.img", 1 << 20), 0);
    ASSERT_EQ(start(R"({"m": "8M", "hda": "disk.img"})"), 0) << tabpc_error(pc);
    const TabpcRequest* r = nullptr;
    for (int i = 0; i < 3000 && !(r = tabpc_next_request(pc)); i++) tabpc_run(pc, 5);
    ASSERT_TRUE(r);
    const TabpcRequest first = *r;
    tabpc_reset(pc);
    std::memset(reinterpret_cast<void*>(first.buffer), 0xee, first.length); // still the request's own memory
    tabpc_complete(pc, first.id, 0);
    tabpc_complete(pc, first.id, 0); // twice
    tabpc_complete(pc, 0xffffff, 0); // never was
    EXPECT_TRUE(says("K"));
}

TEST_F(PageCore, QmpIsThere)
{
    ASSERT_EQ(start(R"({"m": "8M", "S": true})"), 0) << tabpc_error(pc);
    EXPECT_TRUE(qmp("").starts_with("{\"QMP\""));
    EXPECT_EQ(qmp("{\"execute\": \"qmp_capabilities\"}"), "{\"return\": {}}\r\n");
    EXPECT_NE(qmp("{\"execute\": \"query-status\"}").find("prelaunch"), std::string::npos);
    EXPECT_EQ(tabpc_run(pc, 5), TABPC_PAUSED);
    // A page has no files that QMP could write.
    EXPECT_NE(
        qmp(R"({"execute": "screendump", "arguments": {"filename": "/tmp/x"}})").find("a page has no files"),
        std::string::npos);
    EXPECT_NE(qmp(R"({"execute": "quit"})").find("SHUTDOWN"), std::string::npos);
    EXPECT_EQ(tabpc_run(pc, 5), TABPC_SHUT_DOWN);
}

TEST_F(PageCore, KeysByTheirPhysicalName)
{
    EXPECT_EQ(tabpc_key(pc, "KeyA", 4, 1), 0);
    EXPECT_EQ(tabpc_key(pc, "Fn", 2, 1), 1);
}

TEST_F(PageCore, WhatIsWrongIsSaid)
{
    const struct {
        const char *document, *sentence;
    } rows[] = {
        {"", "the machine's description is not JSON: expecting value at byte 0"},
        {"[]", "the machine's description must be a JSON object of options"},
        {R"({"hda": "missing.img"})", "missing.img: the page has no such file"},
        {R"({"colour": "red"})", "-colour: invalid option"},
        {R"({"m": {"size": 1}})", "\"m\" cannot be an object"},
        {R"({"serial": "file:/etc/passwd"})", "-serial in a page is 'page' or 'none'"},
        {R"({"fda": "odd.img"})", "odd.img ends inside a sector (1000 bytes): the file is cut short"},
        {R"({"fda": "empty.img"})", "empty.img is empty: a disk image has at least one sector"},
    };
    add("odd.img", Bytes(1000));
    add("empty.img", Bytes());
    for (const auto& r : rows) {
        EXPECT_NE(start(r.document), 0) << r.document;
        EXPECT_STREQ(tabpc_error(pc), r.sentence);
    }
    EXPECT_EQ(start(R"({"m": "8M"})"), 0) << tabpc_error(pc); // a failed start leaves nothing behind
}
