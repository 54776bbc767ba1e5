// A host whose files are in memory and whose clock the test turns; the firmware is the real one.
#pragma once
#include "block/memory_node.h"
#include "block/overlay_node.h"
#include "machine/pc.h"
#include <fstream>
#include <iterator>
#include <map>

namespace tabpc {

struct CapturedChardev final : CharBackend {
    std::string output;
    void write(std::span<const u8> bytes) override { output.append(bytes.begin(), bytes.end()); }
};

class TestHost final : public MachineHost {
public:
    std::map<std::string, std::vector<u8>> files;
    std::map<std::string, std::vector<u8>> written;
    CapturedChardev com[2];
    CapturedChardev debug;

    i64 date_us() override { return 1'000'000'000'000'000; } // 2001-09-09 01:46:40
    i64 utc_offset_s() override { return 0; }
    Result<std::vector<u8>> read_file(const std::string& name) override
    {
        if (const auto f = files.find(name); f != files.end()) return f->second;
        return error("%s: there is no such file", name.c_str());
    }
    Result<std::vector<u8>> read_firmware(const std::string& name) override
    {
        if (files.contains(name)) return read_file(name);
        for (const char* folder : {"build/firmware/", "/usr/share/seabios/"}) {
            std::ifstream in(folder + name, std::ios::binary);
            if (in) return std::vector<u8>(std::istreambuf_iterator<char>(in), {});
        }
        return error("there is no %s", name.c_str());
    }
    Result<> write_file(const std::string& name, std::span<const u8> bytes) override
    {
        written[name].assign(bytes.begin(), bytes.end());
        return {};
    }
    Result<std::unique_ptr<BlockNode>> open_image(const DriveConfig& drive) override
    {
        auto bytes = read_file(drive.file);
        if (!bytes) return Error{bytes.error()};
        std::unique_ptr<BlockNode> node = std::make_unique<MemoryNode>(bytes.take());
        if (drive.snapshot) node = std::make_unique<OverlayNode>(std::move(node));
        return node;
    }
    CharBackend* serial(int port) override { return &com[port]; }
    CharSink* parallel() override { return nullptr; }
    CharSink* debug_console() override { return &debug; }
};

// A machine with a host, run by a clock that goes a millisecond a slice.
class TestMachine {
public:
    explicit TestMachine(std::vector<std::string> words) : words_(std::move(words)) {}
    TestHost host;

    // False, and the reason in `refusal`, if it cannot be made.
    bool create()
    {
        auto options = parse_options(words_);
        if (!options) return refusal = options.error(), false;
        auto made = PcMachine::create(options->config, host);
        if (!made) return refusal = made.error(), false;
        machine_ = made.take();
        return true;
    }
    std::string refusal;
    PcMachine& pc() { return *machine_; }

    // Until `done` or for `seconds` of the host's time, which costs none.
    template <class F>
    bool run_until(F done, double seconds = 30)
    {
        const i64 end = now_ns + static_cast<i64>(seconds * 1e9);
        while (now_ns < end) {
            if (done()) return true;
            last = machine_->run_slice(now_ns);
            if (last.kind == SliceResult::Ended) return done();
            now_ns = last.kind == SliceResult::Idle && last.idle_until < end
                         ? std::max(now_ns, last.idle_until)
                         : now_ns + GuestTime::SLICE_NS;
        }
        return done();
    }
    void run(double seconds)
    {
        run_until([] { return false; }, seconds);
    }
    std::string screen()
    {
        std::string text;
        for (const std::string& line : machine_->display()->text_screen().lines) text += line + "\n";
        return text;
    }
    bool shows(std::string_view text) { return screen().find(text) != std::string::npos; }

    i64 now_ns = 1'000'000'000;
    SliceResult last{};

private:
    std::vector<std::string> words_;
    std::unique_ptr<PcMachine> machine_;
};

// A disk of one sector that the BIOS boots.
inline std::vector<u8> boot_disk(std::initializer_list<u8> code, size_t bytes = 512)
{
    std::vector<u8> disk(bytes);
    std::copy(code.begin(), code.end(), disk.begin());
    disk[510] = 0x55;
    disk[511] = 0xaa;
    return disk;
}

} // namespace tabpc
